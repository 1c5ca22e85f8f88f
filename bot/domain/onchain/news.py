"""What is said of an on-chain proposal, made from the facts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal

from bot.domain.drafting.draft import Draft, bare_title
from bot.domain.offchain.snapshot import SnapshotProposal
from bot.domain.onchain.announcement import GovernorNews, LargeVote
from bot.domain.onchain.block import Block, Position
from bot.domain.onchain.card import whole
from bot.domain.onchain.event import GovernorEvent, VoteCast
from bot.domain.onchain.governor import ClockMode, Governor, GovernorState
from bot.domain.onchain.moments import VOTING, Occasion, moments
from bot.domain.onchain.proposal import (
    GovernorProposal,
    Moment,
    about,
    clock_at,
    counts_at_creation,
    expires_at,
    folded,
    newest_block,
    same_title,
)
from bot.domain.onchain.standing import counted, participation, quorum_missing, sides
from bot.domain.policy import Policy
from bot.domain.text import storable
from bot.domain.types import BlockNumber, TokenUnits, UnixSeconds

REASON_KEPT = 1_000  # characters of the reason of a vote
_CLOCKS_DIFFER_BY = 15 * 60  # seconds, at most: a chain's clock and Snapshot's
_LOST = frozenset(
    {
        GovernorState.CANCELED,
        GovernorState.DEFEATED,
        GovernorState.EXPIRED,
        GovernorState.VETOED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A proposal of a governor as it was seen at a block."""

    proposal: GovernorProposal
    governor: Governor
    head: Block
    finalized: BlockNumber | None = None  # which can never be undone, where the chain tells


def as_believed(
    seen: Sighting, events: Sequence[GovernorEvent], block: BlockNumber
) -> Sighting | None:
    """Give what was seen up to a block before the head, of a proposal with these events.

    `None`: it was not made yet, or nobody had looked. What stands as it did is seen now. Where
    something is new, no time passes until it is believed: nobody is reminded of what may be over.
    Votes are counted as they are now: numbers come and go, what they have brought about does not.
    """
    known = seen.proposal
    if not known.states or newest_block(known) <= block:
        return seen
    was = folded(known.key, [each for each in events if each.position.block.number <= block])
    states = [each for each in known.states if each.block <= block]
    if was is None or not states:
        return None
    last = states[-1]
    then = replace(
        seen.head,
        id=replace(seen.head.id, number=last.block),
        timestamp=last.at,
        l1_number=None,
    )
    ends_at = known.vote_ends_at
    if was.vote_end != known.vote_end:
        ends_at = about(was.vote_end, was, seen.governor, seen.head)
    was = replace(
        was,
        described=known.described if was.calls == known.calls else (),
        state=last.state,
        for_votes=known.for_votes,
        against_votes=known.against_votes,
        abstain_votes=known.abstain_votes,
        quorum=known.quorum,
        supply=known.supply,
        needs_queuing=known.needs_queuing,
        vote_starts_at=known.vote_starts_at,
        vote_ends_at=ends_at,
        states=tuple(states),
    )
    return replace(seen, proposal=was, head=then)


def governor_news(seen: Sighting, policy: Policy, reference: str) -> dict[GovernorNews, bool]:
    """Give everything the facts imply, each with whether it is still news."""
    implied = moments(seen.proposal, seen.governor, seen.head, policy)
    return {_news(seen, occasion, reference): is_news for occasion, is_news in implied.items()}


