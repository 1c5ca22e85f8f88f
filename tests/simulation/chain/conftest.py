from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from shutil import copy

import pytest

from sandbox.chain import anvil
from sandbox.chain.anvil_chain import AnvilChain, open_chain
from tests.real_chain import IS_REQUIRED, Bot, open_bot

START = 1_800_000_000


@pytest.fixture(scope="session")
def node_url() -> Iterator[str]:
    program = anvil.found()
    if program is None:
        reason = "There is no anvil: python -m sandbox.chain.anvil FOLDER installs one."
        if IS_REQUIRED:
            pytest.fail(reason)
        pytest.skip(reason)
    with anvil.running(program, start=START) as url:
        yield url


@pytest.fixture
async def chain(node_url: str) -> AsyncIterator[AnvilChain]:
    """Give the node's chain; what a test does on it is taken back."""
    async with open_chain(node_url) as chain:
        mark = await chain.snapshot()
        yield chain
        await chain.revert(mark)


NewBot = Callable[..., Awaitable[Bot]]


@pytest.fixture
async def new_bot(chain: AnvilChain, migrated_file: Path, tmp_path: Path) -> AsyncIterator[NewBot]:
    """Start bots, each with a database of its own."""
    async with AsyncExitStack() as stack:
        count = 0

        async def start(url: str | None = None) -> Bot:
            nonlocal count
            count += 1
            file = Path(copy(migrated_file, tmp_path / f"bot-{count}.db"))
            bot = open_bot(file, url or chain.rpc_url, chain.head_time)
            return await stack.enter_async_context(bot)

        yield start
