"""Assent: governance coordination for DAOs, in Discord."""

__version__ = "0.1.0"
