"""Providers that can do less than they say, or say it in words that nobody has heard before."""

from copy import copy
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from structlog.testing import capture_logs
from web3 import AsyncWeb3

from bot.domain.announcement import TroubleFound, TroubleMended
from bot.domain.onchain.proposal import Moment
from bot.domain.onchain.scan import OVERLAP
from bot.domain.trouble import TroubleKind
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.endpoint import FIRST_BATCH_SIZE, GROWS_AFTER, Endpoint
from bot.gateways.chain.errors import ChainError, NoHistoryError
from bot.services.governance import Governance
from bot.services.governance.alarms import LONG, TRIES, Freshness
from bot.services.governance.failing import Failing
from bot.services.governance.known import known_of
from tests.following import CONFIRMATIONS, Follower
from tests.forkable_chain import CHAIN, Act, ForkableChain
from tests.watched import WatchedDatabase


@pytest.fixture
def chain() -> ForkableChain:
    return ForkableChain()


@pytest.fixture
async def follower(database: WatchedDatabase, chain: ForkableChain) -> Follower:
    return await Follower.set_up(database, chain)


async def scanned(follower: Follower) -> int:
    async with follower.database.reading() as store:
        scan = await store.chain.scan(CHAIN)
    assert scan is not None
    return scan.scanned


async def try_to_look(follower: Follower, times: int) -> None:
    """Look as the scheduler does: a look that fails ends, and the next one is the retry."""
    for _ in range(times):
        try:
            await follower.tick()
        except ChainError:
            continue


WORDS = ["request timed out", "context deadline exceeded", "the goblins are tired"]


@pytest.mark.parametrize("blocks", [1, 8])
@pytest.mark.parametrize("words", [*WORDS, TimeoutError])
async def test_a_range_that_fails_again_and_again_is_narrowed_whatever_the_node_says(
    follower: Follower, chain: ForkableChain, words: Any, blocks: int
) -> None:
    chain.most_logs, chain.words = blocks, words
    chain.act(Act.PROPOSE)
    chain.mine(200)
    await try_to_look(follower, 30)
    assert await scanned(follower) == chain.head.number - CONFIRMATIONS
    assert (await follower.claim(Moment.CREATED)).moment is Moment.CREATED


async def test_a_node_that_is_only_busy_for_a_moment_keeps_its_wide_ranges(
    follower: Follower, chain: ForkableChain
) -> None:
    chain.mine(20 + CONFIRMATIONS)
    chain.most_logs, chain.words = 5, "try again"
    await try_to_look(follower, 1)
    chain.most_logs = 1_000_000
    await try_to_look(follower, 1)
    async with follower.database.reading() as store:
        assert await store.chain.spans(CHAIN) == {}, "as at the start"
    assert await scanned(follower) == chain.head.number - CONFIRMATIONS


async def test_blocks_that_every_node_has_forgotten_are_left_out_and_that_is_said(
    follower: Follower, chain: ForkableChain
) -> None:
    chain.act(Act.PROPOSE)
    chain.mine(80)
    chain.forgotten, chain.words = 60, "pruned history unavailable"
    chain.act(Act.PROPOSE)
    chain.mine(CONFIRMATIONS)
    await try_to_look(follower, 2)
    assert await scanned(follower) == chain.head.number - CONFIRMATIONS
    async with follower.database.reading() as store:
        (found,) = await store.chain.proposals(CHAIN, [follower.governor])
    assert found.key.id == 2
    (told,) = [
        each for each in await follower.database.speeches() if isinstance(each, TroubleFound)
    ]
    assert told.trouble is TroubleKind.HISTORY_GONE


async def test_a_node_that_fails_while_its_oldest_logs_are_sought_holds_up_no_other(
    follower: Follower, chain: ForkableChain
) -> None:
    async with follower.database.reading() as store:
        known = await known_of(store, CHAIN, 0)
    assert known is not None
    client = chain.client()
    chains = {CHAIN: client}
    freshness = Freshness(follower.database, follower.clock)
    failing = Failing(follower.database, chains, freshness, follower.clock)
    chain.is_down = True
    await failing.note(client.nodes[0], known, [NoHistoryError("pruned")])
    assert await scanned(follower) == known.scan.scanned


async def test_moderators_hear_once_that_a_chain_is_not_read_and_once_that_it_is_again(
    follower: Follower, chain: ForkableChain
) -> None:
    chain.mine(CONFIRMATIONS + 1)
    await follower.tick()
    chain.is_down = True
    await try_to_look(follower, TRIES)
    assert not await follower.database.speeches(), "It may pass."
    began = follower.clock()
    follower.clock.wait(LONG)
    await try_to_look(follower, 2)
    follower.restart()
    await try_to_look(follower, 2)
    (told,) = await follower.database.speeches()
    assert isinstance(told, TroubleFound)
    assert (told.trouble, told.place, told.subject) == (TroubleKind.CHAIN_UNREAD, CHAIN, None)
    chain.is_down = False
    chain.mine()
    await try_to_look(follower, 2)
    _, *news = await follower.database.speeches()
    assert news == [TroubleMended(trouble=told.trouble, place=CHAIN, since=told.since)]
    assert told.since == began + LONG


