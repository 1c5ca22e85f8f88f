"""Votes on chain: governors, their proposals, and the blocks they are read from."""
