"""Assent: governance coordination for DAOs, in Discord."""
