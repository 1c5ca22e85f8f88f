"""Proposals and ideas as people read them."""
