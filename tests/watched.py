"""The real database, and the real transports, held to one law: no network in a transaction."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
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
    open_count = 0
    dies_at_commit = False

    @asynccontextmanager
    @override
    async def transaction(self) -> AsyncIterator[Store]:
        async with super().transaction() as store:
            with _Counted(self):
                yield store
            if self.dies_at_commit:
                self.dies_at_commit = False
                raise CrashError

    @asynccontextmanager
    @override
    async def reading(self) -> AsyncIterator[Store]:
        async with super().reading() as store:
            with _Counted(self):
                yield store

    async def speeches(self) -> list[Speech]:
        """Give everything in the outbox, in the order of its first saying."""
        async with self.reading() as store:
            query = select(posts.c.body).order_by(posts.c.id)
            rows = await store.outbox._connection.execute(query)
            return [SPEECH.load(body) for body in rows.scalars()]

    def check_that_nothing_is_open(self) -> None:
        assert self.open_count == 0, "there is a request while a transaction is open"


class _Counted:
    def __init__(self, database: WatchedDatabase) -> None:
        self._database = database

    def __enter__(self) -> None:
        self._database.open_count += 1

    def __exit__(self, *_error: object) -> None:
        self._database.open_count -= 1


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

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._database.check_that_nothing_is_open()
        if self.dies_in:
            self.dies_in -= 1
            if not self.dies_in:
                raise CrashError
        return await self._inner.handle_async_request(request)
