"""What Assent says once: one value for each kind of announcement, with its natural key.

Each value carries what its text needs and nothing else; `cogs/cards` makes the text. Texts that
came from people or contracts are raw here and made safe there.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

from bot.domain.lifecycle import Move, Phase
from bot.domain.policy import Step
from bot.domain.trouble import TroubleKind
from bot.domain.types import ProposalId, UnixSeconds, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is spoken of: our proposal."""

    proposal_id: ProposalId
    reference: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IdeaReady:
    """The idea has reached the threshold."""

    kind: Literal["idea ready"] = "idea ready"
    subject: Subject
    supporters: int
    move_number: int  # how many moves the proposal had made before

    @property
    def key(self) -> str:
        """The natural key: an idea becomes ready once, and once more after each reopening."""
        return f"proposal:{self.subject.proposal_id}:ready:{self.move_number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseChanged:
    """A person moved the proposal: promoted it, parked it, rejected it, and so on."""

    kind: Literal["phase changed"] = "phase changed"
    subject: Subject
    phase: Phase
    move: Move | None = None  # how it came there; `None`: said before that was noted
    by: UserId
    reason: str  # public; `""` where none is asked for
    is_early: bool = False  # a promotion before the minimum discussion time was over
    move_number: int  # how many moves the proposal had made before: parking twice is two events

    @property
    def key(self) -> str:
        """The natural key: the n-th move of this proposal."""
        return f"proposal:{self.subject.proposal_id}:move:{self.move_number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TroubleFound:
    """Something is in the way, and a person has to mend it."""

    kind: Literal["trouble found"] = "trouble found"
    subject: Subject | None  # `None`: it is about the whole server
    trouble: TroubleKind
    place: int  # the id of the channel, thread, role, member or chain it is about
    since: UnixSeconds

    @property
    def key(self) -> str:
        """Once for each time that it happens at a place, however much it is in the way of."""
        return f"trouble:{self.trouble.replace(' ', '-')}:{self.place}:{self.since}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TroubleMended:
    """What was in the way of a whole server is not any more, and nobody did anything here."""

    kind: Literal["trouble mended"] = "trouble mended"
    trouble: TroubleKind
    place: int  # as of `TroubleFound`
    since: UnixSeconds  # when it was noticed

    @property
    def key(self) -> str:
        """Once for each trouble that was told."""
        return f"trouble:{self.trouble.replace(' ', '-')}:{self.place}:{self.since}:mended"


@dataclass(frozen=True, slots=True, kw_only=True)
class IdeaMerged:
    """The idea goes on in another; said where it was discussed until now."""

    kind: Literal["idea merged"] = "idea merged"
    subject: Subject
    into: Subject
    link: str  # to where it goes on, or `""`
    by: UserId
    reason: str
    move_number: int

    @property
    def key(self) -> str:
        """The natural key: the n-th move of this proposal."""
        return f"proposal:{self.subject.proposal_id}:move:{self.move_number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class IdeaJoined:
    """Another idea was merged into this one; said where this one is discussed."""

    kind: Literal["idea joined"] = "idea joined"
    subject: Subject
    joined: Subject
    link: str  # to where the other was discussed, or `""`
    by: UserId
    reason: str
    supporters: int  # of this one, now
    gained: int  # supporters who had not supported it before
    move_number: int  # of the other

    @property
    def key(self) -> str:
        """The natural key: the move of the other that ends in this one."""
        joined = f"{self.joined.proposal_id}:{self.move_number}"
        return f"proposal:{self.subject.proposal_id}:joined:{joined}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewNews:
    """What all news of one revision's review carry."""

    subject: Subject
    step: Step
    revision: int
    by: UserId

    what: ClassVar[str]  # what there is one of for each revision

    @property
    def key(self) -> str:
        """The natural key: one of each kind a revision and person."""
        revision = f"proposal:{self.subject.proposal_id}:{self.step}:draft-{self.revision}"
        return f"{revision}:{self.what}:{self.by}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftSubmitted(ReviewNews):
    """A revision of the draft is to be reviewed."""

    kind: Literal["draft submitted"] = "draft submitted"
    what: ClassVar[str] = "submitted"
    approvals_needed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftApproved(ReviewNews):
    """A moderator approved a revision of the draft."""

    kind: Literal["draft approved"] = "draft approved"
    what: ClassVar[str] = "approved"
    approvals: int  # so far, this one included: there is one announcement of each
    approvals_needed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewVoided(ReviewNews):
    """A draft that was submitted or approved has changed since; `by` changed it."""

    kind: Literal["review voided"] = "review voided"
    what: ClassVar[str] = "void"
    approved_by: tuple[UserId, ...]
    change: str  # what differs now, in a few words
    new_revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusSet:
    """A moderator has put the proposal where no rule would have brought it, and says why."""

    kind: Literal["status set"] = "status set"
    subject: Subject
    before: Phase
    phase: Phase
    by: UserId
    reason: str
    move_number: int  # as of `PhaseChanged`

    @property
    def key(self) -> str:
        """The natural key: the n-th move of this proposal."""
        return f"proposal:{self.subject.proposal_id}:move:{self.move_number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """What moderators should do now that a vote was decided."""

    kind: Literal["next step"] = "next step"
    subject: Subject
    phase: Phase
    call_to_make: str  # a title to bear on chain, or `""`
    steps: tuple[Step, ...] = (Step.TEMPERATURE, Step.CONSENSUS)  # the votes this community has

    @property
    def key(self) -> str:
        """One hint a phase."""
        return f"proposal:{self.subject.proposal_id}:next:{self.phase.replace(' ', '-')}"
