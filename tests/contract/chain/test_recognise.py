import pytest

from bot.domain.onchain.governor import ClockMode, Flavour, QuorumRule, TimelockKind
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.errors import UnknownGovernorError
from bot.gateways.chain.recognise import recognise
from bot.gateways.chain.supply import total_supply
from sandbox.chain import ChainWorld
from sandbox.chain.daos import TOKEN


async def test_a_governor_alpha_is_recognised_with_its_timelock(
    world: ChainWorld, client: ChainClient
) -> None:
    dao = await world.braintrust()
    governor = await recognise(client, dao.governor_address.lower())
    assert governor.flavour is Flavour.GOVERNOR_ALPHA
    assert governor.address == dao.governor_address
    assert governor.name == "BTRST's Governor Alpha"
    assert governor.clock_mode is ClockMode.BLOCK_NUMBER
    assert governor.quorum_rule is QuorumRule.FOR
    assert (governor.token_address, governor.token_symbol) == (dao.token_address, "BTRST")
    assert governor.token_decimals == 18
    assert (governor.voting_delay, governor.voting_period) == (1, 20)
    assert governor.proposal_threshold == 500 * TOKEN
    assert governor.timelock_kind is TimelockKind.COMPOUND
    assert governor.timelock_address == dao.timelock_address
    assert governor.timelock_delay == 7 * 86_400
    assert governor.grace_period == 14 * 86_400


@pytest.mark.parametrize("counts_seconds", [False, True])
async def test_an_openzeppelin_governor_is_recognised_with_its_clock(
    world: ChainWorld, client: ChainClient, *, counts_seconds: bool
) -> None:
    dao = await world.openzeppelin(counts_seconds=counts_seconds, voting_period=50)
    governor = await recognise(client, dao.governor_address)
    assert governor.flavour is Flavour.OPENZEPPELIN
    assert governor.name == "Sandbox Governor"
    assert (governor.clock_mode is ClockMode.TIMESTAMP) is counts_seconds
    assert governor.quorum_rule is QuorumRule.FOR_AND_ABSTAIN
    assert governor.token_symbol == "SAND"
    assert governor.voting_period == 50
    assert governor.timelock_kind is TimelockKind.CONTROLLER
    assert governor.timelock_address == dao.timelock_address
    assert governor.timelock_delay == 7 * 86_400
    assert governor.grace_period is None, "A TimelockController lets nothing expire."


async def test_recognising_takes_few_requests(world: ChainWorld, client: ChainClient) -> None:
    dao = await world.braintrust()
    await recognise(client, dao.governor_address)
    assert client.request_count <= 6


async def test_a_wallet_is_no_governor(world: ChainWorld, client: ChainClient) -> None:
    with pytest.raises(UnknownGovernorError, match="no contract"):
        await recognise(client, world.wallet("ana").address)


async def test_a_token_is_no_governor_and_is_named(world: ChainWorld, client: ChainClient) -> None:
    dao = await world.braintrust()
    with pytest.raises(UnknownGovernorError, match="Braintrust Token"):
        await recognise(client, dao.token_address)


@pytest.mark.parametrize("text", ["", "0x12", "usebraintrust.eth", "<@123>" * 50])
async def test_text_is_no_address(client: ChainClient, text: str) -> None:
    with pytest.raises(UnknownGovernorError, match="not an address"):
        await recognise(client, text)
    assert client.request_count == 0


async def test_the_supply_of_a_real_token_is_read_at_a_block(
    world: ChainWorld, client: ChainClient
) -> None:
    dao = await world.braintrust()
    governor = await recognise(client, dao.governor_address)
    head = await client.head()
    token = governor.token_address
    assert token is not None
    found = await total_supply(client, token, head.id.number)
    assert found is not None
    assert found[1] == 18
    assert found[0] > 10**18
    assert await total_supply(client, governor.address, head.id.number) is None
