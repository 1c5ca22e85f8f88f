"""Whole lives of proposals on a real node, and what the channels are told of them."""

from collections.abc import AsyncIterator, Callable

import pytest

from bot.domain.onchain.governor import GovernorState
from bot.domain.onchain.proposal import Moment
from bot.domain.types import Address
from sandbox.chain.anvil_chain import AnvilChain
from sandbox.chain.daos import (
    AccessDao,
    AlphaDao,
    CompoundTimelockDao,
    Dao,
    NounsDao,
    OpenZeppelinDao,
)
from sandbox.chain.deploy import Family
from tests.real_chain import CHAIN, CONFIRMATIONS, DAY, Bot, confirm
from tests.simulation.chain.conftest import NewBot

TWO_DAYS = 2 * DAY
CREATED, OPEN, SUCCEEDED = Moment.CREATED, Moment.VOTING_OPEN, Moment.SUCCEEDED
QUEUED, EXECUTABLE, EXECUTED = Moment.QUEUED, Moment.EXECUTABLE, Moment.EXECUTED

Life = Callable[[AnvilChain, Dao], AsyncIterator[int]]


async def proposed(chain: AnvilChain, dao: Dao) -> int:
    return await dao.propose(chain.wallet("ana"), [dao.set_fee(8)], "# Lower the fee")


async def voted_for(chain: AnvilChain, dao: Dao) -> AsyncIterator[int]:
    id_ = await proposed(chain, dao)
    yield id_
    await dao.open_voting(id_)
    yield id_
    await dao.vote(chain.wallet("ana"), id_, 1)
    await dao.vote(chain.wallet("ben"), id_, 0)
    yield id_
    await dao.close_voting(id_)
    yield id_


async def queued(chain: AnvilChain, dao: Dao) -> AsyncIterator[int]:
    async for id_ in voted_for(chain, dao):
        yield id_
    await dao.queue(id_)
    yield id_


async def ready(chain: AnvilChain, dao: Dao) -> AsyncIterator[int]:
    async for id_ in queued(chain, dao):
        yield id_
    await dao.wait_for_eta(id_)
    yield id_


async def executed(chain: AnvilChain, dao: Dao) -> AsyncIterator[int]:
    async for id_ in ready(chain, dao):
        yield id_
    await dao.execute(id_)
    yield id_


async def executed_at_once(chain: AnvilChain, dao: Dao) -> AsyncIterator[int]:
    async for id_ in voted_for(chain, dao):
        yield id_
    await dao.execute(id_)
    yield id_


async def never_queued(chain: AnvilChain, dao: Dao) -> AsyncIterator[int]:
    async for id_ in voted_for(chain, dao):
        yield id_
    await chain.jump(100 * DAY)
    yield id_


async def canceled(chain: AnvilChain, dao: Dao) -> AsyncIterator[int]:
    id_ = await proposed(chain, dao)
    yield id_
    await dao.open_voting(id_)
    yield id_
    await dao.cancel(id_)
    yield id_


async def canceled_at_once(chain: AnvilChain, dao: Dao) -> AsyncIterator[int]:
    """OpenZeppelin's proposers may cancel only before the vote, whose delay is one block here."""
    id_ = await proposed(chain, dao)
    await dao.cancel(id_)
    yield id_


async def defeated_by_votes(chain: AnvilChain, dao: Dao) -> AsyncIterator[int]:
    id_ = await proposed(chain, dao)
    yield id_
    await dao.open_voting(id_)
    yield id_
    await dao.vote(chain.wallet("ben"), id_, 1)
    await dao.vote(chain.wallet("ana"), id_, 0)
    yield id_
    await dao.close_voting(id_)
    yield id_


async def defeated_by_quorum(chain: AnvilChain, dao: Dao) -> AsyncIterator[int]:
    id_ = await proposed(chain, dao)
    yield id_
    await dao.open_voting(id_)
    await dao.vote(chain.wallet("ben"), id_, 1)
    yield id_
    await dao.close_voting(id_)
    yield id_


async def expired(chain: AnvilChain, dao: Dao) -> AsyncIterator[int]:
    async for id_ in ready(chain, dao):
        yield id_
    assert isinstance(dao, AlphaDao | CompoundTimelockDao | AccessDao)
    await dao.let_expire(id_)
    yield id_


async def vetoed(chain: AnvilChain, dao: Dao) -> AsyncIterator[int]:
    async for id_ in voted_for(chain, dao):
        yield id_
    assert isinstance(dao, NounsDao)
    await dao.veto(id_)
    yield id_


async def canceled_on_the_timelock(chain: AnvilChain, dao: Dao) -> AsyncIterator[int]:
    async for id_ in queued(chain, dao):
        yield id_
    assert isinstance(dao, OpenZeppelinDao)
    await dao.cancel_operation(id_)
    yield id_


async def executed_on_the_timelock(chain: AnvilChain, dao: Dao) -> AsyncIterator[int]:
    async for id_ in ready(chain, dao):
        yield id_
    assert isinstance(dao, OpenZeppelinDao)
    await dao.execute_operation(id_)
    yield id_


