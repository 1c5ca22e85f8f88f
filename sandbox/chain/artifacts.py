"""Compiled contracts, as rebuild.py wrote them, and openly patched constants."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from eth_abi.abi import encode

FOLDER = Path(__file__).parent / "artifacts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """A contract's creation code and the types of its constructor."""

    name: str
    bytecode: bytes
    constructor_types: tuple[str, ...]

    def creation_code(self, arguments: Sequence[Any]) -> bytes:
        """Return what a transaction that deploys it carries."""
        return self.bytecode + encode(self.constructor_types, arguments)

    def patched(self, original: str, replacement: str, *, times: int = 1) -> "Artifact":
        """Return the artifact with one constant of its code replaced; both are hex.

        The constant must occur exactly so often, so that another build of the contract fails
        loudly instead of being damaged.
        """
        before, after = bytes.fromhex(original), bytes.fromhex(replacement)
        assert len(before) == len(after), "A patch keeps every jump target in its place."
        found = self.bytecode.count(before)
        assert found == times, f"{self.name}: {original} is there {found} times, not {times}."
        return Artifact(
            name=self.name,
            bytecode=self.bytecode.replace(before, after),
            constructor_types=self.constructor_types,
        )


@cache
def artifact(name: str) -> Artifact:
    """Load a contract by its name."""
    build = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    inputs = next((e["inputs"] for e in build["abi"] if e["type"] == "constructor"), ())
    return Artifact(
        name=name,
        bytecode=bytes.fromhex(build["bytecode"][2:]),
        constructor_types=tuple(one["type"] for one in inputs),
    )
