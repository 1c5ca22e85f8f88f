"""The migrations lead to the schema, and back."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from bot.storage import chain_schema  # noqa: F401 - its tables belong to the schema
from bot.storage.migration import NewerSchemaError, migrate
from bot.storage.schema import metadata
from tests.meta import tree


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "assent.db"


@pytest.fixture
def alembic(file: Path) -> Config:
    """Give alembic's configuration, as its own command line reads it."""
    file.parent.mkdir()
    config = Config(toml_file=tree.ROOT / "pyproject.toml")
    config.set_main_option("sqlalchemy.url", f"sqlite:///{file}")
    return config


def tables(file: Path) -> dict[str, str]:
    """Give the statements that made the tables and indices, but alembic's own."""
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute(
            "SELECT name, sql FROM sqlite_master "
            "WHERE sql IS NOT NULL AND tbl_name NOT LIKE 'alembic%'"
        )
        return {str(name): str(statement) for name, statement in rows}


def test_the_migrations_lead_to_the_schema(alembic: Config) -> None:
    command.upgrade(alembic, "head")
    command.check(alembic)


def test_a_missing_column_would_be_noticed(alembic: Config, file: Path) -> None:
    command.upgrade(alembic, "head")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("ALTER TABLE posts DROP COLUMN last_error")
    with pytest.raises(CommandError, match="last_error"):
        command.check(alembic)


def test_the_bot_at_its_start_makes_what_alembic_makes(file: Path, tmp_path: Path) -> None:
    migrate(file)
    assert {name for name in tables(file) if name in metadata.tables} == set(metadata.tables)
    other = tmp_path / "by-hand.db"
    config = Config(toml_file=tree.ROOT / "pyproject.toml")
    config.set_main_option("sqlalchemy.url", f"sqlite:///{other}")
    command.upgrade(config, "head")
    assert tables(file) == tables(other)


def test_down_and_up_again_ends_where_it_began(alembic: Config, file: Path) -> None:
    command.upgrade(alembic, "head")
    before = tables(file)
    command.downgrade(alembic, "base")
    assert tables(file) == {}
    command.upgrade(alembic, "head")
    assert tables(file) == before


def test_a_file_of_a_newer_version_is_refused_and_left_alone(file: Path) -> None:
    migrate(file)
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = file.read_bytes()
    with pytest.raises(NewerSchemaError, match="9999"):
        migrate(file)
    assert file.read_bytes() == before


def test_migrations_are_numbered_without_a_gap() -> None:
    files = sorted((tree.ROOT / "migrations" / "versions").glob("*.py"))
    numbers = [int(found[1]) for file in files if (found := re.match(r"(\d{4})_", file.name))]
    assert numbers == list(range(1, len(files) + 1))
