"""Reads what governors did before they were watched; nothing of it is announced."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.errors import Refusal
from bot.domain.onchain.block import BlockId
from bot.domain.onchain.event import GovernorEvent
from bot.domain.onchain.governor import Governor, ProposalKey
from bot.domain.onchain.scan import BlockRange
from bot.domain.text import line
from bot.domain.types import Address, BlockNumber, ChainId
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.endpoint import FIRST_PAUSE, LONGEST_PAUSE
from bot.gateways.chain.errors import ChainError, EndpointLaggingError
from bot.gateways.chain.json_rpc import RpcError
from bot.gateways.chain.reading import LogPage
from bot.services.governance.enumeration import below, creation, newest_ids
from bot.services.governance.facts import changed, refold
from bot.services.governance.pages import Stretch, read_ahead
from bot.services.governance.unread import Unread, remember_unread
from bot.storage.database import Database

TINY = 100  # blocks: in ranges of so few, a year of Ethereum takes 26,000 requests
_AT_ONCE = 50  # proposals that are asked for together
TRIES = 8  # of each endpoint, one after the other, that bring us no further: some minutes
_NAME = 40  # characters of a governor's name; a contract may call itself anything


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the past of a governor has been read."""

    chain_id: ChainId
    governor: Address
    name: str
    blocks: BlockRange  # all that are to be read
    reached: BlockNumber
    events: int  # found since the beginning of this run
    is_from_views: bool = False  # its node looks into too few blocks at once: see `_from_views`


@dataclass(frozen=True, slots=True, kw_only=True)
class _Past:
    """The blocks of a governor that were not read yet."""

    client: ChainClient
    governor: Governor
    blocks: BlockRange
    scanned: BlockNumber  # where an earlier run has ended


