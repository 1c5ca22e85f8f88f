"""The process itself: what an operator starts, stops and asks."""

import asyncio
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from bot.__main__ import EX_CONFIG, EX_UNAVAILABLE
from sandbox.ports import free_port
from sandbox.worlds import ROOT, Worlds, open_worlds

pytestmark = pytest.mark.slow

PATIENCE_SECONDS = 60
MONDAY = 1_793_627_000


@pytest.fixture
async def worlds(tmp_path: Path) -> AsyncIterator[Worlds]:
    async with open_worlds(tmp_path, start=MONDAY) as worlds:
        worlds.discord.guild("Braintrust")
        yield worlds


async def started(worlds: Worlds, *arguments: str, **overrides: str) -> Process:
    environment = worlds.environment(PYTHONPATH=str(ROOT), LOG_LEVEL="INFO", **overrides)
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments, env=environment, cwd=worlds.folder, stderr=PIPE
    )


async def ended(process: Process) -> tuple[int, str]:
    """Wait for the end, and give the exit status with what was said."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        _, said = await process.communicate()
    assert process.returncode is not None, "it has ended"
    return process.returncode, said.decode()


@asynccontextmanager
async def running(worlds: Worlds, **overrides: str) -> AsyncIterator[Process]:
    process = await started(worlds, **overrides)
    try:
        await worlds.discord.until(
            lambda: worlds.discord.connected, timeout_seconds=PATIENCE_SECONDS
        )
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_it_starts_tells_discord_its_commands_and_stops_when_asked(worlds: Worlds) -> None:
    async with running(worlds) as process:
        await worlds.discord.until(worlds.discord.commands, timeout_seconds=PATIENCE_SECONDS)
        process.send_signal(signal.SIGTERM)
        status, said = await ended(process)
    assert status == 0
    assert "commands synced" in said
    assert "stopped" in said
    assert "Traceback" not in said
    assert worlds.discord.token not in said


async def test_it_serves_the_page_until_it_is_stopped(worlds: Worlds) -> None:
    port = str(free_port())
    address = f"http://127.0.0.1:{port}"
    async with running(worlds, PAGE_URL=address, PAGE_PORT=port) as process:
        async with httpx.AsyncClient() as http:
            page = await http.get(f"{address}/s")
        assert page.status_code == 200
        assert "Assent" in page.text
        process.send_signal(signal.SIGTERM)
        status, said = await ended(process)
    assert status == 0
    assert f"url={address}" in said
    assert "Traceback" not in said


async def test_a_port_that_is_taken_is_said_in_one_line(worlds: Worlds) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        settings = {"PAGE_URL": f"http://127.0.0.1:{port}", "PAGE_PORT": port}
        status, said = await ended(await started(worlds, **settings))
    assert status == EX_CONFIG
    assert said.splitlines()[-1].startswith("Assent cannot start: the page cannot listen on ")
    assert "Traceback" not in said


async def test_a_second_process_on_the_same_file_is_refused_and_the_first_goes_on(
    worlds: Worlds,
) -> None:
    async with running(worlds) as first:
        status, said = await ended(await started(worlds))
        assert status == EX_CONFIG
        assert said.startswith("Assent cannot start: ")
        assert "another Assent is running on it" in said
        assert "Traceback" not in said
        assert first.returncode is None
        assert worlds.discord.connected


async def test_a_token_that_discord_does_not_take_is_said_in_one_line(worlds: Worlds) -> None:
    status, said = await ended(await started(worlds, DISCORD_TOKEN="wrong"))
    assert status == EX_CONFIG
    assert said.splitlines()[-1] == "Assent cannot start: Discord does not take DISCORD_TOKEN."
    assert "Traceback" not in said


async def test_a_key_file_that_others_can_read_is_refused(worlds: Worlds) -> None:
    (worlds.folder / "snapshot.key").chmod(0o644)
    status, said = await ended(await started(worlds))
    assert status == EX_CONFIG
    assert said.startswith("Assent cannot start: ")
    assert "chmod 600" in said


async def test_without_a_bot_there_is_no_health(worlds: Worlds) -> None:
    status, said = await ended(await started(worlds, "health"))
    assert (status, said) == (1, "")


async def test_a_discord_that_cannot_be_reached_is_said_in_one_line(worlds: Worlds) -> None:
    nobody_there = "http://127.0.0.1:9/api/v10"
    status, said = await ended(await started(worlds, DISCORD_API_URL=nobody_there))
    assert status == EX_UNAVAILABLE
    assert said.splitlines()[-1].startswith(f"Assent cannot reach Discord at {nobody_there}: ")
    assert "Traceback" not in said
