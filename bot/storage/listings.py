"""Lists of proposals: filtered, in order, one page at a time."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Row, Text, and_, cast, distinct, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.lifecycle import Phase
from bot.domain.listing import PAGE_SIZE, Listed, ListedPage, Listing, Order, topic_called
from bot.domain.proposal import Community
from bot.domain.types import ChannelId, ProposalId, UnixSeconds
from bot.storage.schema import posts, proposals, reactions

_SUPPORTERS = (
    select(func.count(distinct(reactions.c.user_id)))
    .where(
        reactions.c.proposal_id == proposals.c.id,
        reactions.c.stance == "support",
        reactions.c.counts,
    )
    .correlate(proposals)
    .scalar_subquery()
    .label("supporters")
)
_CARD = and_(
    posts.c.guild_id == proposals.c.guild_id,
    posts.c.key == literal("proposal:") + cast(proposals.c.id, Text) + ":card",
    posts.c.message_id.is_not(None),
    posts.c.is_rehearsal.is_(False),  # Else a proposal would be listed twice after a dry run.
)
_ROWS = select(proposals, _SUPPORTERS, posts.c.channel_id, posts.c.message_id).outerjoin(
    posts, _CARD
)
_ORDERS = {
    Order.SUPPORT: (_SUPPORTERS.desc(), proposals.c.number.desc()),
    Order.NEWEST: (proposals.c.number.desc(),),
}


class Listings:
    """Read lists; nothing is kept of them, so that each page is true when it is asked for."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def page(self, community: Community, listing: Listing) -> ListedPage:
        """Give the page that was asked for, or the last one if there are fewer.

        Raises:
            Refusal: The community has no such topic (any more).
        """
        topic = topic_called(listing.topic_code, community.policy)
        wanted = _wanted(community, listing, topic)
        query = select(func.count()).select_from(proposals).where(wanted)
        count = int((await self._connection.execute(query)).scalar_one())
        page = min(listing.page, max((count - 1) // PAGE_SIZE, 0))
        rows = _ROWS.where(wanted).order_by(*_ORDERS[listing.order])
        rows = rows.limit(PAGE_SIZE).offset(page * PAGE_SIZE)
        return ListedPage(
            listing=replace(listing, page=page),
            topic=topic,
            rows=tuple(_listed(row) for row in await self._connection.execute(rows)),
            count=count,
            threshold=community.policy.support_threshold,
        )

    async def first(self, community: Community, listing: Listing, limit: int) -> Sequence[Listed]:
        """Give the first rows of a list."""
        rows = _ROWS.where(_wanted(community, listing)).order_by(*_ORDERS[listing.order])
        return [_listed(row) for row in await self._connection.execute(rows.limit(limit))]


def _wanted(community: Community, listing: Listing, topic: str = "") -> ColumnElement[bool]:
    conditions = [
        proposals.c.guild_id == community.guild_id,
        proposals.c.phase.in_(listing.phases),
    ]
    if listing.author_id is not None:
        conditions.append(proposals.c.author_id == listing.author_id)
    if topic:
        conditions.append(proposals.c.topic == topic)
    return and_(*conditions)


def _listed(row: Row[Any]) -> Listed:
    return Listed(
        id=ProposalId(row.id),
        reference=row.reference,
        title=row.title,
        phase=Phase(row.phase),
        phase_since=UnixSeconds(row.phase_since),
        created_at=UnixSeconds(row.created_at),
        topic=row.topic,
        supporters=row.supporters,
        thread_id=None if row.thread_id is None else ChannelId(row.thread_id),
        link=_link(row),
    )


def _link(row: Row[Any]) -> str:
    if row.message_id is not None:
        return f"https://discord.com/channels/{row.guild_id}/{row.channel_id}/{row.message_id}"
    if row.thread_id is not None:
        return f"https://discord.com/channels/{row.guild_id}/{row.thread_id}"
    return ""
