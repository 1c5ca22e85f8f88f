"""An on-chain proposal as stored facts, and the moments those facts imply.

Half of a governor's transitions raise no event, so the state is asked; everything we announce is a
pure function of what is known now, so looking twice announces nothing twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.onchain.block import Block, Position
from bot.domain.onchain.call import Call, DecodedCall
from bot.domain.onchain.chains import ETHEREUM_BLOCK_TIME
from bot.domain.onchain.event import (
    GovernorEvent,
    ProposalCanceled,
    ProposalCreated,
    ProposalExecuted,
    ProposalExtended,
    ProposalQueued,
    ProposalUpdated,
    ProposalVetoed,
)
from bot.domain.onchain.governor import ClockMode, Governor, GovernorState, Observation, ProposalKey
from bot.domain.text import bare, clean
from bot.domain.types import Address, BlockNumber, Timepoint, TokenUnits, UnixSeconds

TITLE_CAP = 256
STATES_KEPT = 8  # more than most have in a life


class Moment(StrEnum):
    """A step of an on-chain proposal's life that people are told of, in the order of a life."""

    CREATED = "created"
    REVISED = "revised"
    VOTING_OPEN = "voting open"
    DEADLINE_MOVED = "deadline moved"
    CLOSING_SOON = "closing soon"
    SUCCEEDED = "succeeded"
    DEFEATED = "defeated"
    UNQUEUED = "not queued"
    CANCELED = "canceled"
    VETOED = "vetoed"
    QUEUED = "queued"
    EXECUTABLE = "executable"
    GRACE_ENDING = "grace period ending"
    EXPIRED = "expired"
    EXECUTED = "executed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """The end of a vote was moved."""

    position: Position
    vote_end: Timepoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A state, and where it was first seen."""

    state: GovernorState
    block: BlockNumber
    at: UnixSeconds


@dataclass(frozen=True, slots=True, kw_only=True)
class GovernorProposal:
    """Everything known about one proposal of a governor. Unknown numbers are `None`, never zero."""

    key: ProposalKey
    proposer: Address
    calls: tuple[Call, ...]
    described: tuple[DecodedCall, ...] = ()  # parallel to `calls`
    vote_start: Timepoint
    vote_end: Timepoint
    title: str
    description: str
    created: Position
    queued: Position | None = None
    executed: Position | None = None
    canceled: Position | None = None
    canceled_by: Address | None = None  # who sent that transaction
    vetoed: Position | None = None
    vetoed_by: Address | None = None  # as above
    ended_in_timelock: bool = False  # `executed` or `canceled` is of the timelock alone
    first_vote_end: Timepoint | None = None  # as it was made; `None`: read by an earlier version
    extensions: tuple[Extension, ...] = ()  # oldest first
    revisions: tuple[Position, ...] = ()  # when its text or calls were changed, oldest first
    eta: UnixSeconds | None = None
    needs_queuing: bool | None = None  # as observed; `None`: as its governor's all do, or unknown
    state: GovernorState = GovernorState.UNKNOWN
    for_votes: TokenUnits | None = None
    against_votes: TokenUnits | None = None
    abstain_votes: TokenUnits | None = None
    quorum: TokenUnits | None = None
    supply: TokenUnits | None = None  # of the token, when the votes were counted
    vote_starts_at: UnixSeconds | None = None  # an estimate where the governor counts blocks
    vote_ends_at: UnixSeconds | None = None
    states: tuple[Standing, ...] = ()  # the last is that of now; none: read by an earlier version
    is_settling: bool = False  # somebody waits for more blocks on top of what is new of it


LIVE = frozenset(
    {
        GovernorState.PENDING,
        GovernorState.ACTIVE,
        GovernorState.SUCCEEDED,
        GovernorState.QUEUED,
        GovernorState.OBJECTION_PERIOD,
        GovernorState.UPDATABLE,
        GovernorState.UNKNOWN,
    }
)


def same_title(one: str, other: str) -> bool:
    """Say whether two titles read the same but for case, white space and heading marks.

    A title that begins with a number sign of its own loses it where it is a heading.
    """
    titles = [_as_read(title) for title in (one, other)]
    return titles[0] == titles[1] != ""


def _as_read(title: str) -> str:
    return bare(title, TITLE_CAP * 2).casefold().lstrip("# ")


def is_called(proposal: GovernorProposal, name: str) -> bool:
    """Say whether people mean this proposal: by its id, or `<end of the governor's address>:<id>`.

    The end is the last eight hex digits; governors may have proposals of the same id.
    """
    governor, _, proposal_id = name.rpartition(":")
    if governor and governor.strip().casefold() != proposal.key.governor[-8:].casefold():
        return False
    return proposal_id.strip().lstrip("#") == str(proposal.key.id)


