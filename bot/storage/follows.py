"""What each community follows on Snapshot: spaces, and the votes it tells about."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.offchain.followed import FollowedSpace, FollowedVote, FollowStatus
from bot.domain.types import GuildId, SnapshotProposalId, SpaceId, UnixSeconds
from bot.storage.schema import followed_spaces, followed_votes, memory

_READ_UP_TO = "snapshot messages"


class Follows:
    """Load and save followed spaces and votes."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def spaces(self, guild_id: GuildId | None = None) -> Sequence[FollowedSpace]:
        """Give who follows which space, of one server where that is asked for."""
        query = select(followed_spaces)
        if guild_id is not None:
            query = query.where(followed_spaces.c.guild_id == guild_id)
        order = (followed_spaces.c.guild_id, followed_spaces.c.space)
        return [_space(row) for row in await self._connection.execute(query.order_by(*order))]

    async def follow_space(self, followed: FollowedSpace) -> bool:
        """Follow a space from now on; say whether that is new."""
        values = {
            "guild_id": followed.guild_id,
            "space": followed.space,
            "since": followed.since,
            "is_own": followed.is_own,
        }
        added = await self._connection.execute(
            insert(followed_spaces)
            .values(values)
            .on_conflict_do_nothing()
            .returning(followed_spaces.c.space)
        )
        return added.first() is not None

    async def unfollow_space(self, guild_id: GuildId, space: SpaceId) -> bool:
        """Follow a space no longer; say whether it was followed."""
        here = (followed_spaces.c.guild_id == guild_id) & (followed_spaces.c.space == space)
        gone = await self._connection.execute(
            delete(followed_spaces).where(here).returning(followed_spaces.c.space)
        )
        return gone.first() is not None

    async def vote(self, guild_id: GuildId, snapshot_id: SnapshotProposalId) -> FollowedVote | None:
        """Give how a community stands to a vote."""
        query = select(followed_votes).where(
            followed_votes.c.guild_id == guild_id, followed_votes.c.snapshot_id == snapshot_id
        )
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _vote(row)

    async def by_news_key(self, guild_id: GuildId, news_key: str) -> FollowedVote | None:
        """Give the vote that a piece of news of a community is about."""
        query = select(followed_votes).where(
            followed_votes.c.guild_id == guild_id, followed_votes.c.news_key == news_key
        )
        row = (await self._connection.execute(query)).first()
        return None if row is None else _vote(row)

    async def votes(
        self,
        *,
        guild_id: GuildId | None = None,
        statuses: Collection[FollowStatus] = tuple(FollowStatus),
        ids: Collection[SnapshotProposalId] | None = None,
    ) -> Sequence[FollowedVote]:
        """Give followed votes, of one server or of some ids where that is asked for."""
        query = select(followed_votes).where(followed_votes.c.status.in_(statuses))
        if guild_id is not None:
            query = query.where(followed_votes.c.guild_id == guild_id)
        if ids is not None:
            query = query.where(followed_votes.c.snapshot_id.in_(ids))
        order = (followed_votes.c.since, followed_votes.c.snapshot_id, followed_votes.c.guild_id)
        return [_vote(row) for row in await self._connection.execute(query.order_by(*order))]

    async def save_vote(self, vote: FollowedVote) -> None:
        """Write a followed vote, new or known."""
        values = {
            "since": vote.since,
            "status": vote.status,
            "news_key": vote.news_key,
            "is_quiet": vote.is_quiet,
        }
        await self._connection.execute(
            insert(followed_votes)
            .values(guild_id=vote.guild_id, snapshot_id=vote.snapshot_id, **values)
            .on_conflict_do_update(index_elements=["guild_id", "snapshot_id"], set_=values)
        )

    async def read_up_to(self) -> int | None:
        """Give the `mci` of the last message of Snapshot's that was read; `None`: none yet."""
        query = select(memory.c.value).where(memory.c.name == _READ_UP_TO)
        value = (await self._connection.execute(query)).scalar_one_or_none()
        return None if value is None else int(value)

    async def have_read_up_to(self, mci: int) -> None:
        """Note the last message that was read; it goes on from there and never back."""
        before = await self.read_up_to()
        value = str(max(mci, before or 0))
        await self._connection.execute(
            insert(memory)
            .values(name=_READ_UP_TO, value=value)
            .on_conflict_do_update(index_elements=["name"], set_={"value": value})
        )


def _space(row: Row[Any]) -> FollowedSpace:
    return FollowedSpace(
        guild_id=GuildId(row.guild_id),
        space=SpaceId(row.space),
        since=UnixSeconds(row.since),
        is_own=row.is_own,
    )


def _vote(row: Row[Any]) -> FollowedVote:
    return FollowedVote(
        guild_id=GuildId(row.guild_id),
        snapshot_id=SnapshotProposalId(row.snapshot_id),
        since=UnixSeconds(row.since),
        status=FollowStatus(row.status),
        news_key=row.news_key,
        is_quiet=row.is_quiet,
    )
