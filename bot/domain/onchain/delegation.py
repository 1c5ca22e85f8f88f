"""Voting power on chain: held, delegated, counted; until when delegating counts, and for what.

A token held has no vote of its own: a vote comes of delegating, also to oneself.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.onchain.governor import (
    ClockMode,
    Flavour,
    Governor,
    GovernorState,
)
from bot.domain.onchain.proposal import GovernorProposal, counts_at_creation
from bot.domain.types import Address, GovernorProposalId, Timepoint, TokenUnits, UnixSeconds


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainPower:
    """What one address has of a governor's token after one block. `None`: the chain did not tell.

    `delegate` is the zero address where nothing was delegated.
    """

    address: Address
    balance: TokenUnits | None
    delegate: Address | None
    votes: TokenUnits | None
    is_whitelisted: bool = False  # may propose without the threshold (Compound)

    @property
    def is_idle(self) -> bool:
        """Whether it holds tokens that nobody can vote with."""
        return bool(self.balance) and self.delegate is not None and int(self.delegate, 16) == 0

    @property
    def is_own_delegate(self) -> bool:
        """Whether its tokens are its own votes."""
        return self.delegate == self.address


class Fixing(StrEnum):
    """Whether delegating still changes what counts for a vote."""

    OPEN = "what is delegated in time counts"
    FIXED = "what counts is fixed"


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteWindow:
    """One vote on chain that is coming or open, as far as delegating is concerned."""

    id: GovernorProposalId
    title: str
    fixing: Fixing
    counted_at: Timepoint  # the last block, or second, whose delegations count
    about: UnixSeconds | None  # when that is, or was; `None`: not known
    is_estimate: bool
    ends_at: UnixSeconds | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedPower:
    """What an address can cast in one vote; `None`: the chain did not tell, or it is not fixed."""

    window: VoteWindow
    votes: TokenUnits | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletPower:
    """An address with its power now, and in each vote that is coming or open."""

    power: ChainPower
    counted: tuple[CountedPower, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposers:
    """Who of those we know of may propose now. Nobody holds a list of all holders.

    `known` are addresses that have proposed or voted here before, which everybody can read on
    chain; of members' linked wallets only the number is told, for whose they are is nobody else's
    business. `own` are the asker's.
    """

    threshold: TokenUnits | None
    own: tuple[ChainPower, ...]
    known: tuple[ChainPower, ...]
    linked: int  # other members' wallets that may propose
    looked_at: int  # addresses in all


@dataclass(frozen=True, slots=True, kw_only=True)
class GovernorPowers:
    """What somebody has in one governor, after one block; `is_silent`: the node did not answer."""

    governor: Governor
    wallets: tuple[WalletPower, ...]
    windows: tuple[VoteWindow, ...]
    proposers: Proposers | None
    is_silent: bool = False


def wants_more_than_threshold(flavour: Flavour) -> bool:
    """Say whether the threshold itself is one vote too few."""
    return flavour.is_proposed_to_as_compounds


def needed_to_propose(threshold: TokenUnits, flavour: Flavour) -> TokenUnits:
    """Give the least number of votes that is enough, in base units."""
    return TokenUnits(threshold + 1 if wants_more_than_threshold(flavour) else threshold)


def may_propose(power: ChainPower, threshold: TokenUnits | None, flavour: Flavour) -> bool | None:
    """Say whether an address may propose now; `None`: not known."""
    if power.is_whitelisted:
        return True
    if threshold is None or power.votes is None:
        return None
    return power.votes >= needed_to_propose(threshold, flavour)


def missing_to_propose(
    power: ChainPower, threshold: TokenUnits | None, flavour: Flavour
) -> TokenUnits | None:
    """Give how far an address is from the threshold, in base units; `None`: it is not, or unknown.

    Whether the threshold itself is enough, `wants_more_than_threshold` says.
    """
    if may_propose(power, threshold, flavour) is not False:
        return None
    assert threshold is not None
    assert power.votes is not None
    return TokenUnits(threshold - power.votes)


def proposers(
    found: Sequence[ChainPower],
    threshold: TokenUnits | None,
    flavour: Flavour,
    *,
    known: Collection[Address],
    linked: Collection[Address],
) -> Proposers:
    """Tell who may propose; whoever is neither `known` nor `linked` is the asker."""
    able = [power for power in found if may_propose(power, threshold, flavour)]
    public = [power for power in able if power.address in known]
    return Proposers(
        threshold=threshold,
        own=tuple(
            power for power in found if power.address not in known and power.address not in linked
        ),
        known=tuple(sorted(public, key=lambda power: -(power.votes or 0))),
        linked=sum(power.address in linked for power in able),
        looked_at=len(found),
    )


def vote_window(
    proposal: GovernorProposal, governor: Governor, clock: Timepoint
) -> VoteWindow | None:
    """Say what counts for a vote, at the governor's own time; `None`: it is over.

    Votes are counted as they are after the block, or the second, with which voting starts: what is
    delegated in it still counts, what comes later does not. Source: `getPriorVotes(voter,
    startBlock)` of Compound's governors, `getPastVotes(voter, proposalSnapshot)` of OpenZeppelin's.
    Nouns' kind may count as of the block of the creation, which is over once anybody reads of it.
    """
    if proposal.state not in (GovernorState.PENDING, GovernorState.ACTIVE, GovernorState.UPDATABLE):
        return None
    is_open = clock < proposal.vote_start and proposal.state is not GovernorState.ACTIVE
    if counts_at_creation(proposal.key, governor):
        created = proposal.created
        return VoteWindow(
            id=proposal.key.id,
            title=proposal.title,
            fixing=Fixing.FIXED,
            counted_at=Timepoint(created.block.number),
            about=created.block_time,
            is_estimate=governor.clock_mode is ClockMode.BLOCK_NUMBER,
            ends_at=proposal.vote_ends_at,
        )
    return VoteWindow(
        id=proposal.key.id,
        title=proposal.title,
        fixing=Fixing.OPEN if is_open else Fixing.FIXED,
        counted_at=proposal.vote_start,
        about=proposal.vote_starts_at,
        is_estimate=governor.clock_mode is ClockMode.BLOCK_NUMBER,
        ends_at=proposal.vote_ends_at,
    )
