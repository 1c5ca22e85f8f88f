"""Each server is told of a chain when as many blocks lie on top as it wants itself."""

import pytest

from bot.domain.live_card import TallyCard
from bot.domain.onchain.announcement import GovernorNews
from bot.domain.onchain.governor import GovernorState
from bot.domain.onchain.proposal import Moment
from bot.domain.outbox import PostState
from tests import builders
from tests.builders import GUILD
from tests.following import CONFIRMATIONS, Follower, another_community, policy
from tests.forkable_chain import CHAIN, TIMELOCK_DELAY, VOTING_PERIOD, Act, ForkableChain
from tests.watched import WatchedDatabase

MORE = 5  # blocks that the careful server wants on top beside the others'
CAREFUL = another_community(confirmations=CONFIRMATIONS + MORE)


@pytest.fixture
async def follower(database: WatchedDatabase) -> Follower:
    follower = await Follower.set_up(database, ForkableChain())
    await follower.also_told(CAREFUL)
    return follower


async def mine(follower: Follower, *acts: Act, blocks: int = 1) -> None:
    """Mine a block with these acts and some without, looking after each."""
    for number in range(blocks):
        follower.chain.act(*(acts if number == 0 else ()))
        await follower.tick()


async def told(follower: Follower, channel: int) -> list[Moment]:
    return [
        claim.moment
        for (_, place), (state, claim) in (await follower.said()).items()
        if isinstance(claim, GovernorNews)
        if state is PostState.DUE and place in (f"channel:{channel}", f"channel:{channel + 1}")
    ]


async def test_each_server_is_told_when_its_own_number_of_blocks_lie_on_top(
    follower: Follower,
) -> None:
    await mine(follower, Act.PROPOSE, blocks=CONFIRMATIONS)
    assert await told(follower, 902) == []
    await mine(follower)
    assert await told(follower, 902) == [Moment.CREATED]
    await mine(follower, blocks=MORE - 1)
    assert await told(follower, 802) == []
    await mine(follower)
    assert Moment.CREATED in await told(follower, 802)


async def test_a_fork_that_the_careful_server_waits_for_is_never_heard_of_there(
    follower: Follower,
) -> None:
    await mine(follower, Act.PROPOSE, blocks=CONFIRMATIONS + 2)
    assert Moment.CREATED in await told(follower, 902)
    follower.chain.fork(CONFIRMATIONS + 2)
    await mine(follower, blocks=2 * (CONFIRMATIONS + MORE))
    assert await told(follower, 902) == []
    assert await follower.was_taken_back(GUILD)
    assert await told(follower, 802) == []
    assert await follower.was_taken_back(CAREFUL.guild_id) == []


async def test_the_careful_server_hears_of_the_end_of_what_is_over_for_the_others(
    follower: Follower,
) -> None:
    await mine(follower, Act.PROPOSE, blocks=2)
    await mine(follower, Act.VOTE_FOR)
    await mine(follower, Act.VOTE_FOR, blocks=VOTING_PERIOD)
    await mine(follower, Act.QUEUE, blocks=TIMELOCK_DELAY // 12)
    await mine(follower, Act.EXECUTE, blocks=CONFIRMATIONS + 1)
    everything = await told(follower, 902)
    assert everything[-1] is Moment.EXECUTED
    assert Moment.EXECUTED not in await told(follower, 802)
    follower.restart()
    await mine(follower, blocks=MORE)
    heard = await told(follower, 802)
    assert heard[-1] is Moment.EXECUTED
    late = {Moment.CLOSING_SOON, Moment.EXECUTABLE}
    assert [each for each in heard if each not in late] == [
        each for each in everything if each not in late
    ]
    async with follower.database.reading() as store:
        assert not await store.chain.live_proposals(CHAIN)


async def test_the_card_of_a_vote_stands_where_its_server_believes_it_to_stand(
    follower: Follower,
) -> None:
    async def cards() -> list[GovernorState | None]:
        claims = (await follower.said()).items()
        found = {place: claim for (_, place), (_, claim) in claims if isinstance(claim, TallyCard)}
        return [found[place].state for place in ("channel:902", "channel:802")]

    await mine(follower, Act.PROPOSE, blocks=MORE + CONFIRMATIONS + 3)
    assert await cards() == [GovernorState.DEFEATED, GovernorState.ACTIVE]
    await mine(follower, blocks=MORE)
    assert await cards() == [GovernorState.DEFEATED, GovernorState.DEFEATED]


async def test_a_server_that_wants_fewer_blocks_from_now_on_is_told_at_once(
    follower: Follower,
) -> None:
    await mine(follower, Act.PROPOSE, blocks=CONFIRMATIONS + 1)
    assert await told(follower, 802) == []
    async with follower.database.transaction() as store:
        await store.communities.save(another_community())
    await mine(follower)
    assert Moment.CREATED in await told(follower, 802)


async def test_a_wish_for_many_blocks_delays_no_other_server(follower: Follower) -> None:
    async with follower.database.transaction() as store:
        await store.communities.save(another_community(confirmations=1_000))
    await mine(follower, Act.PROPOSE, blocks=CONFIRMATIONS + 1)
    assert await told(follower, 902) == [Moment.CREATED]
    async with follower.database.transaction() as store:
        await store.communities.save(builders.community(policy=policy(confirmations=0)))
    await mine(follower, Act.PROPOSE)
    assert (await told(follower, 902)).count(Moment.CREATED) == 2
