import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import discord
import pytest
import pytest_asyncio
from structlog.testing import capture_logs
from structlog.typing import EventDict

from bot.client import GovernanceBot
from sandbox.discord import Rules
from sandbox.worlds import Worlds, open_worlds
from tests.simulation.discord.deeds import opened_forms
from tests.simulation.discord.home import TUESDAY, Assent, Home, awake
from tests.simulation.discord.scene import Scene, open_scene


@pytest.fixture(autouse=True)
def _discord_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bot points discord.py at its settings' addresses; afterwards it points where it did."""
    monkeypatch.setattr(discord.http.Route, "BASE", discord.http.Route.BASE)
    socket = discord.gateway.DiscordWebSocket
    monkeypatch.setattr(socket, "DEFAULT_GATEWAY", socket.DEFAULT_GATEWAY)


@pytest.fixture(autouse=True)
def _impatient_client(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare the tests the seconds for which discord.py is polite before it tries again."""

    async def at_once(_bot: object, _shard_id: int | None, *, initial: bool = False) -> None:
        assert isinstance(initial, bool)

    monkeypatch.setattr(GovernanceBot, "before_identify_hook", at_once)


@pytest.fixture(autouse=True)
def said_to_operators() -> Iterator[list[EventDict]]:
    """Read the log; whatever people and worlds do, nothing in it may be an error of ours."""
    with capture_logs() as lines:
        yield lines
    assert [line for line in lines if line["log_level"] == "error"] == []


@pytest.fixture
def rules() -> Rules:
    return Rules(rate_limits=False)


@pytest.fixture
async def worlds(tmp_path: Path, migrated_file: Path, rules: Rules) -> AsyncIterator[Worlds]:
    shutil.copy(migrated_file, tmp_path / "assent.db")
    async with open_worlds(tmp_path, start=TUESDAY, rules=rules) as worlds:
        yield worlds


@pytest.fixture
def home(worlds: Worlds) -> Home:
    home = Home(worlds)
    home.open_space()
    return home


@pytest.fixture
async def assent(home: Home) -> AsyncIterator[Assent]:
    """Run the bot in a server that is set up."""
    async with awake(home) as assent:
        await home.set_up()
        yield assent


@pytest.fixture(scope="module")
def _discord_as_it_was_before_the_scene() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(discord.http.Route, "BASE", discord.http.Route.BASE)
        socket = discord.gateway.DiscordWebSocket
        patch.setattr(socket, "DEFAULT_GATEWAY", socket.DEFAULT_GATEWAY)
        yield


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def prepared(
    tmp_path_factory: pytest.TempPathFactory,
    migrated_file: Path,
    _discord_as_it_was_before_the_scene: None,
) -> AsyncIterator[Scene]:
    """Prepare everything once for a whole module, with a bot that has been started anew since."""
    folder = tmp_path_factory.mktemp("scene")
    async with open_scene(folder, migrated_file, opened_forms) as scene:
        yield scene


@pytest_asyncio.fixture(loop_scope="module")
async def scene(prepared: Scene) -> Scene:
    """Give the scene as it was prepared, whatever was done in it."""
    await prepared.back()
    return prepared
