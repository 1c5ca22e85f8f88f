"""What was read from chains: how far, which blocks it rests on, the events, the proposals."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Integer, delete, func, literal_column, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.onchain.block import Block, BlockId, Place
from bot.domain.onchain.event import GovernorEvent, ProposalEvent
from bot.domain.onchain.governor import ProposalKey
from bot.domain.onchain.proposal import LIVE, GovernorProposal
from bot.domain.onchain.scan import CHECKPOINTS_KEPT, BlockRange, average
from bot.domain.types import (
    Address,
    BlockHash,
    BlockNumber,
    ChainId,
    GovernorProposalId,
    UnixSeconds,
)
from bot.storage.chain_schema import (
    backfills,
    chain_events,
    checkpoints,
    endpoints,
    governor_proposals,
    scans,
)
from bot.storage.codec import GOVERNOR_EVENT, GOVERNOR_PROPOSAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """How far a chain has been read.

    After a reorganisation `undone_at` is the time of the block we went back to, until every state
    that may have rested on later blocks was asked again.
    """

    chain_id: ChainId
    scanned: BlockNumber
    undone_at: UnixSeconds | None = None
    finalized: BlockNumber | None = None  # the last block that can never be undone, where known


class ChainRecords:
    """Load and save what was read; what lies above a block can be undone."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def scan(self, chain_id: ChainId) -> Scan | None:
        """Say how far this chain has been read."""
        query = select(scans).where(scans.c.chain_id == chain_id)
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            return None
        return Scan(
            chain_id=chain_id,
            scanned=BlockNumber(row.scanned),
            undone_at=None if row.undone_at is None else UnixSeconds(row.undone_at),
            finalized=None if row.finalized is None else BlockNumber(row.finalized),
        )

    async def save_scan(self, scan: Scan) -> None:
        """Note how far this chain has been read."""
        values = {
            "scanned": scan.scanned,
            "undone_at": scan.undone_at,
            "finalized": scan.finalized,
        }
        await self._connection.execute(
            insert(scans)
            .values(chain_id=scan.chain_id, **values)
            .on_conflict_do_update(index_elements=["chain_id"], set_=values)
        )

    async def checkpoints(self, chain_id: ChainId) -> Sequence[BlockId]:
        """Give the blocks that what we know rests on, newest first."""
        query = (
            select(checkpoints)
            .where(checkpoints.c.chain_id == chain_id)
            .order_by(checkpoints.c.number.desc())
        )
        return [
            BlockId(number=BlockNumber(row.number), hash=BlockHash(row.hash))
            for row in await self._connection.execute(query)
        ]

    async def add_checkpoints(self, chain_id: ChainId, blocks: Iterable[Block | BlockId]) -> None:
        """Remember blocks, and forget the oldest beyond what is kept."""
        for block in blocks:
            known, time = (block.id, block.timestamp) if isinstance(block, Block) else (block, None)
            values = {"hash": known.hash, "timestamp": time}
            await self._connection.execute(
                insert(checkpoints)
                .values(chain_id=chain_id, number=known.number, **values)
                .on_conflict_do_update(index_elements=["chain_id", "number"], set_=values)
            )
        kept = (
            select(checkpoints.c.number)
            .where(checkpoints.c.chain_id == chain_id)
            .order_by(checkpoints.c.number.desc())
            .limit(CHECKPOINTS_KEPT)
        )
        await self._connection.execute(
            delete(checkpoints).where(
                checkpoints.c.chain_id == chain_id, checkpoints.c.number.not_in(kept)
            )
        )

    async def seconds_per_block(self, chain_id: ChainId) -> float | None:
        """Give the chain's own average over the blocks that are remembered, if they tell."""
        query = (
            select(checkpoints)
            .where(checkpoints.c.chain_id == chain_id, checkpoints.c.timestamp.is_not(None))
            .order_by(checkpoints.c.number)
        )
        timed = [
            Block(
                id=BlockId(number=BlockNumber(row.number), hash=BlockHash(row.hash)),
                parent_hash=BlockHash(""),
                timestamp=UnixSeconds(row.timestamp),
            )
            for row in await self._connection.execute(query)
        ]
        return average(timed[0], timed[-1]) if timed else None

    async def time_until(self, chain_id: ChainId, number: BlockNumber) -> UnixSeconds | None:
        """Give the time of the newest remembered block up to this one; `None`: there is none."""
        query = select(func.max(checkpoints.c.timestamp)).where(
            checkpoints.c.chain_id == chain_id, checkpoints.c.number <= number
        )
        found = (await self._connection.execute(query)).scalar_one()
        return None if found is None else UnixSeconds(found)

    async def spans(self, chain_id: ChainId) -> dict[str, int]:
        """Give how many blocks each endpoint answers for at once, by its digest."""
        query = select(endpoints).where(endpoints.c.chain_id == chain_id)
        return {row.digest: row.span for row in await self._connection.execute(query)}

    async def save_span(self, chain_id: ChainId, digest: str, span: int) -> None:
        """Note how many blocks an endpoint answers for at once."""
        await self._connection.execute(
            insert(endpoints)
            .values(chain_id=chain_id, digest=digest, span=span)
            .on_conflict_do_update(index_elements=["chain_id", "digest"], set_={"span": span})
        )

    async def backfilled(self, chain_id: ChainId, address: Address) -> BlockRange | None:
        """Give which of the blocks before it was watched were read for a contract."""
        query = select(backfills).where(
            backfills.c.chain_id == chain_id, backfills.c.address == address
        )
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            return None
        return BlockRange(first=BlockNumber(row.first), last=BlockNumber(row.reached))

    async def save_backfilled(self, chain_id: ChainId, address: Address, read: BlockRange) -> None:
        """Note which blocks were read for a contract."""
        values = {"first": read.first, "reached": read.last}
        await self._connection.execute(
            insert(backfills)
            .values(chain_id=chain_id, address=address, **values)
            .on_conflict_do_update(index_elements=["chain_id", "address"], set_=values)
        )

    async def places_above(
        self, chain_id: ChainId, number: BlockNumber
    ) -> frozenset[tuple[int, int]]:
        """Give where the events above a block stand: their blocks, and their numbers in them."""
        query = select(chain_events.c.block_number, chain_events.c.log_index).where(
            chain_events.c.chain_id == chain_id, chain_events.c.block_number > number
        )
        rows = await self._connection.execute(query)
        return frozenset((row.block_number, row.log_index) for row in rows)

    async def add_events(self, chain_id: ChainId, events: Iterable[GovernorEvent]) -> None:
        """Record events; one that is known already stays one."""
        rows = [_event_row(chain_id, event) for event in events]
        if rows:
            await self._connection.execute(insert(chain_events).on_conflict_do_nothing(), rows)

    async def events_of(self, key: ProposalKey) -> Sequence[GovernorEvent]:
        """Give the events of one proposal but for its votes, oldest first."""
        query = (
            select(chain_events.c.body)
            .where(
                chain_events.c.chain_id == key.chain_id,
                chain_events.c.emitter == key.governor,
                chain_events.c.governor_proposal_id == str(key.id),
            )
            .order_by(chain_events.c.block_number, chain_events.c.log_index)
        )
        rows = await self._connection.execute(query)
        return [GOVERNOR_EVENT.load(body) for body in rows.scalars()]

    async def proposals_in(
        self, chain_id: ChainId, place: Place, governors: Collection[Address]
    ) -> set[ProposalKey]:
        """Give the proposals of these governors that something happened to in a transaction."""
        query = select(chain_events.c.body).where(
            chain_events.c.chain_id == chain_id,
            chain_events.c.block_number == place.block.number,
            chain_events.c.emitter.in_(governors),
            chain_events.c.governor_proposal_id.is_not(None),
        )
        rows = await self._connection.execute(query)
        events = [GOVERNOR_EVENT.load(body) for body in rows.scalars()]
        return {
            ProposalKey(chain_id=chain_id, governor=event.emitter, id=event.id)
            for event in events
            if isinstance(event, ProposalEvent)
            and event.position.transaction_hash == place.transaction_hash
        }

    async def undo_above(self, chain_id: ChainId, number: BlockNumber) -> set[ProposalKey]:
        """Forget events and checkpoints above a block; give the proposals they spoke of."""
        above = (chain_events.c.chain_id == chain_id) & (chain_events.c.block_number > number)
        query = (
            select(chain_events.c.emitter, chain_events.c.governor_proposal_id)
            .where(above, chain_events.c.governor_proposal_id.is_not(None))
            .distinct()
        )
        touched = {
            ProposalKey(
                chain_id=chain_id,
                governor=Address(row.emitter),
                id=GovernorProposalId(int(row.governor_proposal_id)),
            )
            for row in await self._connection.execute(query)
        }
        await self._connection.execute(delete(chain_events).where(above))
        await self._connection.execute(
            delete(checkpoints).where(
                checkpoints.c.chain_id == chain_id, checkpoints.c.number > number
            )
        )
        return touched

    async def proposal(self, key: ProposalKey) -> GovernorProposal | None:
        """Give what is known of an on-chain proposal."""
        query = select(governor_proposals.c.body).where(_is(key))
        body = (await self._connection.execute(query)).scalar_one_or_none()
        return GOVERNOR_PROPOSAL.load(body) if body else None

    async def save_proposal(self, proposal: GovernorProposal) -> None:
        """Write an on-chain proposal, new or known."""
        key = proposal.key
        values = {
            "is_live": proposal.state in LIVE or proposal.is_settling,
            "body": GOVERNOR_PROPOSAL.dump(proposal),
        }
        await self._connection.execute(
            insert(governor_proposals)
            .values(chain_id=key.chain_id, governor=key.governor, id=str(key.id), **values)
            .on_conflict_do_update(index_elements=["chain_id", "governor", "id"], set_=values)
        )

    async def forget_proposal(self, key: ProposalKey) -> None:
        """Forget a proposal whose creation is not on the chain any more."""
        await self._connection.execute(delete(governor_proposals).where(_is(key)))

    async def live_proposals(self, chain_id: ChainId) -> Sequence[GovernorProposal]:
        """Give the proposals whose state can still change, or has just changed."""
        query = select(governor_proposals.c.body).where(
            governor_proposals.c.chain_id == chain_id, governor_proposals.c.is_live
        )
        rows = await self._connection.execute(query)
        return [GOVERNOR_PROPOSAL.load(body) for body in rows.scalars()]

    async def closed_in_turn(
        self, chain_id: ChainId, governors: Collection[Address], turn: int, turns: int
    ) -> Sequence[GovernorProposal]:
        """Give those whose state should not change any more, and whose turn it is of `turns`."""
        query = select(governor_proposals.c.body).where(
            governor_proposals.c.chain_id == chain_id,
            governor_proposals.c.is_live.is_(False),
            governor_proposals.c.governor.in_(governors),
            literal_column("governor_proposals.rowid", Integer) % turns == turn,
        )
        rows = await self._connection.execute(query)
        return [GOVERNOR_PROPOSAL.load(body) for body in rows.scalars()]

    async def proposals(
        self, chain_id: ChainId, governors: Collection[Address]
    ) -> Sequence[GovernorProposal]:
        """Give every proposal known of these governors."""
        query = select(governor_proposals.c.body).where(
            governor_proposals.c.chain_id == chain_id,
            governor_proposals.c.governor.in_(governors),
        )
        rows = await self._connection.execute(query)
        return [GOVERNOR_PROPOSAL.load(body) for body in rows.scalars()]


def _event_row(chain_id: ChainId, event: GovernorEvent) -> dict[str, object]:
    return {
        "chain_id": chain_id,
        "block_number": event.position.block.number,
        "log_index": event.position.log_index,
        "emitter": event.emitter,
        "governor_proposal_id": str(event.id) if isinstance(event, ProposalEvent) else None,
        "body": GOVERNOR_EVENT.dump(event),
    }


def _is(key: ProposalKey) -> ColumnElement[bool]:
    return (
        (governor_proposals.c.chain_id == key.chain_id)
        & (governor_proposals.c.governor == key.governor)
        & (governor_proposals.c.id == str(key.id))
    )
