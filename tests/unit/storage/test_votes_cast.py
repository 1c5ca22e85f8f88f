import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config

from bot.domain.onchain.event import VoteCast
from bot.domain.onchain.governor import ProposalKey
from bot.domain.types import (
    Address,
    BlockNumber,
    ChainId,
    GovernorProposalId,
    TokenUnits,
    TransactionHash,
)
from bot.storage.store import Store
from bot.storage.votes_cast import REASON_KEPT, VOTES_EACH, Turnout
from tests.meta import tree
from tests.watched import WatchedDatabase

CHAIN = ChainId(1)
GOVERNOR = Address("0x1a0D3d5a43e53510f80F16905Bc96e907A47dD01")
HUGE = GovernorProposalId(2**256 - 1)
KEY = ProposalKey(chain_id=CHAIN, governor=GOVERNOR, id=HUGE)
OTHER = ProposalKey(chain_id=CHAIN, governor=GOVERNOR, id=GovernorProposalId(2))


def vote(number: int, index: int = 0, voter: int = 1, weight: int = 5, **changes: Any) -> VoteCast:
    return VoteCast(
        block_number=BlockNumber(number),
        log_index=index,
        emitter=GOVERNOR,
        id=HUGE,
        voter=Address(f"0x{voter:040x}"),
        support=1,
        weight=TokenUnits(weight),
        reason="",
        transaction_hash=TransactionHash(f"0x{number:064x}"),
    )._replace(**changes)


@pytest.fixture
async def store(database: WatchedDatabase) -> AsyncIterator[Store]:
    async with database.transaction() as store:
        yield store


async def test_a_vote_comes_back_as_it_was_cast(store: Store) -> None:
    most = TokenUnits(2**256 - 1)
    votes = [
        vote(3, weight=most, reason='"\0\ud7ff, [1]'),
        vote(4, fractions=(most, TokenUnits(0), TokenUnits(1))),
    ]
    await store.votes_cast.add(CHAIN, [])
    await store.votes_cast.add(CHAIN, votes)
    assert await store.votes_cast.of(KEY) == votes
    assert await store.votes_cast.of(OTHER) == []


async def test_of_a_reason_without_end_the_beginning_is_kept(store: Store) -> None:
    await store.votes_cast.add(CHAIN, [vote(3, reason="Ü" * 1_000_000)])
    (kept,) = await store.votes_cast.of(KEY)
    assert kept.reason == "Ü" * REASON_KEPT


async def test_a_vote_that_is_read_again_stays_one(store: Store) -> None:
    await store.votes_cast.add(CHAIN, [vote(3), vote(5)])
    await store.votes_cast.add(CHAIN, [vote(3), vote(4), vote(5), vote(5, 1)])
    assert await store.votes_cast.of(KEY) == [vote(3), vote(4), vote(5), vote(5, 1)]


