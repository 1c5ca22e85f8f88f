from dataclasses import replace

from bot.domain.onchain.call import Call
from bot.domain.onchain.simulation import Outcome, SimulatedCall
from bot.domain.types import Address, BlockHash, Wei
from bot.gateways.chain.client import ChainClient
from sandbox.chain import ChainWorld

FEE = "setMarketplaceFee(uint8)"


def fee(target: str, percent: int, value: int = 0) -> Call:
    data = f"0x{percent:064x}"
    return Call(target=Address(target), value=Wei(value), signature=FEE, calldata=data)


async def tried(client: ChainClient, sender: str, call: Call) -> SimulatedCall:
    return await client.simulate(Address(sender), call, (await client.head()).id)


async def test_the_timelock_may_do_what_a_stranger_may_not(
    world: ChainWorld, client: ChainClient
) -> None:
    dao = await world.braintrust()
    ours = await tried(client, dao.timelock_address, fee(dao.target_address, 8))
    assert ours.outcome is Outcome.SUCCEEDS
    theirs = await tried(client, dao.token_address, fee(dao.target_address, 8))
    assert theirs.outcome is Outcome.REVERTS
    assert theirs.why == "Marketplace: only the owner may"
    assert await dao.fee() == 10


async def test_a_reason_is_read_from_a_real_revert(world: ChainWorld, client: ChainClient) -> None:
    dao = await world.braintrust()
    found = await tried(client, dao.timelock_address, fee(dao.target_address, 101))
    assert found.why == "Marketplace: a fee is at most 100 percent"


async def test_what_the_sender_does_not_hold_cannot_be_sent_along(
    world: ChainWorld, client: ChainClient
) -> None:
    dao = await world.braintrust()
    found = await tried(client, dao.timelock_address, fee(dao.target_address, 8, value=1))
    assert found.outcome is Outcome.REVERTS
    assert "does not hold" in found.why


async def test_a_node_that_refuses_block_hashes_is_asked_by_number(
    world: ChainWorld, client: ChainClient
) -> None:
    dao = await world.braintrust()
    world.faults.refuses_block_hash = True
    found = await tried(client, dao.timelock_address, fee(dao.target_address, 8))
    assert found.outcome is Outcome.SUCCEEDS


async def test_a_silent_node_says_nothing_about_a_call(
    world: ChainWorld, client: ChainClient
) -> None:
    dao = await world.braintrust()
    head = (await client.head()).id
    world.faults.lose_answers()
    call = fee(dao.target_address, 8)
    found = await client.simulate(Address(dao.timelock_address), call, head)
    assert found.outcome is Outcome.UNKNOWN
    gone = replace(head, hash=BlockHash("0x" + "11" * 32))
    found = await client.simulate(Address(dao.timelock_address), call, gone)
    assert found.outcome is Outcome.UNKNOWN
