"""The database file: opened once, by one process; written in one transaction at a time."""

import fcntl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.storage.store import Store

_BUSY_TIMEOUT_MS = 5_000


class DatabaseInUseError(Exception):
    """Another process has this database open."""


class Database:
    """Transactions on one SQLite file.

    Writers take turns on one connection and begin with `BEGIN IMMEDIATE`: with the driver's own
    deferred transactions two read-modify-writes would silently lose one of them.
    """

    def __init__(
        self, writer: AsyncEngine, reader: AsyncEngine, *, is_rehearsing: bool = False
    ) -> None:
        """Say whether the operator wants a dry run for every community."""
        self._writer = writer
        self._reader = reader
        self._is_rehearsing = is_rehearsing

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Store]:
        """Give a store to read and write; commit at the end, roll back on any exception."""
        async with self._writer.begin() as connection:
            yield Store(connection, is_rehearsing=self._is_rehearsing)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Store]:
        """Give a store that sees one state of everything and cannot write."""
        async with self._reader.begin() as connection:
            yield Store(connection, is_rehearsing=self._is_rehearsing)


@asynccontextmanager
async def open_database(path: Path, *, is_rehearsing: bool = False) -> AsyncIterator[Database]:
    """Open the migrated database file for this process alone.

    Raises:
        DatabaseInUseError: Another process has it open.
    """
    with _locked(path):
        writer = _engine(path, begin="BEGIN IMMEDIATE", pool_size=1)
        reader = _engine(path, begin="BEGIN", pool_size=2, query_only=True)
        try:
            yield Database(writer, reader, is_rehearsing=is_rehearsing)
        finally:
            await reader.dispose()
            await writer.dispose()


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the lock beside the file; the system lets go of it even when we are killed."""
    lock = path.with_name(path.name + ".lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise DatabaseInUseError(
            f"{path} is in use: another Assent is running on it. Stop that one first, "
            "or give this one a DATABASE_PATH of its own."
        ) from None
    with lock:
        yield


def _engine(path: Path, *, begin: str, pool_size: int, query_only: bool = False) -> AsyncEngine:
    engine = create_async_engine(f"sqlite+aiosqlite:///{path}", pool_size=pool_size, max_overflow=0)

    def connected(connection: Any, _record: object) -> None:
        # The driver must not begin transactions of its own: SQLAlchemy's `begin` event does.
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",  # a message that was sent must not be forgotten by a power cut
            "foreign_keys=ON",
            f"busy_timeout={_BUSY_TIMEOUT_MS}",
            f"query_only={'ON' if query_only else 'OFF'}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    def begun(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine.sync_engine, "connect", connected)
    event.listen(engine.sync_engine, "begin", begun)
    return engine
