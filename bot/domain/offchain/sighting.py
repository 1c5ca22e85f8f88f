"""A vote on Snapshot as one community saw it at one moment: everything that is said comes of it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import TypedDict

from bot.domain.announcement import Subject
from bot.domain.offchain.followed import FollowedVote
from bot.domain.offchain.snapshot import SnapshotProposal
from bot.domain.offchain.vote import OffChainVote
from bot.domain.policy import Step
from bot.domain.proposal import Community, Proposal
from bot.domain.types import ProposalId, SpaceId, UnixSeconds

VOTE = "Vote"  # what a vote is called that is no step of a proposal of ours


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteSighting:
    """A followed vote, what the hub showed of it, and what of ours it belongs to."""

    community: Community
    followed: FollowedVote
    seen: SnapshotProposal
    now: UnixSeconds
    proposal: Proposal | None = None  # ours; `None`: it was made elsewhere and is linked to none
    vote: OffChainVote | None = None  # the round of ours that it is

    @property
    def unit(self) -> str:
        """What its scores are counted in."""
        return self.seen.unit

    @property
    def is_spam(self) -> bool:
        """Whether Snapshot has marked it as spam, so that nothing is told of it.

        A round of ours is none: people here have made it, and its result counts.
        """
        return self.seen.flagged and self.vote is None

    @property
    def step(self) -> Step | None:
        """Which of the community's votes it is, if it is one."""
        return self.vote.step if self.vote else None

    @property
    def step_name(self) -> str:
        """What the vote is called here."""
        return self.community.policy.step(self.vote.step).name if self.vote else VOTE

    @property
    def subject(self) -> Subject | None:
        """The proposal of ours that it belongs to, as it is named in what is said."""
        ours = self.proposal
        if ours is None:
            return None
        return Subject(proposal_id=ours.id, reference=ours.reference, title=ours.title)

    @property
    def supply(self) -> Decimal | None:
        """The supply of its token at its block, in the unit of scores, where one was read."""
        return self.vote.supply if self.vote else None

    @property
    def proposal_id(self) -> ProposalId | None:
        """The proposal of ours that it belongs to."""
        return self.proposal.id if self.proposal else None

    @property
    def foreign_space(self) -> SpaceId | None:
        """The space it was made in, where that is not the community's own."""
        return None if is_own(self.community, self.seen.space) else self.seen.space

    @property
    def is_ours(self) -> bool:
        """Whether Assent has posted it: then its envelope is stored."""
        return self.vote is not None and self.vote.envelope is not None


def is_own(community: Community, space: SpaceId) -> bool:
    """Say whether a space is the community's own; the sequencer stores its name as it was typed."""
    return community.space is not None and space.lower() == community.space.lower()


class SnapshotNewsFields(TypedDict):
    """The fields that all news of a vote on Snapshot share."""

    subject: Subject | None
    step: Step | None
    step_name: str
    round: int
    vote_key: str
    space: str
    vote_title: str
    is_ours: bool
    is_by_stranger: bool


def named(sighting: VoteSighting) -> SnapshotNewsFields:
    """Name the vote in what is said of it."""
    return {
        "subject": sighting.subject,
        "step": sighting.step,
        "step_name": sighting.step_name,
        "round": sighting.vote.round if sighting.vote else 0,
        "vote_key": sighting.followed.news_key,
        "space": sighting.foreign_space or "",
        "vote_title": sighting.seen.title,
        "is_ours": sighting.is_ours,
        "is_by_stranger": sighting.seen.is_by_member is False,
    }
