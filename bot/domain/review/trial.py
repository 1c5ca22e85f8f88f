"""What the trial of a proposal's calls has shown, and how much that says."""

from dataclasses import dataclass

from bot.domain.onchain.simulation import Outcome
from bot.domain.types import BlockNumber, UnixSeconds


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedCall:
    """One call, tried alone: what the calls before it would have changed was not there."""

    outcome: Outcome
    why: str = ""  # the reason of a revert or a failure, or what else was noticed


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
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