def is_same(one: GovernorProposal, other: GovernorProposal) -> bool:
    """Say whether two proposals of one id ask for the same: a fork may give an id to another.

    One that was made in the same place and revised since is the same.
    """
    if one.created == other.created and one.revisions != other.revisions:
        return True
    asked = [(each.proposer, each.calls, each.description) for each in (one, other)]
    return asked[0] == asked[1]


def title_of(description: str) -> str:
    """Give the first line with text, without Markdown's heading marks."""
    for row in clean(description, TITLE_CAP * 8).splitlines():
        if title := row.strip().lstrip("#").strip():
            return title[:TITLE_CAP]
    return "(no title)"


def folded(key: ProposalKey, events: Sequence[GovernorEvent]) -> GovernorProposal | None:
    """Make the proposal from its events, oldest first; `None` without its creation."""
    proposal: GovernorProposal | None = None
    for event in events:
        if isinstance(event, ProposalCreated):
            proposal = _created(key, event)
        elif proposal is not None:
            proposal = _gone_on(proposal, event)
    return proposal


def _gone_on(proposal: GovernorProposal, event: GovernorEvent) -> GovernorProposal:
    match event:
        case ProposalQueued():
            proposal = replace(proposal, queued=event.position, eta=event.eta)
        case ProposalExecuted():
            proposal = replace(proposal, executed=event.position)
        case ProposalCanceled():
            proposal = replace(proposal, canceled=event.position, canceled_by=event.by)
        case ProposalVetoed():
            proposal = replace(proposal, vetoed=event.position, vetoed_by=event.by)
        case ProposalExtended():
            proposal = _extended(proposal, event)
        case ProposalUpdated():
            proposal = _revised(proposal, event)
        case _:
            pass
    return proposal


def _created(key: ProposalKey, event: ProposalCreated) -> GovernorProposal:
    return GovernorProposal(
        key=key,
        proposer=event.proposer,
        calls=event.calls,
        vote_start=event.vote_start,
        vote_end=event.vote_end,
        first_vote_end=event.vote_end,
        title=title_of(event.description),
        description=event.description,
        created=event.position,
    )


def _extended(proposal: GovernorProposal, event: ProposalExtended) -> GovernorProposal:
    moved = Extension(position=event.position, vote_end=event.vote_end)
    extensions = (*proposal.extensions, moved)
    return replace(proposal, vote_end=event.vote_end, extensions=extensions)


def _revised(proposal: GovernorProposal, event: ProposalUpdated) -> GovernorProposal:
    description = proposal.description if event.description is None else event.description
    return replace(
        proposal,
        calls=proposal.calls if event.calls is None else event.calls,
        description=description,
        title=title_of(description),
        revisions=(*proposal.revisions, event.position),
    )


def observed(
    proposal: GovernorProposal, observation: Observation, governor: Governor, head: Block
) -> GovernorProposal:
    """Add what the governor answered at `head`; what it did not tell stays as it was known."""
    told = {
        name: value
        for name in (
            "for_votes",
            "against_votes",
            "abstain_votes",
            "quorum",
            "supply",
            "vote_start",
            "vote_end",
            "eta",
            "needs_queuing",
        )
        if (value := getattr(observation, name)) is not None
    }
    if proposal.extensions and "vote_end" in told:  # The view may tell of the first end alone.
        told["vote_end"] = max(told["vote_end"], proposal.extensions[-1].vote_end)
    known = replace(proposal, state=observation.state, **told)
    if _is_run_out(known, governor, head):
        known = replace(known, state=GovernorState.EXPIRED)
    starts_at = about(known.vote_start, known, governor, head)
    ends_at = about(known.vote_end, known, governor, head)
    has_moved = (known.vote_start, known.vote_end) != (proposal.vote_start, proposal.vote_end)
    if governor.clock_mode is ClockMode.BLOCK_NUMBER and not has_moved:
        starts_at = _steady(proposal.vote_starts_at, starts_at, known, head)
        ends_at = _steady(proposal.vote_ends_at, ends_at, known, head)
    return replace(known, vote_starts_at=starts_at, vote_ends_at=ends_at)


def stands(
    proposal: GovernorProposal, head: Block, undone_at: UnixSeconds | None
) -> GovernorProposal:
    """Note since when it stands as it does; what was seen after `undone_at` has not been."""
    states = [each for each in proposal.states if undone_at is None or each.at <= undone_at]
    if not states or states[-1].state is not proposal.state:
        now = Standing(state=proposal.state, block=head.id.number, at=head.timestamp)
        states.append(now)
    return replace(proposal, states=tuple(states[-STATES_KEPT:]))


def newest_block(proposal: GovernorProposal) -> BlockNumber:
    """Give the last block in which something happened to it, but for votes."""
    steps = (
        *(proposal.created, proposal.queued, proposal.executed, proposal.canceled),
        *(proposal.vetoed, *proposal.revisions, *(each.position for each in proposal.extensions)),
    )
    happened = [each.block.number for each in steps if each]
    return max([*happened, *(each.block for each in proposal.states)])


