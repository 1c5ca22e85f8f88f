"""Every event that Assent knows, by the first topic and the number of topics (pure)."""

from typing import Final

from bot.gateways.chain.events.layout import Layout
from bot.gateways.chain.events.parameters import PARAMETERS
from bot.gateways.chain.events.proposals import PROPOSALS
from bot.gateways.chain.events.timelocks import TIMELOCKS
from bot.gateways.chain.events.votes import VOTES
from bot.gateways.chain.flavours import FLAVOURS

LAYOUTS: Final[tuple[Layout, ...]] = (
    *PROPOSALS,
    *VOTES,
    *PARAMETERS,
    *TIMELOCKS,
    *(layout for flavour in FLAVOURS for layout in flavour.layouts),
)

BY_TOPICS: Final = {layout.key: layout for layout in LAYOUTS}

TOPICS: Final = tuple(dict.fromkeys(layout.topic for layout in LAYOUTS))
