"""Every family of governors that the sandbox can deploy is known from its address alone."""

from typing import Any

import pytest

from bot.domain.onchain.governor import ClockMode, Flavour, Governor, QuorumRule, TimelockKind
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.errors import UnknownGovernorError
from bot.gateways.chain.recognise import recognise
from sandbox.chain import ChainWorld
from sandbox.chain.calldata import call_data
from sandbox.chain.daos import GUARDIAN, TOKEN, BravoDao
from sandbox.chain.deploy import Family

WEEK = 7 * 86_400
BOTH = "support=bravo&quorum=for,abstain"
COMPOUND = {"timelock_kind": TimelockKind.COMPOUND, "grace_period": 2 * WEEK}
CONTROLLER = {"timelock_kind": TimelockKind.CONTROLLER, "grace_period": None}
SEQUENTIAL = {"is_sequential": True, "quorum_rule": QuorumRule.FOR}
FIVE = {
    "flavour": Flavour.OPENZEPPELIN,
    "version": "5.x",
    "quorum_rule": QuorumRule.FOR_AND_ABSTAIN,
    "is_sequential": False,
}

EXPECTED: dict[Family, dict[str, Any]] = {
    Family.ALPHA: {"flavour": Flavour.GOVERNOR_ALPHA, **SEQUENTIAL, **COMPOUND},
    Family.BRAVO: {"flavour": Flavour.GOVERNOR_BRAVO, **SEQUENTIAL, **COMPOUND},
    Family.NOUNS: {
        "flavour": Flavour.NOUNS,
        "version": "V3 or later",
        "guardian": GUARDIAN.address,
        **SEQUENTIAL,
        **COMPOUND,
    },
    Family.OPENZEPPELIN: {**FIVE, **CONTROLLER, "counting_mode": BOTH},
    Family.BRAVO_COMPATIBLE: {
        **FIVE,
        **CONTROLLER,
        "version": "4.9",
        "quorum_rule": QuorumRule.FOR,
        "counting_mode": "support=bravo&quorum=bravo",
    },
    Family.COMPOUND_TIMELOCK: {**FIVE, **COMPOUND},
    Family.SEQUENTIAL: {
        **FIVE,
        **COMPOUND,
        "is_sequential": True,
        "late_quorum_extension": 10,
        "counting_mode": "support=bravo,fractional&quorum=for,abstain&params=fractional",
    },
    Family.ACCESS: {
        **FIVE,
        "timelock_kind": TimelockKind.ACCESS_MANAGER,
        "grace_period": WEEK,
    },
    Family.PLAIN: {
        **FIVE,
        "timelock_kind": TimelockKind.NONE,
        "timelock_address": None,
        "grace_period": None,
        "late_quorum_extension": 10,
    },
    Family.OVERRIDABLE: {
        **FIVE,
        **CONTROLLER,
        "counting_mode": "support=bravo,override&quorum=for,abstain&overridable=true",
    },
}


@pytest.mark.parametrize("family", Family)
async def test_every_family_is_recognised_from_its_address_alone(
    world: ChainWorld, client: ChainClient, family: Family
) -> None:
    dao = await world.dao(family)
    await world.mine(2)
    governor = await recognise(client, dao.governor_address)
    found = {name: getattr(governor, name) for name in EXPECTED[family]}
    assert found == EXPECTED[family]
    assert (governor.voting_delay, governor.voting_period) == (1, 20)
    assert governor.proposal_threshold == 500 * TOKEN
    assert governor.clock_mode is ClockMode.BLOCK_NUMBER
    assert not governor.counts_l1_blocks
    assert (governor.token_address, governor.token_decimals) == (dao.token_address, 18)
    assert governor.timelock_address == (dao.timelock_address or None)
    if family is not Family.NOUNS:  # Each of its proposals has a quorum of its own.
        assert governor.quorum == 100_000 * TOKEN


@pytest.mark.parametrize("family", [Family.SEQUENTIAL, Family.OVERRIDABLE, Family.PLAIN])
async def test_any_of_them_may_count_seconds(
    world: ChainWorld, client: ChainClient, family: Family
) -> None:
    dao = await world.dao(family, counts_seconds=True, voting_period=3600)
    governor = await recognise(client, dao.governor_address)
    assert governor.clock_mode is ClockMode.TIMESTAMP
    assert governor.voting_period == 3600


async def test_a_delegator_tells_whose_code_it_runs(world: ChainWorld, client: ChainClient) -> None:
    dao = await world.dao(Family.BRAVO)
    assert isinstance(dao, BravoDao)
    governor = await recognise(client, dao.governor_address)
    assert governor.implementation == dao.implementation_address
    with pytest.raises(UnknownGovernorError, match="does not work yet"):
        await recognise(client, dao.implementation_address)


async def test_a_governor_behind_an_upgradeable_proxy_is_known_at_the_proxys_address(
    world: ChainWorld, client: ChainClient
) -> None:
    # The storage behind the proxy is empty, so what answers is what stands in the code.
    dao = await world.dao(Family.NOUNS)
    first_call = call_data("votingDelay()", ())  # it wants to be called once when it is made
    proxy = await world.deploy("ERC1967Proxy", dao.governor_address, first_call)
    governor: Governor = await recognise(client, proxy)
    assert governor.address == proxy
    assert governor.implementation == dao.governor_address
    assert governor.timelock_address == dao.timelock_address


@pytest.mark.parametrize(
    ("family", "words"),
    [
        (Family.ALPHA, "Compound Timelock, not the governor"),
        (Family.OPENZEPPELIN, "TimelockController, not the governor"),
        (Family.ACCESS, "AccessManager, not the governor"),
    ],
)
async def test_who_gives_the_timelock_is_told_what_it_is(
    world: ChainWorld, client: ChainClient, family: Family, words: str
) -> None:
    dao = await world.dao(family)
    with pytest.raises(UnknownGovernorError, match=words):
        await recognise(client, dao.timelock_address)
