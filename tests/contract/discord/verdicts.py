"""Recorded calls, judged against Discord's own OpenAPI document."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
SHARED = ROOT / os.environ.get("ASSENT_SHARED", "../shared")  # noqa: TID251 - where the data is
JUDGE = SHARED / "tools" / "validate_calls.py"
SPECIFICATION = SHARED / "data" / "discord" / "openapi.json"


def judged(calls: Path) -> list[dict[str, Any]]:
    """Give the verdict on each recorded call."""
    if not JUDGE.exists() or not SPECIFICATION.exists():
        pytest.skip(f"{SHARED} has no Discord specification; set ASSENT_SHARED")
    verdicts = calls.with_name("verdicts.json")
    parts = (sys.executable, JUDGE, calls, "--spec", SPECIFICATION, "--json", verdicts, "-q")
    command = [str(part) for part in parts]
    subprocess.run(command, check=False, capture_output=True)  # noqa: S603 - our own arguments
    found: list[dict[str, Any]] = json.loads(verdicts.read_text(encoding="utf-8"))
    return found


# Where Discord's document is wrong about Discord: discord.py numbers attachments with integers,
# which Discord takes; and the codes of form errors are words, as the documentation shows them.
_EXCUSED = ("attachments/", "/_errors/")


def faults(calls: Path) -> list[dict[str, Any]]:
    """List the calls that do not fit."""
    return [
        verdict
        for verdict in judged(calls)
        if verdict["verdict"] not in {"ok", "coerced"} and not _is_excused(verdict)
    ]


def _is_excused(verdict: dict[str, Any]) -> bool:
    errors = verdict["errors"]
    return bool(errors) and all(any(part in error for part in _EXCUSED) for error in errors)
