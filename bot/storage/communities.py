"""Communities, and the governors each of them watches."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.errors import Refusal
from bot.domain.onchain.governor import Governor
from bot.domain.proposal import Community
from bot.domain.types import BlockNumber, ChainId, GuildId
from bot.storage.chain_schema import governors
from bot.storage.codec import COMMUNITY, GOVERNOR
from bot.storage.schema import communities, memory


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedGovernor:
    """A governor that a community watches; proposals older than `since` are shown quietly."""

    guild_id: GuildId
    governor: Governor
    since: BlockNumber


class Communities:
    """Load and save communities and what they watch."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def find(self, guild_id: GuildId) -> Community | None:
        """Give the community of a server, if it is set up."""
        query = select(communities.c.body).where(communities.c.guild_id == guild_id)
        body = (await self._connection.execute(query)).scalar_one_or_none()
        return COMMUNITY.load(body) if body else None

    async def of(self, guild_id: GuildId) -> Community:
        """Give the community of a server.

        Raises:
            Refusal: The server is not set up.
        """
        community = await self.find(guild_id)
        if community is None:
            raise Refusal("Assent is not set up here yet: an administrator runs /governance setup.")
        return community

    async def all(self) -> Sequence[Community]:
        """Give every community."""
        rows = await self._connection.execute(select(communities.c.body))
        return [COMMUNITY.load(body) for body in rows.scalars()]

    async def save(self, community: Community) -> None:
        """Write a community, new or known."""
        body = COMMUNITY.dump(community)
        await self._connection.execute(
            insert(communities)
            .values(guild_id=community.guild_id, body=body)
            .on_conflict_do_update(index_elements=["guild_id"], set_={"body": body})
        )

    async def take_number(self, guild_id: GuildId) -> int:
        """Give the next number of a proposal; no number is given twice."""
        query = (
            update(communities)
            .where(communities.c.guild_id == guild_id)
            .values(next_number=communities.c.next_number + 1)
            .returning(communities.c.next_number)
        )
        return int((await self._connection.execute(query)).scalar_one()) - 1

    async def watch(self, watched: WatchedGovernor) -> None:
        """Watch a governor, or note its parameters anew; it is watched since the first time."""
        governor = watched.governor
        body = GOVERNOR.dump(governor)
        await self._connection.execute(
            insert(governors)
            .values(
                guild_id=watched.guild_id,
                chain_id=governor.chain_id,
                address=governor.address,
                body=body,
                watched_since=watched.since,
            )
            .on_conflict_do_update(
                index_elements=["guild_id", "chain_id", "address"], set_={"body": body}
            )
        )

    async def unwatch(self, guild_id: GuildId, governor: Governor) -> None:
        """Watch a governor no longer; what is known of its proposals stays known."""
        await self._connection.execute(
            delete(governors).where(
                governors.c.guild_id == guild_id,
                governors.c.chain_id == governor.chain_id,
                governors.c.address == governor.address,
            )
        )

    async def watched(
        self, chain_id: ChainId | None = None, guild_id: GuildId | None = None
    ) -> Sequence[WatchedGovernor]:
        """Give who watches what, of one chain or one server where that is asked for."""
        query = select(governors.c.guild_id, governors.c.body, governors.c.watched_since)
        if chain_id is not None:
            query = query.where(governors.c.chain_id == chain_id)
        if guild_id is not None:
            query = query.where(governors.c.guild_id == guild_id)
        return [
            WatchedGovernor(
                guild_id=GuildId(row.guild_id),
                governor=GOVERNOR.load(row.body),
                since=BlockNumber(row.watched_since),
            )
            for row in await self._connection.execute(query.order_by(governors.c.guild_id))
        ]

    async def remember(self, name: str, value: str) -> None:
        """Note a small fact about ourselves, such as the commands Discord knows."""
        await self._connection.execute(
            insert(memory)
            .values(name=name, value=value)
            .on_conflict_do_update(index_elements=["name"], set_={"value": value})
        )

    async def remembered(self, name: str) -> str | None:
        """Give a fact that was noted."""
        query = select(memory.c.value).where(memory.c.name == name)
        return (await self._connection.execute(query)).scalar_one_or_none()
