"""Recorded life cycles, read in any pieces and at any times, leave the same behind."""

import json
import os
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from typing_extensions import override
from web3 import AsyncWeb3
from web3.providers.async_base import AsyncBaseProvider

from bot.domain.onchain.block import BlockId
from bot.domain.onchain.governor import ClockMode, Flavour, Governor, QuorumRule, TimelockKind
from bot.domain.types import Address, BlockHash, BlockNumber, ChainId, Timepoint, TokenUnits
from bot.gateways.chain.client import ChainClient
from bot.services.governance import Governance
from bot.storage.chain import Scan
from bot.storage.chain_schema import chain_events
from bot.storage.communities import WatchedGovernor
from bot.storage.migration import migrate
from tests import builders
from tests.following import policy
from tests.spoken import spoken
from tests.watched import HandClock, WatchedDatabase, open_watched

ROOT = Path(__file__).resolve().parents[3]
DATA = ROOT / os.environ.get("ASSENT_SHARED", "../shared") / "data" / "evm" / "recorded"  # noqa: TID251 - where the data is
FILES = sorted(DATA.glob("*.json"))
CHAIN = ChainId(31_337)
CONFIRMATIONS = 2
pytestmark = pytest.mark.skipif(not FILES, reason=f"{DATA} is not here; set ASSENT_SHARED")

# The kinds of events that every recording of a governor with them must leave behind.
KINDS = {
    "ProposalCreated": "proposal created",
    "ProposalQueued": "proposal queued",
    "ProposalExecuted": "proposal executed",
}


def read(file: Path) -> dict[str, Any]:
    recording: dict[str, Any] = json.loads(file.read_text())
    return recording


class RecordedNode(AsyncBaseProvider):
    """A node that has a recording's logs up to its head; of states it knows nothing."""

    def __init__(self, recording: dict[str, Any]) -> None:
        super().__init__()
        self._logs = recording["logs"]
        self.length = max(log["blockNumber"] for log in self._logs)
        self._hashes = {log["blockNumber"]: log["blockHash"] for log in self._logs}
        self.head = 0
        self.most_blocks = 1_000_000
        self.mixes_logs = False

    @override
    async def make_batch_request(self, requests: Any) -> Any:
        return spoken([self._answer(method, params) for method, params in requests])

    def _answer(self, method: str, params: list[Any]) -> dict[str, Any]:
        match method:
            case "eth_chainId":
                return {"result": hex(CHAIN)}
            case "eth_getBlockByNumber":
                return {"result": self.header(params[0])}
            case "eth_getLogs":
                return self._found(params[0])
            case "eth_getCode":
                return {"result": "0x60"}
            case "eth_getStorageAt":
                return {"result": "0x" + "00" * 32}
            case _:
                return {"error": {"code": 3, "message": "execution reverted"}}

    def header(self, tag: str) -> dict[str, str] | None:
        number = self.head if tag == "latest" else 0 if tag == "finalized" else int(tag, 16)
        if number > self.head:
            return None
        made_up = "0x" + sha256(str(number).encode()).hexdigest()
        return {
            "number": hex(number),
            "hash": self._hashes.get(number, made_up),
            "parentHash": self._hashes.get(number - 1, made_up),
            "timestamp": hex(1_795_000_000 + 12 * number),
        }

    def _found(self, wanted: dict[str, Any]) -> dict[str, Any]:
        first, last = int(wanted["fromBlock"], 16), int(wanted["toBlock"], 16)
        if last - first + 1 > self.most_blocks:
            limit = f"eth_getLogs is limited to a {self.most_blocks} range"
            return {"error": {"code": -32614, "message": limit}}
        found = [
            log | {name: hex(log[name]) for name in ("blockNumber", "logIndex")}
            for log in self._logs
            if first <= log["blockNumber"] <= min(last, self.head)
        ]
        return {"result": found[::-1] + found[:3] if self.mixes_logs else found}


