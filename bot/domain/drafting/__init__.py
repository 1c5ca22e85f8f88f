"""Drafts: what they hold, how they change, who has read them, what they must keep to."""
