"""Forks, restarts and missed ticks leave no trace in what was said."""

import asyncio
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.following import Follower, Said, another_community, differences
from tests.forkable_chain import Act, ForkableChain
from tests.property.conftest import OpenDatabase
from tests.watched import CrashError, WatchedDatabase

BASE = 10  # blocks before the bot is set up; no fork goes below
DEEPEST = 12
CAREFUL = another_community(confirmations=DEEPEST + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mine:
    acts: tuple[Act, ...]
    count: int  # empty blocks after it


@dataclass(frozen=True, slots=True, kw_only=True)
class Fork:
    depth: int
    acts: tuple[Act, ...]  # one block each; the new branch is never the shorter one


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    fork: Fork | None = None  # it happens in the middle of the tick
    fork_before_request: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Crash:
    before_request: int  # 0: while the transaction is committed


Step = Mine | Fork | Tick | Crash

ACTS = st.one_of(st.just(Act.GO_ON), st.just(Act.GO_ON), st.sampled_from(Act))
MINES = st.builds(Mine, acts=st.lists(ACTS, max_size=2).map(tuple), count=st.integers(0, 3))
FORKS = st.builds(
    Fork, depth=st.integers(1, DEEPEST), acts=st.lists(ACTS, max_size=DEEPEST).map(tuple)
)
STEPS: st.SearchStrategy[Step] = st.one_of(
    MINES,
    MINES,
    FORKS,
    st.just(Tick()),
    st.just(Tick()),
    st.builds(Tick, fork=FORKS, fork_before_request=st.integers(1, 4)),
    st.builds(Crash, before_request=st.integers(0, 4)),
)


def fork(chain: ForkableChain, change: Fork) -> None:
    depth = min(change.depth, len(chain.blocks) - 1 - BASE)
    if depth < 1:
        return
    chain.fork(depth)
    for act in change.acts:
        chain.act(act)
    chain.mine(max(depth - len(change.acts), 0) + 1)


async def take(step: Step, follower: Follower) -> None:
    chain = follower.chain
    match step:
        case Mine():
            chain.act(*step.acts)
            chain.mine(step.count)
        case Fork():
            fork(chain, step)
        case Tick():
            await tick(step, follower)
        case Crash():
            await crash(step, follower)


async def tick(step: Tick, follower: Follower) -> None:
    chain = follower.chain
    left = step.fork_before_request if step.fork else 0

    def before_request() -> None:
        nonlocal left
        follower.database.check_that_nothing_is_open()
        left -= 1
        if left == 0 and step.fork:
            fork(chain, step.fork)

    chain.before_request = before_request
    await follower.tick_or_wait()
    chain.before_request = lambda: None


async def crash(step: Crash, follower: Follower) -> None:
    if step.before_request:
        follower.chain.dies_in = step.before_request
    else:
        follower.database.dies_at_commit = True
    try:
        await follower.tick_or_wait()
    except CrashError:
        follower.restart()
    follower.chain.dies_in = 0
    follower.database.dies_at_commit = False


async def set_up(database: WatchedDatabase, chain: ForkableChain) -> Follower:
    """Let two communities follow the governor; one waits until no fork is deep enough any more."""
    follower = await Follower.set_up(database, chain)
    await follower.also_told(CAREFUL)
    return follower


async def lived_through(opened: OpenDatabase, steps: list[Step]) -> tuple[Said, ForkableChain]:
    chain = ForkableChain(BASE)
    async with opened() as database:
        follower = await set_up(database, chain)
        for step in steps:
            await take(step, follower)
            await follower.check_cursor()
        for _ in range(2 * DEEPEST):  # What was not seen to be so is believed only in time.
            chain.mine()
            await follower.tick()
        await follower.settle()
        assert await follower.was_taken_back(CAREFUL.guild_id) == [], "it was said too early"
        return await follower.said(), chain


async def saw_only(opened: OpenDatabase, final: ForkableChain) -> Said:
    """Let another bot see the final chain alone, block by block."""
    chain = ForkableChain(BASE)
    async with opened() as database:
        follower = await set_up(database, chain)
        for length in range(BASE + 1, len(final.blocks) + 1):
            chain.blocks = final.blocks[:length]
            await follower.tick()
        await follower.settle()
        return await follower.said()


@settings(max_examples=30)
@given(steps=st.lists(STEPS, max_size=16))
def test_any_mining_forking_ticking_and_crashing_ends_with_the_words_of_the_final_chain(
    fresh_database: OpenDatabase, steps: list[Step]
) -> None:
    """A bot that lived through forks and crashes has said what one that saw only the end has.

    To those who wait for more blocks than any fork is deep, it has never said anything else.
    """

    async def law() -> None:
        said, chain = await lived_through(fresh_database, steps)
        expected = await saw_only(fresh_database, chain)
        found = differences(said, expected)
        assert found == [], found

    asyncio.run(law())
