"""Every REST call written down, so that it can be judged against Discord's specification."""

import json
from pathlib import Path
from typing import IO, Any

from sandbox.discord.errors import Json


class Recorder:
    """Keep the calls in memory, and in a file of JSON lines if there is one."""

    def __init__(self, path: Path | None) -> None:
        self.calls: list[Json] = []
        self._path = path
        self._file: IO[str] | None = None

    def open(self) -> None:
        """Open the file for appending."""
        if self._path is not None:
            self._file = self._path.open("a", encoding="utf-8", buffering=1)

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def write(self, call: Json) -> None:
        """Keep one call."""
        self.calls.append(call)
        if self._file is not None:
            self._file.write(json.dumps(call, ensure_ascii=False) + "\n")


def described(method: str, path: str, request: Any, status: int, response: Any) -> Json:
    """Say a call in the form that is recorded; `None` for an empty body."""
    return {
        "method": method,
        "path": path,
        "request_json": request,
        "status": status,
        "response_json": response,
    }
