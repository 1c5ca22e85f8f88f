"""Reads the chains: what governors did, what they say of live proposals, what a fork undid."""

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import replace

import structlog

from bot.clock import Clock
from bot.domain.onchain.governor import Observation, ProposalKey
from bot.domain.onchain.scan import BlockRange, next_range, unsettled
from bot.domain.types import BlockNumber, ChainId, UnixSeconds
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.errors import (
    ChainError,
    NoHistoryError,
    RangeTooWideError,
)
from bot.gateways.chain.reading import LogPage, Reading
from bot.services.governance.alarms import Freshness
from bot.services.governance.describing import Describing
from bot.services.governance.facts import changed, created, voted_on
from bot.services.governance.failing import Failing
from bot.services.governance.figures import ChainFigures, figures
from bot.services.governance.forks import undo
from bot.services.governance.known import Known, known_of
from bot.services.governance.look import Look, events_to_tell, keep, tell_look, telling_of
from bot.services.governance.pages import Stretch, read_ahead
from bot.services.governance.reprobing import reprobed, save
from bot.services.governance.senders import with_senders
from bot.services.governance.sweeping import Sweeping
from bot.services.governance.unread import Unread, UnreadLogs, note_unread
from bot.services.governance.wording import Described, reworded
from bot.storage.database import Database
from bot.storage.store import Store

log = structlog.get_logger()

STALE = 600  # seconds that an endpoint's newest block may be old before another one is asked


