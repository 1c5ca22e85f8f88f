from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.types import ChainId
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.transport import open_web3
from sandbox.chain import ChainWorld
from sandbox.clock import SandboxClock

START = 1_795_000_000


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[ChainWorld]:
    clock = SandboxClock.create(tmp_path / "clock", start=START)
    async with ChainWorld(clock) as chain:
        yield chain


@pytest.fixture
async def client(world: ChainWorld) -> AsyncIterator[ChainClient]:
    async with open_web3(world.rpc_url) as web3:
        yield ChainClient(web3, ChainId(world.chain_id))
