"""Everything Assent can say, in two closed unions, and the one table of who hears it.

Announcements are said once; live cards are kept true by edits.
"""

from enum import StrEnum

from bot.domain.announcement import (
    DraftApproved,
    DraftSubmitted,
    IdeaJoined,
    IdeaMerged,
    IdeaReady,
    NextStep,
    PhaseChanged,
    ReviewVoided,
    StatusSet,
    TroubleFound,
    TroubleMended,
)
from bot.domain.implementation import ImplementationAgreed, ImplementationDue, Implemented
from bot.domain.live_card import Board, ProposalCard, TallyCard
from bot.domain.offchain.alias import AliasEnding, AliasLinked, AliasRefused
from bot.domain.offchain.announcement import (
    ChangeRefused,
    NoticeGiven,
    PublishingDelayed,
    PublishingRefused,
    SignatureWanted,
    SpaceFollowed,
    VoteClosingSoon,
    VoteDecided,
    VoteEdited,
    VoteGone,
    VoteLinked,
    VoteOpened,
    VotePosted,
    VotePostponed,
    VoteRehearsed,
    VoteUnlinked,
)
from bot.domain.onchain.announcement import (
    ChainNews,
    FamilyNews,
    GovernorNews,
    LargeVote,
    OperationNews,
    ParameterNews,
)
from bot.domain.onchain.proposal import Moment
from bot.domain.review.announcement import CallsDiffer, ChecksMissing, ConcernRaised
from bot.domain.review.review_card import ReviewCard
from bot.domain.types import UnixSeconds, UserId


class Audience(StrEnum):
    """Where something is said; a community's channels make it a place."""

    IDEAS = "ideas"
    THREAD = "thread"
    VOTING = "voting"
    ANNOUNCEMENTS = "announcements"
    MODERATORS = "moderators"
    AUTHOR = "author"  # alone, by direct message, who has asked for it


Announcement = (
    IdeaReady
    | PhaseChanged
    | IdeaMerged
    | IdeaJoined
    | DraftSubmitted
    | DraftApproved
    | ReviewVoided
    | NoticeGiven
    | VotePostponed
    | PublishingDelayed
    | SignatureWanted
    | VotePosted
    | VoteOpened
    | VoteClosingSoon
    | VoteEdited
    | VoteDecided
    | VoteGone
    | ChangeRefused
    | AliasLinked
    | AliasEnding
    | AliasRefused
    | PublishingRefused
    | VoteRehearsed
    | VoteLinked
    | VoteUnlinked
    | SpaceFollowed
    | StatusSet
    | NextStep
    | TroubleFound
    | TroubleMended
    | GovernorNews
    | LargeVote
    | OperationNews
    | ParameterNews
    | FamilyNews
    | CallsDiffer
    | ChecksMissing
    | ConcernRaised
    | ImplementationAgreed
    | ImplementationDue
    | Implemented
)
Card = ProposalCard | TallyCard | Board | ReviewCard
Speech = Announcement | Card

_EXECUTION = frozenset(
    {
        Moment.QUEUED,
        Moment.EXECUTABLE,
        Moment.GRACE_ENDING,
        Moment.EXPIRED,
        Moment.EXECUTED,
        Moment.UNQUEUED,
    }
)


