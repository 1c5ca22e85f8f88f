"""Drafts as people read them."""
