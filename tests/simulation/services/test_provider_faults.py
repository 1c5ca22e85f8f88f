"""Every fault of a provider at every moment: nothing is missed, and nothing is made up.

The whole way is the true one: web3 and aiohttp over the loopback, the chain's client, the reader
and the database. A bot whose provider fails for a while has to come to what another one, that has
seen every block without a fault, has recorded and said.
"""

import contextlib
import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.errors import ReorgTooDeepError
from bot.domain.onchain import scan
from bot.domain.onchain.scan import FIRST_SPAN
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.errors import ChainError
from bot.gateways.chain.transport import TIMEOUT_SECONDS, open_web3
from bot.services.governance import Governance
from bot.storage.chain_schema import chain_events
from tests.faulty_provider import FAULTS, WORDED, Fault, Provider
from tests.following import CONFIRMATIONS, Follower, Said, differences
from tests.forkable_chain import CHAIN, Act, ForkableChain
from tests.watched import HandClock, open_watched

BLOCKS, TICK = 3, 36  # between two looks, and the seconds that they take
TIMEOUT = 0.2  # seconds that the client waits for a provider that never answers
PAUSES_ARE_OVER = 700  # seconds after which every endpoint is asked again
DEEP_EVERY = 8  # looks after which the long way back is read again

Step = Callable[[ForkableChain], None]


def do(*acts: Act) -> Step:
    return lambda chain: chain.act(*acts)


def fork(depth: int, *acts: Act) -> Step:
    """Replace the newest blocks by others, in which these things are done."""

    def step(chain: ForkableChain) -> None:
        chain.fork(depth)
        chain.act(*acts)
        chain.mine(depth)

    return step


