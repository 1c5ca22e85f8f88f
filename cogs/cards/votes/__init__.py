"""Votes off chain as people read them."""