async def test_more_votes_than_a_page_holds_go_on_the_next(store: Store) -> None:
    votes = [vote(number // 3, number % 3) for number in range(2 * VOTES_EACH + 1)]
    await store.votes_cast.add(CHAIN, votes)
    assert await store.votes_cast.of(KEY) == votes
    assert len(await store.votes_cast.places(CHAIN, BlockNumber(0))) == len(votes)


async def test_those_that_weigh_enough_after_a_block_are_found(store: Store) -> None:
    votes = [vote(3, weight=10), vote(4, weight=9), vote(4, 1, weight=100), vote(5, weight=10)]
    await store.votes_cast.add(CHAIN, votes)
    assert list(await store.votes_cast.large(KEY, BlockNumber(3), TokenUnits(10))) == votes[2:]


async def test_votes_on_an_id_of_77_digits_are_found_by_all_of_them(store: Store) -> None:
    other = GovernorProposalId(HUGE - 2**64)
    await store.votes_cast.add(CHAIN, [vote(3), vote(3, 1, id=other)])
    found = await store.votes_cast.large(KEY, BlockNumber(0), TokenUnits(1))
    assert [(each.id, ordinal) for each, ordinal in found.items()] == [(HUGE, 1)]
    assert (await store.votes_cast.turnout(replace(KEY, id=other))).voters == 1


async def test_an_account_that_votes_twice_counts_once(store: Store) -> None:
    assert await store.votes_cast.turnout(KEY) == Turnout(voters=0, weight=0.0)
    await store.votes_cast.add(CHAIN, [vote(3), vote(4, voter=2), vote(5), vote(5, 1, id=OTHER.id)])
    assert await store.votes_cast.turnout(KEY) == Turnout(voters=2, weight=15.0)


async def test_places_are_those_of_the_blocks_asked_for(store: Store) -> None:
    await store.votes_cast.add(CHAIN, [vote(3), vote(4), vote(5, 7, id=OTHER.id)])
    assert await store.votes_cast.places(CHAIN, BlockNumber(4)) == {(4, 0), (5, 7)}
    assert await store.votes_cast.places(CHAIN, BlockNumber(3), BlockNumber(4)) == {(3, 0), (4, 0)}
    assert await store.votes_cast.places(ChainId(2), BlockNumber(0)) == set()


async def test_what_a_fork_takes_back_is_forgotten_and_nothing_else(store: Store) -> None:
    votes = [vote(number, index, voter=number) for number in range(10) for index in range(2)]
    await store.votes_cast.add(CHAIN, votes[:6])
    await store.votes_cast.add(CHAIN, votes[6:])
    for ancestor in (*range(9, -2, -1), 3):
        await store.votes_cast.undo_above(CHAIN, BlockNumber(ancestor))
        kept = [each for each in votes if each.block_number <= ancestor]
        assert await store.votes_cast.of(KEY) == kept
        assert (await store.votes_cast.turnout(KEY)).voters == ancestor + 1
        await store.votes_cast.add(CHAIN, votes)
        assert await store.votes_cast.of(KEY) == votes


async def test_the_heaviest_voters_of_a_governor_come_first(store: Store) -> None:
    votes = [
        vote(3, voter=1, weight=10**30),
        vote(4, voter=2, weight=9),
        vote(5, voter=3, weight=10),
    ]
    await store.votes_cast.add(CHAIN, votes)
    found = await store.votes_cast.heaviest_voters(2, (CHAIN, GOVERNOR))
    assert found == [votes[0].voter, votes[2].voter]
    assert await store.votes_cast.heaviest_voters(2) == [], "No proposal is live."


def test_votes_that_had_a_row_each_are_put_into_pages(tmp_path: Path) -> None:
    file = tmp_path / "assent.db"
    config = Config(toml_file=tree.ROOT / "pyproject.toml")
    config.set_main_option("sqlalchemy.url", f"sqlite:///{file}")
    command.upgrade(config, "0004")
    most = str(2**256 - 1)
    rows = [
        (1, number, index, GOVERNOR, str(index), "0xA1", 1, most, "Yes.", parts, "0xb", "0xc")
        for number, index, parts in ((4, 1, None), (3, 1, "1,2,3"), (3, 2, None))
    ]
    every = "SELECT * FROM votes_cast ORDER BY block_number, log_index"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.executemany(
            "INSERT INTO votes_cast VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows
        )
        before = [row[:10] + row[11:] for row in connection.execute(every)]
    command.upgrade(config, "0005")
    with closing(sqlite3.connect(file)) as connection:
        pages = connection.execute(
            "SELECT governor_proposal_id, first_block, first_log_index, last_block, "
            "json_array_length(votes), json_extract(votes, '$[0][7][2]') FROM vote_pages ORDER BY 1"
        ).fetchall()
    assert pages == [("1", 3, 1, 4, 2, "3"), ("2", 3, 2, 3, 1, None)]
    command.downgrade(config, "0004")
    with closing(sqlite3.connect(file)) as connection:
        assert [row[:10] + row[11:] for row in connection.execute(every)] == before
