"""What the operator has put into a folder: ABIs by address, and names of addresses.

`<chain>-<address>.json` holds an ABI, as compilers and explorers write it; `names.toml` holds names
by chain and address, as the file of that name beside this module does.
"""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from eth_utils.address import is_address, to_checksum_address

from bot.domain.onchain.contract import Function
from bot.domain.text import bare
from bot.domain.types import Address, ChainId
from bot.gateways.chain.calling.abi import functions_of

_ABI_FILE: Final = re.compile(r"(\d{1,18})-(0x[0-9a-fA-F]{40})\.json")
_NAMES_FILE: Final = "names.toml"
_MOST_BYTES: Final = 4 * 1024 * 1024  # of one file
_MOST_NAME: Final = 40

Place = tuple[ChainId, Address]


class AbiFolderError(Exception):
    """A file in the folder of ABIs cannot be used; the message says which, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """ABIs and names that somebody has vouched for, by chain and address."""

    functions: Mapping[Place, tuple[Function, ...]] = field(default_factory=dict)
    names: Mapping[Place, str] = field(default_factory=dict)

    def names_on(self, chain_id: ChainId) -> dict[Address, str]:
        """Give the names on one chain."""
        return {place[1]: name for place, name in self.names.items() if place[0] == chain_id}


def read_published(folder: Path | None) -> Published:
    """Read what comes with Assent, and what is in the operator's folder, which has the last word.

    Raises:
        AbiFolderError: A file cannot be used.
    """
    names = _names(Path(__file__).with_name(_NAMES_FILE))
    functions: dict[Place, tuple[Function, ...]] = {}
    for file in sorted(folder.iterdir()) if folder else ():
        if file.name == _NAMES_FILE:
            names |= _names(file)
        elif found := _ABI_FILE.fullmatch(file.name):
            place = ChainId(int(found[1])), Address(to_checksum_address(found[2]))
            functions[place] = _functions(file)
    return Published(functions=functions, names=names)


def _functions(file: Path) -> tuple[Function, ...]:
    try:
        found = functions_of(json.loads(_text(file)))
    except ValueError as error:
        raise AbiFolderError(f"{file} is no JSON: {error}") from None
    if not found:
        raise AbiFolderError(f"{file} holds no ABI with functions that change anything.")
    return found


def _names(file: Path) -> dict[Place, str]:
    try:
        chains: dict[str, Any] = tomllib.loads(_text(file))
    except ValueError as error:
        raise AbiFolderError(f"{file} is no TOML: {error}") from None
    names = {}
    for chain, entries in chains.items():
        if not chain.isdecimal() or not isinstance(entries, dict):
            raise AbiFolderError(f"{file}: “{chain}” is not the number of a chain with names.")
        for address, name in entries.items():
            if not is_address(address) or not isinstance(name, str):
                raise AbiFolderError(f"{file}: “{address}” is not an address with a name.")
            place = ChainId(int(chain)), Address(to_checksum_address(address))
            names[place] = bare(name, _MOST_NAME)
    return names


def _text(file: Path) -> str:
    if file.stat().st_size > _MOST_BYTES:
        raise AbiFolderError(f"{file} is larger than an ABI can be.")
    return file.read_text(encoding="utf-8")
