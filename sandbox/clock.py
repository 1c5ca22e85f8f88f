"""The one clock of all worlds: real time and an offset that can only grow."""

import mmap
import struct
import time
from pathlib import Path
from typing import Final

from bot.domain.types import UnixSeconds

_OFFSET: Final = struct.Struct("<q")  # milliseconds added to real time


class SandboxClock:
    """One clock for all worlds; it can jump.

    Backed by a small memory-mapped file, so that a jump in one process is seen in every other
    process that opened the same file.
    """

    def __init__(self, memory: mmap.mmap) -> None:
        self._memory = memory

    @classmethod
    def create(cls, path: Path, start: int | None = None) -> "SandboxClock":
        """Make the clock's file; it shows real time unless `start` (unix seconds) is given."""
        offset_ms = 0 if start is None else start * 1000 - _real_ms()
        path.write_bytes(_OFFSET.pack(offset_ms))
        return cls.open(path)

    @classmethod
    def open(cls, path: Path) -> "SandboxClock":
        """Share the clock that another process, or this one, created at `path`."""
        with path.open("r+b") as file:
            return cls(mmap.mmap(file.fileno(), _OFFSET.size))

    def now(self) -> UnixSeconds:
        """Tell the time in unix seconds."""
        return UnixSeconds(self.now_ms() // 1000)

    def now_ms(self) -> int:
        """Tell the time in unix milliseconds."""
        return _real_ms() + self._offset_ms()

    def jump(self, seconds: int) -> None:
        """Let `seconds` pass at once.

        Raises:
            ValueError: if asked to go back; nothing outside could ever observe that.
        """
        if seconds < 0:
            raise ValueError(f"The clock cannot go back by {-seconds} s.")
        _OFFSET.pack_into(self._memory, 0, self._offset_ms() + seconds * 1000)

    def close(self) -> None:
        """Unmap the file; the clock cannot be read any more."""
        self._memory.close()

    def _offset_ms(self) -> int:
        (offset_ms,) = _OFFSET.unpack_from(self._memory)
        return int(offset_ms)


def _real_ms() -> int:
    return time.time_ns() // 1_000_000
