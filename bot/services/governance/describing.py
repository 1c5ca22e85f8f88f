"""Says what a proposal's calls do, asking the chain for what their bytes do not tell."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import structlog

from bot.clock import Clock
from bot.domain.onchain.block import BlockId
from bot.domain.onchain.call import Call, CallSource, DecodedCall, unexecuted
from bot.domain.onchain.contract import NOTHING_KNOWN, ContractFacts, Function
from bot.domain.onchain.governor import Governor
from bot.domain.onchain.naming import MOST_NAMED, addresses_in
from bot.domain.types import Address, BlockNumber, ChainId, UnixSeconds
from bot.gateways.chain.calling.abi import by_selector
from bot.gateways.chain.calling.changes import read_views, with_changes
from bot.gateways.chain.calling.ens import ENS_CHAIN
from bot.gateways.chain.calling.facts import MOST_CONTRACTS, read_facts
from bot.gateways.chain.calling.meanings import Knowledge, with_meanings
from bot.gateways.chain.calling.published import Published
from bot.gateways.chain.calling.sourcify import Sourcify
from bot.gateways.chain.calls import BUILT_IN, Dictionary, describe
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.errors import ChainError
from bot.services.governance.naming import Naming
from bot.storage.database import Database

log = structlog.get_logger()

_FACTS_HOLD = 86_400  # seconds, until a contract is asked of itself again
_MOST_LOOKED_UP = 5  # contracts, and selectors, of one proposal that Sourcify is asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where functions are found beside the built-in table."""

    published: Published
    sourcify: Sourcify | None  # `None`: the operator has not switched it on


