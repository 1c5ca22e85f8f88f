"""A recording read by the bot's own reader, in any pieces and at any times, and what is left."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import select
from web3 import AsyncWeb3

from bot.domain.announcement import TroubleFound, TroubleMended
from bot.domain.onchain.block import BlockId
from bot.domain.onchain.event import VoteCast
from bot.domain.onchain.governor import GovernorState, ProposalKey
from bot.domain.onchain.proposal import GovernorProposal
from bot.domain.share import share
from bot.domain.types import BlockHash, BlockNumber, GovernorProposalId
from bot.gateways.chain.client import ChainClient
from bot.services.governance import Governance
from bot.storage.chain import Scan
from bot.storage.chain_schema import chain_events
from bot.storage.communities import WatchedGovernor
from tests import builders
from tests.following import Said, policy, said
from tests.real_chain import timeless
from tests.recorded_chain import VOTES, RecordedChain, vote_in
from tests.recordings import Recording
from tests.watched import HandClock, WatchedDatabase, open_watched

CONFIRMATIONS = 2
LARGE = share(1, 4)  # of the quorum: a vote that is told about by itself

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What a replay has left behind."""

    events: list[Row]  # but for votes
    votes: list[VoteCast]
    proposals: dict[int, GovernorProposal]
    said: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a recording is read: through which endpoints, in which pieces, and when.

    Each look is the heights that the endpoints have then, counted from the recording's beginning.
    """

    looks: Sequence[Sequence[int]] = ()
    blocks: Sequence[int] = (100_000_000,)  # that each endpoint looks for logs in at once
    mixed: bool = False


async def replayed(template: Path, recording: Recording, way: Way) -> Left:
    """Look at these heads in this order, and at last at the end; give every fact that is kept."""
    nodes = [RecordedChain(recording) for _ in way.blocks]
    for node, blocks in zip(nodes, way.blocks, strict=True):
        node.most_blocks, node.mixes_logs = blocks, way.mixed
    async with _database(template) as database:
        await _watch(database, nodes[0])
        clock = HandClock(0)
        client = ChainClient([AsyncWeb3(node) for node in nodes], recording.governor.chain_id)
        for endpoint in client.endpoints:
            endpoint.span = max(way.blocks)  # It finds out by itself where that is too wide.
        governance = Governance(database, {client.chain_id: client}, clock)

        async def look(heads: Sequence[int]) -> int:
            for node, head in zip(nodes, heads, strict=True):
                node.head = head
            clock.time = max(clock.time, *(node.time(node.head) for node in nodes))
            await governance.tick(client.chain_id)
            async with database.reading() as store:
                scan = await store.chain.scan(client.chain_id)
            assert scan is not None
            return scan.scanned

        for heads in way.looks:
            await look([recording.first + head for head in heads])
        end = [recording.last + CONFIRMATIONS] * len(nodes)
        while await look(end) < recording.last:
            pass
        for _ in range(2):
            await look(end)
        return await _left(database, recording)


@asynccontextmanager
async def _database(template: Path) -> AsyncIterator[WatchedDatabase]:
    with TemporaryDirectory() as folder:
        file = Path(copy(template, folder))
        async with open_watched(file) as database:
            yield database


async def _watch(database: WatchedDatabase, node: RecordedChain) -> None:
    governor = node.recording.governor
    header = node.header("latest")
    assert header is not None
    number = BlockNumber(node.head)
    start = BlockId(number=number, hash=BlockHash(header["hash"]))
    chosen = policy(confirmations=CONFIRMATIONS, large_vote_share=LARGE)
    community = builders.community(policy=chosen)
    async with database.transaction() as store:
        await store.communities.save(community)
        await store.communities.watch(
            WatchedGovernor(guild_id=community.guild_id, governor=governor, since=number)
        )
        await store.chain.save_scan(Scan(chain_id=governor.chain_id, scanned=number))
        await store.chain.add_checkpoints(governor.chain_id, [start])


async def _left(database: WatchedDatabase, recording: Recording) -> Left:
    governor = recording.governor
    async with database.reading() as store:
        query = select(chain_events).order_by(chain_events.c.block_number, chain_events.c.log_index)
        events = [tuple(row) for row in await store.chain._connection.execute(query)]
        votes: list[VoteCast] = []
        for id_ in {vote_in(log)[0] for log in recording.family if log["topics"][0] in VOTES}:
            key = ProposalKey(
                chain_id=governor.chain_id, governor=governor.address, id=GovernorProposalId(id_)
            )
            votes += await store.votes_cast.of(key)
        proposals = await store.chain.proposals(governor.chain_id, [governor.address])
    # Whether a chain was read to its newest block is about the looks, and not about the chain.
    claims = {
        place: (state, timeless(claim))
        for place, (state, claim) in (await said(database)).items()
        if not isinstance(claim, TroubleFound | TroubleMended)
    }
    return Left(
        events=events,
        votes=sorted(votes),
        proposals={int(each.key.id): _dateless(each) for each in proposals},
        said=claims,
    )


def _dateless(proposal: GovernorProposal) -> GovernorProposal:
    """Leave out times and looks that are about, and a quorum that may not be fixed yet."""
    quorum = None if proposal.state is GovernorState.CANCELED else proposal.quorum
    return replace(proposal, vote_starts_at=None, vote_ends_at=None, quorum=quorum, states=())
