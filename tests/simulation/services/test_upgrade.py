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
from bot.storage.migration import MIGRATIONS, migrate
from tests.town import DAY, Town

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
