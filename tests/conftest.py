"""What most tests stand on: a migrated database file, and a clock that is moved by hand."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import settings

from bot.storage.migration import migrate
from tests.watched import HandClock, WatchedDatabase, open_watched

# The same examples at every run; `pytest --hypothesis-profile=default` searches for new ones.
settings.register_profile("assent", derandomize=True, database=None, deadline=None)
settings.load_profile("assent")

START = 1_800_000_000  # a Friday, 08:00 UTC


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrate one file for all tests; each takes a copy."""
    path = tmp_path_factory.mktemp("template") / "assent.db"
    migrate(path)
    return path


@pytest.fixture
def database_file(migrated_file: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(migrated_file, tmp_path / "assent.db"))


@pytest.fixture
async def database(database_file: Path) -> AsyncIterator[WatchedDatabase]:
    async with open_watched(database_file) as database:
        yield database


@pytest.fixture
def clock() -> HandClock:
    return HandClock(START)
