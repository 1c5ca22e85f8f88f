"""Runs a law's examples: each on its own copy of a migrated database, in memory-backed storage."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from tests.no_network import no_network
from tests.watched import WatchedDatabase, open_watched

MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it; the disk is slow

OpenDatabase = Callable[[], AbstractAsyncContextManager[WatchedDatabase]]


@pytest.fixture(autouse=True, scope="module")
def _no_network() -> Iterator[None]:
    with no_network():
        yield


@pytest.fixture(scope="session")
def fresh_database(migrated_file: Path) -> OpenDatabase:
    """Open a new database for one example."""

    folder = MEMORY if MEMORY.is_dir() else None

    @asynccontextmanager
    async def opened() -> AsyncIterator[WatchedDatabase]:
        with tempfile.TemporaryDirectory(dir=folder) as example:
            path = Path(shutil.copy(migrated_file, Path(example) / "assent.db"))
            async with open_watched(path) as database:
                yield database

    return opened