# What is told of each life, whatever else is.
LIVES: dict[Life, list[Moment]] = {
    executed: [CREATED, OPEN, SUCCEEDED, QUEUED, EXECUTABLE, EXECUTED],
    executed_at_once: [CREATED, OPEN, SUCCEEDED, EXECUTED],
    never_queued: [CREATED, OPEN, SUCCEEDED],
    canceled: [CREATED, OPEN, Moment.CANCELED],
    canceled_at_once: [CREATED, Moment.CANCELED],
    defeated_by_votes: [CREATED, OPEN, Moment.DEFEATED],
    defeated_by_quorum: [CREATED, OPEN, Moment.DEFEATED],
    expired: [CREATED, OPEN, SUCCEEDED, QUEUED, EXECUTABLE, Moment.EXPIRED],
    vetoed: [CREATED, OPEN, SUCCEEDED, Moment.VETOED],
    canceled_on_the_timelock: [CREATED, OPEN, SUCCEEDED, Moment.CANCELED, QUEUED],
    executed_on_the_timelock: [CREATED, OPEN, SUCCEEDED, QUEUED, EXECUTABLE, EXECUTED],
}
COMMON = (defeated_by_votes, defeated_by_quorum, never_queued)
COMPOUND = (*COMMON, executed, canceled, expired)
CONTROLLED = (
    *(*COMMON, executed, canceled_at_once),
    *(canceled_on_the_timelock, executed_on_the_timelock),
)
OF_FAMILY: dict[Family, tuple[Life, ...]] = {
    Family.ALPHA: COMPOUND,
    Family.BRAVO: COMPOUND,
    Family.NOUNS: (*COMPOUND, vetoed),
    Family.ACCESS: (*COMMON, executed, canceled_at_once, expired),
    Family.OPENZEPPELIN: CONTROLLED,
    Family.BRAVO_COMPATIBLE: CONTROLLED,
    Family.OVERRIDABLE: CONTROLLED,
    Family.COMPOUND_TIMELOCK: (*COMMON, executed, canceled_at_once, expired),
    Family.SEQUENTIAL: (*COMMON, executed, canceled_at_once, expired),
    Family.PLAIN: (*COMMON, executed_at_once, canceled_at_once),
}


async def followed(bot: Bot, chain: AnvilChain, family: Family) -> Dao:
    dao = await chain.dao(family, timelock_delay=TWO_DAYS)
    await dao.give(chain.wallet("ana"), 150_000)
    await dao.give(chain.wallet("ben"), 30_000)
    await bot.watch(dao)
    return dao


@pytest.mark.parametrize(
    ("family", "life"),
    [
        pytest.param(family, life, id=f"{family.name.lower()}-{life.__name__}")
        for family, lives in OF_FAMILY.items()
        for life in lives
    ],
)
async def test_a_life_is_told_from_its_beginning_to_its_end(
    chain: AnvilChain, new_bot: NewBot, family: Family, life: Life
) -> None:
    bot = await new_bot()
    dao = await followed(bot, chain, family)
    async for _ in life(chain, dao):
        await confirm(chain, [bot])
    assert await bot.moments() == LIVES[life]
    if SUCCEEDED in LIVES[life]:
        scores = (await bot.tally()).scores
        assert [int(score) for score in scores[:2]] == [150_000, 30_000], "for and against"
    assert not [message for message in bot.channels.messages.values() if message.is_struck_out]
    before = len(bot.channels.messages)
    await confirm(chain, [bot])
    assert len(bot.channels.messages) == before, "a repeated look tells nothing"


async def test_what_may_still_be_changed_when_the_watching_begins_is_followed_from_there(
    chain: AnvilChain, new_bot: NewBot
) -> None:
    bot = await new_bot()
    dao = await chain.dao(Family.NOUNS, timelock_delay=TWO_DAYS, updatable_period=20)
    assert isinstance(dao, NounsDao)
    await dao.give(chain.wallet("ana"), 150_000)
    id_ = await proposed(chain, dao)
    await dao.rewrite(id_, "# Raise the fee")
    start, end = await dao.window(id_)
    await bot.watch(dao)
    await chain.mine(CONFIRMATIONS)

    async def seen() -> tuple[GovernorState, list[Moment]]:
        for _ in range(2):
            await bot.tick(chain.head_time)
        async with bot.database.reading() as store:
            (known,) = await store.chain.proposals(CHAIN, {Address(dao.governor_address)})
        assert known.title == "Raise the fee"
        return known.state, await bot.moments()

    assert await seen() == (GovernorState.UPDATABLE, [])
    await chain.mine(start + CONFIRMATIONS - chain.head_number)
    assert await seen() == (GovernorState.PENDING, [])
    await dao.open_voting(id_)
    await chain.mine(CONFIRMATIONS)
    assert await seen() == (GovernorState.ACTIVE, [OPEN])
    await chain.mine(end - chain.head_number - 2)
    await dao.vote(chain.wallet("ana"), id_, 1)
    await chain.mine(2 + CONFIRMATIONS)
    assert await seen() == (GovernorState.OBJECTION_PERIOD, [OPEN])
    moved = [each for each in bot.channels.messages.values() if "deadline-moved" in each.key]
    assert moved, "the end of the vote is another now"
    await chain.mine(6)
    assert await seen() == (GovernorState.SUCCEEDED, [OPEN, SUCCEEDED])
