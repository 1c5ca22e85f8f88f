"""Snapshot on loopback: a sequencer that checks like the real one, and a hub to read from."""
