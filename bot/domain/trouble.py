"""What people can put in the way of a proposal, or of a whole server, without meaning to."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.types import UnixSeconds


class TroubleKind(StrEnum):
    """What is in the way; the cards say who can mend it."""

    CHANNEL_GONE = "channel gone"  # deleted, with all that stood there
    NO_ACCESS = "no access"  # a permission is missing there
    THREAD_LOCKED = "thread locked"  # only who may manage threads can write there
    CARD_GONE = "card gone"  # deleted again and again: nobody can react to it
    AUTHOR_LEFT = "author left"
    ROLE_GONE = "role gone"
    NO_EVENTS = "no events"  # a permission is missing in the whole server
    CHAIN_UNREAD = "chain unread"  # no endpoint lets a chain be read up to its newest block
    HISTORY_GONE = "history gone"  # no endpoint has the logs of some old blocks any more
    LOGS_UNREADABLE = "logs unreadable"  # a governor's event that this version does not understand


# A message that arrives in a place proves that these are not in its way any more.
OF_A_PLACE = frozenset({TroubleKind.CHANNEL_GONE, TroubleKind.NO_ACCESS, TroubleKind.THREAD_LOCKED})
OF_A_CHAIN = frozenset(
    {TroubleKind.CHAIN_UNREAD, TroubleKind.HISTORY_GONE, TroubleKind.LOGS_UNREADABLE}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One thing that is in the way, and since when."""

    kind: TroubleKind
    place: int  # the id of the channel, thread, role, member, server or chain it is about
    since: UnixSeconds
