"""Finds the names of addresses: of proposers, of voters, of whom calls speak."""

import asyncio
from collections.abc import Collection, Mapping

from bot.clock import Clock
from bot.domain.onchain.naming import MOST_NAMED, addresses_in
from bot.domain.types import Address, ChainId
from bot.gateways.chain.calling.ens import ENS_CHAIN, names_of
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.errors import ChainError
from bot.storage.database import Database

_PATIENCE_SECONDS = 5.0  # for which a look at a chain waits for names
_ODD_SECONDS = 3_600  # until those are asked again whose name could not be told
_VOTERS = 50  # of live proposals, the heaviest


class Naming:
    """Reads names from Ethereum, wherever the address is used, and remembers them.

    The name of a person's address holds on every chain. That of a contract does not: what lies at
    an address of another chain may be somebody else's. So calls are named on Ethereum alone.
    """

    def __init__(
        self, database: Database, chains: Mapping[ChainId, ChainClient], now: Clock
    ) -> None:
        self._database = database
        self._chains = chains
        self._now = now
        self._odd: dict[Address, int] = {}  # whose name nobody can tell, and until when they wait

    async def tick(self) -> None:
        """Find the names that are wanted and not known, some at a time.

        Raises:
            ChainError: Ethereum did not answer. The next tick tries it again.
        """
        wanted = dict.fromkeys(await self._wanted())
        await self._find(list(wanted))

    async def known(self, addresses: Collection[Address]) -> Mapping[Address, str]:
        """Give names for which nobody has to wait long: what cannot be found now has none yet."""
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await self._find(addresses)
        except (ChainError, TimeoutError):
            pass  # A failure is no absence: it is not remembered, and `tick` tries it again.
        async with self._database.reading() as store:
            return await store.names.of(addresses, self._now())

    async def _find(self, addresses: Collection[Address]) -> None:
        client = self._chains.get(ENS_CHAIN)
        if client is None:
            return
        now = self._now()
        async with self._database.reading() as store:
            stale = await store.names.stale(addresses, now)
        wanted = [each for each in stale if self._odd.get(each, 0) <= now][:MOST_NAMED]
        if wanted:
            found = await names_of(client, wanted, (await client.head()).id)
            self._odd |= {each: now + _ODD_SECONDS for each in wanted if each not in found}
            async with self._database.transaction() as store:
                await store.names.save(found, now)

    async def _wanted(self) -> list[Address]:
        async with self._database.reading() as store:
            wanted = list(await store.votes_cast.heaviest_voters(_VOTERS))
            for chain_id in self._chains:
                for proposal in await store.chain.live_proposals(chain_id):
                    wanted.append(proposal.proposer)
                    if chain_id == ENS_CHAIN:
                        wanted += addresses_in(proposal.described)
            return list(await store.names.stale(wanted, self._now()))
