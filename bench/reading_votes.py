"""How quickly 50,000 votes of 100,000 blocks are read and kept, beside two other ways to read them.

All three ask the same node, in one run; without anvil there is nothing to read, and no figure.
"""

import asyncio
import gc
import tempfile
import time
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientTimeout
from web3 import AsyncWeb3
from web3.providers.rpc import AsyncHTTPProvider

from bench.figure import Figure
from bench.requests_per_tick import COMMUNITY, GUILD
from bench.vote_logs import LOGS, VotedOn, open_votes
from bot.domain.onchain.governor import (
    ClockMode,
    Flavour,
    Governor,
    QuorumRule,
    TimelockKind,
)
from bot.domain.types import Address, BlockNumber, ChainId, Timepoint, TokenUnits
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.layouts import TOPICS
from bot.gateways.chain.transport import open_web3
from bot.services.governance import Governance
from bot.services.governance.pages import AHEAD
from bot.storage.chain import Scan
from bot.storage.communities import WatchedGovernor
from bot.storage.database import Database, open_database
from bot.storage.migration import migrate

CHAIN = ChainId(31_337)
ROUNDS = 3  # the better one counts: whatever else runs here only makes figures worse
THEIR_SPAN = 2_000  # blocks; web3 leaves this to whoever calls it
THEIR_LOOKS = 4  # at once
_VOTE_CAST = {
    "type": "event",
    "name": "VoteCast",
    "anonymous": False,
    "inputs": [
        {"name": "voter", "type": "address", "indexed": True},
        {"name": "proposalId", "type": "uint256", "indexed": False},
        {"name": "support", "type": "uint8", "indexed": False},
        {"name": "weight", "type": "uint256", "indexed": False},
        {"name": "reason", "type": "string", "indexed": False},
    ],
}


async def measure() -> list[Figure]:
    """Read them in turn: as we do, as bare bytes, and as web3 does."""
    gc.freeze()  # as the bot does at its start
    async with open_votes() as votes:
        if votes is None:
            print("There is no anvil here (ASSENT_ANVIL), so the reading of votes is not measured.")
            return []
        spans: list[tuple[int, int]] = []
        ours, bare, ahead = [], [], []
        for _ in range(ROUNDS):
            took, spans = await _ours(votes)
            ours.append(took)
            bare.append(await _bare(votes, spans, at_once=1))
            ahead.append(await _bare(votes, spans, at_once=AHEAD))
        theirs = await _theirs(votes)
    return [
        Figure(
            name="reader_vs_web3",
            value=round(theirs, 3),
            unit="s",
            aim="≥ 10 times ours",
            baseline=round(min(ours), 3),
            compared_with="our reader, with what it stores",
        ),
        Figure(
            name="reader_vs_bare_fetch",
            value=round(min(ours), 3),
            unit="s",
            aim="≤ 1.5 times",
            baseline=round(min(bare), 3),
            compared_with="fetching the same bytes, one range after the other, and no more",
        ),
        Figure(
            name="reader_vs_fetch_ahead",
            value=round(min(ours), 3),
            unit="s",
            aim="none: on two cores the node takes both",
            baseline=round(min(ahead), 3),
            compared_with=f"fetching the same bytes, {AHEAD} ranges at once, as we do",
        ),
    ]


async def _ours(votes: VotedOn) -> tuple[float, list[tuple[int, int]]]:
    """Let the service catch up; give how long it took, and the ranges that it asked for."""
    with tempfile.TemporaryDirectory(prefix="assent-bench-") as folder:
        file = Path(folder) / "assent.db"
        migrate(file)
        async with open_database(file) as database, open_web3(votes.url) as web3:
            ranges: list[tuple[int, int]] = []
            _note_ranges(web3.provider, ranges)
            client = ChainClient(web3, CHAIN)
            await _watch(database, client, votes)
            governance = Governance(database, {CHAIN: client}, lambda: 0)  # type: ignore[arg-type,return-value] # no time passes
            began = time.perf_counter()
            await governance.tick(CHAIN)
            took = time.perf_counter() - began
            async with database.reading() as store:
                count = len(await store.votes_cast.places(CHAIN, BlockNumber(votes.first)))
            assert count == LOGS, f"{count} of {LOGS} votes were read"
            return took, ranges