def _news(seen: Sighting, occasion: Occasion, reference: str) -> GovernorNews:
    proposal, governor = seen.proposal, seen.governor
    happened = _position(proposal, occasion)

    def tokens(units: TokenUnits | None) -> Decimal | None:
        return None if units is None else whole(units, governor)

    stopped_by = {
        Moment.CANCELED: proposal.canceled_by,
        Moment.VETOED: proposal.vetoed_by,
    }
    is_end = occasion.moment in (Moment.CANCELED, Moment.EXECUTED)
    return GovernorNews(
        moment=occasion.moment,
        lead=occasion.lead,
        ordinal=occasion.ordinal,
        governor_key=proposal.key,
        governor_name=governor.name,
        title=proposal.title,
        reference=reference,
        proposer=proposal.proposer,
        calls=proposal.described,
        vote_starts_at=proposal.vote_starts_at or UnixSeconds(0),
        vote_ends_at=proposal.vote_ends_at or UnixSeconds(0),
        times_are_estimates=governor.clock_mode is ClockMode.BLOCK_NUMBER,
        for_votes=tokens(proposal.for_votes),
        against_votes=tokens(proposal.against_votes),
        abstain_votes=tokens(sides(proposal, governor).get("Abstain")),
        quorum=tokens(proposal.quorum),
        quorum_rule=governor.quorum_rule,
        quorum_counted=tokens(counted(proposal, governor)),
        quorum_missing=tokens(quorum_missing(proposal, governor)),
        participation=participation(proposal, governor),
        unit=governor.token_symbol,
        token=governor.token_address,
        delegate_until=_delegate_until(seen) if occasion.moment is Moment.CREATED else None,
        counts_at_creation=counts_at_creation(proposal.key, governor),
        timelock_kind=governor.timelock_kind,
        is_objection=proposal.state is GovernorState.OBJECTION_PERIOD,
        canceled_by=stopped_by.get(occasion.moment),
        guardian=governor.guardian if occasion.moment in stopped_by else None,
        needs_queuing=proposal.needs_queuing,
        is_overridable=governor.is_overridable,
        ended_in_timelock=is_end and proposal.ended_in_timelock,
        eta=proposal.eta,
        expires_at=expires_at(proposal, governor),
        transaction_hash=happened.transaction_hash if happened else None,
        at=happened.block_time if happened else seen.head.timestamp,
    )


def _position(proposal: GovernorProposal, occasion: Occasion) -> Position | None:
    """Give where it happened, where an event tells."""
    extended = proposal.extensions[occasion.ordinal - 1 : occasion.ordinal]
    happened: dict[Moment, Position | None] = {
        Moment.CREATED: proposal.created,
        Moment.DEADLINE_MOVED: extended[0].position if extended else None,
        Moment.QUEUED: proposal.queued,
        Moment.EXECUTED: proposal.executed,
        Moment.CANCELED: proposal.canceled,
        Moment.VETOED: proposal.vetoed,
    }
    if occasion.moment is Moment.REVISED:
        return proposal.revisions[occasion.ordinal - 1]
    return happened.get(occasion.moment)


def _delegate_until(seen: Sighting) -> UnixSeconds | None:
    """Say until when votes have to be delegated to count; `None`: that is over."""
    is_open = clock_at(seen.head, seen.governor) > seen.proposal.vote_start
    is_open = is_open or counts_at_creation(seen.proposal.key, seen.governor)
    return None if is_open else seen.proposal.vote_starts_at


def least_large(seen: Sighting, policy: Policy) -> TokenUnits | None:
    """Give the weight from which a vote is told about by itself; `None`: none is."""
    share, quorum = policy.large_vote_share, seen.proposal.quorum
    if share is None or not quorum:
        return None
    return TokenUnits(int(share.of(Decimal(quorum)).to_integral_value(ROUND_CEILING)))


def large_vote(seen: Sighting, vote: VoteCast, ordinal: int, reference: str) -> LargeVote:
    """Tell of one vote, its voter's first or a later one; what it weighs is in whole tokens."""
    proposal, governor = seen.proposal, seen.governor
    fractions = None
    if vote.fractions is not None:
        against, for_, abstain = (whole(part, governor) for part in vote.fractions)
        fractions = (against, for_, abstain)
    return LargeVote(
        governor_key=proposal.key,
        governor_name=governor.name,
        title=proposal.title,
        reference=reference,
        voter=vote.voter,
        support=vote.support,
        weight=whole(vote.weight, governor),
        fractions=fractions,
        reason=storable(vote.reason[:REASON_KEPT]),
        quorum=whole(proposal.quorum or TokenUnits(0), governor),
        unit=governor.token_symbol,
        vote_ends_at=proposal.vote_ends_at or UnixSeconds(0),
        times_are_estimates=governor.clock_mode is ClockMode.BLOCK_NUMBER,
        transaction_hash=vote.transaction_hash,
        log_index=vote.log_index,
        is_over=proposal.state not in VOTING,
        ordinal=ordinal,
        at=seen.head.timestamp,
    )


def carries_out(
    proposal: GovernorProposal,
    draft: Draft,
    vote: SnapshotProposal,
    policy: Policy,
) -> bool:
    """Say whether an on-chain proposal carries out what `vote` decided off chain.

    By Braintrust's rule it bears the title without the step's prefix, and is made once the vote is
    over: an earlier one of the same title is about something else. A description that names the
    Snapshot proposal's id says so too; that may be written as soon as the vote is there.
    """
    made_at = proposal.created.block_time + _CLOCKS_DIFFER_BY
    if proposal.state in _LOST:
        return False
    if vote.id in proposal.description:
        return made_at >= vote.start
    return made_at >= vote.end and same_title(proposal.title, bare_title(draft.title, policy))
