"""The supply of a token, read where a quorum is a share of it."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.domain.live_card import TallyCard
from bot.domain.offchain.announcement import VoteDecided
from bot.domain.offchain.snapshot import Strategy
from bot.domain.policy import BRAINTRUST, Policy
from bot.domain.proposal import Proposal
from bot.domain.share import share
from bot.domain.types import BlockNumber
from bot.gateways.chain.errors import ChainError, EndpointLaggingError
from bot.services.supplies import weighed_token
from tests import builders
from tests.forkable_chain import CHAIN, GOVERNOR, TOKEN
from tests.town import Town

BTRST = Strategy(name="erc20-balance-of", network=str(CHAIN), token=TOKEN, symbol="BTRST")


def policy() -> Policy:
    quorum = share(12, 100)
    return builders.policy(temperature=replace(BRAINTRUST.temperature, quorum=quorum))


async def weighed(town: Town, *strategies: Strategy, **changes: object) -> Proposal:
    """Open a vote whose quorum is 12 % of the supply, with what the hub says its power is of."""
    await town.found(builders.community(policy=policy()))
    idea = await town.opened()
    await tell_strategies(town, idea, *strategies, **changes)
    return idea


async def tell_strategies(
    town: Town, idea: Proposal, *strategies: Strategy, **changes: object
) -> None:
    vote = await town.vote(idea)
    assert vote.observed is not None
    seen = replace(
        vote.observed,
        strategies=strategies,
        network=str(CHAIN),
        **changes,  # type: ignore[arg-type] # from keywords
    )
    async with town.database.transaction() as store:
        await store.hub.save(seen, town.clock())


async def supply(town: Town, idea: Proposal) -> Decimal | None:
    return (await town.vote(idea)).supply


async def test_the_supply_is_read_once_at_the_block_of_the_vote(town: Town) -> None:
    idea = await weighed(town, BTRST)
    await town.supplies.tick()
    assert await supply(town, idea) == Decimal(1_000_000)
    assert (await town.only(TallyCard)).quorum == Decimal(120_000)
    town.chain.requests = 0
    await town.supplies.tick()
    assert town.chain.requests == 0


async def test_a_share_of_the_supply_decides_as_an_amount_would(town: Town) -> None:
    idea = await weighed(town, BTRST)
    await town.supplies.tick()
    await town.decide(idea, 1, 1)
    tally = await town.only(TallyCard)
    assert (tally.quorum, tally.quorum_share) == (Decimal(120_000), share(12, 100))
    assert (await town.only(VoteDecided)).passed


async def test_a_vote_without_a_known_supply_is_neither_passed_nor_failed(town: Town) -> None:
    idea = await town.decide(await weighed(town), 1, 1)
    await town.supplies.tick()
    assert not await town.heard(VoteDecided)
    tally = await town.only(TallyCard)
    assert (tally.quorum, tally.passed, tally.is_final) == (None, None, True)
    assert tally.quorum_share == share(12, 100)
    await tell_strategies(town, idea, BTRST)
    await town.supplies.tick()
    await town.tallies.tick()
    assert (await town.only(VoteDecided)).passed


async def test_nothing_is_read_where_no_share_is_asked_for(town: Town) -> None:
    idea = await town.opened()
    await tell_strategies(town, idea, BTRST)
    town.chain.requests = 0
    await town.supplies.tick()
    assert town.chain.requests == 0


@pytest.mark.parametrize(
    "strategies",
    [
        (),
        (replace(BTRST, token=""),),
        (replace(BTRST, token="BTRST"),),
        (BTRST, replace(BTRST, token=GOVERNOR)),
        (replace(BTRST, network="137"),),
        (replace(BTRST, token=GOVERNOR),),  # a contract that knows no supply
    ],
)
async def test_what_is_weighed_by_no_single_token_stays_unknown(
    town: Town, strategies: tuple[Strategy, ...]
) -> None:
    idea = await weighed(town, *strategies)
    await town.supplies.tick()
    assert await supply(town, idea) is None


async def test_two_strategies_of_one_token_have_one_supply(town: Town) -> None:
    again = replace(BTRST, name="delegation", network="", token=TOKEN.lower())
    idea = await weighed(town, BTRST, again)
    await town.supplies.tick()
    assert await supply(town, idea) == Decimal(1_000_000)


async def test_a_node_that_fails_leaves_the_supply_unknown_until_it_answers(
    town: Town,
) -> None:
    idea = await weighed(town, BTRST)
    town.chain.is_down = True
    with pytest.raises(ChainError):
        await town.supplies.tick()
    assert await supply(town, idea) is None
    town.chain.is_down = False
    await town.supplies.tick()
    assert await supply(town, idea) == Decimal(1_000_000)


async def test_a_block_that_the_node_does_not_have_is_no_supply(town: Town) -> None:
    await weighed(town, BTRST, snapshot_block=BlockNumber(10**6))
    with pytest.raises(EndpointLaggingError):
        await town.supplies.tick()


async def test_a_token_of_a_network_that_is_no_chain_is_not_read(town: Town) -> None:
    idea = await weighed(town, BTRST)
    seen = (await town.vote(idea)).observed
    assert seen is not None
    for network in ("", "0x534e5f4d41494e"):
        odd = replace(seen, network=network, strategies=(replace(BTRST, network=network),))
        assert weighed_token(odd) is None
    assert weighed_token(seen) == (CHAIN, TOKEN)
