import asyncio
import logging
from typing import TYPE_CHECKING

import pytest

from bot.domain.onchain.event import ProposalCreated, VoteCast
from bot.domain.onchain.governor import ProposalKey
from bot.domain.types import Address, BlockHash, BlockNumber, ChainId, GovernorProposalId, Timepoint
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.errors import (
    ChainError,
    EndpointLaggingError,
    RangeTooWideError,
    WrongChainError,
)
from bot.gateways.chain.recognise import recognise
from bot.gateways.chain.transport import open_web3
from sandbox.chain import ChainWorld
from sandbox.chain.daos import AlphaDao
from sandbox.chain.faults import WORDINGS

if TYPE_CHECKING:
    from bot.domain.onchain.block import Block


@pytest.fixture
async def dao(world: ChainWorld) -> AlphaDao:
    """A DAO with one open vote and three votes in two blocks."""
    alpha = await world.braintrust()
    voters = [world.wallet(name) for name in ("ana", "ben", "eve")]
    for voter in voters:
        await alpha.give(voter, 60_000)
    proposal = await alpha.propose(voters[0], [alpha.set_fee(8)], "Lower")
    await alpha.open_voting(proposal)
    async with world.one_block():
        await alpha.vote(voters[0], proposal, 1)
        await alpha.vote(voters[1], proposal, 0)
    await alpha.vote(voters[2], proposal, 1)
    return alpha


def addresses(dao: AlphaDao) -> list[Address]:
    return [Address(dao.governor_address), Address(dao.timelock_address)]


async def head_number(client: ChainClient) -> BlockNumber:
    return (await client.head()).id.number


async def test_the_chain_id_is_checked(world: ChainWorld, client: ChainClient) -> None:
    await client.check_chain_id()
    world.faults.wrong_chain_id(56)
    with pytest.raises(WrongChainError, match="0x38"):
        await client.check_chain_id()


async def test_logs_in_one_request_when_nothing_happened(
    world: ChainWorld, client: ChainClient, dao: AlphaDao
) -> None:
    first = BlockNumber(world.head_number + 1)
    await world.mine(50)
    last = await head_number(client)
    before = client.request_count
    page = await client.logs(first, last, addresses(dao))
    assert client.request_count - before == 1
    assert page.events == ()
    assert page.last.id.hash == world.head_hash


async def test_logs_and_their_times_in_two_requests(
    world: ChainWorld, client: ChainClient, dao: AlphaDao
) -> None:
    last = await head_number(client)
    before, served = client.request_count, world.requests
    page = await client.logs(BlockNumber(0), last, addresses(dao))
    assert client.request_count - before == world.requests - served == 2
    assert [type(event) for event in page.events] == [ProposalCreated, *[VoteCast] * 3]
    for event in page.events:
        block = await client.block(event.position.block.number)
        assert block is not None
        assert event.position.block == block.id
        if isinstance(event, ProposalCreated):
            assert event.position.block_time == block.timestamp


async def test_only_the_addresses_asked_for_are_read(
    world: ChainWorld, client: ChainClient, dao: AlphaDao
) -> None:
    other = await world.braintrust()
    last = await head_number(client)
    assert (await client.logs(BlockNumber(0), last, addresses(other))).events == ()
    assert (await client.logs(BlockNumber(0), last, [])).events == ()
    everything = await client.logs(BlockNumber(0), last, [*addresses(dao), *addresses(other)])
    assert len(everything.events) == 4


async def test_logs_out_of_order_and_twice_are_put_right(
    world: ChainWorld, client: ChainClient, dao: AlphaDao
) -> None:
    last = await head_number(client)
    right = await client.logs(BlockNumber(0), last, addresses(dao))
    world.faults.shuffle_logs()
    world.faults.duplicate_logs()
    assert await client.logs(BlockNumber(0), last, addresses(dao)) == right


async def test_a_lagging_node_proves_nothing(
    world: ChainWorld, client: ChainClient, dao: AlphaDao
) -> None:
    last = await head_number(client)
    world.faults.lag(3)
    assert await head_number(client) == last - 3
    assert await client.block(last) is None
    with pytest.raises(EndpointLaggingError):
        await client.logs(BlockNumber(0), last, addresses(dao))
    world.faults.clear()
    assert (await client.logs(BlockNumber(0), last, addresses(dao))).events != ()


