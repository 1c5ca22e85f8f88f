"""The way out of one gateway connection: in order, compressed as one zlib stream."""

import asyncio
import zlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from aiohttp import web

_END: Final = None
# Events that are compressed before the event loop gets a turn.
_AT_ONCE: Final = 100


class Outbound:
    """A queue of payloads that one writer sends over one websocket."""

    def __init__(self, socket: "web.WebSocketResponse", *, compress: bool) -> None:
        self.socket = socket
        self._stream = zlib.compressobj(level=1) if compress else None
        self._queue: asyncio.Queue[str | None] = asyncio.Queue()

    def put(self, text: str) -> None:
        """Send a payload after those before it."""
        self._queue.put_nowait(text)

    def end(self) -> None:
        """Let the writer stop when all before has been sent."""
        self._queue.put_nowait(_END)

    async def write(self) -> None:
        """Send until told to end or the other side is gone."""
        while (text := await self._queue.get()) is not _END:
            try:
                await self._send(text)
            except ConnectionError:
                return
            if self._queue.qsize() % _AT_ONCE == 0:
                await asyncio.sleep(0)

    async def _send(self, text: str) -> None:
        if self._stream is None:
            await self.socket.send_str(text)
            return
        packed = self._stream.compress(text.encode()) + self._stream.flush(zlib.Z_SYNC_FLUSH)
        await self.socket.send_bytes(packed)
