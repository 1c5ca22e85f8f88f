"""Deadlines made from what is known: rounds of ours, votes that are followed, governors."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from bot.domain.deadlines.deadline import Deadline, DeadlineKind, span
from bot.domain.offchain.followed import FollowedVote, FollowStatus
from bot.domain.offchain.sighting import VOTE
from bot.domain.offchain.snapshot import SnapshotProposal
from bot.domain.offchain.vote import OffChainVote, VoteStatus
from bot.domain.onchain.announcement import governor_prefix
from bot.domain.onchain.governor import ClockMode, Governor, GovernorState
from bot.domain.onchain.proposal import GovernorProposal, expires_at
from bot.domain.policy import HOUR, Policy, Step
from bot.domain.proposal import Proposal, thread_link
from bot.domain.types import UnixSeconds

_SNAPSHOT = "Snapshot"
# A round that came to this is none to wait for any more.
_ENDED_EARLY: dict[VoteStatus, str] = {
    VoteStatus.POSTPONED: "the vote was postponed.",
    VoteStatus.REFUSED: "Snapshot did not take the vote.",
    VoteStatus.DELETED: "the vote was deleted on Snapshot.",
    VoteStatus.SET_ASIDE: "a moderator has moved the proposal on.",
    VoteStatus.SUPERSEDED: "a vote that was made on Snapshot itself has taken its place.",
    VoteStatus.UNLINKED: "the vote is not this proposal's after all.",
}
_NOT_FOLLOWED: dict[FollowStatus, str] = {
    FollowStatus.GONE: "the vote was deleted on Snapshot, or is not followed here any more.",
    FollowStatus.HIDDEN: "the vote is marked as spam on Snapshot.",
    FollowStatus.SET_ASIDE: "a moderator has moved the proposal on.",
}
_CANCELED = {
    GovernorState.CANCELED: "the proposal was canceled on chain.",
    GovernorState.VETOED: "the proposal was vetoed on chain.",
}
_EXECUTED = "it was executed in time."
_GONE = "it is not on the chain any more, or is not followed here any more."


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """A proposal of ours that a vote belongs to, and the step that the vote is."""

    proposal: Proposal
    step: Step | None = None


def of_round(vote: OffChainVote, proposal: Proposal, policy: Policy) -> Deadline | None:
    """Give the window of a round that was made here; `None`: of a dry run, or made elsewhere.

    Until Snapshot has it, it is the window that its notice has announced.
    """
    is_made_elsewhere = vote.envelope is None and vote.snapshot_id is not None
    if is_made_elsewhere or vote.status is VoteStatus.REHEARSED:
        return None
    rules, seen = policy.step(vote.step), vote.observed
    planned = UnixSeconds(vote.opens_at + rules.voting_period)
    window = span(seen.start, seen.end) if seen else span(vote.opens_at, planned)
    if window is None:
        return None
    return Deadline(
        key=f"proposal:{proposal.id}:{vote.step}:{vote.round}:{DeadlineKind.VOTE}",
        kind=DeadlineKind.VOTE,
        heading=rules.name,
        title=proposal.title,
        reference=proposal.reference,
        place=_on_snapshot(seen),
        start=window[0],
        end=window[1],
        link=seen.link if seen else thread_link(proposal),
        cancelled=_ENDED_EARLY.get(vote.status, ""),
        proposal_id=proposal.id,
    )


def of_followed(
    followed: FollowedVote, seen: SnapshotProposal, policy: Policy, ours: Ours | None = None
) -> Deadline | None:
    """Give the window of a vote that was made elsewhere; of ours, if it was adopted."""
    window = span(seen.start, seen.end)
    if window is None:
        return None
    return Deadline(
        key=f"{followed.news_key}:{DeadlineKind.VOTE}",
        kind=DeadlineKind.VOTE,
        heading=policy.step(ours.step).name if ours and ours.step else VOTE,
        title=ours.proposal.title if ours else seen.title,
        reference=ours.proposal.reference if ours else "",
        place=_on_snapshot(seen),
        start=window[0],
        end=window[1],
        link=seen.link,
        cancelled=_NOT_FOLLOWED.get(followed.status, ""),
        snapshot_id=seen.id,
    )


def _on_snapshot(seen: SnapshotProposal | None) -> str:
    return f"{_SNAPSHOT} · {seen.space}" if seen else _SNAPSHOT


def of_governor(
    proposal: GovernorProposal, governor: Governor, ours: Proposal | None = None
) -> Iterator[Deadline]:
    """Give the deadlines of a proposal on chain: its vote, and the ends of its timelock.

    A vote that ended before the proposal was canceled was a vote all the same.
    """
    common: dict[str, Any] = {
        "title": ours.title if ours else proposal.title,
        "reference": ours.reference if ours else "",
        "place": governor.name,
        "link": thread_link(ours) if ours else "",
        "governor_key": proposal.key,
    }
    canceled = _CANCELED.get(proposal.state, "")
    if proposal.vote_starts_at is not None and proposal.vote_ends_at is not None:
        was_over = proposal.canceled and proposal.canceled.block_time >= proposal.vote_ends_at
        yield from _deadline(
            proposal,
            DeadlineKind.ON_CHAIN_VOTE,
            (proposal.vote_starts_at, proposal.vote_ends_at),
            heading="On-chain vote",
            is_estimate=governor.clock_mode is ClockMode.BLOCK_NUMBER,
            end_block=proposal.vote_end,
            cancelled="" if was_over else canceled,
            **common,
        )
    yield from _of_timelock(proposal, governor, canceled, common)


def _of_timelock(
    proposal: GovernorProposal, governor: Governor, canceled: str, common: dict[str, Any]
) -> Iterator[Deadline]:
    """Give from when and until when it may be executed; both are moments, shown as an hour."""
    if proposal.eta is None:
        return
    yield from _deadline(
        proposal,
        DeadlineKind.EXECUTABLE,
        (proposal.eta, UnixSeconds(proposal.eta + HOUR)),
        heading="Executable",
        cancelled=canceled,
        **common,
    )
    until = expires_at(proposal, governor)
    if until is not None:
        executed = _EXECUTED if proposal.state is GovernorState.EXECUTED else ""
        yield from _deadline(
            proposal,
            DeadlineKind.EXPIRY,
            (UnixSeconds(until - HOUR), until),
            heading="Last hour to execute",
            cancelled=canceled or executed,
            **common,
        )


def _deadline(
    proposal: GovernorProposal,
    kind: DeadlineKind,
    times: tuple[UnixSeconds, UnixSeconds],
    **fields: Any,
) -> Iterator[Deadline]:
    window = span(*times)
    if window is not None:
        part = "vote" if kind is DeadlineKind.ON_CHAIN_VOTE else kind.value
        key = f"{governor_prefix(proposal.key)}{part}"
        yield Deadline(key=key, kind=kind, start=window[0], end=window[1], **fields)


def gone(deadline: Deadline) -> Deadline:
    """Cancel what nothing known speaks of any more: a chain took it back, or nobody follows it."""
    return replace(deadline, cancelled=deadline.cancelled or _GONE)