async def test_a_lagging_node_cannot_be_asked_at_a_block_it_lacks(
    world: ChainWorld, client: ChainClient, dao: AlphaDao
) -> None:
    governor = await recognise(client, dao.governor_address)
    key = ProposalKey(chain_id=client.chain_id, governor=governor.address, id=proposal_id(1))
    head = await client.head()
    world.faults.lag(2)
    with pytest.raises(EndpointLaggingError):
        await client.observe({governor.address: governor}, [key], head.id)


def proposal_id(number: int) -> GovernorProposalId:
    return GovernorProposalId(number)


async def test_a_block_that_was_taken_back_cannot_be_asked_about(
    world: ChainWorld, client: ChainClient, dao: AlphaDao
) -> None:
    governor = await recognise(client, dao.governor_address)
    key = ProposalKey(chain_id=client.chain_id, governor=governor.address, id=proposal_id(1))
    head = await client.head()
    await world.reorganise(2)
    with pytest.raises(EndpointLaggingError):
        await client.observe({governor.address: governor}, [key], head.id)


@pytest.mark.parametrize("blocks", [1, 7])
@pytest.mark.parametrize("wording", sorted(WORDINGS))
async def test_a_range_that_is_too_wide_is_told_in_every_wording(
    world: ChainWorld, client: ChainClient, wording: str, blocks: int
) -> None:
    await world.mine(20)
    world.faults.limit_range(blocks, wording)
    governor = Address(world.wallet("nobody").address)
    with pytest.raises(RangeTooWideError) as caught:
        await client.logs(BlockNumber(1), BlockNumber(20), [governor])
    names_a_number = wording not in ("ankr", "chainstack", "payload")
    assert caught.value.suggested_span == (blocks if names_a_number else None)
    await client.logs(BlockNumber(1), BlockNumber(blocks), [governor])


@pytest.mark.parametrize("fault", ["lose_answers", "html", "truncated"])
async def test_a_broken_answer_is_an_error_and_the_next_is_right(
    world: ChainWorld, client: ChainClient, fault: str
) -> None:
    getattr(world.faults, fault)()
    with pytest.raises(ChainError):
        await client.head()
    assert world.requests == 1, "The next tick is the retry."
    assert (await client.head()).id.hash == world.head_hash


@pytest.mark.parametrize("status", [400, 403, 413, 429, 500, 502, 503])
async def test_an_http_status_is_an_error(
    world: ChainWorld, client: ChainClient, status: int
) -> None:
    world.faults.status(status, retry_after=5 if status == 429 else None)
    with pytest.raises(ChainError, match=str(status)):
        await client.head()


async def test_a_rate_limit_does_not_shrink_the_range(
    world: ChainWorld, client: ChainClient, dao: AlphaDao
) -> None:
    world.faults.status(429)
    with pytest.raises(ChainError) as caught:
        await client.logs(BlockNumber(0), BlockNumber(5), addresses(dao))
    assert not isinstance(caught.value, RangeTooWideError)


async def test_a_single_block_is_never_too_wide(
    world: ChainWorld, client: ChainClient, dao: AlphaDao
) -> None:
    world.faults.status(400)
    with pytest.raises(ChainError) as caught:
        await client.logs(BlockNumber(5), BlockNumber(5), addresses(dao))
    assert not isinstance(caught.value, RangeTooWideError)


async def test_a_node_that_never_answers_is_given_up(world: ChainWorld) -> None:
    world.faults.hang()
    async with open_web3(world.rpc_url, timeout_seconds=0.2) as web3:
        with pytest.raises(ChainError, match="in time"):
            await ChainClient(web3, ChainId(world.chain_id)).head()


async def test_a_node_that_is_not_there_cannot_be_reached(
    world: ChainWorld, client: ChainClient
) -> None:
    await world.close()
    with pytest.raises(ChainError, match="reached"):
        await client.head()


