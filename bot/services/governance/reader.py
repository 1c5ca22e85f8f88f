"""Reads the chains: what governors did, what they say of live proposals, what a fork undid."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.clock import Clock
from bot.domain.onchain.block import Block, BlockId
from bot.domain.onchain.event import GovernorEvent, ProposalCreated, ProposalEvent
from bot.domain.onchain.governor import Governor, Observation, ProposalKey
from bot.domain.onchain.news import Sighting
from bot.domain.onchain.proposal import is_same
from bot.domain.onchain.scan import BlockRange, common_ancestor, grown, next_range, shrunk
from bot.domain.types import Address, BlockNumber, ChainId, Timepoint
from bot.gateways.chain.client import ChainClient, LogPage
from bot.gateways.chain.errors import RangeTooWideError
from bot.services.governance.facts import record_observation, refold
from bot.services.governance.telling import Telling
from bot.storage.chain import Scan
from bot.storage.communities import WatchedGovernor
from bot.storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What is remembered of a chain before a look at it."""

    scan: Scan
    checkpoints: Sequence[BlockId]  # newest first
    watched: Sequence[WatchedGovernor]
    confirmations: int
    asked: Mapping[ProposalKey, Timepoint]  # whom to ask for, with their vote starts

    @property
    def governors(self) -> dict[Address, Governor]:
        """The governors by address; servers that watch the same one share it."""
        return {watched.governor.address: watched.governor for watched in self.watched}

    @property
    def addresses(self) -> list[Address]:
        """Every contract whose events matter."""
        timelocks = {governor.timelock_address for governor in self.governors.values()}
        return sorted({*self.governors, *(address for address in timelocks if address)})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """One look at a chain: the blocks that were read, and the answers at the last of them."""

    scan: Scan  # as it is after this look
    at: Block
    events: Sequence[GovernorEvent]
    observations: Sequence[Observation]
    is_complete: bool  # every live proposal was asked for, at the newest block we believe


