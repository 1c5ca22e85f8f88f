"""Brings a database file to the newest schema before it is opened."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


class NewerSchemaError(Exception):
    """The file was written by a newer Assent."""


def migrate(path: Path) -> None:
    """Apply what is missing. Blocking; nothing is done, and nothing imported, when all is there.

    Raises:
        NewerSchemaError: The file knows a revision that this version does not have.
    """
    known = sorted(_revision(file) for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))
    current = _current(path)
    if current == known[-1]:
        return
    if current is not None and current not in known:
        raise NewerSchemaError(
            f"{path} has schema {current}, this version knows up to {known[-1]}: "
            "run the newer Assent, or restore a backup made before it ran."
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    _upgrade(path)


def _upgrade(path: Path) -> None:
    # Alembic takes a third of a second to import, and is needed once a release.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", f"sqlite:///{path}")
    command.upgrade(config, "head")


def _revision(file: Path) -> str:
    match = re.match(r"\d+", file.name)
    assert match is not None
    return match.group()


def _current(path: Path) -> str | None:
    if not path.exists():
        return None
    with closing(sqlite3.connect(path)) as connection:
        table = connection.execute(
            "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
        ).fetchone()
        row = table and connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return row[0] if row else None
