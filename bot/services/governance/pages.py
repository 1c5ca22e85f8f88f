"""Reading many blocks: some ranges ahead, while what was read before is recorded."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from bot.domain.onchain.block import BlockId
from bot.domain.onchain.scan import next_range, unsettled
from bot.domain.types import Address, BlockNumber
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.errors import ChainError, RangeTooWideError
from bot.gateways.chain.reading import LogPage, Reading

AHEAD = 3  # ranges that are on their way at once
WAITING = 3  # ranges that were read, and wait until they are recorded
AT_ONCE = 200  # ranges, until the states of proposals are asked for again


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Blocks to be read: those after `scanned`, up to `last`.

    `anchor` is a block that has to be on the chain still, for them to be on the same one.
    """

    scanned: BlockNumber
    last: BlockNumber
    addresses: Sequence[Address]
    anchor: BlockId | None


Take = Callable[[LogPage], Awaitable[bool]]
_Read = LogPage | ChainError


async def read_ahead(node: ChainClient, stretch: Stretch, take: Take) -> None:
    """Read the ranges of a stretch, and let `take` record them in their order.

    It ends when all is read or enough for once, when `take` says no, and when the chain is not
    the one we knew any more: each range has to begin where the one before it ended.

    Raises:
        ChainError: The endpoint failed; what was read before was taken.
    """
    async with asyncio.TaskGroup() as group:
        reader = _Reader(node, stretch, group)
        failure = await reader.run(take)
    if failure is not None:
        raise failure


class _Reader:
    def __init__(self, node: ChainClient, stretch: Stretch, group: asyncio.TaskGroup) -> None:
        self._node = node
        self._stretch = stretch
        self._group = group
        self._launched = stretch.scanned
        self._anchor_number = stretch.anchor.number if stretch.anchor else None
        self._pending: deque[asyncio.Task[_Read]] = deque()
        self._turn = asyncio.Semaphore(AHEAD)

    async def run(self, take: Take) -> ChainError | None:
        """Read until the end, and give what went wrong."""
        taken, anchor = self._stretch.scanned, self._stretch.anchor
        for _ in range(AT_ONCE):
            self._launch()
            if not self._pending:
                break
            page = await self._pending.popleft()
            if isinstance(page, RangeTooWideError):
                self._drop()
                self._launched, self._anchor_number = taken, anchor.number if anchor else None
                continue
            if isinstance(page, ChainError):
                self._drop()
                return page
            if anchor is not None and (page.anchor is None or page.anchor.id != anchor):
                break
            page = self._joined(page)
            if not await take(page):
                break
            taken, anchor = page.last.id.number, page.last.id
        self._drop()
        return None

    def _launch(self) -> None:
        while len(self._pending) < AHEAD + WAITING:
            span = self._node.endpoint.span
            wanted = next_range(self._launched, self._stretch.last, span)
            if wanted is None:
                return
            reading = Reading(
                blocks=wanted,
                addresses=self._stretch.addresses,
                anchor=self._anchor_number,
                unsettled=unsettled(self._stretch.last),
            )
            self._pending.append(self._group.create_task(self._read(reading)))
            self._launched = self._anchor_number = wanted.last

    def _joined(self, page: LogPage) -> LogPage:
        """Add the pages after it that are here already: every transaction waits for the disk."""
        pages = [page]
        while self._pending and self._pending[0].done():
            following = self._pending[0].result()
            if isinstance(following, ChainError) or following.anchor is None:
                break
            if following.anchor.id != pages[-1].last.id:
                break
            self._pending.popleft()
            pages.append(following)
        return replace(
            pages[-1],
            events=tuple(chain.from_iterable(each.events for each in pages)),
            votes=tuple(chain.from_iterable(each.votes for each in pages)),
            undecodable=dict(chain.from_iterable(each.undecodable.items() for each in pages)),
        )

    async def _read(self, reading: Reading) -> _Read:
        async with self._turn:
            try:
                return await self._node.read(reading)
            except ChainError as error:
                return error

    def _drop(self) -> None:
        for task in self._pending:
            task.cancel()
        self._pending.clear()
