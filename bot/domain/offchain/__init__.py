"""Votes on Snapshot: its own values, and what they mean here."""
