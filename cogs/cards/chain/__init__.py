"""Governors and their proposals as people read them."""
