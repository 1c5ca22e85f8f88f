"""What a person has typed and what has not become anything yet: kept, so that it is never lost."""

from dataclasses import dataclass
from typing import Literal

from bot.domain.onchain.preparation import Preparation
from bot.domain.policy import Step
from bot.domain.proposal import Idea
from bot.domain.types import ProposalId, SnapshotProposalId, UnixSeconds, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedIdea:
    """An idea whose author has to look at something first, such as ideas that are alike."""

    kind: Literal["idea"] = "idea"
    author_id: UserId
    author_name: str
    title: str
    idea: Idea
    topic: str = ""
    source: str = ""  # the address of the message it was made of


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedSection:
    """A section of a draft that somebody else has changed meanwhile."""

    kind: Literal["section"] = "section"
    proposal_id: ProposalId
    step: Step
    revision: int  # the one it started from
    section: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedPolicy:
    """A policy from a file, shown and not yet confirmed."""

    kind: Literal["policy"] = "policy"
    text: str  # the file
    fingerprint: str  # of the policy it changes and of what it makes of it: what was shown


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedEdit:
    """A new text for a vote on Snapshot, shown and not yet confirmed."""

    kind: Literal["vote edit"] = "vote edit"
    proposal_id: ProposalId
    updated: UnixSeconds | None  # as of `VoteEdit`
    title: str
    body: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedDeletion:
    """Why a vote on Snapshot shall be deleted, not yet confirmed."""

    kind: Literal["vote deletion"] = "vote deletion"
    proposal_id: ProposalId
    snapshot_id: SnapshotProposalId  # this one, and not a later round
    reason: str


TypedChange = TypedEdit | TypedDeletion
Typed = TypedIdea | TypedSection | TypedPolicy | TypedChange | Preparation