LIFE: Sequence[Step] = (
    *(do(Act.PROPOSE), do(), do(Act.VOTE_FOR), do(Act.VOTE_AGAINST), do(Act.VOTE_FOR)),
    *(do(), do(), do(Act.QUEUE), do(), do(), do(), do(Act.EXECUTE), do(Act.PROPOSE)),
    *(do(), do(Act.VOTE_AGAINST), do(Act.PROPOSE), do(), do(Act.CANCEL), do(), do(), do(), do()),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """At which looks a fault is there, and what the bot has to read then.

    `steps` are blocks; the bot looks after each third one, but for those that it sleeps through.
    """

    begins: int
    ends: int
    sleeps_until: int = 0
    answers_before: int = 0  # requests of each look that are answered well all the same
    steps: Sequence[Step] = LIFE
    span: int = FIRST_SPAN


CATCHING_UP = "while it catches up"
REORGANISED = "while the chain is reorganised"
MOMENTS = {
    "when it begins to look": When(begins=0, ends=4),
    "while it is voted on, queued and executed": When(begins=4, ends=13),
    "in the middle of a look": When(begins=1, ends=13, answers_before=1),
    CATCHING_UP: When(begins=18, ends=19, sleeps_until=18, answers_before=3, span=3),
    REORGANISED: When(begins=5, ends=11, steps=(*LIFE[:6], fork(5, Act.VOTE_FOR), *LIFE[2:])),
}
# A fork that is deeper than the confirmations and goes on where the reading ended is believed
# until it is given up, and corrected then: at the time there is no telling which is the right one.
BELIEVED = {
    ("a deep fork that another endpoint does not have", CATCHING_UP),
}
CASES = [
    *((fault, moment) for fault in FAULTS for moment in MOMENTS if (fault, moment) not in BELIEVED),
    *((fault, CATCHING_UP) for fault in WORDED),
]


@dataclass(slots=True, kw_only=True)
class Seen:
    """A bot, the providers it asks, and what it has said so far."""

    follower: Follower
    client: ChainClient
    providers: Sequence[Provider]
    passed: HandClock  # seconds, as an endpoint counts them
    claims: dict[tuple[str, str], list[Any]] = field(default_factory=dict)

    @property
    def chain(self) -> ForkableChain:
        return self.follower.chain

    async def look(self, seconds: int = TICK) -> bool:
        """Look once, and tell whether that went well."""
        self.passed.wait(seconds)
        is_well = False
        with contextlib.suppress(ChainError, ReorgTooDeepError):
            await self.follower.tick()
            is_well = True
        for place, (_, claim) in (await self.follower.said()).items():
            known = self.claims.setdefault(place, [])
            if claim not in known:
                known.append(claim)
        return is_well

    async def settle(self, looks: int) -> None:
        """Look as often as that without a failure; a busy machine may let some time out."""
        for _ in range(10 * looks):
            looks -= await self.look(PAUSES_ARE_OVER)
            if not looks:
                return

    async def read(self) -> list[tuple[Any, ...]]:
        """Give every event and every vote that is recorded, each beginning with its place."""
        query = select(chain_events).order_by(chain_events.c.block_number, chain_events.c.log_index)
        async with self.follower.database.reading() as store:
            events = await store.chain._connection.execute(query)
            rows: list[tuple[Any, ...]] = [tuple(row[1:]) for row in events]
            for proposal in await store.chain.proposals(CHAIN, [self.follower.governor]):
                rows += await store.votes_cast.of(proposal.key)
        return rows

    async def cursor(self) -> int:
        """Give the last block that is read."""
        async with self.follower.database.reading() as store:
            read = await store.chain.scan(CHAIN)
        assert read is not None
        return read.scanned

    async def unread(self) -> list[dict[str, Any]]:
        """Give the logs that the cursor has passed, and that are not recorded."""
        async with self.follower.database.reading() as store:
            read = await store.chain.scan(CHAIN)
            anchor, *_ = await store.chain.checkpoints(CHAIN)
        assert read is not None
        assert read.scanned <= max(self.chain.head.number - CONFIRMATIONS, self.follower.since)
        if self.chain.blocks[anchor.number].hash != anchor.hash:
            return []  # It does not know yet that the chain is another one now.
        known = {row[:2] for row in await self.read()}
        passed = self.chain.blocks[self.follower.since + 1 : read.scanned + 1]
        logs = [log for block in passed for log in block.logs]
        return [
            log
            for log in logs
            if (int(log["blockNumber"], 16), int(log["logIndex"], 16)) not in known
        ]


@asynccontextmanager
async def bot(
    file: Path, endpoints: int = 1, patience: float = TIMEOUT_SECONDS
) -> AsyncIterator[Seen]:
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(open_watched(file))
        chain = ForkableChain()
        follower = await Follower.set_up(database, chain)
        providers, web3s = [], []
        for _ in range(endpoints):
            provider = await stack.enter_async_context(Provider(chain))
            web3 = open_web3(provider.url, timeout_seconds=patience)
            web3s.append(await stack.enter_async_context(web3))
            providers.append(provider)
        passed = HandClock(0)
        client = ChainClient(web3s, CHAIN, now=passed)
        follower.governance = Governance(database, {CHAIN: client}, follower.clock)
        yield Seen(follower=follower, client=client, providers=providers, passed=passed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """What there was to be recorded and said."""

    rows: list[tuple[Any, ...]]
    said: Said
    claims: dict[tuple[str, str], list[Any]]


RIGHT: dict[str, Right] = {}


async def right(moment: str, template: Path, folder: Path) -> Right:
    """Look after every block, without a fault."""
    if moment not in RIGHT:
        async with bot(Path(shutil.copy(template, folder / "right.db"))) as seen:
            for step in MOMENTS[moment].steps:
                step(seen.chain)
                await seen.look()
            for _ in range(CONFIRMATIONS):
                seen.chain.mine()
                await seen.look()
            await seen.look()
            RIGHT[moment] = Right(
                rows=await seen.read(), said=await seen.follower.said(), claims=seen.claims
            )
            assert not await seen.unread()
    return RIGHT[moment]


@pytest.fixture(autouse=True)
def hour_of_looks_that_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the long way back be read again after a few looks."""
    monkeypatch.setattr(scan, "DEEP_EVERY", DEEP_EVERY)


@pytest.mark.parametrize(("name", "moment"), CASES)
async def test_nothing_is_missed_and_nothing_is_made_up(
    name: str, moment: str, migrated_file: Path, tmp_path: Path
) -> None:
    fault = {**FAULTS, **WORDED}[name]
    truth = await right(moment, migrated_file, tmp_path)
    file = Path(shutil.copy(migrated_file, tmp_path / "bot.db"))
    endpoints = 2 if fault.needs_another else 1
    async with bot(file, endpoints, TIMEOUT if fault.hangs else TIMEOUT_SECONDS) as seen:
        await live(seen, fault, MOMENTS[moment])
        for place, claims in seen.claims.items():
            for claim in claims:
                true = truth.claims.get(place, [])
                assert any(is_part_of(claim, whole) for whole in true), f"{place}: {claim}"
        assert await seen.read() == truth.rows
        assert differences(await seen.follower.said(), truth.said) == []
        assert seen.providers[0].requests


def is_part_of(said: Any, true: Any) -> bool:
    """Say whether it is the same, or would be if everything were known that it leaves open."""
    if not is_dataclass(said) or type(said) is not type(true):
        return bool(said == true)
    return all(
        each is None or is_part_of(each, getattr(true, one.name))
        for one in fields(said)
        if one.compare
        for each in [getattr(said, one.name)]
    )


async def live(seen: Seen, fault: Fault, when: When) -> None:
    """Go through a life with a fault in it, and settle when it is over."""
    provider, *_ = seen.providers
    for endpoint in seen.client.endpoints:
        endpoint.span = when.span
    for number, step in enumerate(when.steps):
        step(seen.chain)
        if number % BLOCKS or number < when.sleeps_until:
            continue
        provider.fault = fault if when.begins <= number < when.ends else None
        provider.answers_before = when.answers_before
        before = await seen.cursor()
        await seen.look()
        if fault.is_refused and provider.fault and not when.answers_before:
            assert await seen.cursor() == before
        if not fault.hides_logs:
            assert not await seen.unread()
    provider.fault, provider.answers_before = None, 0
    for endpoint in seen.client.endpoints:
        # One that looks for logs in a few blocks alone cannot be asked for a long way back again.
        endpoint.span = FIRST_SPAN
    seen.chain.mine(CONFIRMATIONS)
    await seen.settle(DEEP_EVERY if fault.hides_logs else 3)
    assert not await seen.unread()
