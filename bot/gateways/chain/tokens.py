"""What a token tells of itself: its symbol, its decimals, how many there are (pure)."""

import re
from collections.abc import Sequence
from typing import Final

from bot.domain.onchain.governor import GovernorState
from bot.domain.onchain.moments import VOTING
from bot.domain.types import Address, Timepoint, TokenUnits
from bot.gateways.chain.questions import Question, number, question, text

SYMBOL: Final = "symbol()"
DECIMALS: Final = "decimals()"
SUPPLY: Final = "totalSupply()"
MOST_DECIMALS: Final = 77  # more than any 256-bit number has digits

_SYMBOL_CAP: Final = 16  # characters
_PLAIN_SYMBOL: Final = re.compile(r"[A-Za-z$][A-Za-z0-9.$_+-]{0,15}")
# ERC-5805. Compound's token, and those made after it, tell of no supply but that of now.
_SUPPLY_THEN: Final = "getPastTotalSupply(uint256)"


def symbol_of(answer: bytes | None) -> str:
    """Read a symbol, which is whatever the contract says; `""`: none was told."""
    return text(answer)[:_SYMBOL_CAP]


def plain_symbol_of(answer: bytes | None) -> str:
    """Read the symbol of a token that nobody here has chosen; `""`: none that may be shown.

    It stands beside a number, and must not look like a part of it, or like other letters.
    """
    told = text(answer)
    return told if _PLAIN_SYMBOL.fullmatch(told) else ""


def decimals_of(answer: bytes | None) -> int | None:
    """Read how many digits of an amount stand behind the point; `None`: none that make sense."""
    found = number(answer)
    return found if found is not None and found <= MOST_DECIMALS else None


def supply_of(answer: bytes | None) -> TokenUnits | None:
    """Read a supply; of a token of which there is nothing, nothing is a share."""
    found = number(answer)
    return TokenUnits(found) if found else None


def supply_questions(token: Address, snapshot: Timepoint) -> tuple[Question, ...]:
    """Ask how many there were when the votes were counted, and how many there are."""
    return question(token, _SUPPLY_THEN, snapshot), question(token, SUPPLY)


def supply_at(told: Sequence[bytes | None], state: GovernorState) -> TokenUnits | None:
    """Read the supply that a vote is measured by; `None`: nobody told it.

    The supply of now stands for it only while the vote is open: later it may be any other.
    """
    believed = told if state in VOTING else told[:1]
    return next(filter(None, map(supply_of, believed)), None)