class Backfill:
    """Reads upwards from a contract's first block; it goes on where it was interrupted.

    The looks of the running bot come to what it has found, ask for the states, and record quietly
    what is older than the watching.
    """

    def __init__(
        self,
        database: Database,
        chains: Mapping[ChainId, ChainClient],
        show: Callable[[Progress], None],
        wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`wait` waits for so many seconds, until an endpoint that has failed is asked again."""
        self._database = database
        self._chains = chains
        self._show = show
        self._wait = wait

    async def run(
        self,
        chain_id: ChainId | None = None,
        governor: str | None = None,
        first: BlockNumber | None = None,
    ) -> int:
        """Read the past of every governor that is meant; give how many there were.

        Where one cannot be read, the others are read all the same.

        Raises:
            ChainError: The past of some was not read to its end; what was read is kept.
            Refusal: No endpoint serves that chain.
        """
        if chain_id is not None and chain_id not in self._chains:
            raise Refusal(f"No JSON-RPC address is set for chain {chain_id}: see RPC_URLS.")
        meant: list[tuple[Governor, BlockNumber]] = []
        for each in self._chains if chain_id is None else [chain_id]:
            meant += await self._watched(each, governor)
        failures: list[str] = []
        for found, last in meant:
            try:
                await self._read_on(found, first, last)
            except ChainError as error:
                name = line(found.name, _NAME)
                failures.append(f"{name} ({found.address}, chain {found.chain_id}): {error}")
        if failures:
            of = f"{len(failures)} of {len(meant)} governors"
            raise ChainError("\n".join([f"The past of {of} was not read to its end.", *failures]))
        return len(meant)

    async def _watched(
        self, chain_id: ChainId, wanted: str | None
    ) -> list[tuple[Governor, BlockNumber]]:
        """Give the governors that are meant, each with the block it is watched since."""
        async with self._database.reading() as store:
            watched = await store.communities.watched(chain_id)
        found: dict[Address, tuple[Governor, BlockNumber]] = {}
        for one in watched:
            address = one.governor.address
            if wanted is None or address.lower() == wanted.lower():
                _, since = found.get(address, (one.governor, one.since))
                found[address] = (one.governor, min(since, one.since))
        return list(found.values())

    async def _read_on(
        self, governor: Governor, first: BlockNumber | None, last: BlockNumber
    ) -> None:
        """Read through the endpoint that is best at the time, as long as one brings us on.

        Raises:
            ChainError: None does, however long we wait.
        """
        client = self._chains[governor.chain_id]
        failures, reached = 0, await self._reached(governor)
        while True:
            node = client.nodes[0]
            failed_before = node.endpoint.failures
            try:
                await node.check_chain_id()
                await self._read(await self._past(node, governor, first, last))
            except ChainError as error:
                if node.endpoint.failures == failed_before:
                    node.endpoint.failed()  # It answers, but not what is asked: try another one.
                now = await self._reached(governor)
                failures, reached = (failures + 1 if now == reached else 1), now
                pause = client.endpoint.pause_seconds
                if pause > LONGEST_PAUSE or failures >= TRIES * len(client.endpoints):
                    raise error from None
                if client.endpoint.failures:
                    await self._wait(max(pause, FIRST_PAUSE))
            else:
                return

    async def _reached(self, governor: Governor) -> BlockRange | None:
        async with self._database.reading() as store:
            return await store.chain.backfilled(governor.chain_id, governor.address)

    async def _past(
        self, client: ChainClient, governor: Governor, first: BlockNumber | None, last: BlockNumber
    ) -> _Past:
        before = await self._reached(governor)
        if first is None:
            first = await self._made_at(client, governor, last)
        has_begun = before is not None and before.first <= first
        scanned = before.last if before and has_begun else BlockNumber(first - 1)
        blocks = BlockRange(first=before.first if before and has_begun else first, last=last)
        return _Past(client=client, governor=governor, blocks=blocks, scanned=scanned)

    async def _made_at(
        self, client: ChainClient, governor: Governor, last: BlockNumber
    ) -> BlockNumber:
        """Give the block in which a governor was made; 0: no node remembers."""
        name = f"made at {governor.chain_id}:{governor.address}"
        async with self._database.reading() as store:
            known = await store.communities.remembered(name)
        if known is not None:
            return BlockNumber(int(known))
        found = await _made_at(client, governor.address, last)
        if found is None:
            return BlockNumber(0)
        async with self._database.transaction() as store:
            await store.communities.remember(name, str(found))
        return found

    async def _read(self, past: _Past) -> None:
        governor, events, reached = past.governor, 0, past.scanned
        newest: list[ProposalKey] | None = None  # what its views tell, once that is wanted
        chain_id, address = governor.chain_id, governor.address

        def show() -> None:
            self._show(
                Progress(
                    chain_id=chain_id,
                    governor=address,
                    name=governor.name,
                    blocks=past.blocks,
                    reached=reached,
                    events=events,
                )
            )

        async def take(page: LogPage) -> bool:
            nonlocal events, reached
            reached = page.last.id.number
            events += len(page.events) + len(page.votes)
            async with self._database.transaction() as store:
                await store.chain.add_events(chain_id, page.events)
                await store.votes_cast.add(chain_id, page.votes)
                for key in changed(chain_id, page.events, {address}):
                    await refold(store, key)
                await remember_unread(store, chain_id, Unread(logs=page.undecodable))
                read = BlockRange(first=past.blocks.first, last=reached)
                await store.chain.save_backfilled(chain_id, address, read)
            show()
            return past.client.endpoint.span > TINY or newest is not None

        show()
        addresses = sorted(governor.contracts)
        while reached < past.blocks.last:
            if past.client.endpoint.span <= TINY and newest is None:
                at = (await past.client.head()).id
                newest = await newest_ids(past.client, [governor], at)
                if newest:
                    self._show(await self._from_views(past, reached, newest[0], at))
                    return
            before = reached
            stretch = Stretch(
                scanned=reached, last=past.blocks.last, addresses=addresses, anchor=None
            )
            await read_ahead(past.client, stretch, take)
            if reached == before:
                raise ChainError("The chain changes while it is read; run this again.")

    async def _from_views(
        self, past: _Past, reached: BlockNumber, newest: ProposalKey, at: BlockId
    ) -> Progress:
        """Read each proposal in the one block it was made in, and leave the others unread.

        Years would take days in ranges of a few blocks. What is not read this way (the votes that
        were cast, and what was made under another voting delay) is read once there is a better
        endpoint: the blocks are not noted as read.
        """
        client, governor, found = past.client, past.governor, 0
        async with self._database.reading() as store:
            proposals = await store.chain.proposals(governor.chain_id, {governor.address})
        known = {proposal.key for proposal in proposals}
        keys = [key for key in below(newest, newest.id) if key not in known]
        for start in range(0, len(keys), _AT_ONCE):
            chunk = keys[start : start + _AT_ONCE]
            seen = await client.observe({governor.address: governor}, chunk, at)
            made = [
                event
                for one in seen.values()
                if one.vote_start is not None
                for event in await creation(client, governor, one, at)
                if event.position.block.number >= past.blocks.first
            ]
            found += len(made)
            await self._keep(governor, made)
        return Progress(
            chain_id=governor.chain_id,
            governor=governor.address,
            name=governor.name,
            blocks=past.blocks,
            reached=reached,
            events=found,
            is_from_views=True,
        )

    async def _keep(self, governor: Governor, events: Sequence[GovernorEvent]) -> None:
        async with self._database.transaction() as store:
            await store.chain.add_events(governor.chain_id, events)
            for key in changed(governor.chain_id, events, {governor.address}):
                await refold(store, key)


async def _made_at(client: ChainClient, address: Address, last: BlockNumber) -> BlockNumber | None:
    """Find the block in which a contract was made; `None`: the node forgets old states.

    Raises:
        ChainError: The node failed.
    """
    low, high = 0, int(last)
    try:
        while low < high:
            middle = (low + high) // 2
            block = await client.block(BlockNumber(middle))
            if block is None:
                return None
            if await client.code(address, block.id):
                high = middle
            else:
                low = middle + 1
    except EndpointLaggingError:
        return None
    except RpcError as error:
        if error.is_rate_limit:
            raise
        return None
    return BlockNumber(low)
