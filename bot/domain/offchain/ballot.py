"""One vote that somebody cast on Snapshot, and the power that somebody could cast."""

from dataclasses import dataclass
from decimal import Decimal

from bot.domain.offchain.snapshot import SnapshotProposal, VotingType
from bot.domain.types import Address, SnapshotProposalId, UnixSeconds

ONE_PICKED = frozenset({VotingType.SINGLE_CHOICE, VotingType.BASIC})
RANKED = frozenset({VotingType.RANKED_CHOICE, VotingType.COPELAND})


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How a voter has spread their power: the number of a choice, and its weight."""

    by_choice: tuple[tuple[int, Decimal], ...]


# Choices count from 1. One; several, in the order given; weights; or `None`: encrypted, or nothing
# that the voting types know.
Choice = int | tuple[int, ...] | Weights | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """A vote as the hub shows it; powers are exact decimals in the unit of scores."""

    id: str
    proposal_id: SnapshotProposalId
    voter: str  # an address, as the hub writes it
    created: UnixSeconds
    choice: Choice
    power: Decimal
    reason: str
    ipfs: str  # where the signed vote is kept


@dataclass(frozen=True, slots=True, kw_only=True)
class VotingPower:
    """What an address can cast on one proposal, in all and by strategy."""

    address: Address
    total: Decimal
    by_strategy: tuple[Decimal, ...]
    is_final: bool  # otherwise the block is still to come, or delegations may change it


def is_hidden(seen: SnapshotProposal) -> bool:
    """Say whether the choices are encrypted still."""
    return bool(seen.privacy) and not seen.scores_final
