"""A database of the version before Snapshot was followed: what was said there is not said again."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config

from bot.domain.lifecycle import Phase
from bot.domain.live_card import TallyCard
from bot.domain.offchain.announcement import (
    SpaceFollowed,
    VoteClosingSoon,
    VoteDecided,
    VoteOpened,
)
from bot.domain.offchain.snapshot import SignedEnvelope
from bot.domain.offchain.vote import VoteStatus
from bot.domain.types import ProposalId
from bot.storage.migration import MIGRATIONS, migrate
from tests.town import DAY, Town

_WRITTEN = Path(__file__).with_name("version_0002.sql")
# What announcements and tallies did not say then.
_NEW = ("vote_key", "space", "is_ours", "is_by_stranger", "lead", "quorum_missing", "leading")


def take_back(file: Path) -> None:
    """Make of a database what the version before would have made, keys and words included."""
    with closing(sqlite3.connect(file)) as connection, connection:
        votes = connection.execute(
            "SELECT snapshot_id, 'proposal:' || proposal_id || ':' || step || ':' || round "
            "FROM votes WHERE snapshot_id IS NOT NULL"
        ).fetchall()
        for id_, key, body in connection.execute("SELECT id, key, body FROM posts").fetchall():
            said = {name: value for name, value in json.loads(body).items() if name not in _NEW}
            old_key, text = key, json.dumps(said)
            for snapshot_id, prefix in votes:
                old_key = old_key.replace(f"snapshot:{snapshot_id}", prefix)
                text = text.replace(f"snapshot:{snapshot_id}", prefix)
            old_key = old_key.replace(f"closing-soon-{DAY}", "closing-soon")
            connection.execute(
                "UPDATE posts SET key = ?, body = ? WHERE id = ?", (old_key, text, id_)
            )
        connection.execute("DELETE FROM posts WHERE key LIKE 'space:%'")
        connection.execute("DELETE FROM memory WHERE name = 'snapshot messages'")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", f"sqlite:///{file}")
    command.downgrade(config, "0002")


def said(file: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute("SELECT key, destination FROM posts ORDER BY id")
        return [(key, place) for key, place in rows if not key.startswith("space:")]


async def test_an_upgrade_says_nothing_twice(town: Town) -> None:
    await town.decide(await town.opened(), 2, 2)
    idea = await town.opened()
    record = await town.record(idea)
    town.clock.time = record.end - DAY + 60
    await town.tallies.tick()
    assert len(await town.heard(VoteClosingSoon)) == 4
    take_back(town.file)
    before = said(town.file)
    assert ("proposal:2:temperature:1:closing-soon", "channel:902") in before
    migrate(town.file)
    town.restart()
    town.world.place(town.space.id, "Made elsewhere, before")
    for _ in range(3):
        town.clock.wait(60)
        await town.tallies.tick()
    assert said(town.file) == before
    assert [vote.title for vote in (await town.only(SpaceFollowed)).votes] == [
        "Made elsewhere, before"
    ]
    town.clock.time = record.end + 61
    await town.tallies.tick()
    assert (await town.proposal(idea)).phase is Phase.TEMPERATURE_FAILED
    assert len(await town.heard(VoteDecided)) == 4
    assert len(await town.heard(VoteOpened)) == 4
    assert len(await town.heard(TallyCard)) == 2
    new = {key for key, _ in said(town.file)} - {key for key, _ in before}
    assert new == {"proposal:2:temperature:1:decided"}


def put_in_its_place(file: Path) -> None:
    """Make a database what the version before has really written, byte for byte."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", f"sqlite:///{file}")
    command.downgrade(config, "0002")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        for (table,) in tables.fetchall():
            if table not in {"alembic_version", "sqlite_sequence"}:
                connection.execute(f'DELETE FROM "{table}"')  # noqa: S608 - a name of our own
        connection.commit()
        connection.executescript(_WRITTEN.read_text(encoding="utf-8"))


async def ticked(town: Town) -> None:
    """Let everything that looks at Snapshot have several turns."""
    for _ in range(4):
        for tick in (
            town.publishing.tick,
            town.dispatch.tick,
            town.aliases.tick,
            town.tallies.tick,
        ):
            await tick()
        town.clock.wait(60)


async def test_what_the_version_before_has_written_is_carried_on(town: Town) -> None:
    put_in_its_place(town.file)
    with closing(sqlite3.connect(town.file)) as connection:
        query = "SELECT envelope, snapshot_id, opens_at FROM votes ORDER BY proposal_id"
        written = connection.execute(query).fetchall()
    for text, id_, opens_at in written[:2]:
        town.clock.time = opens_at
        await town.snapshot.post(SignedEnvelope(id=id_, text=text))
    before = said(town.file)
    migrate(town.file)
    town.restart()
    town.clock.time = written[2][2] + 600
    assert town.world.proposal(written[1][1]) is not None
    await ticked(town)

    assert said(town.file)[: len(before)] == before
    assert len(set(said(town.file))) == len(said(town.file))
    assert [each.id for each in town.world.proposals] == [id_ for _, id_, _ in written[:3]]
    new = {key for key, _ in said(town.file)[len(before) :]}
    assert new == {f"snapshot:{written[2][1]}:{what}" for what in ("opened", "tally")}

    town.clock.time = written[3][2]
    await ticked(town)
    town.clock.wait(30 * DAY)
    await ticked(town)
    async with town.database.reading() as store:
        statuses = [(await store.votes.of(ProposalId(number)))[0].status for number in range(1, 5)]
    assert statuses == [VoteStatus.DECIDED] * 4
    assert len(town.world.proposals) == 4
    results = [news.key for _, news in await town.heard(VoteDecided)]
    assert len(results) == 2 * 4
    assert {key.partition(":")[0] for key in results[:4]} == {"proposal"}
    assert {key.partition(":")[0] for key in results[4:]} == {"snapshot"}
