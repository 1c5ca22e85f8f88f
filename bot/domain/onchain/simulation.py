"""What a node says would happen if a call were made now."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.onchain.block import BlockId


class Outcome(StrEnum):
    """How a simulated call ends."""

    SUCCEEDS = "would succeed"
    REVERTS = "would revert"
    UNKNOWN = "could not be simulated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """One call, made from one sender on the state after one block, and changing nothing.

    It is no promise: the state moves on, and a call that needs an earlier one of the same proposal
    is tried without it. A call that succeeds at an address without code did nothing.
    """

    outcome: Outcome
    at: BlockId
    reason: str = ""  # by a stranger's contract or node; `""`: none was given, or it succeeds