class Describing:
    """Makes words of calls. Whatever fails, what the bytes alone tell is left."""

    def __init__(
        self,
        database: Database,
        chains: Mapping[ChainId, ChainClient],
        now: Clock,
        naming: Naming,
        sources: Sources,
    ) -> None:
        self._database = database
        self._chains = chains
        self._now = now
        self._naming = naming
        self._sources = sources

    async def described(
        self,
        chain_id: ChainId,
        calls: Sequence[Call],
        at: BlockId,
        governor: Governor | None = None,
    ) -> tuple[DecodedCall, ...]:
        """Describe calls, parallel to them, with the values of now beside what they change.

        A handful of HTTP requests, however many calls there are.
        """
        known = Knowledge(
            chain_id=chain_id, governor=governor, names=self._names(chain_id, governor)
        )
        plain = await all_described(calls)
        client = self._chains.get(chain_id)
        if client is None:
            return with_meanings(plain, known)
        try:
            facts = await self._facts(client, plain, at)
            dictionary = await self._dictionary(chain_id, plain, facts)
            decoded = await all_described(calls, dictionary)
            known = replace(known, facts=facts, names=await self._all_names(known, decoded))
            readings = await read_views(client, decoded, known, at)
            return with_changes(with_meanings(decoded, known), known, readings)
        except ChainError as error:
            log.warning("calls are described by their bytes alone", chain=chain_id, why=str(error))
            return with_meanings(plain, known)
        except Exception:  # We are wrong about a stranger's bytes: everything else goes on.
            log.exception("calls could not be described", chain=chain_id)
            return plain

    async def changes(
        self,
        chain_id: ChainId,
        described: Sequence[DecodedCall],
        executed: BlockId,
        governor: Governor | None = None,
    ) -> tuple[DecodedCall, ...]:
        """Put beside calls what they changed, as read before and after the block they ran in.

        Where the node has not the state of these blocks any more, nothing is said.
        """
        known = Knowledge(
            chain_id=chain_id, governor=governor, names=self._names(chain_id, governor)
        )
        client = self._chains.get(chain_id)
        try:
            block = await client.block(BlockNumber(executed.number - 1)) if client else None
            if client is None or block is None:
                return with_changes(described, known, {})
            facts = await self._facts(client, described, executed)
            known = replace(known, facts=facts, names=await self._all_names(known, described))
            before = await read_views(client, described, known, block.id)
            after = await read_views(client, described, known, executed)
            return with_changes(described, known, before, after)
        except ChainError as error:
            log.warning("what was changed could not be read", chain=chain_id, why=str(error))
            return with_changes(described, known, {})
        except Exception:  # As above.
            log.exception("what was changed could not be told", chain=chain_id)
            return unexecuted(described)

    def _names(self, chain_id: ChainId, governor: Governor | None) -> dict[Address, str]:
        """Give the names that need no asking; the governor's own contracts come first."""
        names = self._sources.published.names_on(chain_id)
        if governor is not None:
            own = {
                governor.token_address: "the token",
                governor.timelock_address: "the timelock",
                governor.address: "the governor",
            }
            names |= {address: name for address, name in own.items() if address}
        return names

    async def _all_names(
        self, known: Knowledge, calls: Sequence[DecodedCall]
    ) -> Mapping[Address, str]:
        if known.chain_id != ENS_CHAIN:
            return known.names
        unnamed = [each for each in addresses_in(calls) if each not in known.names]
        return {**await self._naming.known(unnamed[:MOST_NAMED]), **known.names}

    async def _facts(
        self, client: ChainClient, calls: Sequence[DecodedCall], at: BlockId
    ) -> dict[Address, ContractFacts]:
        called = list(dict.fromkeys(call.target for call in _flat(calls)))[:MOST_CONTRACTS]
        since = UnixSeconds(self._now() - _FACTS_HOLD)
        async with self._database.reading() as store:
            facts = dict(await store.contracts.facts(client.chain_id, called, since))
        new = await read_facts(client, [each for each in called if each not in facts], at)
        if new:
            async with self._database.transaction() as store:
                await store.contracts.save(client.chain_id, new, self._now())
        return facts | dict(new)

    async def _dictionary(
        self, chain_id: ChainId, calls: Sequence[DecodedCall], facts: dict[Address, ContractFacts]
    ) -> Dictionary:
        """Gather what is known of the functions of the contracts that are called."""
        unknown = [
            call
            for call in _flat(calls)
            if call.source is CallSource.NOTHING and call.selector and not call.is_delegated
        ]
        guesses: Mapping[bytes, Sequence[str]] = {}
        if self._sources.sourcify is not None and unknown:
            await self._look_up(self._sources.sourcify, chain_id, unknown, facts)
            # There may be more contracts than are asked of themselves.
            known = {address for address, each in facts.items() if each.functions}
            still = [call.selector for call in unknown if call.target not in known]
            guesses = await self._guesses(self._sources.sourcify, still)
        abis = {
            address: by_selector(self._functions(chain_id, address, each))
            for address, each in facts.items()
        }
        return Dictionary(abis=abis, guesses=guesses)

    def _functions(
        self, chain_id: ChainId, address: Address, facts: ContractFacts
    ) -> tuple[Function, ...]:
        """Give the functions of a contract, and of the implementation behind it."""
        published = self._sources.published.functions
        own = published.get((chain_id, address), ())
        behind = published.get((chain_id, facts.implementation), ()) if facts.implementation else ()
        return (*facts.functions, *own, *behind)

    async def _look_up(
        self,
        sourcify: Sourcify,
        chain_id: ChainId,
        unknown: Sequence[DecodedCall],
        facts: dict[Address, ContractFacts],
    ) -> None:
        """Ask Sourcify for the ABIs of contracts whose functions are not known, once each."""
        asked = dict.fromkeys(call.target for call in unknown)
        new: dict[Address, ContractFacts] = {}
        for address in list(asked)[:_MOST_LOOKED_UP]:
            each = facts.setdefault(address, NOTHING_KNOWN)
            if each.is_published is not None:
                continue
            try:
                functions = await sourcify.functions(chain_id, address)
                if each.implementation:
                    behind = await sourcify.functions(chain_id, each.implementation)
                    functions = (*functions, *behind)
            except ChainError as error:
                log.info("an ABI could not be looked up", chain=chain_id, why=str(error))
                continue
            new[address] = replace(each, functions=functions, is_published=bool(functions))
        facts |= new
        if new:
            async with self._database.transaction() as store:
                await store.contracts.save(chain_id, new, self._now())

    async def _guesses(
        self, sourcify: Sourcify, selectors: Sequence[str]
    ) -> Mapping[bytes, Sequence[str]]:
        try:
            return await sourcify.signatures(selectors[:_MOST_LOOKED_UP])
        except ChainError as error:
            log.info("selectors could not be looked up", why=str(error))
            return {}


def _flat(calls: Sequence[DecodedCall]) -> Iterator[DecodedCall]:
    """Give calls and the calls inside them, but for those of another chain."""
    for call in calls:
        if not call.is_elsewhere:
            yield call
            yield from _flat(call.calls)


async def all_described(
    calls: Sequence[Call], dictionary: Dictionary = BUILT_IN
) -> tuple[DecodedCall, ...]:
    """Describe calls by their bytes, and by what the dictionary says of them."""
    described = []
    for call in calls:
        described.append(describe(call, dictionary))
        await asyncio.sleep(0)  # One may take its time; others are served in between.
    return tuple(described)
