"""Every governor that a community watches: read from its chain, and told."""

from bot.services.governance.backfill import Backfill, Progress
from bot.services.governance.figures import ChainFigures, EndpointFigures
from bot.services.governance.reader import Governance

__all__ = ["Backfill", "ChainFigures", "EndpointFigures", "Governance", "Progress"]
