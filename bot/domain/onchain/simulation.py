"""What a node says would happen if calls were made now, and how much that says."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.types import BlockNumber, UnixSeconds


class Outcome(StrEnum):
    """How a simulated call ends."""

    SUCCEEDS = "would succeed"
    REVERTS = "would revert"
    UNKNOWN = "could not be simulated"


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedCall:
    """One call, tried alone on the state after one block, and changing nothing.

    It is no promise: the state moves on, and what the calls before it would have changed was not
    there. A call that succeeds at an address without code did nothing.
    """

    outcome: Outcome
    why: str = ""  # by a stranger's contract or node: a revert's reason, or what else was noticed


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """The calls of a proposal, each tried from the timelock by `eth_call` at one block."""

    at: UnixSeconds  # when it was tried, by our clock
    block: BlockNumber | None  # `None`: the node did not even tell its newest block
    calls: tuple[SimulatedCall, ...]  # parallel to the proposal's calls

    @property
    def outcome(self) -> Outcome:
        """What it says of all of them together: the worst of it."""
        outcomes = {call.outcome for call in self.calls}
        for worst in (Outcome.REVERTS, Outcome.UNKNOWN):
            if worst in outcomes:
                return worst
        return Outcome.SUCCEEDS if outcomes else Outcome.UNKNOWN
