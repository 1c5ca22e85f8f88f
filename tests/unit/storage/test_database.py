"""One writer at a time, nothing half done, one process on a file."""

import asyncio
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, select
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.domain.errors import Refusal
from bot.domain.types import GuildId, ProposalId, UnixSeconds
from bot.storage.database import DatabaseInUseError, open_database
from bot.storage.migration import MIGRATIONS, NewerSchemaError, migrate
from bot.storage.schema import metadata, proposals
from tests import builders
from tests.builders import GUILD
from tests.town import dump
from tests.watched import CrashError, WatchedDatabase


@pytest.fixture
async def founded(database: WatchedDatabase) -> WatchedDatabase:
    async with database.transaction() as store:
        await store.communities.save(builders.community())
    return database


async def test_read_modify_writes_at_once_lose_nothing(founded: WatchedDatabase) -> None:
    async def count() -> None:
        async with founded.transaction() as store:
            seen = int(await store.communities.remembered("count") or 0)
            await asyncio.sleep(0)  # give the others their chance to read the same number
            await store.communities.remember("count", str(seen + 1))

    await asyncio.gather(*(count() for _ in range(20)))
    async with founded.reading() as store:
        assert await store.communities.remembered("count") == "20"


async def test_numbers_are_never_given_twice(founded: WatchedDatabase) -> None:
    async def take() -> int:
        async with founded.transaction() as store:
            return await store.communities.take_number(GUILD)

    taken = await asyncio.gather(*(take() for _ in range(10)))
    assert sorted(taken) == list(range(1, 11))
    async with founded.transaction() as store:
        await store.communities.save(builders.community())  # set up again
    assert await take() == 11


async def test_a_number_taken_in_a_transaction_that_fails_is_free_again(
    founded: WatchedDatabase,
) -> None:
    async def speak(*, fails: bool) -> int:
        async with founded.transaction() as store:
            number = await store.communities.take_number(GUILD)
            if fails:
                raise CrashError
            return number

    with pytest.raises(CrashError):
        await speak(fails=True)
    assert await speak(fails=False) == 1


async def test_an_exception_takes_everything_back(
    founded: WatchedDatabase, database_file: Path
) -> None:
    before = dump(database_file)

    async def half() -> None:
        async with founded.transaction() as store:
            idea = await store.proposals.add(builders.proposal())
            await store.show(idea.id, UnixSeconds(1))
            raise Refusal("not today")

    with pytest.raises(Refusal):
        await half()
    assert dump(database_file) == before


async def test_a_reader_cannot_write(founded: WatchedDatabase) -> None:
    async def write() -> None:
        async with founded.reading() as store:
            await store.communities.remember("name", "value")

    with pytest.raises(OperationalError, match="readonly"):
        await write()


async def test_a_reader_sees_one_state_while_somebody_writes(founded: WatchedDatabase) -> None:
    async with founded.reading() as reading:
        assert await reading.communities.remembered("name") is None
        async with founded.transaction() as writing:
            await writing.communities.remember("name", "value")
        assert await reading.communities.remembered("name") is None
    async with founded.reading() as reading:
        assert await reading.communities.remembered("name") == "value"


async def test_what_refers_to_nothing_is_refused(founded: WatchedDatabase) -> None:
    async def add() -> None:
        async with founded.transaction() as store:
            await store.proposals.add(replace(builders.proposal(), guild_id=GuildId(1)))

    with pytest.raises(IntegrityError, match="FOREIGN KEY"):
        await add()


async def test_a_second_process_on_the_same_file_is_refused_in_plain_words(
    database: WatchedDatabase, database_file: Path
) -> None:
    with pytest.raises(DatabaseInUseError, match=r"is in use: another Assent is running on it"):
        async with open_database(database_file):
            pass
    async with database.reading() as store:
        assert await store.communities.all() == []


async def test_a_closed_file_can_be_opened_again(database_file: Path) -> None:
    for _ in range(2):
        async with open_database(database_file) as database, database.reading() as store:
            assert await store.communities.find(GUILD) is None


async def test_the_file_is_written_ahead_and_to_the_disk(database: WatchedDatabase) -> None:
    async with database.transaction() as store:
        connection = store.outbox._connection
        for pragma, value in (
            ("journal_mode", "wal"),
            ("synchronous", 2),
            ("foreign_keys", 1),
            ("busy_timeout", 5_000),
        ):
            answer = await connection.exec_driver_sql(f"PRAGMA {pragma}")
            assert answer.scalar_one() == value


# Migrations


def config(path: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", f"sqlite:///{path}")
    return config


def tables(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {name for (name,) in rows if not name.startswith("sqlite_")}


def test_the_migrations_make_exactly_the_schema(migrated_file: Path) -> None:
    engine = create_engine(f"sqlite:///{migrated_file}")
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "render_as_batch": True}
        )
        assert compare_metadata(context, metadata) == []
    engine.dispose()
    assert tables(migrated_file) == {*metadata.tables, "alembic_version"}


def test_the_migrations_go_up_down_and_up_again(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "assent.db"
    migrate(path)
    first = dump(path)
    command.downgrade(config(path), "base")
    assert tables(path) == {"alembic_version"}
    migrate(path)
    assert dump(path) == first


def test_a_migrated_file_is_left_alone(migrated_file: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(migrated_file, tmp_path / "assent.db"))
    before = path.read_bytes()
    migrate(path)
    assert path.read_bytes() == before


def test_a_file_of_a_newer_version_is_refused_with_what_to_do(
    migrated_file: Path, tmp_path: Path
) -> None:
    path = Path(shutil.copy(migrated_file, tmp_path / "assent.db"))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(NewerSchemaError, match="run the newer Assent"):
        migrate(path)


def test_an_empty_file_is_migrated_like_none(tmp_path: Path) -> None:
    path = tmp_path / "assent.db"
    path.touch()
    migrate(path)
    assert "proposals" in tables(path)


async def test_the_newest_proposal_has_its_own_id(founded: WatchedDatabase) -> None:
    async with founded.transaction() as store:
        first = await store.proposals.add(builders.proposal())
        second = await store.proposals.add(
            builders.proposal(number=2, reference="BTRST-2", id=ProposalId(99))
        )
        rows = await store.outbox._connection.execute(select(proposals.c.id))
        assert sorted(rows.scalars()) == [first.id, second.id]
    assert first.id != second.id
