"""Every governor that a community watches: read from its chain, and told."""

from bot.services.governance.backfill import Backfill, Progress
from bot.services.governance.reader import Governance

__all__ = ["Backfill", "Governance", "Progress"]