async def replayed(
    recording: dict[str, Any], heads: Sequence[int], *, blocks: int = 1_000_000, mixed: bool = False
) -> list[tuple[Any, ...]]:
    """Look at these heads in this order, and at last at the end; give every fact that is kept."""
    node = RecordedNode(recording)
    node.most_blocks, node.mixes_logs = blocks, mixed
    client = ChainClient(AsyncWeb3(node), CHAIN)
    with TemporaryDirectory() as folder:
        migrate(Path(folder) / "assent.db")
        async with open_watched(Path(folder) / "assent.db") as database:
            await watch(database, recording, node)
            governance = Governance(database, {CHAIN: client}, HandClock(1_795_000_000))
            for head in [*heads, *[node.length + CONFIRMATIONS] * 3]:
                node.head = head
                await governance.tick(CHAIN)
            return await facts(database)


async def watch(database: WatchedDatabase, recording: dict[str, Any], node: RecordedNode) -> None:
    is_alpha = "Alpha" in recording["kind"]
    governor = Governor(
        chain_id=CHAIN,
        address=Address(recording["governor"]),
        name=recording["kind"],
        flavour=Flavour.GOVERNOR_ALPHA if is_alpha else Flavour.OPENZEPPELIN,
        clock_mode=ClockMode(recording["clock"]),
        quorum_rule=QuorumRule.FOR,
        token_address=Address(recording["token"]),
        token_symbol="VOTE",
        token_decimals=18,
        voting_delay=Timepoint(1),
        voting_period=Timepoint(50),
        proposal_threshold=TokenUnits(0),
        timelock_kind=TimelockKind.COMPOUND if is_alpha else TimelockKind.CONTROLLER,
        timelock_address=Address(recording["timelock"]),
        timelock_delay=None,
        grace_period=None,
    )
    header = node.header("0x0")
    assert header is not None
    start = BlockId(number=BlockNumber(0), hash=BlockHash(header["hash"]))
    community = builders.community(policy=policy(confirmations=CONFIRMATIONS))
    async with database.transaction() as store:
        await store.communities.save(community)
        await store.communities.watch(
            WatchedGovernor(guild_id=community.guild_id, governor=governor, since=start.number)
        )
        await store.chain.save_scan(Scan(chain_id=CHAIN, scanned=start.number))
        await store.chain.add_checkpoints(CHAIN, [start])


async def facts(database: WatchedDatabase) -> list[tuple[Any, ...]]:
    async with database.reading() as store:
        governors = {each.governor.address for each in await store.communities.watched(CHAIN)}
        rows: list[tuple[Any, ...]] = []
        query = select(chain_events).order_by(chain_events.c.block_number, chain_events.c.log_index)
        rows += [tuple(row) for row in await store.chain._connection.execute(query)]
        for each in await store.chain.proposals(CHAIN, governors):
            rows += await store.votes_cast.of(each.key)
        return rows


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
async def test_a_recorded_life_is_read_without_loss(file: Path) -> None:
    recording = read(file)
    kept = await replayed(recording, [])
    known = [
        log["event"].partition("(")[0]
        for log in recording["logs"]
        if log["address"] == recording["governor"]
    ]
    kinds = [json.loads(row[5])["kind"] for row in kept if len(row) == 6]
    for name, kind in KINDS.items():
        assert kinds.count(kind) == known.count(name)
    cast = known.count("VoteCast") + known.count("VoteCastWithParams")
    assert sum(len(row) > 6 for row in kept) == cast


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
@settings(max_examples=5, deadline=None)
@given(data=st.data())
async def test_any_pieces_and_any_order_of_looks_leave_the_same(
    file: Path, data: st.DataObject
) -> None:
    recording = read(file)
    length = max(log["blockNumber"] for log in recording["logs"])
    heads = data.draw(st.lists(st.integers(CONFIRMATIONS, length), max_size=8))
    blocks = data.draw(st.sampled_from([1, 3, 10, 50, 2_000, 1_000_000]))
    if length / blocks > 150:
        blocks = max(blocks, length // 150)
    at_once = await replayed(recording, [])
    assert (
        await replayed(recording, heads, blocks=blocks, mixed=data.draw(st.booleans())) == at_once
    )
