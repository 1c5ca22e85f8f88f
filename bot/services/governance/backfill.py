"""Reads what governors did before they were watched; nothing of it is announced."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.errors import Refusal
from bot.domain.onchain.block import BlockId
from bot.domain.onchain.event import GovernorEvent
from bot.domain.onchain.governor import Governor, ProposalKey
from bot.domain.onchain.scan import BlockRange
from bot.domain.types import Address, BlockNumber, ChainId
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.errors import ChainError
from bot.gateways.chain.reading import LogPage
from bot.services.governance.enumeration import below, creation, newest_ids
from bot.services.governance.facts import changed, refold
from bot.services.governance.pages import Stretch, read_ahead
from bot.storage.database import Database

TINY = 100  # blocks: in ranges of so few, a year of Ethereum takes 26,000 requests
_AT_ONCE = 50  # proposals that are asked for together


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
    ) -> None:
        self._database = database
        self._chains = chains
        self._show = show

    async def run(
        self,
        chain_id: ChainId | None = None,
        governor: str | None = None,
        first: BlockNumber | None = None,
    ) -> int:
        """Read the past of every governor that is meant; give how many there were.

        Raises:
            ChainError: An endpoint failed; what was read until then is kept.
            Refusal: No endpoint serves that chain.
        """
        if chain_id is not None and chain_id not in self._chains:
            raise Refusal(f"No JSON-RPC address is set for chain {chain_id}: see RPC_URLS.")
        count = 0
        for each in self._chains if chain_id is None else [chain_id]:
            async with self._database.reading() as store:
                watched = await store.communities.watched(each)
            since: dict[Address, BlockNumber] = {}
            for one in watched:
                address = one.governor.address
                since[address] = min(one.since, since.get(address, one.since))
            for found in {one.governor.address: one.governor for one in watched}.values():
                if governor is None or found.address.lower() == governor.lower():
                    count += 1
                    await self._read(await self._past(found, first, since[found.address]))
        return count

    async def _past(
        self, governor: Governor, first: BlockNumber | None, last: BlockNumber
    ) -> _Past:
        client = self._chains[governor.chain_id]
        await client.check_chain_id()
        async with self._database.reading() as store:
            before = await store.chain.backfilled(governor.chain_id, governor.address)
        if first is None:
            first = before.first if before else await _made_at(client, governor.address, last)
        has_begun = before is not None and before.first <= first
        scanned = before.last if before and has_begun else BlockNumber(first - 1)
        blocks = BlockRange(first=before.first if before and has_begun else first, last=last)
        return _Past(client=client, governor=governor, blocks=blocks, scanned=scanned)

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
                read = BlockRange(first=past.blocks.first, last=reached)
                await store.chain.save_backfilled(chain_id, address, read)
            show()
            return past.client.endpoint.span > TINY or newest is not None

        show()
        timelock = governor.timelock_address
        addresses = [address, *([timelock] if timelock else [])]
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


async def _made_at(client: ChainClient, address: Address, last: BlockNumber) -> BlockNumber:
    """Find the block in which a contract was made; block 0 where the node forgets old states."""
    low, high = 0, int(last)
    try:
        while low < high:
            middle = (low + high) // 2
            block = await client.block(BlockNumber(middle))
            if block is None:
                return BlockNumber(0)
            if await client.code(address, block.id):
                high = middle
            else:
                low = middle + 1
    except ChainError:
        return BlockNumber(0)
    return BlockNumber(low)