def _note_ranges(provider: Any, ranges: list[tuple[int, int]]) -> None:
    send = provider.make_batch_request

    async def noted(requests: Any) -> Any:
        for method, params in requests:
            if method == "eth_getLogs":
                ranges.append((int(params[0]["fromBlock"], 16), int(params[0]["toBlock"], 16)))
        return await send(requests)

    provider.make_batch_request = noted


async def _watch(database: Database, client: ChainClient, votes: VotedOn) -> None:
    start = await client.block(BlockNumber(votes.first - 1))
    assert start is not None
    async with database.transaction() as store:
        await store.communities.save(COMMUNITY)
        await store.communities.watch(
            WatchedGovernor(
                guild_id=GUILD,
                governor=governor(Address(votes.contract)),
                since=BlockNumber(votes.last),
            )
        )
        scan = Scan(chain_id=CHAIN, scanned=start.id.number)
        await store.chain.save_scan(scan)
        await store.chain.add_checkpoints(CHAIN, [start])


def governor(contract: Address) -> Governor:
    """Make a governor of the most common family."""
    return Governor(
        chain_id=CHAIN,
        address=contract,
        name="Bench",
        flavour=Flavour.OPENZEPPELIN,
        clock_mode=ClockMode.BLOCK_NUMBER,
        quorum_rule=QuorumRule.FOR_AND_ABSTAIN,
        token_address=None,
        token_symbol="",
        token_decimals=0,
        voting_delay=Timepoint(1),
        voting_period=Timepoint(1),
        proposal_threshold=TokenUnits(0),
        timelock_kind=TimelockKind.NONE,
        timelock_address=None,
        timelock_delay=None,
        grace_period=None,
    )


async def _bare(votes: VotedOn, ranges: list[tuple[int, int]], at_once: int) -> float:
    """Fetch the same logs in the same ranges, and throw them away."""
    waiting = iter(ranges)

    async def fetch(session: ClientSession) -> None:
        for first, last in waiting:
            wanted = {
                "fromBlock": hex(first),
                "toBlock": hex(last),
                "address": [votes.contract],
                "topics": [list(TOPICS)],
            }
            body = [{"jsonrpc": "2.0", "id": 1, "method": "eth_getLogs", "params": [wanted]}]
            async with session.post(votes.url, json=body) as response:
                await response.read()

    async with ClientSession(timeout=ClientTimeout(total=300)) as session:
        began = time.perf_counter()
        await asyncio.gather(*(fetch(session) for _ in range(at_once)))
        return time.perf_counter() - began


async def _theirs(votes: VotedOn) -> float:
    """Read with web3's own events, some ranges at once."""
    provider = AsyncHTTPProvider(votes.url, request_kwargs={"timeout": ClientTimeout(total=300)})
    web3 = AsyncWeb3(provider)
    event = web3.eth.contract(address=votes.contract, abi=[_VOTE_CAST]).events.VoteCast()  # type: ignore[call-overload] # an address as text
    starts = iter(range(votes.first, votes.last + 1, THEIR_SPAN))
    counts = []

    async def read() -> None:
        for first in starts:
            last = min(first + THEIR_SPAN - 1, votes.last)
            counts.append(len(await event.get_logs(from_block=first, to_block=last)))

    began = time.perf_counter()
    await asyncio.gather(*(read() for _ in range(THEIR_LOOKS)))
    took = time.perf_counter() - began
    await provider.disconnect()
    assert sum(counts) == LOGS, f"{sum(counts)} of {LOGS} votes were read"
    return took
