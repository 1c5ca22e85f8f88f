"""Real forks of any depth leave no trace but the edits of what was said too early."""

from collections import Counter
from dataclasses import replace
from enum import StrEnum
from random import Random

import pytest

from sandbox.chain.anvil_chain import AnvilChain
from sandbox.chain.daos import OverridableDao
from sandbox.chain.deploy import Family
from tests.following import Said, differences
from tests.real_chain import CONFIRMATIONS, DAY, Bot
from tests.short_node import ShortNode
from tests.simulation.chain.conftest import NewBot
from tests.simulation.chain.people import People, some_act

DEEPEST = 64
LOOKED_EVERY = 6  # blocks, by the bot that sees only the final chain
FAMILIES = tuple(Family)


class When(StrEnum):
    """When a fork comes, beside what the bot has announced of the blocks that it undoes."""

    BEFORE = "before any of it is announced"
    BETWEEN = "when a part is announced"
    AFTER = "when all is announced"


class How(StrEnum):
    """How the old blocks go."""

    REPLACED = "others of the same number stand there at once"
    TAKEN_BACK = "the chain is shorter for a while"


async def build(people: People, chance: Random, height: int, bots: list[Bot]) -> None:
    """Let people act until the chain is so high; the bots look after each act."""
    chain = people.chain
    while chain.head_number < height:
        await people.act(some_act(chance))
        for bot in bots:
            await bot.tick(chain.head_time)


async def fork(people: People, chance: Random, depth: int, how: How) -> None:
    """Let the newest blocks be others, in which people do something else."""
    chain = people.chain
    old_height = chain.head_number
    if how is How.REPLACED:
        await chain.reorganise(depth)
    else:
        await chain.take_back(depth)
    await build(people, chance, old_height + 1 + chance.randrange(4), [])


async def saw_only(chain: AnvilChain, bot: Bot, node: ShortNode) -> Said:
    """Let a bot see the final chain alone, a few blocks at a time."""
    while node.height < chain.head_number:
        node.height = min(node.height + LOOKED_EVERY, chain.head_number)
        head = await chain.ask_node("eth_getBlockByNumber", hex(node.height), False)  # noqa: FBT003 - JSON-RPC's
        await bot.look(int(head["timestamp"], 16))
    for _ in range(3):
        await bot.look(chain.head_time)
    return await bot.said()


async def test_votes_that_a_fork_puts_elsewhere_are_corrected_in_place(
    chain: AnvilChain, new_bot: NewBot
) -> None:
    dao = await chain.dao(Family.OVERRIDABLE, timelock_delay=2 * DAY)
    assert isinstance(dao, OverridableDao)
    ana, ben, cleo = (chain.wallet(name) for name in ("ana", "ben", "cleo"))
    for wallet, tokens in ((ana, 150_000), (ben, 60_000), (cleo, 30_000)):
        await dao.give(wallet, tokens)
    await dao.delegate(ben, to=ana)
    bot = await new_bot()
    await bot.watch(dao)
    base = chain.head_number
    id_ = await dao.propose(ana, [dao.set_fee(8)], "# Lower the fee")
    await dao.open_voting(id_)
    await dao.vote(ana, id_, 1)
    await dao.override_vote(ben, id_, 0)
    await dao.vote(cleo, id_, 1)
    await chain.mine(CONFIRMATIONS)
    await bot.tick(chain.head_time, times=2)
    before = {id_: replace(each) for id_, each in bot.channels.messages.items()}
    assert sum(":vote:" in each.key for each in before.values()) == 3

    await chain.take_back(3 + CONFIRMATIONS)
    async with chain.one_block():  # Cleo's is the first of all now, and Ben's before Ana's.
        await dao.vote(cleo, id_, 1)
        await dao.override_vote(ben, id_, 0)
        await dao.vote(ana, id_, 1)
    await chain.mine(CONFIRMATIONS + 4)
    await bot.tick(chain.head_time, times=4)
    after = bot.channels.messages
    assert after.keys() == before.keys(), "nobody is called again"
    assert not [each for each in after.values() if each.is_struck_out]
    edited = {
        each.key.rpartition(":")[2]
        for id_, each in after.items()
        if each.is_announcement and each.edits > before[id_].edits
    }
    assert edited == {ana.address}, "what Ben voted himself was not Ana's to vote with"
    async with ShortNode(chain.rpc_url, base) as node:
        other = await new_bot(node.url)
        await other.watch(dao)
        expected = await saw_only(chain, other, node)
    assert differences(await bot.said(), expected) == []


@pytest.mark.parametrize(
    ("depth", "when"),
    [
        (depth, when)
        for depth in range(1, DEEPEST + 1)
        for number, when in enumerate(When)
        if depth in (2, 5, DEEPEST) or depth % len(When) == number
    ],
)
async def test_after_a_fork_every_channel_shows_what_a_bot_shows_that_saw_only_its_end(
    chain: AnvilChain, new_bot: NewBot, depth: int, when: When
) -> None:
    seed = f"{depth} {when}"
    chance = Random(seed)  # noqa: S311 - the same story at every run
    family = FAMILIES[depth % len(FAMILIES)]
    dao = await chain.dao(family, timelock_delay=2 * DAY, voting_period=10)
    people = People(chain=chain, dao=dao)
    await people.settle_in()
    bot = await new_bot()
    await bot.watch(dao)
    base = chain.head_number

    await build(people, chance, base + 3, [bot])
    top = chain.head_number + depth
    part = {When.BEFORE: 0, When.BETWEEN: depth // 2, When.AFTER: depth}[when]
    await build(people, chance, top - depth + part, [bot])
    await build(people, chance, top, [])
    if when is When.AFTER:
        await chain.mine(CONFIRMATIONS)
        await bot.tick(chain.head_time, times=2)
    how = chance.choice(list(How))

    before = bot.channels.edits()
    await fork(people, chance, depth, how)
    await chain.mine(CONFIRMATIONS)
    await bot.tick(chain.head_time, times=4)
    after = bot.channels.edits()

    assert all(after[id_] - edits <= 1 for id_, edits in before.items()), "one edit a correction"
    messages = bot.channels.messages.values()
    places = Counter((each.key, each.channel_id) for each in messages)
    assert set(places.values()) <= {1}, "a correction is no new message, so nobody is called again"

    async with ShortNode(chain.rpc_url, base) as node:
        other = await new_bot(node.url)
        await other.watch(dao)
        expected = await saw_only(chain, other, node)
    found = differences(await bot.said(), expected)
    assert found == [], "\n".join([f"seed {seed!r}, {family}, {how}", *found])
