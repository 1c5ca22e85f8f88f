"""Everything Assent can say, in two closed unions: announcements, said once, and live cards.

Each value carries what its text needs and nothing else; `cogs/cards` makes the text. Texts that
came from people or contracts are raw here and made safe there.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, Literal

from bot.domain.governor import DecodedCall, GovernorState, ProposalKey
from bot.domain.lifecycle import Phase
from bot.domain.onchain import Moment
from bot.domain.policy import Step
from bot.domain.types import ChannelId, ProposalId, RoleId, TransactionHash, UnixSeconds, UserId


class Audience(StrEnum):
    """Where something is said; a community's channels make it a place."""

    IDEAS = "ideas"
    THREAD = "thread"
    VOTING = "voting"
    ANNOUNCEMENTS = "announcements"
    MODERATORS = "moderators"


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
    by: UserId
    reason: str  # public; `""` where none is asked for
    move_number: int  # how many moves the proposal had made before: parking twice is two events

    @property
    def key(self) -> str:
        """The natural key: the n-th move of this proposal."""
        return f"proposal:{self.subject.proposal_id}:move:{self.move_number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteNews:
    """What all news of one round of an off-chain vote carry."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteOpened(VoteNews):
    """The proposal is on Snapshot, read back from there."""

    kind: Literal["vote opened"] = "vote opened"
    what: ClassVar[str] = "opened"
    vote_title: str
    choices: tuple[str, ...]
    start: UnixSeconds
    end: UnixSeconds
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteClosingSoon(VoteNews):
    """The vote ends soon."""

    kind: Literal["vote closing soon"] = "vote closing soon"
    what: ClassVar[str] = "closing-soon"
    end: UnixSeconds
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteDecided(VoteNews):
    """The scores are final and the community's rule has spoken."""

    kind: Literal["vote decided"] = "vote decided"
    what: ClassVar[str] = "decided"
    passed: bool
    why: str
    choices: tuple[str, ...]
    scores: tuple[Decimal, ...]  # parallel to `choices`, or empty when nobody voted
    scores_total: Decimal
    votes: int
    unit: str
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteGone(VoteNews):
    """The vote was deleted on Snapshot before it was decided."""

    kind: Literal["vote gone"] = "vote gone"
    what: ClassVar[str] = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishingRefused(VoteNews):
    """Snapshot refused the vote for good, or it cannot be signed: moderators have to act."""

    kind: Literal["publishing refused"] = "publishing refused"
    what: ClassVar[str] = "refused"
    text: str  # the sequencer's own words, or ours
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """What moderators should do now that a vote was decided."""

    kind: Literal["next step"] = "next step"
    subject: Subject
    phase: Phase
    call_to_make: str  # a title to bear on chain, or `""`

    @property
    def key(self) -> str:
        """One hint a phase."""
        return f"proposal:{self.subject.proposal_id}:next:{self.phase.replace(' ', '-')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class GovernorNews:
    """A moment of an on-chain proposal's life."""

    kind: Literal["governor news"] = "governor news"
    moment: Moment
    governor_key: ProposalKey
    governor_name: str
    title: str
    reference: str  # `""`: no proposal of ours
    proposer: str
    calls: tuple[DecodedCall, ...]
    vote_starts_at: UnixSeconds
    vote_ends_at: UnixSeconds
    times_are_estimates: bool
    for_votes: Decimal | None  # whole tokens; `None`: not known
    against_votes: Decimal | None
    abstain_votes: Decimal | None
    quorum: Decimal | None
    unit: str
    eta: UnixSeconds | None
    expires_at: UnixSeconds | None
    transaction_hash: TransactionHash | None
    at: UnixSeconds  # when it happened, by the chain's time

    @property
    def key(self) -> str:
        """One announcement a moment."""
        return f"{governor_prefix(self.governor_key)}{self.moment.replace(' ', '-')}"


