"""The wallets that members have linked, each in one server."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.types import Address, ChainId, GuildId, UnixSeconds, UserId
from bot.domain.wallet import Wallet
from bot.storage.schema import wallets


class Wallets:
    """Load, save and forget linked wallets."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, guild_id: GuildId, user_id: UserId) -> Sequence[Wallet]:
        """Give a member's wallets in a server, in the order in which they were linked."""
        query = select(wallets).where(wallets.c.guild_id == guild_id, wallets.c.user_id == user_id)
        rows = await self._connection.execute(
            query.order_by(wallets.c.linked_at, wallets.c.address)
        )
        return [
            Wallet(
                guild_id=GuildId(row.guild_id),
                user_id=UserId(row.user_id),
                address=Address(row.address),
                chain_id=ChainId(row.chain_id),
                linked_at=UnixSeconds(row.linked_at),
            )
            for row in rows
        ]

    async def holder(self, guild_id: GuildId, address: Address) -> UserId | None:
        """Give the member of a server to whom an address is linked."""
        query = select(wallets.c.user_id).where(
            wallets.c.guild_id == guild_id, wallets.c.address == address
        )
        found = (await self._connection.execute(query)).scalars().first()
        return None if found is None else UserId(found)

    async def save(self, wallet: Wallet) -> None:
        """Link a wallet; linking it again notes the later proof."""
        proof = {"chain_id": wallet.chain_id, "linked_at": wallet.linked_at}
        await self._connection.execute(
            insert(wallets)
            .values(
                guild_id=wallet.guild_id,
                user_id=wallet.user_id,
                address=wallet.address,
                **proof,
            )
            .on_conflict_do_update(index_elements=["guild_id", "user_id", "address"], set_=proof)
        )

    async def forget(self, guild_id: GuildId, user_id: UserId, address: Address) -> bool:
        """Unlink a wallet; say whether it was linked."""
        gone = await self._connection.execute(
            delete(wallets)
            .where(
                wallets.c.guild_id == guild_id,
                wallets.c.user_id == user_id,
                wallets.c.address == address,
            )
            .returning(wallets.c.address)
        )
        return gone.first() is not None
