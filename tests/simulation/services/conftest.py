from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.town import Town, open_town
from tests.watched import HandClock, WatchedDatabase


@pytest.fixture
async def town(
    database: WatchedDatabase, database_file: Path, clock: HandClock
) -> AsyncIterator[Town]:
    """Found a community on an empty database."""
    async with open_town(database, database_file, clock) as town:
        await town.found()
        yield town
