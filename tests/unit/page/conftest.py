"""A small server on a clock of its own; nothing listens, and no bot is there."""

import tempfile
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

from sandbox.clock import SandboxClock
from sandbox.discord import Channel, Community, DiscordWorld, Message, Person, Thread, posting
from sandbox.discord.posting import Draft
from sandbox.page.names import Names

START = 1_800_000_000  # Friday, 15 January 2027, 08:00 UTC
VOID = {"br", "hr", "img", "link", "meta"}
Say = Callable[..., Message]


class Reader(HTMLParser):
    """Reads HTML as a browser would, and notes what is not well or not inert."""

    def __init__(self, allowed: set[str] | None = None) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.words: list[str] = []
        self.ids: list[str] = []
        self.targets: list[str] = []
        self._allowed = allowed

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._allowed is not None and tag not in self._allowed:
            self.wrong.append(f"<{tag}>")
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            self._note(tag, name, value or "")

    def _note(self, tag: str, name: str, value: str) -> None:
        if name == "id":
            self.ids.append(value)
        if name == "href" and value.startswith("#"):
            self.targets.append(value[1:])
        elif name in ("href", "src") and not value.startswith(("https://", "http://", "data:im")):
            self.wrong.append(f"{name}={value}")
        if name.startswith("on") or (name == "src" and tag != "img"):
            self.wrong.append(f"{tag} {name}={value}")

    @override
    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}>")

    @override
    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @override
    def handle_comment(self, data: str) -> None:
        self.wrong.append(f"<!--{data}")


def _read(shown: str, allowed: set[str] | None = None) -> Reader:
    reader = Reader(allowed)
    reader.feed(shown)
    reader.close()
    assert reader.open == []
    assert reader.wrong == []
    return reader


@pytest.fixture(scope="session")
def page_clock() -> Iterator[SandboxClock]:
    with tempfile.TemporaryDirectory() as folder:
        clock = SandboxClock.create(Path(folder) / "clock", start=START)
        yield clock
        clock.close()


@pytest.fixture
def world(page_clock: SandboxClock) -> DiscordWorld:
    return DiscordWorld(page_clock)


@pytest.fixture
def guild(world: DiscordWorld) -> Community:
    return world.guild("Braintrust")


@pytest.fixture
def mara(guild: Community) -> Person:
    return guild.member("Mara")


@pytest.fixture
def ideas(guild: Community) -> Channel:
    return guild.text_channel("ideas", topic="Where proposals begin")


@pytest.fixture
def names(world: DiscordWorld, guild: Community) -> Names:
    return Names.of(guild.guild, world.state, START)


@pytest.fixture
def assent_says(world: DiscordWorld) -> Say:
    """Let the bot speak, without its program."""

    def say(place: Channel | Thread, content: str = "", **draft: Any) -> Message:
        return posting.post(world.state, place, world.bot, Draft(content=content, **draft))

    return say


@pytest.fixture(scope="session")
def read() -> Callable[..., Reader]:
    """Read HTML, and make sure that it is well-formed and inert."""
    return _read
