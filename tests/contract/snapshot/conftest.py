"""A Snapshot on loopback with a client to it, and recordings of the real one where at hand."""

import json
import os
import ssl
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from eth_account import Account

from bot.domain.offchain.messages import ProposalMessage
from bot.domain.offchain.snapshot import SignedEnvelope, Space, VotingType
from bot.domain.types import BlockNumber, SpaceId, UnixSeconds
from bot.gateways.snapshot.client import SnapshotClient
from bot.gateways.snapshot.signer import Signer
from sandbox.clock import SandboxClock
from sandbox.snapshot.world import SnapshotWorld

DAY = 86_400

ROOT = Path(__file__).parents[3]
SHARED = Path(
    os.environ.get("ASSENT_SHARED", "../shared")  # noqa: TID251 - where the data is, not a setting
)
DATA = (ROOT / SHARED).resolve() / "data" / "snapshot"


def load(name: str) -> Any:
    path = DATA / name
    return json.loads(path.read_text()) if path.exists() else None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make one test of each recorded case and of each vector, under its own name."""
    if "case" in metafunc.fixturenames:
        parametrize(metafunc, "case", "recordings.json", "cases", "case")
    if "vector" in metafunc.fixturenames:
        parametrize(metafunc, "vector", "eip712-vectors.json", "vectors", "name")


def parametrize(metafunc: pytest.Metafunc, name: str, file: str, key: str, title: str) -> None:
    loaded = load(file)
    if loaded is None:
        absent = pytest.mark.skip(reason=f"{DATA / file} is not here; set ASSENT_SHARED")
        metafunc.parametrize(name, [pytest.param(None, marks=absent, id="absent")])
        return
    metafunc.parametrize(name, [pytest.param(each, id=each[title]) for each in loaded[key]])


@pytest.fixture(scope="session")
def recordings() -> Any:
    loaded = load("recordings.json")
    if loaded is None:
        pytest.skip(f"{DATA / 'recordings.json'} is not here; set ASSENT_SHARED")
    return loaded


@pytest.fixture
def clock(tmp_path: Path) -> Iterator[SandboxClock]:
    clock = SandboxClock.create(tmp_path / "clock", start=1_800_000_000)
    yield clock
    clock.close()


@pytest.fixture
async def world(clock: SandboxClock) -> AsyncIterator[SnapshotWorld]:
    async with SnapshotWorld(clock.now, block_number=lambda: 500) as world:
        world.space(
            "usebraintrust.eth",
            name="Braintrust",
            symbol="BTRST",
            members=[world.wallet("assent").address],
            quorum=100_000,
        )
        yield world


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    without_certificates = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # loading them takes time
    async with httpx.AsyncClient(verify=without_certificates, trust_env=False) as http:
        yield http


@pytest.fixture
def client(world: SnapshotWorld, http: httpx.AsyncClient) -> SnapshotClient:
    return SnapshotClient(http, world.hub_url, world.sequencer_url)


@pytest.fixture
def signer(world: SnapshotWorld) -> Signer:
    return Signer(Account.from_key(world.wallet("assent").key))


@pytest.fixture
def message(clock: SandboxClock, signer: Signer) -> ProposalMessage:
    now = clock.now()
    return ProposalMessage(
        author=signer.address,
        space=SpaceId("usebraintrust.eth"),
        timestamp=now,
        type=VotingType.SINGLE_CHOICE,
        title="[Consensus Check] - Lower the marketplace fee",
        body="Ünïcödé 🗳️",
        discussion="https://discord.com/channels/1/2",
        choices=("Lower it", "Keep it", "Abstain"),
        start=UnixSeconds(now + DAY),
        end=UnixSeconds(now + 8 * DAY),
        snapshot_block=BlockNumber(400),
    )


@pytest.fixture
def envelope(signer: Signer, message: ProposalMessage) -> SignedEnvelope:
    return signer.sign(message)


@pytest.fixture
async def space(client: SnapshotClient) -> Space:
    space = await client.space(SpaceId("usebraintrust.eth"))
    assert space is not None
    return space
