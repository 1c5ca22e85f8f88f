"""What is said once of a vote off chain: before it is on Snapshot, and of what is there."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Literal

from typing_extensions import override

from bot.domain.announcement import Subject
from bot.domain.policy import Step
from bot.domain.types import Seconds, SnapshotProposalId, UnixSeconds, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteNews:
    """What all news of one round of a vote of ours carry, until it is on Snapshot."""

    subject: Subject
    step: Step
    step_name: str
    round: int

    what: ClassVar[str]  # what there is one of in each round

    @property
    def key(self) -> str:
        """The natural key: one of each kind a round."""
        return f"proposal:{self.subject.proposal_id}:{self.step}:{self.round}:{self.what}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeGiven(VoteNews):
    """A vote is announced; it opens when the notice is over."""

    kind: Literal["notice given"] = "notice given"
    what: ClassVar[str] = "notice"
    vote_title: str
    opens_at: UnixSeconds
    business_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VotePostponed(VoteNews):
    """A moderator called an announced vote off, so that its draft can be mended."""

    kind: Literal["vote postponed"] = "vote postponed"
    what: ClassVar[str] = "postponed"
    by: UserId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishingDelayed(VoteNews):
    """A vote that should be open is not on Snapshot yet; it is tried again and again."""

    kind: Literal["publishing delayed"] = "publishing delayed"
    what: ClassVar[str] = "delayed"
    opens_at: UnixSeconds
    reason: str = ""  # in plain words; `""`: Snapshot or the node does not answer


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureWanted(VoteNews):
    """The notice is over and Assent has no key: somebody has to sign with their own wallet."""

    kind: Literal["signature wanted"] = "signature wanted"
    what: ClassVar[str] = "signature-wanted"
    vote_title: str
    space: str
    refused: str = ""  # the id of an earlier signature's message that Snapshot did not take
    text: str = ""  # and what Snapshot said to it
    meaning: str = ""

    @property
    @override
    def key(self) -> str:
        """One a round, and one more for each signature that was not taken."""
        again = f"-{self.refused}" if self.refused else ""
        return f"{super(SignatureWanted, self).key}{again}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotNews:
    """What all news of a vote on Snapshot carry, whoever made it."""

    subject: Subject | None  # `None`: it belongs to no proposal of ours
    step: Step | None
    step_name: str  # what the vote is called: `Consensus Check`, or `Vote`
    round: int = 0
    vote_key: str = ""  # what the keys of its news begin with; `""`: said before votes had one
    space: str = ""  # the Snapshot space, named where it is not the community's own
    vote_title: str = ""
    is_ours: bool = True  # posted by Assent
    is_by_stranger: bool = False  # its author does not belong to the space

    what: ClassVar[str]  # what there is one of for each vote

    @property
    def key(self) -> str:
        """The natural key: one of each kind a vote."""
        return f"{self._prefix}:{self.what}"

    @property
    def _proposal(self) -> int:
        return self.subject.proposal_id if self.subject else 0

    @property
    def _prefix(self) -> str:
        if self.vote_key or self.subject is None:
            return self.vote_key
        return f"proposal:{self.subject.proposal_id}:{self.step}:{self.round}"


@dataclass(frozen=True, slots=True, kw_only=True)
class VotePosted(SnapshotNews):
    """The proposal is on Snapshot, read back from there; its voting opens later."""

    kind: Literal["vote posted"] = "vote posted"
    what: ClassVar[str] = "posted"
    start: UnixSeconds
    end: UnixSeconds
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteOpened(SnapshotNews):
    """Voting is open, as the hub shows it."""

    kind: Literal["vote opened"] = "vote opened"
    what: ClassVar[str] = "opened"
    voting_type: str = ""  # a `VotingType`, or what a newer hub calls it
    is_hidden: bool = False  # shielded until the end
    choices: tuple[str, ...]
    start: UnixSeconds
    end: UnixSeconds
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteClosingSoon(SnapshotNews):
    """The vote ends soon."""

    kind: Literal["vote closing soon"] = "vote closing soon"
    what: ClassVar[str] = "closing-soon"
    end: UnixSeconds
    link: str
    lead: Seconds | None = None  # how long before the end; `None`: the one reminder there was
    quorum_missing: Decimal | None = None  # at the last reminder, what the quorum still lacks
    unit: str = ""

    @property
    @override
    def key(self) -> str:
        """One for each lead time."""
        lead = "" if self.lead is None else f"-{self.lead}"
        return f"{self._prefix}:{self.what}{lead}"


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteDecided(SnapshotNews):
    """The scores are final and the community's rule has spoken."""

    kind: Literal["vote decided"] = "vote decided"
    what: ClassVar[str] = "decided"
    passed: bool | None  # by the community's rule; `None`: it is no vote of the community's own
    why: str
    leading: str = ""  # the choice with the most votes; `""`: none has, or it is not known
    quorum_reached: bool | None = None  # `None`: there is none, or it is not known
    choices: tuple[str, ...]
    scores: tuple[Decimal, ...]  # parallel to `choices`, or empty when nobody voted
    scores_total: Decimal
    votes: int
    unit: str
    link: str
    quorum: Decimal | None = None  # in the unit of scores; `None`: there is none
    voting_type: str = ""  # a `VotingType`, or what a newer hub calls it


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteEdited(SnapshotNews):
    """The text of the vote was changed on Snapshot before it opened."""

    kind: Literal["vote edited"] = "vote edited"
    what: ClassVar[str] = "edited"
    updated: UnixSeconds
    change: str  # what differs now, in a few words
    by: UserId | None  # who changed it through Assent; `None`: it was done elsewhere
    start: UnixSeconds
    link: str

    @property
    @override
    def key(self) -> str:
        """One for each edit."""
        return f"{self._prefix}:{self.what}-{self.updated}"


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteGone(SnapshotNews):
    """The vote was deleted on Snapshot before it was decided."""

    kind: Literal["vote gone"] = "vote gone"
    what: ClassVar[str] = "gone"
    by: UserId | None = None  # who deleted it through Assent; `None`: it was done elsewhere
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRefused(SnapshotNews):
    """Snapshot refused an edit or a deletion for good; the vote stands as it was."""

    kind: Literal["change refused"] = "change refused"
    what: ClassVar[str] = "refused"
    message_id: SnapshotProposalId  # of the edit or the deletion
    is_deletion: bool
    by: UserId  # whose wish it was
    text: str  # the sequencer's own words, or ours
    meaning: str

    @property
    @override
    def key(self) -> str:
        """One for each wish."""
        return f"{self._prefix}:{self.what}-{self.message_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishingRefused(VoteNews):
    """Snapshot refused the vote for good, or it cannot be signed: moderators have to act."""

    kind: Literal["publishing refused"] = "publishing refused"
    what: ClassVar[str] = "refused"
    text: str  # the sequencer's own words, or ours
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteRehearsed(VoteNews):
    """In a dry run: what would have been signed and sent to Snapshot, to the letter."""

    kind: Literal["vote rehearsed"] = "vote rehearsed"
    what: ClassVar[str] = "rehearsed"
    vote_title: str
    start: UnixSeconds
    end: UnixSeconds
    typed_data: str  # as JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteLinked(SnapshotNews):
    """A vote that was made outside of Assent is the vote of a proposal of ours from now on."""

    kind: Literal["vote linked"] = "vote linked"
    what: ClassVar[str] = "linked"
    by: UserId | None  # the moderator who says so; `None`: the vote itself names the proposal
    reason: str
    replaces_notice: bool  # the vote that was announced for the proposal is not made any more
    start: UnixSeconds
    end: UnixSeconds
    link: str
    move_number: int  # of the proposal: it may be linked, unlinked and linked again

    @property
    @override
    def key(self) -> str:
        """One for each time that it is linked."""
        return f"{self._prefix}:{self.what}-{self._proposal}-{self.move_number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteUnlinked(SnapshotNews):
    """A moderator says that a vote made outside of Assent is not the vote of this proposal."""

    kind: Literal["vote unlinked"] = "vote unlinked"
    what: ClassVar[str] = "unlinked"
    by: UserId
    reason: str
    link: str
    move_number: int

    @property
    @override
    def key(self) -> str:
        """One for each time that it is unlinked."""
        return f"{self._prefix}:{self.what}-{self._proposal}-{self.move_number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedVote:
    """A vote in the list of those that were open when its space was first looked at."""

    title: str
    start: UnixSeconds
    end: UnixSeconds
    is_open: bool  # else its voting has not begun
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpaceFollowed:
    """A space is followed from now on; what is open there already is listed once, and quietly."""

    kind: Literal["space followed"] = "space followed"
    space: str
    is_own: bool
    since: UnixSeconds
    votes: tuple[ListedVote, ...]  # those that end first
    more: int  # that are not listed

    @property
    def key(self) -> str:
        """One each time that it is followed."""
        return f"space:{self.space}:followed:{self.since}"
