"""Read-only calls of contracts, and their answers as numbers and text (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from eth_utils.crypto import keccak

from bot.domain.types import Address
from bot.gateways.chain.codec import UndecodableDataError, checksummed, decode, encode

TEXT_CAP: Final = 256  # characters of a contract's name or symbol


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One `eth_call`."""

    to: Address
    data: str  # `0x` and hex
    sender: Address | None = None  # `None`: it does not matter who asks
    value: int = 0  # wei sent along


@cache
def selector(signature: str) -> bytes:
    """Return the first four bytes of the signature's hash."""
    return keccak(text=signature)[:4]


def question(to: Address, signature: str, *arguments: Any) -> Question:
    """Make the call of a function such as `state(uint256)`."""
    types = [part for part in signature[signature.index("(") + 1 : -1].split(",") if part]
    data = selector(signature) + encode(types, arguments)
    return Question(to=to, data="0x" + data.hex())


def values(answer: bytes | None, types: Sequence[str]) -> tuple[Any, ...] | None:
    """Read an answer; `None` if the call was reverted or the contract means something else."""
    if answer is None:
        return None
    try:
        return decode(types, answer)
    except UndecodableDataError:
        return None


def number(answer: bytes | None) -> int | None:
    """Read an answer of one unsigned number."""
    if answer is not None and len(answer) == 32:  # noqa: PLR2004 - one word, as it mostly is
        return int.from_bytes(answer, "big")
    found = values(answer, ("uint256",))
    return None if found is None else int(found[0])


def contract(answer: bytes | None) -> Address | None:
    """Read an answer of one address; the zero address is none."""
    found = values(answer, ("uint256",))
    if found is None or not 0 < found[0] < 1 << 160:
        return None
    return checksummed(f"0x{found[0]:040x}")


def text(answer: bytes | None) -> str:
    """Read an answer of one text, also of the old kind that is 32 bytes; `""` if there is none."""
    if answer is not None and len(answer) == 32:  # noqa: PLR2004 - one word, as MKR answers
        return answer.rstrip(b"\x00").decode("utf-8", errors="replace")
    found = values(answer, ("string",))
    return "" if found is None else str(found[0])[:TEXT_CAP]
