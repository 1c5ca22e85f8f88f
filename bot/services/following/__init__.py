"""Every vote on Snapshot that a community tells about: read, told, and what its end means."""

from bot.services.following.reader import Following

__all__ = ["Following"]
