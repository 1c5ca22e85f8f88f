"""The page shows a server's events as Discord's own list would."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox.discord import Community, DiscordWorld
from sandbox.discord.scheduled_events import EventStatus
from sandbox.page import write_page
from tests.unit.page.conftest import START

DAY = 86_400


@pytest.fixture
def shown(world: DiscordWorld, tmp_path: Path, read: Callable[..., Any]) -> Callable[[], list[str]]:
    def write() -> list[str]:
        path = tmp_path / "index.html"
        write_page(path, world, (), {})
        reader = read(path.read_text())
        assert len(reader.ids) == len(set(reader.ids))
        assert set(reader.targets) <= set(reader.ids)
        return [word.strip() for word in reader.words if word.strip()]

    return write


def test_a_server_without_events_shows_none(
    guild: Community, shown: Callable[[], list[str]]
) -> None:
    assert guild.scheduled_events == []
    assert "Events" not in shown()


def test_an_event_says_when_what_and_how_it_stands(
    guild: Community, shown: Callable[[], list[str]]
) -> None:
    guild.schedule(
        "Vote: <b>Fees</b>", start=START + DAY, end=START + 2 * DAY, description="**Vote** now."
    )
    words = shown()
    assert words.count("Events") == 2  # in the sidebar, and above the list
    assert "Vote: <b>Fees</b>" in words
    assert "Scheduled" in words
    assert "Saturday, 16 January 2027 at 08:00" in words
    assert "Vote" in words
    assert "Somewhere · by Owner" in words


def test_what_is_under_way_over_or_cancelled_is_told_apart_by_words(
    guild: Community, shown: Callable[[], list[str]]
) -> None:
    guild.schedule("Now", start=START - DAY, end=START + DAY)
    guild.schedule("Then", start=START - 2 * DAY, end=START - DAY)
    off = guild.schedule("Off", start=START + DAY, end=START + 2 * DAY)
    off.status = EventStatus.CANCELED
    words = shown()
    assert {"Happening now", "Over", "Cancelled"} <= set(words)
    assert words.index("Then") < words.index("Now") < words.index("Off")
