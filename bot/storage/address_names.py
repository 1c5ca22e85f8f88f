"""The names of addresses, as they were last found and proven."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.types import Address, UnixSeconds
from bot.storage.chain_schema import address_names

RENEWED_AFTER = 86_400  # seconds, until a name is proven anew
TRUSTED_FOR = 7 * 86_400  # seconds, for which one that could not be proven anew is still shown

_AT_ONCE = 500  # addresses in one query; SQLite takes only so many


class AddressNames:
    """Remember names and when they were proven; an address may have none."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, addresses: Collection[Address], now: UnixSeconds) -> Mapping[Address, str]:
        """Give the names that may be shown; who has none is left out."""
        query = select(address_names.c.address, address_names.c.name).where(
            address_names.c.address.in_(addresses),
            address_names.c.name != "",
            address_names.c.checked_at >= now - TRUSTED_FOR,
        )
        rows = await self._connection.execute(query)
        return {Address(row.address): str(row.name) for row in rows}

    async def stale(self, addresses: Collection[Address], now: UnixSeconds) -> Sequence[Address]:
        """Give the addresses whose names are not known, or were proven too long ago."""
        asked, fresh = list(addresses), set[str]()
        for start in range(0, len(asked), _AT_ONCE):
            query = select(address_names.c.address).where(
                address_names.c.address.in_(asked[start : start + _AT_ONCE]),
                address_names.c.checked_at > now - RENEWED_AFTER,
            )
            fresh |= set((await self._connection.execute(query)).scalars())
        return [address for address in addresses if address not in fresh]

    async def save(self, names: Mapping[Address, str], now: UnixSeconds) -> None:
        """Write down names that were just proven; `""`: the address has none."""
        for address, name in names.items():
            values = {"name": name, "checked_at": now}
            await self._connection.execute(
                insert(address_names)
                .values(address=address, **values)
                .on_conflict_do_update(index_elements=["address"], set_=values)
            )
