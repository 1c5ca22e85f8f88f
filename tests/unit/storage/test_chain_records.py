"""What was read from a chain, and how it is undone."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.domain.onchain.block import BlockId, Position
from bot.domain.onchain.event import OperationCancelled, ProposalCanceled, ProposalCreated
from bot.domain.onchain.governor import GovernorState, ProposalKey
from bot.domain.onchain.proposal import GovernorProposal, folded
from bot.domain.onchain.scan import CHECKPOINTS_KEPT
from bot.domain.types import (
    Address,
    BlockHash,
    BlockNumber,
    ChainId,
    GovernorProposalId,
    OperationId,
    Timepoint,
    TransactionHash,
    UnixSeconds,
)
from bot.storage.chain import Scan
from bot.storage.store import Store
from tests.watched import WatchedDatabase

CHAIN = ChainId(1)
GOVERNOR = Address("0x1a0D3d5a43e53510f80F16905Bc96e907A47dD01")
HUGE = GovernorProposalId(2**256 - 1)
KEY = ProposalKey(chain_id=CHAIN, governor=GOVERNOR, id=HUGE)


def block(number: int) -> BlockId:
    return BlockId(number=BlockNumber(number), hash=BlockHash(f"0x{number:064x}"))


def at(number: int, index: int = 0) -> Position:
    return Position(
        block=block(number),
        block_time=UnixSeconds(number * 12),
        transaction_hash=TransactionHash("0x01"),
        log_index=index,
    )


CREATED = ProposalCreated(
    emitter=GOVERNOR,
    position=at(10),
    id=HUGE,
    proposer=GOVERNOR,
    calls=(),
    vote_start=Timepoint(11),
    vote_end=Timepoint(20),
    description="# Fee",
)
CANCELED = ProposalCanceled(emitter=GOVERNOR, position=at(12), id=HUGE)
OPERATION = OperationCancelled(
    emitter=GOVERNOR, position=at(13), operation_id=OperationId("0x" + "ab" * 32)
)


@pytest.fixture
async def store(database: WatchedDatabase) -> AsyncIterator[Store]:
    async with database.transaction() as store:
        yield store


def known(state: GovernorState) -> GovernorProposal:
    proposal = folded(KEY, [CREATED])
    assert proposal is not None
    return replace(proposal, state=state)


async def test_a_cursor_is_read_as_it_was_written(store: Store) -> None:
    assert await store.chain.scan(CHAIN) is None
    scan = Scan(chain_id=CHAIN, scanned=BlockNumber(5))
    for each in (scan, replace(scan, undone_at=UnixSeconds(0)), scan):
        await store.chain.save_scan(each)
        assert await store.chain.scan(CHAIN) == each


async def test_only_the_newest_checkpoints_are_kept(store: Store) -> None:
    blocks = [block(number) for number in range(CHECKPOINTS_KEPT + 20)]
    await store.chain.add_checkpoints(CHAIN, blocks)
    kept = await store.chain.checkpoints(CHAIN)
    assert list(kept) == blocks[:19:-1]


async def test_the_same_event_read_twice_stays_one(store: Store) -> None:
    await store.chain.add_events(CHAIN, [])
    await store.chain.add_events(CHAIN, [CANCELED, OPERATION])
    await store.chain.add_events(CHAIN, [CREATED, CANCELED])
    assert list(await store.chain.events_of(KEY)) == [CREATED, CANCELED]


async def test_undoing_forgets_what_lies_above_and_names_the_proposals(store: Store) -> None:
    await store.chain.add_events(CHAIN, [CREATED, CANCELED, OPERATION])
    await store.chain.add_checkpoints(CHAIN, [block(10), block(12)])
    assert await store.chain.undo_above(CHAIN, BlockNumber(13)) == set()
    assert await store.chain.undo_above(CHAIN, BlockNumber(11)) == {KEY}
    assert list(await store.chain.events_of(KEY)) == [CREATED]
    assert list(await store.chain.checkpoints(CHAIN)) == [block(10)]


async def test_a_proposal_is_live_until_its_state_cannot_change(store: Store) -> None:
    await store.chain.save_proposal(known(GovernorState.ACTIVE))
    assert [each.key for each in await store.chain.live_proposals(CHAIN)] == [KEY]
    await store.chain.save_proposal(known(GovernorState.EXECUTED))
    assert await store.chain.live_proposals(CHAIN) == []
    assert await store.chain.proposal(KEY) == known(GovernorState.EXECUTED)
    assert [each.key for each in await store.chain.proposals(CHAIN, [GOVERNOR])] == [KEY]
    await store.chain.forget_proposal(KEY)
    assert await store.chain.proposal(KEY) is None
