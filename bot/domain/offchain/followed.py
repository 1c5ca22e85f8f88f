"""What a community follows on Snapshot: spaces, and each vote of them it tells about."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.types import GuildId, SnapshotProposalId, SpaceId, UnixSeconds


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedSpace:
    """A space whose votes a community tells about; what was open at first is listed once."""

    guild_id: GuildId
    space: SpaceId
    since: UnixSeconds
    is_own: bool  # the community's own space: what is made there elsewhere is adopted


class FollowStatus(StrEnum):
    """How far a community has come in telling about a vote."""

    OPEN = "open"  # still looked at: pending, active, or closed and not final
    DECIDED = "decided"  # its result was told
    GONE = "gone"  # deleted on Snapshot before that
    HIDDEN = "hidden"  # marked as spam: nothing is told of it unless the mark is taken off
    SET_ASIDE = "set aside"  # a moderator has moved its proposal on: its result is not told


FOLLOWED_ON = frozenset({FollowStatus.OPEN, FollowStatus.HIDDEN})  # still looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedVote:
    """A vote on Snapshot that a community tells about, whoever made it."""

    guild_id: GuildId
    snapshot_id: SnapshotProposalId
    since: UnixSeconds
    status: FollowStatus
    news_key: str  # what the keys of its news and its tally begin with
    # It was open already when its space was first followed: it was listed, and is not announced nor
    # given a card, or a space with many votes would flood the channel. Its reminders and its result
    # are told, because those who read the list want to know how it goes on.
    is_quiet: bool


def news_key(snapshot_id: SnapshotProposalId) -> str:
    """Give what the keys of everything said of a vote begin with.

    It is the vote's and not the proposal's: a link that is made later says nothing twice.
    """
    return f"snapshot:{snapshot_id}"


def tally_key(followed: FollowedVote) -> str:
    """Give the key of a vote's live tally."""
    return f"{followed.news_key}:tally"
