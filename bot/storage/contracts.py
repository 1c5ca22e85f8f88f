"""What is known of contracts that proposals call."""

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.onchain.contract import ContractFacts
from bot.domain.types import Address, ChainId, UnixSeconds
from bot.storage.chain_schema import contracts
from bot.storage.codec import CONTRACT_FACTS


class Contracts:
    """Remember what contracts have told of themselves, and when they were asked."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def facts(
        self, chain_id: ChainId, addresses: Collection[Address], since: UnixSeconds
    ) -> Mapping[Address, ContractFacts]:
        """Give what is known of contracts that were asked at this moment or later."""
        query = select(contracts.c.address, contracts.c.body).where(
            contracts.c.chain_id == chain_id,
            contracts.c.address.in_(addresses),
            contracts.c.checked_at >= since,
        )
        rows = await self._connection.execute(query)
        return {Address(row.address): CONTRACT_FACTS.load(row.body) for row in rows}

    async def save(
        self, chain_id: ChainId, facts: Mapping[Address, ContractFacts], now: UnixSeconds
    ) -> None:
        """Write down what contracts have just told."""
        for address, each in facts.items():
            values = {"body": CONTRACT_FACTS.dump(each), "checked_at": now}
            await self._connection.execute(
                insert(contracts)
                .values(chain_id=chain_id, address=address, **values)
                .on_conflict_do_update(index_elements=["chain_id", "address"], set_=values)
            )
