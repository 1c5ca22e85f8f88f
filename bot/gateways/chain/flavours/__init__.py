"""The families of governors: one file each says how it is known, asked and understood."""

from typing import Final

from bot.gateways.chain.flavours.alpha import ALPHA
from bot.gateways.chain.flavours.bravo import BRAVO
from bot.gateways.chain.flavours.description import FlavourDescription
from bot.gateways.chain.flavours.nouns import NOUNS
from bot.gateways.chain.flavours.openzeppelin import OPENZEPPELIN

# In the order in which an unknown contract is tried.
FLAVOURS: Final = (OPENZEPPELIN, NOUNS, BRAVO, ALPHA)
BY_FLAVOUR: Final = {description.flavour: description for description in FLAVOURS}

__all__ = ["BY_FLAVOUR", "FLAVOURS", "FlavourDescription"]