class Governance:
    """Follows every watched governor from the chain alone."""

    def __init__(
        self,
        database: Database,
        chains: Mapping[ChainId, ChainClient],
        now: Clock,
        describing: Describing | None = None,
    ) -> None:
        self._database = database
        self._chains = chains
        self._now = now
        self._describing = describing
        self.freshness = Freshness(database, now)
        self._looks: Counter[ChainId] = Counter()
        self._told_until: dict[ChainId, UnixSeconds] = {}  # what time alone brings
        self._waits: dict[ChainId, int] = {}  # blocks that somebody waited for at the last look
        self._spans: dict[tuple[ChainId, str], int] = {}  # as they are stored
        self._failing = Failing(database, chains, self.freshness, now)
        self._sweeping = Sweeping(database, now)
        self._unread = UnreadLogs(database)

    def figures(self) -> Sequence[ChainFigures]:
        """Give how the reading of each chain goes."""
        return figures(self._chains, self.freshness)

    async def tick(self, chain_id: ChainId) -> None:
        """Look at a chain once: the next blocks, then every live proposal at the last of them.

        Where no look was complete for long, moderators are told.

        Raises:
            ReorgTooDeepError: No remembered block is on the chain any more.
            ChainError: No endpoint answered; nothing was recorded.
        """
        try:
            await self._look_through_one(chain_id)
        finally:
            await self.freshness.tell(chain_id)

    async def _look_through_one(self, chain_id: ChainId) -> None:
        """Look through the best endpoint; where it fails, through the next one.

        Everything of a look is from one of them.
        """
        client = self._chains[chain_id]
        before, requests = client.calls, client.request_count
        failures: list[ChainError] = []
        nodes = client.nodes
        asked = deque((node, len(nodes) == 1) for node in nodes)
        while asked:
            node, is_last = asked.popleft()
            known = await self._known(chain_id)
            if known is None:
                self.freshness.looked(chain_id)
                return
            self._told_until.setdefault(chain_id, known.time)
            try:
                if await self._tick(node, known, is_last=is_last):
                    break
                if not is_last:
                    asked.append((node, True))
            except ChainError as error:
                failures.append(error)
                await self._failing.note(node, known, failures)
        else:
            if failures:
                raise failures[-1]
        log.debug(
            "looked at a chain",
            chain=chain_id,
            requests=client.request_count - requests,
            calls=dict(client.calls - before),
        )

    async def _known(self, chain_id: ChainId) -> Known | None:
        async with self._database.reading() as store:
            for endpoint in self._chains[chain_id].endpoints:
                if (chain_id, endpoint.digest) not in self._spans:
                    spans = await store.chain.spans(chain_id)
                    endpoint.span = spans.get(endpoint.digest, endpoint.span)
                    self._spans[chain_id, endpoint.digest] = endpoint.span
            return await known_of(store, chain_id, self._looks[chain_id])

    async def _tick(self, node: ChainClient, known: Known, *, is_last: bool) -> bool:
        """Look through one endpoint; tells whether it was one to look through.

        One that is behind, or has come to a stop, is passed over while there is another.
        """
        tip = await node.tip()
        safe = BlockNumber(tip.head.id.number - known.confirmations)
        if safe < known.scan.scanned:
            return False  # The endpoint is behind what we have read, or has just lost a fork.
        if not is_last and self._now() - tip.head.timestamp > STALE:
            return False
        if tip.finalized is not None:
            finalized = max(known.scan.finalized or 0, tip.finalized.id.number)
            known = replace(known, finalized=BlockNumber(finalized))
        if safe - known.scan.scanned > node.endpoint.span:
            voted = await self._catch_up(node, known, safe)
            caught_up = await self._known(node.chain_id)
            if caught_up is None:
                return True
            # Only the governor counts votes, and no state tells that there are more of them.
            in_turn = caught_up.in_turn | (voted & caught_up.asked.keys())
            known = replace(caught_up, finalized=known.finalized, in_turn=in_turn)
        page = await self._read(node, known, safe)
        if page.anchor is None:
            return False  # The endpoint does not have what we have read.
        if page.anchor.id != known.anchor:
            self._sweeping.undone()
            await undo(self._database, self._chains[node.chain_id], node, known, tip)
            return True
        is_complete = page.last.id.number == safe
        look = await self._look(node, known, page, is_complete=is_complete)
        await self._record(node, known, look)
        self._looks[node.chain_id] += 1
        return True

    async def _catch_up(
        self, node: ChainClient, known: Known, safe: BlockNumber
    ) -> set[ProposalKey]:
        """Read and record many blocks, some ranges ahead, and give what was voted on in them.

        Proposals are asked for afterwards.
        """
        latest, voted = known, set[ProposalKey]()

        async def take(page: LogPage) -> bool:
            nonlocal latest
            look = await self._look(node, latest, page, is_complete=False)
            if not await self._record(node, latest, look):
                return False
            latest = replace(latest, scan=look.scan)
            voted.update(voted_on(node.chain_id, page.votes))
            return True

        stretch = Stretch(
            scanned=known.scan.scanned, last=safe, addresses=known.addresses, anchor=known.anchor
        )
        await read_ahead(node, stretch, take)
        return voted

    async def _read(self, node: ChainClient, known: Known, safe: BlockNumber) -> LogPage:
        """Read the next blocks, in a narrower range each time the endpoint refuses.

        What was read before, it need not have any more.
        """
        again = known.again
        while True:
            span = node.endpoint.span
            wanted = next_range(known.scan.scanned, safe, span, again)
            wanted = wanted or BlockRange(first=safe, last=safe)
            reading = Reading(
                blocks=wanted,
                addresses=known.addresses,
                anchor=known.anchor.number,
                questions=known.inquiry.questions if wanted.last == safe else (),
                known=known.places,
                unsettled=unsettled(safe),
            )
            try:
                return await node.read(reading)
            except RangeTooWideError:
                if wanted.first == wanted.last or node.endpoint.span >= span:
                    raise
            except NoHistoryError:
                if wanted.first > known.scan.scanned or not again:
                    raise
                again = 0

    async def _look(
        self, node: ChainClient, known: Known, page: LogPage, *, is_complete: bool
    ) -> Look:
        """Take what was read; of proposals that something happened to, ask for everything."""
        observations: Mapping[ProposalKey, Observation] = {}
        sweep, unread = None, Unread(logs=page.undecodable)
        if is_complete:
            page, unread = await self._unread.again(node, known, page)
            page, sweep = await self._sweeping.sweep(node, known, page)
            observations = await self._observations(node, known, page)
        return Look(
            scan=replace(
                known.scan,
                scanned=max(known.scan.scanned, page.last.id.number),
                finalized=known.finalized,
            ),
            at=replace(page.last, seconds_per_block=known.seconds_per_block),
            events=await with_senders(node, page.events),
            votes=page.votes,
            described=await self._described(known, page),
            observations=observations,
            is_complete=is_complete,
            sweep=sweep,
            unread=unread,
            governors=await reprobed(node, known, page.events, page.last if is_complete else None),
        )

    async def _observations(
        self, node: ChainClient, known: Known, page: LogPage
    ) -> Mapping[ProposalKey, Observation]:
        """Give what governors answered of the proposals that there may be something to say of."""
        chain_id, governors = node.chain_id, known.governors
        seen = known.inquiry.observations(page.answers)
        made = created(chain_id, page.events, governors)
        starts = {key: proposal.vote_start for key, proposal in known.asked.items()} | made
        happened = {key for key in voted_on(chain_id, page.votes) if key in starts}
        happened |= changed(chain_id, page.events, governors)
        happened |= {key for key, one in seen.items() if one.state != known.asked[key].state}
        if known.scan.undone_at is not None:
            happened |= set(known.asked)
        keys = sorted(happened, key=lambda key: (key.governor, key.id))
        if keys:
            seen |= await node.observe(governors, keys, page.last.id, starts, known.supplied)
        at = replace(page.last, seconds_per_block=known.seconds_per_block)
        since = self._told_until.get(chain_id, known.time)
        told = known.told(at, since) | known.in_turn | happened
        return {key: one for key, one in seen.items() if key in told}

    async def _described(self, known: Known, page: LogPage) -> Described:
        """Ask what calls do, before the transaction."""
        if self._describing is None:
            return {}
        return await reworded(self._describing, known, page.events, page.last.id)

    async def _record(self, node: ChainClient, known: Known, look: Look) -> bool:
        """Write events, states, announcements and the cursor in one transaction.

        `False`: a governor was added meanwhile, and the reading starts earlier now.
        """
        chain_id = look.scan.chain_id
        async with self._database.transaction() as store:
            if await store.chain.scan(chain_id) != known.scan:
                return False
            telling = telling_of(store, known, look, self._now())
            await keep(telling, look)
            await self._save_span(store, node)
            await note_unread(store, chain_id, look.unread, self._now())
            await save(store, chain_id, look.governors)
            events = await events_to_tell(store, known, look, self._waits.get(chain_id, 0))
            await tell_look(telling, known, look, events)
        self._waits[chain_id] = max(known.waits.values(), default=0)
        if look.is_complete:
            self._told_until[chain_id] = look.at.timestamp
            self.freshness.looked(chain_id)
            self._unread.recorded(chain_id)
        if look.sweep is not None:
            self._sweeping.recorded(known, look.sweep)
        return True

    async def _save_span(self, store: Store, node: ChainClient) -> None:
        key, span = (node.chain_id, node.endpoint.digest), node.endpoint.span
        if self._spans.get(key) != span:
            self._spans[key] = span
            await store.chain.save_span(*key, span)
