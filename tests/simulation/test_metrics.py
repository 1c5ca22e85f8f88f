"""The address that a monitoring asks."""

import pytest
from aiohttp import ClientSession

from bot.domain.types import UnixSeconds
from bot.metrics import MetricsError, serving
from bot.scheduler import Turn
from bot.services.governance import ChainFigures
from sandbox.ports import free_port


def chains() -> list[ChainFigures]:
    return []


def turns() -> dict[str, Turn]:
    return {"chain 1": Turn(at=UnixSeconds(90), took_seconds=0.25, failures=1)}


async def test_the_numbers_are_served_and_nothing_else() -> None:
    port = free_port()
    async with (
        serving("127.0.0.1", port, lambda: UnixSeconds(100), chains, turns),
        ClientSession(f"http://127.0.0.1:{port}") as session,
    ):
        async with session.get("/metrics") as answer:
            assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
            assert "assent_job_failures" in await answer.text()
        async with session.get("/") as answer:
            assert answer.status == 404
        with pytest.raises(MetricsError, match="METRICS_PORT"):
            async with serving("127.0.0.1", port, lambda: UnixSeconds(0), chains, turns):
                pass
