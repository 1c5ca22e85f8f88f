from itertools import pairwise

from bot.domain.onchain.event import ProposalCreated, VoteCast
from bot.domain.onchain.governor import ProposalKey
from bot.domain.types import Address, BlockNumber, GovernorProposalId
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.recognise import recognise
from sandbox.chain import ChainWorld


async def test_other_blocks_have_other_hashes(world: ChainWorld, client: ChainClient) -> None:
    await world.mine(5)
    numbers = [BlockNumber(number) for number in range(6)]
    before = await client.blocks(numbers)
    mark = world.snapshot()
    await world.mine(3)
    gone = world.head_hash
    world.revert(mark)
    assert world.head_hash == mark
    await world.mine(3)
    assert world.head_hash != gone
    assert await client.blocks(numbers) == before

    await world.reorganise(depth=2, length=2)
    after = await client.blocks([BlockNumber(number) for number in range(9)])
    assert after[:6] == before
    for parent, child in pairwise(after):
        assert parent is not None
        assert child is not None
        assert child.parent_hash == parent.id.hash
        assert child.timestamp > parent.timestamp


async def test_a_shorter_chain_is_seen_as_one(world: ChainWorld, client: ChainClient) -> None:
    await world.mine(10)
    await world.reorganise(depth=6, length=2)
    assert (await client.head()).id.number == 6
    assert await client.block(BlockNumber(7)) is None


async def test_a_vote_that_moves_to_another_block_is_another_event(
    world: ChainWorld, client: ChainClient
) -> None:
    dao = await world.braintrust()
    ana = world.wallet("ana")
    await dao.give(ana, 120_000)
    proposal = await dao.propose(ana, [dao.set_fee(8)], "Lower")
    await dao.open_voting(proposal)
    mark = world.snapshot()
    await dao.vote(ana, proposal, 1)
    governor = Address(dao.governor_address)

    async def votes() -> list[VoteCast]:
        head = (await client.head()).id.number
        page = await client.logs(BlockNumber(0), head, [governor])
        assert isinstance(page.events[0], ProposalCreated)
        return list(page.votes)

    (first,) = await votes()
    world.revert(mark)
    assert await votes() == []
    await world.mine()
    await dao.vote(ana, proposal, 0)
    (second,) = await votes()
    assert (first.support, second.support) == (1, 0)
    assert second.block_number == first.block_number + 1


async def test_a_state_can_go_back(world: ChainWorld, client: ChainClient) -> None:
    dao = await world.braintrust()
    ana = world.wallet("ana")
    await dao.give(ana, 120_000)
    proposal = await dao.propose(ana, [dao.set_fee(8)], "Lower")
    await dao.open_voting(proposal)
    await dao.vote(ana, proposal, 1)
    mark = world.snapshot()
    await dao.close_voting(proposal)
    governor = await recognise(client, dao.governor_address)
    key = ProposalKey(
        chain_id=client.chain_id, governor=governor.address, id=GovernorProposalId(proposal)
    )

    async def state() -> str:
        head = await client.head()
        (seen,) = (await client.observe({governor.address: governor}, [key], head.id)).values()
        return seen.state

    assert await state() == "succeeded"
    world.revert(mark)
    assert await state() == "active"
