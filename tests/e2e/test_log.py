"""What a real process writes down, when everything goes wrong and everything is written."""

import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from sandbox.discord import Rules
from sandbox.worlds import Worlds, open_worlds, running_bot
from tests.simulation.discord.home import DAY, TUESDAY, Home

pytestmark = pytest.mark.slow

SECRET_OF_THE_NODE = "s3cr3t-0f-the-n0de"


@pytest.fixture
async def worlds(tmp_path: Path, migrated_file: Path) -> AsyncIterator[Worlds]:
    shutil.copy(migrated_file, tmp_path / "assent.db")
    rules = Rules(rate_limits=False)
    async with open_worlds(tmp_path, start=TUESDAY, rules=rules) as worlds:
        yield worlds


async def test_no_secret_is_ever_written_down(worlds: Worlds) -> None:
    home = Home(worlds)
    home.open_space()
    dao = await worlds.chain.openzeppelin()
    await worlds.chain.mine(14)
    rpc_url = f"{worlds.chain.rpc_url}?key={SECRET_OF_THE_NODE}"
    chain_id = worlds.chain.chain_id
    async with running_bot(worlds, LOG_LEVEL="DEBUG", RPC_URLS=f"{chain_id}={rpc_url}") as bot:
        await home.world.until(home.world.commands, timeout_seconds=20)
        await home.set_up(governor=dao.governor_address, chain=chain_id)
        await everything_goes_wrong(home)
        assert await bot.stop() == 0
    log = (worlds.folder / "bot.log").read_text()
    key = (worlds.folder / "snapshot.key").read_text()
    assert "delivery failed" in log
    assert "job failed" in log
    for secret in (home.world.token, key, key.removeprefix("0x"), SECRET_OF_THE_NODE):
        assert secret not in log


async def everything_goes_wrong(home: Home) -> None:
    """Bring an idea to Snapshot while every world fails in between."""
    worlds = home.worlds
    home.faults.lose_answer("POST", r"/messages$")
    await home.speak()
    await until(home, lambda: home.said_in(home.ideas))
    card = home.said_in(home.ideas)[0]
    for person in (home.joel, home.kofi):
        await person.react(card, "👍")
    await until(home, lambda: "Promote" in [button.get("label") for button in card.buttons])
    await home.ana.press(card, "Promote")
    await until(home, lambda: "Publish…" in [button.get("label") for button in card.buttons])
    offer = await home.ana.press(card, "Publish…")
    await home.ana.press(offer, "Announce the vote")
    worlds.chain.faults.status(503, times=3)
    worlds.chain.faults.lose_answers(times=3)
    worlds.chain.faults.html(times=2)
    worlds.snapshot.faults.server_error()
    worlds.snapshot.faults.lose_answer()
    worlds.clock.jump(5 * DAY)
    await until(home, lambda: home.saying(home.votes, "Voting is open"))


async def until(home: Home, condition: Callable[[], object]) -> None:
    """Wait for something, letting time pass."""
    for _ in range(40):
        try:
            await home.world.until(condition, timeout_seconds=0.5)
        except TimeoutError:
            home.clock.jump(12)
        else:
            return
    raise TimeoutError
