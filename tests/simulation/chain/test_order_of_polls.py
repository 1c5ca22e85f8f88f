"""When a bot looks, and how far the node that it asks has got, makes no difference in the end."""

from collections.abc import Sequence
from random import Random

import pytest

from sandbox.chain.anvil_chain import AnvilChain
from sandbox.chain.deploy import Family
from tests.following import Said, differences
from tests.real_chain import CONFIRMATIONS, DAY
from tests.short_node import ShortNode
from tests.simulation.chain.conftest import NewBot
from tests.simulation.chain.people import People, some_act

LENGTH = 60  # blocks of the story


async def story(chain: AnvilChain, family: Family) -> tuple[People, int]:
    """Let people act for a while, and give the height at which a bot may begin to follow."""
    chance = Random(family.name)  # noqa: S311 - the same story at every run
    dao = await chain.dao(family, timelock_delay=2 * DAY, voting_period=10)
    people = People(chain=chain, dao=dao)
    await people.settle_in()
    base = chain.head_number
    while chain.head_number < base + LENGTH:
        await people.act(some_act(chance))
    await chain.mine(CONFIRMATIONS)
    return people, base


async def polled(new_bot: NewBot, people: People, base: int, heights: Sequence[int]) -> Said:
    """Let a bot look while the node shows these heights, one after the other, and then the end."""
    chain = people.chain
    async with ShortNode(chain.rpc_url, base) as node:
        bot = await new_bot(node.url)
        await bot.watch(people.dao)
        for node.height in [*heights, *[chain.head_number] * 3]:
            await bot.look(chain.head_time)
        return await bot.said()


def orders(base: int, end: int) -> dict[str, list[int]]:
    """Give some ways to poll: rarely, in leaps, and nodes of which some are far behind."""
    chance = Random(end)  # noqa: S311 - the same polls at every run
    leaps = sorted(chance.sample(range(base, end), 12))
    back_and_forth = [min(end, max(base, height + chance.randint(-9, 9))) for height in leaps]
    return {
        "once, at the end": [],
        "in leaps": leaps,
        "back and forth": back_and_forth,
        "each twice": [height for height in leaps for _ in range(2)],
        "at random": [chance.randint(base, end) for _ in range(12)],
    }


@pytest.mark.parametrize(
    "family", [Family.ALPHA, Family.OPENZEPPELIN, Family.BRAVO_COMPATIBLE, Family.SEQUENTIAL]
)
async def test_any_order_of_polls_ends_with_the_same_words(
    chain: AnvilChain, new_bot: NewBot, family: Family
) -> None:
    people, base = await story(chain, family)
    end = chain.head_number
    expected = await polled(new_bot, people, base, range(base, end, 2))
    assert expected
    for order, heights in orders(base, end).items():
        said = await polled(new_bot, people, base, heights)
        found = differences(said, expected)
        assert found == [], "\n".join([order, *found])
