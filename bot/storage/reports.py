"""What a server's moderators ask about as a whole: how much is open, and what was said where."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.errors import Refusal
from bot.domain.lifecycle import Phase
from bot.domain.outbox import PostState, Said
from bot.domain.speech import Speech
from bot.domain.types import ChannelId, GuildId, MessageId, ProposalId, UnixSeconds
from bot.storage.codec import SPEECH
from bot.storage.schema import posts, proposals

_LARGEST_ID = 2**63 - 1


class Reports:
    """Read what is asked for of one server, and of no other."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def phases(self, guild_id: GuildId) -> dict[Phase, int]:
        """Count the proposals in each phase."""
        query = (
            select(proposals.c.phase, func.count())
            .where(proposals.c.guild_id == guild_id)
            .group_by(proposals.c.phase)
        )
        return {Phase(phase): count for phase, count in await self._connection.execute(query)}

    async def outbox(self, guild_id: GuildId) -> dict[PostState, int]:
        """Count the messages in each state."""
        query = (
            select(posts.c.state, func.count())
            .where(posts.c.guild_id == guild_id)
            .group_by(posts.c.state)
        )
        return {PostState(state): count for state, count in await self._connection.execute(query)}

    async def failing(self, guild_id: GuildId, most: int) -> Sequence[Said]:
        """Give the messages whose last attempt failed, the newest first."""
        query = _SAID.where(posts.c.guild_id == guild_id, posts.c.last_error != "")
        rows = await self._connection.execute(query.order_by(posts.c.id.desc()).limit(most))
        return [_said(row) for row in rows]

    async def said(
        self,
        guild_id: GuildId,
        *,
        states: Collection[PostState] = (),
        proposal_id: ProposalId | None = None,
        most: int = -1,
    ) -> Sequence[Said]:
        """Give what was said: what is parked first, then the newest; -1 is all of it."""
        query = _SAID.where(posts.c.guild_id == guild_id)
        if states:
            query = query.where(posts.c.state.in_(states))
        if proposal_id is not None:
            query = query.where(posts.c.proposal_id == proposal_id)
        parked_first = case((posts.c.state == PostState.PARKED, 0), else_=1)
        query = query.order_by(parked_first, posts.c.id.desc()).limit(most)
        return [_said(row) for row in await self._connection.execute(query)]

    async def card(self, guild_id: GuildId, key: str) -> Speech | None:
        """Give a card as it was last shown, if it was."""
        query = _SAID.where(posts.c.guild_id == guild_id, posts.c.key == key)
        row = (await self._connection.execute(query.order_by(posts.c.is_rehearsal))).first()
        return None if row is None else _said(row).speech

    async def one(self, guild_id: GuildId, post_id: int) -> Said:
        """Give one message of this server.

        Raises:
            Refusal: There is none of that id here.
        """
        query = _SAID.where(posts.c.guild_id == guild_id, posts.c.id == min(post_id, _LARGEST_ID))
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            raise Refusal(
                "There is no such announcement here. Pick one from the list that appears while "
                "you type, or see /announcement list."
            )
        return _said(row)


_SAID = select(posts, proposals.c.reference).outerjoin(
    proposals, proposals.c.id == posts.c.proposal_id
)


def _said(row: Row[Any]) -> Said:
    return Said(
        id=row.id,
        key=row.key,
        reference=row.reference or "",
        speech=SPEECH.load(row.body),
        audience=row.audience.partition(":")[0],
        state=PostState(row.state),
        at=UnixSeconds(row.created_at),
        channel_id=None if row.channel_id is None else ChannelId(row.channel_id),
        message_id=None if row.message_id is None else MessageId(row.message_id),
        error=row.last_error,
        is_rehearsal=row.is_rehearsal,
        is_withdrawn=row.is_withdrawn,
    )
