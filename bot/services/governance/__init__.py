"""Every governor that a community watches: read from its chain, and told."""

from bot.services.governance.reader import Governance

__all__ = ["Governance"]