# The one table of who is told what.
_MODERATED = (Audience.THREAD, Audience.MODERATORS)
_PUBLIC = (Audience.VOTING, Audience.THREAD)
_WARNED = (Audience.ANNOUNCEMENTS, Audience.MODERATORS)
_EVERYBODY = (Audience.ANNOUNCEMENTS, Audience.THREAD)
_AUDIENCES: dict[type[Speech], tuple[Audience, ...]] = {
    ProposalCard: (Audience.IDEAS,),
    TallyCard: (Audience.VOTING,),
    Board: (Audience.IDEAS,),
    IdeaReady: _MODERATED,
    PhaseChanged: (Audience.THREAD,),
    IdeaMerged: (Audience.THREAD,),
    IdeaJoined: (Audience.THREAD,),
    DraftSubmitted: _MODERATED,
    DraftApproved: (Audience.THREAD,),
    ReviewVoided: _MODERATED,
    NoticeGiven: _PUBLIC,
    VotePostponed: _PUBLIC,
    PublishingDelayed: _MODERATED,
    SignatureWanted: _MODERATED,
    PublishingRefused: (*_PUBLIC, Audience.MODERATORS),
    VotePosted: _PUBLIC,
    VoteOpened: _PUBLIC,
    VoteClosingSoon: _PUBLIC,
    VoteEdited: _PUBLIC,
    VoteDecided: _PUBLIC,
    VoteGone: _PUBLIC,
    ChangeRefused: _MODERATED,
    AliasLinked: (Audience.MODERATORS,),
    AliasEnding: (Audience.MODERATORS,),
    AliasRefused: (Audience.MODERATORS,),
    VoteRehearsed: (Audience.MODERATORS,),
    VoteLinked: _MODERATED,
    VoteUnlinked: _MODERATED,
    SpaceFollowed: (Audience.VOTING,),
    StatusSet: _MODERATED,
    NextStep: _MODERATED,
    TroubleFound: (Audience.MODERATORS,),
    TroubleMended: (Audience.MODERATORS,),
    GovernorNews: _PUBLIC,
    LargeVote: _PUBLIC,
    OperationNews: _WARNED,
    ParameterNews: _WARNED,
    FamilyNews: _WARNED,
    ReviewCard: (Audience.THREAD,),
    CallsDiffer: _EVERYBODY,
    ChecksMissing: _MODERATED,
    ConcernRaised: _MODERATED,
    ImplementationAgreed: _EVERYBODY,
    ImplementationDue: _MODERATED,
    Implemented: _EVERYBODY,
}


def audiences(speech: Speech) -> tuple[Audience, ...]:
    """Say who hears it; what is about the execution has a channel of its own."""
    if isinstance(speech, GovernorNews) and speech.moment in _EXECUTION:
        return (Audience.ANNOUNCEMENTS, Audience.THREAD)
    if isinstance(speech, ProposalCard) and speech.is_in_members_post:
        return (Audience.THREAD,)
    if isinstance(speech, ReviewCard) and speech.is_brief:
        return (Audience.ANNOUNCEMENTS,)
    if isinstance(speech, ChecksMissing | ConcernRaised) and speech.subject is None:
        return _WARNED if isinstance(speech, ConcernRaised) else (Audience.MODERATORS,)
    return _AUDIENCES[type(speech)]


def pings(speech: Speech, audience: Audience) -> bool:
    """Say whether the announcement role is called; threads and cards call nobody.

    Neither do the votes of other communities: hardly anybody here can vote there.
    """
    if audience not in (Audience.VOTING, Audience.ANNOUNCEMENTS):
        return False
    match speech:
        case NoticeGiven() | CallsDiffer():
            return True
        case VoteOpened() | VoteClosingSoon():
            return not speech.space
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


_TURNING = frozenset(
    {
        Moment.CREATED,
        Moment.VOTING_OPEN,
        Moment.SUCCEEDED,
        Moment.DEFEATED,
        Moment.UNQUEUED,
        Moment.CANCELED,
        Moment.VETOED,
        Moment.QUEUED,
        Moment.EXECUTED,
        Moment.EXPIRED,
    }
)


def concerns(speech: Speech, author: UserId) -> bool:
    """Say whether its author is told: the status has changed, and they did not do it themselves."""
    match speech:
        case PhaseChanged() | IdeaMerged() | VotePostponed() | Implemented():
            return speech.by != author
        case IdeaReady() | NoticeGiven() | VoteLinked() | VoteOpened() | VoteDecided() | VoteGone():
            return True
        case GovernorNews():
            return speech.moment in _TURNING
        case _:
            return False


def is_live(speech: Speech) -> bool:
    """Say whether it is a card, kept true by edits, and not an announcement, said once."""
    return isinstance(speech, ProposalCard | TallyCard | Board | ReviewCard)


def rests_on(speech: Speech) -> UnixSeconds | None:
    """Give the time of the block that it rests on; `None`: on none, or it is kept true anyway."""
    return speech.at if isinstance(speech, ChainNews) else None


def wants_thread(speech: Speech) -> bool:
    """Say whether a thread has to be made for it: a member's post is one already."""
    return isinstance(speech, ProposalCard) and not speech.is_in_members_post