def _is_run_out(proposal: GovernorProposal, governor: Governor, head: Block) -> bool:
    """Say whether it can never be executed, though its governor goes on calling it queued.

    An AccessManager's operation expires unknown to the governor.
    """
    end = expires_at(proposal, governor)
    return proposal.state is GovernorState.QUEUED and end is not None and head.timestamp >= end


def _steady(
    before: UnixSeconds | None, after: UnixSeconds, proposal: GovernorProposal, head: Block
) -> UnixSeconds:
    """Keep an estimate until a better one differs by a twentieth of what is left.

    A chain's rate is never the same twice, and a card must not be edited for that. What is over
    keeps the time it was found to have, if it can have been then.
    """
    if before is None:
        return after
    if after <= head.timestamp:
        can_be = proposal.created.block_time <= before <= head.timestamp
        went_on = [each.block_time for each in (proposal.queued, proposal.executed) if each]
        return before if can_be and before <= min(went_on, default=before) else after
    return after if abs(after - before) > abs(after - head.timestamp) / 20 else before


def seconds_per_block(proposal: GovernorProposal, head: Block) -> float:
    """Give the chain's rate, or else measure it since the proposal's creation; for an "about"."""
    if head.seconds_per_block is not None:
        return head.seconds_per_block
    blocks = head.id.number - proposal.created.block.number
    elapsed = head.timestamp - proposal.created.block_time
    return elapsed / blocks if blocks > 0 and elapsed > 0 else ETHEREUM_BLOCK_TIME


def expires_at(proposal: GovernorProposal, governor: Governor) -> UnixSeconds | None:
    """Say until when a queued proposal may be executed; `None`: without end, or not queued."""
    if proposal.eta is None or governor.grace_period is None:
        return None
    return UnixSeconds(proposal.eta + governor.grace_period)


def counts_at_creation(key: ProposalKey, governor: Governor) -> bool:
    """Say whether a vote weighs what it did when it was proposed, not when voting began."""
    first = governor.first_counted_at_start
    return first is None or key.id < first


def clock_at(head: Block, governor: Governor) -> Timepoint:
    """Give the governor's own time at this block.

    Where it counts the blocks of the chain below and the header tells of none, its time is not
    known: nothing has begun then, and nothing is over.
    """
    if governor.clock_mode is ClockMode.TIMESTAMP:
        return Timepoint(head.timestamp)
    if governor.counts_l1_blocks:
        return Timepoint(head.l1_number or 0)
    return Timepoint(head.id.number)


def about(
    timepoint: Timepoint, proposal: GovernorProposal, governor: Governor, head: Block
) -> UnixSeconds:
    """Estimate when the governor's clock shows `timepoint`.

    Exact for a clock of seconds. For blocks the estimate is rounded, so that a card that shows it
    is not edited at every block.
    """
    if governor.clock_mode is ClockMode.TIMESTAMP:
        return UnixSeconds(timepoint)
    if not governor.counts_l1_blocks and timepoint <= head.id.number:
        return UnixSeconds(round(_over_since(timepoint, proposal, head) / 60) * 60)
    rate = seconds_per_block(proposal, head)
    if governor.counts_l1_blocks:
        moment = _about_below(timepoint, proposal, governor, head)
        rate = ETHEREUM_BLOCK_TIME
    else:
        moment = head.timestamp + (timepoint - head.id.number) * rate
    step = 900 if (proposal.vote_end - proposal.vote_start) * rate > 6 * 3600 else 60
    return UnixSeconds(round(moment / step) * step)


def _over_since(block: Timepoint, proposal: GovernorProposal, head: Block) -> float:
    """Estimate the time of a block that has been, between the two nearest whose times are known."""
    first = (proposal.created.block.number, proposal.created.block_time)
    steps = (proposal.queued, proposal.executed, proposal.canceled, proposal.vetoed)
    known = [(each.block.number, each.block_time) for each in steps if each]
    last = min(each for each in [*known, (head.id.number, head.timestamp)] if each[0] >= block)
    if last[0] == first[0]:
        return first[1]
    return first[1] + (last[1] - first[1]) * (block - first[0]) / (last[0] - first[0])


def _about_below(
    timepoint: Timepoint, proposal: GovernorProposal, governor: Governor, head: Block
) -> float:
    """Estimate a time in blocks of the chain below, which is Ethereum's rate wherever it is used.

    Without its number at `head`, from the proposal's creation: the delay before its vote began.
    """
    if head.l1_number is not None:
        return head.timestamp + (timepoint - head.l1_number) * ETHEREUM_BLOCK_TIME
    since = timepoint - (proposal.vote_start - governor.voting_delay)
    return proposal.created.block_time + since * ETHEREUM_BLOCK_TIME
