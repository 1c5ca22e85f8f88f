"""The story of a decision that took effect: from the idea to what it changed on chain."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.domain.offchain.vote import OffChainVote, VoteStatus, leader, outcome
from bot.domain.onchain.call import Change, DecodedCall, afterwards
from bot.domain.onchain.proposal import GovernorProposal
from bot.domain.policy import Policy
from bot.domain.proposal import Proposal, thread_link
from bot.domain.types import UnixSeconds, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryVote:
    """A vote off chain, as it ended."""

    name: str  # `Temperature Check`
    ended_at: UnixSeconds
    passed: bool | None  # `None`: not known
    leading: str  # the choice with the most, or `""`
    votes: int
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryIdea:
    """What it began with here."""

    author_id: UserId
    author_name: str
    spoken_at: UnixSeconds
    thread: str  # its address, or `""`


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Only what is known; `None`: that is not, or there was no such step."""

    idea: StoryIdea | None
    votes: tuple[StoryVote, ...]
    proposed_at: UnixSeconds
    queued_at: UnixSeconds | None
    executed_at: UnixSeconds | None
    changes: tuple[Change, ...]  # read from the contracts


def story(
    done: GovernorProposal, ours: Proposal | None, votes: Sequence[OffChainVote], policy: Policy
) -> Story:
    """Tell it from what is known; `ours` and its votes led to `done`."""
    return Story(
        idea=_idea(ours) if ours else None,
        votes=tuple(_votes(votes, policy)),
        proposed_at=done.created.block_time,
        queued_at=done.queued.block_time if done.queued else None,
        executed_at=done.executed.block_time if done.executed else None,
        changes=tuple(_changes(done.described)),
    )


def _idea(ours: Proposal) -> StoryIdea:
    return StoryIdea(
        author_id=ours.author_id,
        author_name=ours.author_name,
        spoken_at=ours.created_at,
        thread=thread_link(ours),
    )


def _votes(votes: Sequence[OffChainVote], policy: Policy) -> Iterator[StoryVote]:
    for vote in votes:
        seen = vote.observed
        if vote.status is not VoteStatus.DECIDED or seen is None:
            continue
        judged = outcome(seen, policy, vote.step, vote.supply)
        yield StoryVote(
            name=policy.step(vote.step).name,
            ended_at=seen.end,
            passed=judged.passed if judged else None,
            leading=leader(seen),
            votes=seen.votes,
            link=seen.link,
        )


def _changes(calls: Sequence[DecodedCall]) -> Iterator[Change]:
    """Give what each call changed, those of the calls that it carries too."""
    for call in afterwards(calls):
        yield from call.changes
        yield from _changes(call.calls)
