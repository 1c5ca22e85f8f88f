"""A message of ours on its way to Discord: what it should say, and what is known of it there."""

from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2s

from bot.domain.live_card import Board
from bot.domain.speech import Speech, is_live
from bot.domain.types import (
    ChannelId,
    GuildId,
    MessageId,
    ProposalId,
    RoleId,
    Seconds,
    UnixSeconds,
    UserId,
)

ATTEMPTS_BEFORE_PARKING = 8
EDIT_PAUSE = Seconds(10)  # between two edits of a young message
OLD_EDIT_PAUSE = Seconds(30)  # Discord lets messages over an hour old be edited only rarely
OLD_AFTER = Seconds(3_600)
# Of those, Discord takes three edits in six seconds in one channel, and a second more is safe: the
# clock tells whole ones.
OLD_EDITS = 3
OLD_EDITS_WITHIN = Seconds(7)


class PostState(StrEnum):
    """What is known of a message."""

    DUE = "due"  # never tried
    SENDING = "sending"  # tried; whether Discord has it is not known
    SAID = "said"  # Discord's id is stored
    SKIPPED = "skipped"  # recorded and not said: it was no news any more
    PARKED = "parked"  # it cannot be said; a person has to look
    GONE = "gone"  # it was said, and a person deleted it


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One thing to be said in one place."""

    id: int
    key: str
    guild_id: GuildId
    proposal_id: ProposalId | None
    speech: Speech
    role_id: RoleId | None  # pinged by this message
    mentioned_id: UserId | None = None  # the member who is
    state: PostState
    revision: int
    is_withdrawn: bool  # it was said, and a reorganisation made it untrue
    generation: int  # a deleted card is posted anew as the next generation
    attempts: int
    claimed_at: UnixSeconds | None
    channel_id: ChannelId  # where to send it
    is_forum: bool
    message_id: MessageId | None
    wants_thread: bool  # a thread belongs to it and is not known yet
    is_in_thread: bool = False  # it is said in its proposal's thread
    recipient_id: UserId | None = None  # of a direct message; its channel has to be opened
    shown: str = ""  # a digest of what the message reads in Discord; `""`: not known
    is_rehearsal: bool = False  # a dry run: moderators alone hear it
    would_be_in: tuple[ChannelId | None, ...] = ()  # of a dry run; `None`: the proposal's thread


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One message of ours as moderators look at it: what, where, and what became of it."""

    id: int
    key: str
    reference: str  # `""`: it is about no proposal
    speech: Speech
    audience: str
    state: PostState
    at: UnixSeconds  # when it was put into the outbox
    channel_id: ChannelId | None  # `None`: it is nowhere yet
    message_id: MessageId | None
    error: str
    is_rehearsal: bool
    is_withdrawn: bool


def marker(post: Post) -> str:
    """Give the short code by which our message is found again in its channel.

    It stands in the footer of what we send: a search for it after an unknown outcome is what keeps
    a message from being sent twice after a long outage.
    """
    return blake2s(_identity(post), digest_size=4).hexdigest()


def nonce(post: Post) -> str:
    """Give Discord's idempotency key: the same for every attempt at this message, 24 characters."""
    return blake2s(_identity(post), digest_size=12).hexdigest()


def _identity(post: Post) -> bytes:
    return f"{post.key}|{post.id}|{post.generation}".encode()


def edit_pause(said_at: UnixSeconds, now: UnixSeconds) -> Seconds:
    """Say how long the next edit of a message has to wait."""
    return OLD_EDIT_PAUSE if is_old(said_at, now) else EDIT_PAUSE


def is_old(said_at: UnixSeconds, now: UnixSeconds) -> bool:
    """Say whether Discord lets a message be edited only rarely."""
    return now - said_at > OLD_AFTER


def retry_pause(attempts: int) -> Seconds:
    """Say how long to wait after the n-th failure: doubling, at most ten minutes."""
    return Seconds(min(2**attempts, 600))


def may_be_restored(post: Post) -> bool:
    """Say whether a deleted message is posted anew: a card once, the board always.

    An announcement never is, and neither are the last words of a board.
    """
    if isinstance(post.speech, Board):
        return not post.speech.is_retired
    return is_live(post.speech) and post.generation == 0
