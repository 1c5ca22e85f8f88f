"""Snapshot: the hub that is asked and the sequencer that is posted to."""