def governor_prefix(key: ProposalKey) -> str:
    """Give what the keys of all news of one on-chain proposal begin with."""
    return f"governor:{key.chain_id}:{key.governor}:{key.id}:"


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteSummary:
    """An off-chain vote as the card shows it."""

    step: Step
    step_name: str
    opens_at: UnixSeconds
    end: UnixSeconds | None
    link: str  # `""` until it is on Snapshot
    passed: bool | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OnChainSummary:
    """An on-chain proposal as the card shows it."""

    governor_name: str
    id: str
    state: GovernorState
    vote_ends_at: UnixSeconds
    times_are_estimates: bool
    calls: tuple[DecodedCall, ...]
    eta: UnixSeconds | None
    expires_at: UnixSeconds | None
    executed_transaction: TransactionHash | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalCard:
    """The one live card of a proposal: the message people support, and later read its state on."""

    kind: Literal["proposal card"] = "proposal card"
    subject: Subject
    phase: Phase
    reason: str
    idea: str
    author_id: UserId
    moderator_role_id: RoleId
    supporters: int
    threshold: int
    support_emoji: str
    author_counts: bool
    promotable_from: UnixSeconds
    votes: tuple[VoteSummary, ...]  # in the order of the steps
    on_chain: OnChainSummary | None
    thread_id: ChannelId | None = None

    @property
    def key(self) -> str:
        """One card a proposal."""
        return f"proposal:{self.subject.proposal_id}:card"


@dataclass(frozen=True, slots=True, kw_only=True)
class TallyCard:
    """The live tally of one vote. A score that is not known is not shown as zero."""

    kind: Literal["tally card"] = "tally card"
    tally_key: str
    reference: str  # `""`: no proposal of ours
    heading: str
    title: str
    source: str  # who says so: Snapshot, or a governor's name
    choices: tuple[str, ...]
    scores: tuple[Decimal, ...]  # parallel to `choices`, or empty: not known (yet)
    scores_total: Decimal | None
    votes: int | None  # ballots, where the source counts them
    quorum: Decimal | None
    quorum_counted: Decimal | None  # what counts towards it; `None`: not known
    unit: str
    start: UnixSeconds
    end: UnixSeconds
    times_are_estimates: bool
    is_open: bool
    is_hidden: bool  # shielded until the end
    is_final: bool
    passed: bool | None
    why: str
    link: str
    seen_at: UnixSeconds = field(compare=False)  # a later look at the same scores is no change
    is_gone: bool = False  # deleted at its source before it was decided

    @property
    def key(self) -> str:
        """One tally a vote."""
        return self.tally_key


Announcement = (
    IdeaReady
    | PhaseChanged
    | NoticeGiven
    | VotePostponed
    | PublishingDelayed
    | VoteOpened
    | VoteClosingSoon
    | VoteDecided
    | VoteGone
    | PublishingRefused
    | NextStep
    | GovernorNews
)
Card = ProposalCard | TallyCard
Speech = Announcement | Card

_EXECUTION = frozenset(
    {
        Moment.QUEUED,
        Moment.EXECUTABLE,
        Moment.GRACE_ENDING,
        Moment.EXPIRED,
        Moment.EXECUTED,
    }
)


# The one table of who is told what.
_MODERATED = (Audience.THREAD, Audience.MODERATORS)
_PUBLIC = (Audience.VOTING, Audience.THREAD)
_AUDIENCES: dict[type[Speech], tuple[Audience, ...]] = {
    ProposalCard: (Audience.IDEAS,),
    TallyCard: (Audience.VOTING,),
    IdeaReady: _MODERATED,
    PhaseChanged: (Audience.THREAD,),
    NoticeGiven: _PUBLIC,
    VotePostponed: _PUBLIC,
    PublishingDelayed: _MODERATED,
    PublishingRefused: (*_PUBLIC, Audience.MODERATORS),
    VoteOpened: _PUBLIC,
    VoteClosingSoon: _PUBLIC,
    VoteDecided: _PUBLIC,
    VoteGone: _PUBLIC,
    NextStep: _MODERATED,
    GovernorNews: _PUBLIC,
}


def audiences(speech: Speech) -> tuple[Audience, ...]:
    """Say who hears it; what is about the execution has a channel of its own."""
    if isinstance(speech, GovernorNews) and speech.moment in _EXECUTION:
        return (Audience.ANNOUNCEMENTS, Audience.THREAD)
    return _AUDIENCES[type(speech)]


def pings(speech: Speech, audience: Audience) -> bool:
    """Say whether the announcement role is called; threads and cards call nobody."""
    if audience not in (Audience.VOTING, Audience.ANNOUNCEMENTS):
        return False
    match speech:
        case NoticeGiven() | VoteOpened() | VoteClosingSoon():
            return True
        case GovernorNews():
            return speech.moment in _CALLING
        case _:
            return False


_CALLING = frozenset(
    {
        Moment.VOTING_OPEN,
        Moment.CLOSING_SOON,
        Moment.EXECUTABLE,
        Moment.GRACE_ENDING,
        Moment.EXECUTED,
    }
)


def is_live(speech: Speech) -> bool:
    """Say whether it is a card, kept true by edits, and not an announcement, said once."""
    return isinstance(speech, ProposalCard | TallyCard)
