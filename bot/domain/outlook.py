"""What is going on in a server, and what somebody can do about it now."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.lifecycle import DRAFTING, GATHERING, NOTICED, Phase
from bot.domain.proposal import Actor, Community, Proposal, is_author
from bot.domain.types import UnixSeconds

MOST_TASKS = 4  # more would hide the one that matters


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenVote:
    """A vote that members can take part in now, off chain or on chain."""

    title: str
    proposal: Proposal | None  # ours, where it is known
    ends_at: UnixSeconds | None
    link: str  # where to vote, or `""`


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A proposal in the timelock; `eta` is when it can be executed."""

    title: str
    proposal: Proposal | None
    eta: UnixSeconds | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What is going on in a server; `community` is `None` where it is not set up."""

    community: Community | None
    proposals: tuple[Proposal, ...] = ()  # that are alive before and after their votes
    votes: tuple[OpenVote, ...] = ()
    timelock: tuple[Waiting, ...] = ()

    def in_phases(self, phases: frozenset[Phase]) -> tuple[Proposal, ...]:
        """Give the proposals that stand in one of these phases, oldest first."""
        return tuple(each for each in self.proposals if each.phase in phases)


class TaskKind(StrEnum):
    """What somebody can do now, the most pressing first."""

    SET_UP = "set up"
    ASK_FOR_SET_UP = "ask for set-up"
    EDIT = "edit"
    PROMOTE = "promote"
    PUBLISH = "publish"
    CARRY_OUT = "carry out"
    VOTE = "vote"
    SUPPORT = "support"
    SPEAK = "speak"
    WATCH = "watch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing to do, with the proposal or the vote it is about."""

    kind: TaskKind
    proposal: Proposal | None = None
    vote: OpenVote | None = None
    others: int = 0  # how many more of the kind there are


def tasks(outlook: Outlook, actor: Actor) -> tuple[Task, ...]:
    """Say what this person can do now by their rights, the most pressing first."""
    if outlook.community is None:
        can = TaskKind.SET_UP if actor.is_administrator else TaskKind.ASK_FOR_SET_UP
        return (Task(kind=can),)
    found = list(_tasks(outlook, outlook.community, actor))
    return tuple(found[:MOST_TASKS]) or (Task(kind=TaskKind.WATCH),)


def _tasks(outlook: Outlook, community: Community, actor: Actor) -> Iterator[Task]:
    drafts = outlook.in_phases(DRAFTING)
    mine = [each for each in drafts if is_author(each, actor.user_id)]
    yield from _first(TaskKind.EDIT, mine)
    if actor.is_moderator:
        yield from _first(TaskKind.PROMOTE, outlook.in_phases(frozenset({Phase.READY})))
        yield from _first(TaskKind.PUBLISH, [each for each in drafts if each not in mine])
        yield from _first(TaskKind.CARRY_OUT, outlook.in_phases(frozenset({Phase.PASSED})))
    for vote in outlook.votes[:1]:
        yield Task(kind=TaskKind.VOTE, vote=vote, others=len(outlook.votes) - 1)
    gathering = outlook.in_phases(GATHERING)
    open_to_me = [each for each in gathering if not is_author(each, actor.user_id)]
    yield from _first(TaskKind.SUPPORT, open_to_me)
    if community.policy.takes_ideas:
        yield Task(kind=TaskKind.SPEAK)


def _first(kind: TaskKind, proposals: list[Proposal] | tuple[Proposal, ...]) -> Iterator[Task]:
    if proposals:
        yield Task(kind=kind, proposal=proposals[0], others=len(proposals) - 1)


LISTED = GATHERING | DRAFTING | NOTICED | {Phase.PASSED}