class Governance:
    """Follows every watched governor from the chain alone."""

    def __init__(
        self, database: Database, chains: Mapping[ChainId, ChainClient], now: Clock
    ) -> None:
        self._database = database
        self._chains = chains
        self._now = now
        self._checked: set[ChainId] = set()

    async def tick(self, chain_id: ChainId) -> None:
        """Look at a chain once: the next blocks, then every live proposal at the last of them.

        Raises:
            ReorgTooDeepError: No remembered block is on the chain any more.
            ChainError: The endpoint did not answer; nothing was recorded.
        """
        client = self._chains[chain_id]
        known = await self._known(chain_id)
        if known is None:
            return
        head = await client.head()
        safe = BlockNumber(head.id.number - known.confirmations)
        if safe < known.scan.scanned:
            return  # The endpoint is behind what we have read, or has just lost a fork.
        wanted = next_range(known.scan.scanned, safe, known.scan.span)
        try:
            page = await self._page(client, known, wanted)
        except RangeTooWideError as error:
            await self._shrink(known, wanted, error)
            return
        # What was read is proven by its last block, and that one by standing on the same chain as
        # what we knew: both are asked for together, after the reading, so no fork slips between.
        anchor = known.checkpoints[0]
        seen, at = await client.blocks([anchor.number, page.last.id.number if page else safe])
        if seen is None or at is None:
            return
        if seen.id != anchor:
            await self._undo(client, known)
        elif page is None or page.last == at:
            await self._record(known, await self._look(client, known, page, at, safe))

    async def _known(self, chain_id: ChainId) -> _Known | None:
        async with self._database.reading() as store:
            scan = await store.chain.scan(chain_id)
            watched = await store.communities.watched(chain_id)
            if scan is None or not watched:
                return None
            communities = [await store.communities.of(each.guild_id) for each in watched]
            if scan.undone_at is None:
                asked = await store.chain.live_proposals(chain_id)
            else:  # A state that rested on undone blocks may be any proposal's.
                governors = {each.governor.address for each in watched}
                asked = await store.chain.proposals(chain_id, governors)
            return _Known(
                scan=scan,
                checkpoints=await store.chain.checkpoints(chain_id),
                watched=watched,
                confirmations=max(each.policy.confirmations for each in communities),
                asked={proposal.key: proposal.vote_start for proposal in asked},
            )

    async def _undo(self, client: ChainClient, known: _Known) -> None:
        """Go back to the newest remembered block that still stands, and forget what lay above."""
        chain_id = client.chain_id
        numbers = [checkpoint.number for checkpoint in known.checkpoints]
        blocks = await client.blocks(numbers)
        standing = {block.id.number: block for block in blocks if block}
        canonical = {number: block.id.hash for number, block in standing.items()}
        ancestor = standing[common_ancestor(known.checkpoints, canonical).number]
        undone_at = ancestor.timestamp
        if known.scan.undone_at is not None:
            undone_at = min(undone_at, known.scan.undone_at)
        async with self._database.transaction() as store:
            if await store.chain.scan(chain_id) != known.scan:
                return  # A governor was added meanwhile; the next tick finds the fork again.
            touched = await store.chain.undo_above(chain_id, ancestor.id.number)
            for key in touched:
                await refold(store, key)
            scanned = min(ancestor.id.number, known.scan.scanned)
            await store.chain.save_scan(replace(known.scan, scanned=scanned, undone_at=undone_at))

    async def _page(
        self, client: ChainClient, known: _Known, wanted: BlockRange | None
    ) -> LogPage | None:
        if wanted is None:
            return None
        return await client.logs(wanted.first, wanted.last, known.addresses)

    async def _shrink(
        self, known: _Known, wanted: BlockRange | None, error: RangeTooWideError
    ) -> None:
        assert wanted is not None, "only a range can be too wide"
        span = shrunk(wanted.last - wanted.first + 1, error.suggested_span)
        async with self._database.transaction() as store:
            if await store.chain.scan(known.scan.chain_id) == known.scan:
                await store.chain.save_scan(replace(known.scan, span=span))

    async def _look(
        self,
        client: ChainClient,
        known: _Known,
        page: LogPage | None,
        at: Block,
        safe: BlockNumber,
    ) -> _Look:
        """Take what was read; at the newest block we believe, ask for every live proposal too."""
        scan = known.scan
        events: Sequence[GovernorEvent] = page.events if page else ()
        if page is not None:
            scan = replace(scan, scanned=at.id.number, span=grown(scan.span))
        is_complete = at.id.number == safe
        asked = {**known.asked, **_created(client.chain_id, events, known.governors)}
        observations: Sequence[Observation] = ()
        if is_complete and asked:
            observations = await client.observe(known.governors, list(asked), at.id, asked)
        return _Look(
            scan=scan, at=at, events=events, observations=observations, is_complete=is_complete
        )

    async def _record(self, known: _Known, look: _Look) -> None:
        """Write events, states, announcements and the cursor in one transaction."""
        chain_id = look.scan.chain_id
        undone_at = known.scan.undone_at
        async with self._database.transaction() as store:
            current = await store.chain.scan(chain_id)
            if current != known.scan:
                return  # A governor was added meanwhile, and the reading starts earlier now.
            telling = Telling(
                store=store, watched=known.watched, now=self._now(), undone_at=undone_at
            )
            await store.chain.add_events(chain_id, look.events)
            for key in _spoken_of(chain_id, look.events, known.governors):
                before = await store.chain.proposal(key)
                after = await refold(store, key)
                if before and after and not is_same(before, after):
                    await telling.replaced(key)
            await store.chain.add_checkpoints(chain_id, [look.at.id])
            scan = replace(look.scan, undone_at=None) if look.is_complete else look.scan
            await store.chain.save_scan(scan)
            if not look.is_complete:
                return
            for observation in look.observations:
                governor = known.governors[observation.key.governor]
                if proposal := await record_observation(store, observation, governor, look.at):
                    await telling.tell(Sighting(proposal=proposal, governor=governor, head=look.at))
            if undone_at is not None:
                proposals = await store.chain.proposals(chain_id, set(known.governors))
                await telling.vanished(
                    [each for each in proposals if not await store.chain.events_of(each.key)]
                )


def _created(
    chain_id: ChainId, events: Collection[GovernorEvent], governors: Mapping[Address, Governor]
) -> dict[ProposalKey, Timepoint]:
    """Give the proposals that were just made, with their vote starts."""
    return {
        ProposalKey(chain_id=chain_id, governor=event.emitter, id=event.id): event.vote_start
        for event in events
        if isinstance(event, ProposalCreated) and event.emitter in governors
    }


def _spoken_of(
    chain_id: ChainId, events: Collection[GovernorEvent], governors: Mapping[Address, Governor]
) -> set[ProposalKey]:
    """Give the proposals whose facts changed; votes are counted by the governor, not by us."""
    return {
        ProposalKey(chain_id=chain_id, governor=event.emitter, id=event.id)
        for event in events
        if isinstance(event, ProposalEvent) and event.emitter in governors
    }