async def test_a_limit_of_requests_in_a_time_makes_no_batch_smaller(chain: ForkableChain) -> None:
    endpoint = Endpoint(AsyncWeb3(chain))
    words = {"code": -32005, "message": "limited to 10 requests per second"}
    chain.instead = lambda: {"jsonrpc": "2.0", "id": None, "error": words}
    with pytest.raises(ChainError, match="per second"):
        await endpoint.batch([("eth_chainId", [])] * 1_000)
    assert endpoint.batch_size == FIRST_BATCH_SIZE


async def test_a_batch_that_was_too_large_once_grows_again(chain: ForkableChain) -> None:
    endpoint = Endpoint(AsyncWeb3(chain))
    words = {"code": -32600, "message": "batch too large"}
    chain.instead = lambda: {"jsonrpc": "2.0", "id": None, "error": words}
    with pytest.raises(ChainError, match="too large"):
        await endpoint.batch([("eth_chainId", [])] * 1_000)
    assert endpoint.batch_size == 500
    chain.instead = None
    for _ in range(GROWS_AFTER):
        await endpoint.batch([("eth_chainId", [])] * 500)
    assert endpoint.batch_size == 751


async def test_a_log_that_is_not_understood_is_told_once_and_read_by_a_version_that_does(
    follower: Follower, chain: ForkableChain
) -> None:
    chain.act(Act.PROPOSE)
    block = chain.blocks[-1]
    broken = {**block.logs[0], "data": "0x" + "ff" * 64}
    chain.blocks[-1] = replace(block, logs=(broken,))
    chain.mine(CONFIRMATIONS)
    with capture_logs() as logs:
        await try_to_look(follower, 2)
        follower.restart()
        await try_to_look(follower, 2)
    alarms = [log for log in logs if log["log_level"] == "error"]
    assert [(log["block"], log["log_index"]) for log in alarms] == [(block.number, 0)]
    (told,) = await follower.database.speeches()
    assert isinstance(told, TroubleFound)
    assert (told.trouble, told.place) == (TroubleKind.LOGS_UNREADABLE, CHAIN)
    chain.mine(OVERLAP * 2)
    await try_to_look(follower, 1)
    chain.blocks[block.number] = block
    await try_to_look(follower, 2)
    assert len(await follower.database.speeches()) == 1
    follower.restart()
    await try_to_look(follower, 1)
    assert (await follower.claim(Moment.CREATED)).moment is Moment.CREATED
    speeches = await follower.database.speeches()
    assert [type(each) for each in speeches if isinstance(each, TroubleMended)] == [TroubleMended]


async def test_a_node_that_calls_a_wide_range_old_is_asked_for_narrower_ones(
    follower: Follower, chain: ForkableChain
) -> None:
    chain.most_logs, chain.words = 4, "This request requires an archive node."
    chain.act(Act.PROPOSE)
    chain.mine(30)
    await try_to_look(follower, 30)
    assert await scanned(follower) == chain.head.number - CONFIRMATIONS
    assert (await follower.claim(Moment.CREATED)).moment is Moment.CREATED


async def test_old_blocks_are_left_out_for_good_only_when_the_other_node_stays_away(
    follower: Follower, chain: ForkableChain
) -> None:
    chain.mine(40)
    away = copy(chain)
    away.is_down = True
    chain.forgotten, chain.words = 30, "history has been pruned"
    moments = count(step=3_600)
    client = ChainClient([AsyncWeb3(node) for node in (away, chain)], CHAIN, lambda: next(moments))
    follower.governance = Governance(follower.database, {CHAIN: client}, follower.clock)
    await try_to_look(follower, TRIES + 1)
    assert await scanned(follower) == follower.since, "The other one may have them."
    follower.clock.wait(LONG)
    await try_to_look(follower, 3)
    assert await scanned(follower) == chain.head.number - CONFIRMATIONS
    troubles = [each.trouble for each in await follower.database.speeches()]  # type: ignore[union-attr] # all are
    assert troubles == [
        TroubleKind.HISTORY_GONE,
        TroubleKind.CHAIN_UNREAD,  # and that it is read again
        TroubleKind.CHAIN_UNREAD,
    ]


async def test_a_log_whose_block_cannot_be_read_again_stays_to_be_tried(
    follower: Follower, chain: ForkableChain
) -> None:
    chain.act(Act.PROPOSE)
    block = chain.head
    chain.blocks[-1] = replace(block, logs=({**block.logs[0], "data": "0x" + "ff" * 64},))
    chain.mine(CONFIRMATIONS + OVERLAP * 2)
    await try_to_look(follower, 2)
    chain.forgotten, chain.words = block.number + 1, "pruned"
    follower.restart()
    await try_to_look(follower, 2)
    chain.blocks[block.number] = block
    chain.forgotten, chain.words = 0, ""
    follower.restart()
    await try_to_look(follower, 1)
    assert (await follower.claim(Moment.CREATED)).moment is Moment.CREATED
