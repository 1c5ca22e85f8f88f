"""How few requests 1,000 contracts take, and what 500 states cost our own processor."""

import sys
import tempfile
import time
from asyncio.subprocess import PIPE, create_subprocess_exec
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from web3 import AsyncWeb3
from web3.providers.rpc import AsyncHTTPProvider

from bench.figure import Figure
from bench.reading_votes import governor
from bench.requests_per_tick import COMMUNITY, GUILD
from bench.still_node import HEAD
from bot.domain.onchain.block import BlockId, Position
from bot.domain.onchain.event import ProposalCreated
from bot.domain.onchain.governor import GovernorState, ProposalKey
from bot.domain.onchain.proposal import folded
from bot.domain.onchain.scan import BlockRange
from bot.domain.types import (
    Address,
    BlockHash,
    BlockNumber,
    ChainId,
    GovernorProposalId,
    Timepoint,
    TransactionHash,
    UnixSeconds,
)
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.codec import checksummed
from bot.gateways.chain.inquiry import Inquiry
from bot.gateways.chain.reading import Reading
from bot.gateways.chain.transport import open_web3
from bot.services.governance import Governance
from bot.storage.chain import Scan
from bot.storage.communities import WatchedGovernor
from bot.storage.database import Database, open_database
from bot.storage.migration import migrate
from sandbox.worlds import ROOT

CHAIN = ChainId(1)
CONTRACTS, LIVE = 1_000, 500
ADDRESSES = [checksummed(f"0x{number:040x}") for number in range(1, CONTRACTS + 1)]
ROUNDS = 5
START = HEAD - 100
_STATE: Any = [
    {
        "type": "function",
        "name": "state",
        "stateMutability": "view",
        "inputs": [{"name": "id", "type": "uint256"}],
        "outputs": [{"name": "", "type": "uint8"}],
    }
]


async def measure() -> list[Figure]:
    """Follow them all on a node on which nothing happens."""
    async with _still_node() as url, open_web3(url) as web3:
        client = ChainClient(web3, CHAIN)
        return [await _requests(client), await _processor(client, url)]


@asynccontextmanager
async def _still_node() -> AsyncIterator[str]:
    """Run the node in a process of its own, whose time is not ours."""
    command = (sys.executable, "-m", "bench.still_node")
    process = await create_subprocess_exec(*command, cwd=ROOT, stdout=PIPE)
    assert process.stdout is not None
    await process.stdout.readline()
    try:
        yield "http://127.0.0.1:18545"
    finally:
        process.kill()
        await process.communicate()


async def _requests(client: ChainClient) -> Figure:
    with tempfile.TemporaryDirectory(prefix="assent-bench-") as folder:
        file = Path(folder) / "assent.db"
        migrate(file)
        async with open_database(file) as database:
            await _fill(database)
            governance = Governance(database, {CHAIN: client}, lambda: UnixSeconds(0))
            await governance.tick(CHAIN)
            before = client.request_count
            for _ in range(ROUNDS):
                await governance.tick(CHAIN)
            each = (client.request_count - before) / ROUNDS
    return Figure(
        name="requests_per_tick_1000",
        value=each,
        unit="requests",
        aim="2",
        baseline=CONTRACTS + LIVE + 1,
        compared_with="one for each contract's logs and each state(), and the head",
    )


async def _fill(database: Database) -> None:
    """Watch 1,000 contracts, and let 500 of them have an open proposal."""
    start = BlockId(number=BlockNumber(START), hash=BlockHash(f"0x{START:064x}"))
    async with database.transaction() as store:
        await store.communities.save(COMMUNITY)
        for each in ADDRESSES:
            watched = replace(governor(each), chain_id=CHAIN)
            await store.communities.watch(
                WatchedGovernor(guild_id=GUILD, governor=watched, since=BlockNumber(START))
            )
        made = [_created(each) for each in ADDRESSES[:LIVE]]
        await store.chain.add_events(CHAIN, made)
        for event in made:
            key = ProposalKey(chain_id=CHAIN, governor=event.emitter, id=event.id)
            proposal = folded(key, [event])
            assert proposal is not None
            await store.chain.save_proposal(replace(proposal, state=GovernorState.ACTIVE))
        await store.chain.save_scan(Scan(chain_id=CHAIN, scanned=start.number))
        await store.chain.add_checkpoints(CHAIN, [start])


def _created(emitter: Address) -> ProposalCreated:
    return ProposalCreated(
        emitter=emitter,
        position=Position(
            block=BlockId(number=BlockNumber(START - 1), hash=BlockHash("0x" + "00" * 32)),
            block_time=UnixSeconds(1_700_000_000),
            transaction_hash=TransactionHash("0x" + "00" * 32),
            log_index=int(emitter, 16),
        ),
        id=GovernorProposalId(1),
        proposer=emitter,
        calls=(),
        vote_start=Timepoint(START),
        vote_end=Timepoint(HEAD * 2),
        description="# An open one",
    )


async def _processor(client: ChainClient, url: str) -> Figure:
    keys = [
        ProposalKey(chain_id=CHAIN, governor=each, id=GovernorProposalId(1))
        for each in ADDRESSES[:LIVE]
    ]
    governors = {each: governor(each) for each in ADDRESSES[:LIVE]}
    spent = []
    for _ in range(ROUNDS):
        began = time.process_time()
        inquiry = Inquiry(governors=governors, states=keys)
        at = BlockRange(first=BlockNumber(HEAD), last=BlockNumber(HEAD))
        reading = Reading(blocks=at, addresses=ADDRESSES[:1], questions=inquiry.questions)
        seen = inquiry.observations((await client.read(reading)).answers)
        assert len(seen) == LIVE
        spent.append(time.process_time() - began)
    return Figure(
        name="states_500_cpu_ms",
        value=round(min(spent) * 1_000, 1),
        unit="ms",
        aim="≤ 50",
        baseline=round(await _their_processor(url), 1),
        compared_with="web3's own batch of the same 500 calls",
    )


async def _their_processor(url: str) -> float:
    provider = AsyncHTTPProvider(url)
    web3 = AsyncWeb3(provider)
    began = time.process_time()
    async with web3.batch_requests() as batch:
        for each in ADDRESSES[:LIVE]:
            contract: Any = web3.eth.contract(address=each, abi=_STATE)  # type: ignore[call-overload] # an address as text
            batch.add(contract.functions.state(1))
        await batch.async_execute()
    spent = (time.process_time() - began) * 1_000
    await provider.disconnect()
    return spent