async def test_errors_do_not_tell_the_address_which_may_hold_a_key(
    world: ChainWorld, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    url = f"{world.rpc_url}/v2/secret-key"
    async with open_web3(url) as web3:
        with pytest.raises(ChainError) as caught:
            await ChainClient(web3, ChainId(world.chain_id)).head()
    assert world.requests == 0, "There is nothing at this path: HTTP status 404."
    assert "secret" not in str(caught.value)
    assert caught.value.__suppress_context__
    assert "secret" not in caplog.text


async def test_a_node_without_block_hash_calls_is_asked_by_number(
    world: ChainWorld, client: ChainClient, dao: AlphaDao
) -> None:
    governor = await recognise(client, dao.governor_address)
    governors = {governor.address: governor}
    key = ProposalKey(chain_id=client.chain_id, governor=governor.address, id=proposal_id(1))
    head = await client.head()
    right = await client.observe(governors, [key], head.id)
    world.faults.no_block_hash_calls()
    assert await client.observe(governors, [key], head.id) == right
    before = client.request_count
    assert await client.observe(governors, [key], head.id) == right
    assert client.request_count - before == 1, "It is learnt once."
    await world.reorganise(1, length=1)
    with pytest.raises(EndpointLaggingError):
        await client.observe(governors, [key], head.id)


async def test_many_proposals_are_asked_in_few_requests(
    world: ChainWorld, client: ChainClient
) -> None:
    oz = await world.openzeppelin()
    governor = await recognise(client, oz.governor_address)
    governors = {governor.address: governor}
    keys = [
        ProposalKey(chain_id=client.chain_id, governor=governor.address, id=proposal_id(number))
        for number in range(200)
    ]
    head = await client.head()
    before = client.request_count
    starts = {key: Timepoint(1) for key in keys}
    seen = await client.observe(governors, keys, head.id, starts)
    assert [one.key for one in seen.values()] == keys
    # Two hundred times five questions, and one more: the quorum of their one timepoint.
    assert client.request_count - before == 2
    assert await client.observe(governors, [], head.id) == {}
    assert client.request_count - before == 2


async def test_the_quorum_is_in_the_same_request_if_the_start_is_known(
    world: ChainWorld, client: ChainClient
) -> None:
    oz = await world.openzeppelin()
    ana = world.wallet("ana")
    await oz.give(ana, 1000)
    proposal = await oz.propose(ana, [oz.set_fee(8)], "Lower")
    await oz.open_voting(proposal)
    governor = await recognise(client, oz.governor_address)
    governors = {governor.address: governor}
    key = ProposalKey(
        chain_id=client.chain_id, governor=governor.address, id=GovernorProposalId(proposal)
    )
    head = await client.head()

    async def requests_with(starts: dict[ProposalKey, Timepoint]) -> int:
        before = client.request_count
        (seen,) = (await client.observe(governors, [key], head.id, starts)).values()
        assert seen.quorum is not None
        starts |= {key: seen.vote_start} if seen.vote_start is not None else {}
        return client.request_count - before

    starts: dict[ProposalKey, Timepoint] = {}
    assert await requests_with(starts) == 2
    assert await requests_with(starts) == 1
    assert await requests_with({key: Timepoint(1)}) == 2, "A wrong start is put right."


async def test_empty_logs_of_a_full_range_are_the_one_lie_that_cannot_be_seen(
    world: ChainWorld, client: ChainClient, dao: AlphaDao
) -> None:
    # The node has the block and hides its logs: only asking for states finds this out.
    last = await head_number(client)
    world.faults.empty_logs()
    assert (await client.logs(BlockNumber(0), last, addresses(dao))).events == ()


async def test_a_node_that_takes_fewer_requests_at_once_is_asked_fewer(
    world: ChainWorld, client: ChainClient
) -> None:
    oz = await world.openzeppelin()
    governor = await recognise(client, oz.governor_address)
    governors = {governor.address: governor}
    keys = [
        ProposalKey(chain_id=client.chain_id, governor=governor.address, id=proposal_id(number))
        for number in range(50)
    ]
    head = await client.head()
    world.faults.limit_batch(100)
    for _ in range(2):
        with pytest.raises(ChainError, match="batch too large"):
            await client.observe(governors, keys, head.id, {})
    assert len(await client.observe(governors, keys, head.id, {})) == 50
    before = client.request_count
    await client.head()
    assert client.request_count - before == 1


async def test_asking_does_not_block_the_event_loop(
    world: ChainWorld, client: ChainClient, dao: AlphaDao
) -> None:
    governor = await recognise(client, dao.governor_address)
    keys = [
        ProposalKey(chain_id=client.chain_id, governor=governor.address, id=proposal_id(number))
        for number in range(1, 200)
    ]
    head: Block = await client.head()
    turns = 0

    async def turn() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    async with asyncio.TaskGroup() as group:
        turning = group.create_task(turn())
        await client.observe({governor.address: governor}, keys, head.id)
        turning.cancel()
    assert turns > 10
    assert head.id.hash == BlockHash(world.head_hash)
