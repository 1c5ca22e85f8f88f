"""A database of the version before on-chain voting in full: nothing is said twice, up or down."""

import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config

from bot.domain.outbox import PostState
from bot.services.governance import Governance
from bot.storage.migration import MIGRATIONS, migrate
from tests import builders
from tests.following import Follower, Said, policy
from tests.forkable_chain import CHAIN, Act, ForkableChain
from tests.watched import HandClock, WatchedDatabase, open_watched

_WRITTEN = Path(__file__).with_name("version_0003.sql")
BEGAN, LOOKED = 10, 29  # the blocks at which it began to watch, and looked for the last time
MADE_SECOND = 22
# What was done in each block: the first proposal waits by now, about the second people vote.
ACTS = {
    11: Act.PROPOSE,
    13: Act.VOTE_FOR,
    14: Act.VOTE_FOR,
    18: Act.QUEUE,
    MADE_SECOND: Act.PROPOSE,
    24: Act.VOTE_FOR,
}
LEADS = (36, 12)  # seconds before a vote ends; of these it knew the first alone


def config(file: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", f"sqlite:///{file}")
    return config


def told(file: Path) -> dict[str, int]:
    """Give the keys of what stands in the channels, each with the id of its message."""
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute(
            "SELECT key, message_id FROM posts WHERE NOT is_withdrawn AND state != 'skipped'"
        )
        return {key.partition(":0x")[2].partition(":")[2]: id_ for key, id_ in rows}


def build(chain: ForkableChain, last: int) -> None:
    while chain.head.number < last:
        act = ACTS.get(chain.head.number + 1)
        chain.act(*([act] if act else []))


def as_if_sent(said: Said) -> Said:
    done = {PostState.DUE: PostState.SAID}
    return {place: (done.get(state, state), claim) for place, (state, claim) in said.items()}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give what the version before has really written."""
    file = tmp_path / "before.db"
    command.upgrade(config(file), "0003")
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(_WRITTEN.read_text(encoding="utf-8"))
    return file


@pytest.fixture
async def follower(file: Path) -> AsyncIterator[Follower]:
    """Go on with this version, at the block at which the one before it looked the last time."""
    migrate(file)
    chain = ForkableChain()
    build(chain, LOOKED)
    clock = HandClock(chain.head.time)
    async with open_watched(file) as database:
        governance = Governance(database, {CHAIN: chain.client()}, clock)
        yield Follower(
            database=database, chain=chain, clock=clock, governance=governance, since=BEGAN
        )


async def test_what_was_said_before_an_upgrade_is_not_said_again(
    file: Path, follower: Follower
) -> None:
    before = told(file)
    assert {"1:grace-period-ending-36", "2:closing-soon-36"} <= before.keys()
    await follower.settle()
    assert told(file) == before
    for _ in range(2):
        follower.chain.mine()
        await follower.settle()
    assert told(file).keys() - before.keys() == {"2:closing-soon-12"}, "which it did not know"


async def test_a_fork_after_an_upgrade_corrects_the_messages_of_the_version_before(
    file: Path, follower: Follower, database: WatchedDatabase
) -> None:
    await follower.settle()
    before = told(file)
    chain, other = follower.chain, ForkableChain()
    alone = await Follower.set_up(
        database, other, builders.community(policy=policy(closing_soon_leads=LEADS))
    )
    build(other, MADE_SECOND - 1)
    await alone.settle()
    chain.fork(LOOKED - MADE_SECOND + 1)
    other.branch, other.fee = chain.branch, chain.fee
    for each, bot in ((chain, follower), (other, alone)):
        for number in range(MADE_SECOND, LOOKED + 2):
            each.act(*([Act.PROPOSE] if number == MADE_SECOND + 2 else []))
            await bot.tick_or_wait()
        await bot.settle()
    said, expected = as_if_sent(await follower.said()), as_if_sent(await alone.said())
    # How fast blocks come is estimated from what each has seen, so the times are not compared.
    above = [
        {place: (state, claim.title) for place, (state, claim) in each.items() if ":2:" in place[0]}
        for each in (said, expected)
    ]
    assert {*said} == {*expected}
    assert above[0] == above[1]
    after = told(file)
    kept = {key: id_ for key, id_ in before.items() if key in after}
    assert {key: after[key] for key in kept} == kept, "in place"
    assert before.keys() - after.keys() == {"2:closing-soon-36"}, "its vote begins later now"


def test_the_version_before_says_nothing_twice_when_it_is_put_back(file: Path) -> None:
    before = told(file)
    with closing(sqlite3.connect(file)) as connection:
        bodies = dict(connection.execute("SELECT id, body FROM posts"))
        policies = dict(connection.execute("SELECT guild_id, body FROM communities"))
    migrate(file)
    command.downgrade(config(file), "0003")
    assert told(file) == before
    with closing(sqlite3.connect(file)) as connection:
        for id_, body in connection.execute("SELECT id, body FROM posts"):
            assert json.loads(body) == json.loads(bodies[id_])
        for guild_id, body in connection.execute("SELECT guild_id, body FROM communities"):
            assert json.loads(body) == json.loads(policies[guild_id])


def test_what_the_version_before_cannot_read_is_gone_when_it_is_put_back(file: Path) -> None:
    migrate(file)
    with closing(sqlite3.connect(file)) as connection, connection:
        for change in (
            "UPDATE posts SET body = json_set(body, '$.kind', 'large vote') WHERE id % 2",
            "UPDATE chain_events SET body = json_set(body, '$.kind', 'proposal vetoed')",
            "UPDATE governors SET body = json_set(body, '$.flavour', 'Nouns DAO')",
        ):
            assert connection.execute(change).rowcount
    command.downgrade(config(file), "0003")
    with closing(sqlite3.connect(file)) as connection:
        counts = [
            connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - our own names
            for table in ("posts", "chain_events", "governors", "governor_proposals")
        ]
    assert counts == [6, 0, 0, 0]
