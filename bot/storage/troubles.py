"""What is in the way of proposals and servers, from when it is noticed until it is mended."""

from collections.abc import Collection, Sequence

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.trouble import Trouble, TroubleKind
from bot.domain.types import GuildId, ProposalId, UnixSeconds
from bot.storage.schema import troubles


class Troubles:
    """Note troubles, and forget those that are mended."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def note(
        self, guild_id: GuildId, trouble: Trouble, proposal_id: ProposalId | None
    ) -> bool:
        """Note a trouble; tells whether nobody has been told of its like at that place."""
        same = (
            troubles.c.guild_id == guild_id,
            troubles.c.kind == trouble.kind,
            troubles.c.place == trouble.place,
        )
        query = select(troubles.c.key).where(*same).limit(1)
        is_first = (await self._connection.execute(query)).first() is None
        await self._connection.execute(
            insert(troubles)
            .values(
                guild_id=guild_id,
                key=f"{trouble.kind}:{trouble.place}:{proposal_id or ''}",
                proposal_id=proposal_id,
                kind=trouble.kind,
                place=trouble.place,
                since=trouble.since,
            )
            .on_conflict_do_nothing()
        )
        return is_first

    async def mended(
        self, guild_id: GuildId, place: int, kinds: Collection[TroubleKind]
    ) -> Sequence[ProposalId]:
        """Forget troubles of a place, and give the proposals that they were in the way of."""
        query = (
            delete(troubles)
            .where(
                troubles.c.guild_id == guild_id,
                troubles.c.place == place,
                troubles.c.kind.in_(kinds),
            )
            .returning(troubles.c.proposal_id)
        )
        found = (await self._connection.execute(query)).scalars().all()
        return [ProposalId(each) for each in found if each is not None]

    async def places(self, guild_id: GuildId, kind: TroubleKind) -> set[int]:
        """Give the places that have this kind of trouble."""
        query = select(troubles.c.place).where(
            troubles.c.guild_id == guild_id, troubles.c.kind == kind
        )
        return set((await self._connection.execute(query)).scalars())

    async def since(
        self, guild_id: GuildId, place: int, kind: TroubleKind
    ) -> Sequence[UnixSeconds]:
        """Say since when a place has this trouble; empty: it has not."""
        query = select(troubles.c.since).where(
            troubles.c.guild_id == guild_id,
            troubles.c.place == place,
            troubles.c.kind == kind,
        )
        return [UnixSeconds(each) for each in (await self._connection.execute(query)).scalars()]

    async def of(self, proposal_id: ProposalId) -> tuple[Trouble, ...]:
        """Give what is in the way of a proposal, the oldest first."""
        query = select(troubles).where(troubles.c.proposal_id == proposal_id)
        rows = await self._connection.execute(query.order_by(troubles.c.since, troubles.c.key))
        return tuple(
            Trouble(kind=TroubleKind(row.kind), place=row.place, since=UnixSeconds(row.since))
            for row in rows
        )

    async def in_server(self, guild_id: GuildId) -> bool:
        """Say whether anything is in the way in this server."""
        query = select(troubles.c.key).where(troubles.c.guild_id == guild_id).limit(1)
        return (await self._connection.execute(query)).first() is not None
