"""How far the past of governors has been read: a bar for people, lines for files."""

from typing import TextIO

from bot.domain.text import line
from bot.services.governance import Progress

_WIDTH = 30
_NAME = 40  # characters; a contract may call itself anything
_FROM_VIEWS = (
    " by the governor's own views. Its node looks for logs in a few blocks at once, so their votes"
    " were not read: another address in RPC_URLS can do that later."
)
_EVERY_PERCENT = 10  # where there is no terminal


class ProgressBar:
    """Shows progress on one line of a terminal, or now and then on a line of its own."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._is_terminal = stream.isatty()
        self._shown: tuple[str, int] | None = None

    def show(self, progress: Progress) -> None:
        """Show how far it is."""
        total = progress.blocks.last - progress.blocks.first + 1
        read = progress.reached - progress.blocks.first + 1
        percent = 100 if total <= 0 else max(0, min(100, 100 * read // total))
        where = f"{progress.governor[:10]}…, chain {progress.chain_id}"
        name = f"{line(progress.name, _NAME)} ({where})"
        if progress.is_from_views:
            self._stream.write(f"{name}: {progress.events:,} proposals found{_FROM_VIEWS}\n")
            return
        words = (
            f"{name}: {percent} %,"
            f" block {progress.reached:,} of {progress.blocks.last:,}, {progress.events:,} events"
        )
        if self._is_terminal:
            bar = ("#" * (_WIDTH * percent // 100)).ljust(_WIDTH, ".")
            end = "\n" if percent == 100 else ""  # noqa: PLR2004 - all of it
            self._stream.write(f"\r\x1b[K[{bar}] {words}{end}")
        elif self._shown != (step := (progress.governor, percent // _EVERY_PERCENT)):
            self._shown = step
            self._stream.write(f"{words}\n")
        self._stream.flush()
