"""The real database, and the real transports, held to one law: no network in a transaction."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from pathlib import Path

import httpx
from sqlalchemy import select
from typing_extensions import override

from bot.domain.speech import Speech
from bot.domain.types import UnixSeconds
from bot.storage.codec import SPEECH
from bot.storage.database import Database, open_database
from bot.storage.schema import posts
from bot.storage.store import Store


class CrashError(Exception):
    """The process died here, as far as the test is concerned."""


class HandClock:
    """A clock that stands still until it is moved."""

    def __init__(self, time: int) -> None:
        self.time = time

    def __call__(self) -> UnixSeconds:
        return UnixSeconds(self.time)

    def wait(self, seconds: int) -> None:
        self.time += seconds


class WatchedDatabase(Database):
    """A database that knows what is open on it, and can lose power before a commit."""

    file: Path
    dies_at_commit = False

    @asynccontextmanager
    @override
    async def transaction(self) -> AsyncIterator[Store]:
        async with super().transaction() as store:
            with _open():
                yield store
            if self.dies_at_commit:
                self.dies_at_commit = False
                raise CrashError

    @asynccontextmanager
    @override
    async def reading(self) -> AsyncIterator[Store]:
        async with super().reading() as store:
            with _open():
                yield store

    async def speeches(self) -> list[Speech]:
        """Give everything in the outbox, in the order of its first saying."""
        async with self.reading() as store:
            query = select(posts.c.body).order_by(posts.c.id)
            rows = await store.outbox._connection.execute(query)
            return [SPEECH.load(body) for body in rows.scalars()]

    def check_that_nothing_is_open(self) -> None:
        """See that the task which asks this holds no transaction; others may."""
        assert not _is_open.get(), "there is a request while a transaction is open"


_is_open = ContextVar("_is_open", default=False)


@contextmanager
def _open() -> Iterator[None]:
    token = _is_open.set(True)
    try:
        yield
    finally:
        _is_open.reset(token)


@asynccontextmanager
async def open_watched(path: Path) -> AsyncIterator[WatchedDatabase]:
    async with open_database(path) as opened:
        database = WatchedDatabase(opened._writer, opened._reader)
        database.file = path
        yield database


class WatchedTransport(httpx.AsyncBaseTransport):
    """A transport that lets a request through only while no transaction is open."""

    def __init__(self, inner: httpx.AsyncBaseTransport, database: WatchedDatabase) -> None:
        self._inner = inner
        self._database = database
        self.dies_in = 0  # requests until the process dies, before the request; 0: never
        self.before_request: Callable[[httpx.Request], None] = lambda _request: None

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._database.check_that_nothing_is_open()
        self.before_request(request)
        if self.dies_in:
            self.dies_in -= 1
            if not self.dies_in:
                raise CrashError
        return await self._inner.handle_async_request(request)
