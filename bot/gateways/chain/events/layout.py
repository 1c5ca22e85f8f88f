"""How one event lies in a log (pure)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from eth_utils.crypto import keccak

from bot.domain.onchain.block import Position
from bot.domain.onchain.call import Call
from bot.domain.onchain.event import GovernorEvent, VoteCast
from bot.domain.types import Address, Wei
from bot.gateways.chain.codec import UndecodableDataError, checksummed, decode

Values: TypeAlias = tuple[Any, ...]

# `None`: it is such a log, and nothing happened.
Make: TypeAlias = Callable[[Address, Position, Values], GovernorEvent | VoteCast | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What of one event is in topics, what in data, and what it means.

    The same name and types may be indexed here and not there, so a log is matched by its first
    topic and its number of topics. `make` gets the values in the order of the signature; where the
    event does without a time, it gets a `Place` for a `Position`.
    """

    topic: str  # `0x` and 64 hex digits
    types: tuple[str, ...]
    indexed: tuple[bool, ...]  # parallel to `types`
    make: Make
    needs_time: bool = True

    @property
    def key(self) -> tuple[str, int]:
        """By what a log is matched: its first topic, and how many it has."""
        return self.topic, 1 + sum(self.indexed)

    def values(self, topics: Sequence[str], data: bytes) -> Values:
        """Read a log's values.

        Raises:
            UndecodableDataError: It does not hold this event.
        """
        # Only value types are indexed in these events, so the topics decode as if they were data.
        words = b"".join(bytes.fromhex(topic.removeprefix("0x")) for topic in topics[1:])
        if len(words) != 32 * (len(topics) - 1):
            raise UndecodableDataError("a topic is not 32 bytes long")
        inside = iter(decode(self._types_of(is_indexed=True), words))
        outside = iter(decode(self._types_of(is_indexed=False), data))
        return tuple(next(inside if each else outside) for each in self.indexed)

    def _types_of(self, *, is_indexed: bool) -> list[str]:
        pairs = zip(self.types, self.indexed, strict=True)
        return [kind for kind, each in pairs if each is is_indexed]


def layout(event: str, make: Make, *, is_vote: bool = False) -> Layout:
    """Read a layout as Solidity writes it: `NewDelay(uint256 indexed)`."""
    name, _, inputs = event.removesuffix(")").partition("(")
    parts = [part.strip().partition(" ") for part in inputs.split(",") if part]
    types = tuple(part[0] for part in parts)
    return Layout(
        topic="0x" + keccak(text=f"{name}({','.join(types)})").hex(),
        types=types,
        indexed=tuple(part[2] == "indexed" for part in parts),
        make=make,
        needs_time=not is_vote,
    )


def calls_of(
    targets: Sequence[str],
    amounts: Sequence[int],
    signatures: Sequence[str],
    calldatas: Sequence[bytes],
) -> tuple[Call, ...]:
    """Put a proposal's calls together.

    Raises:
        ValueError: There are not as many of each.
    """
    return tuple(
        Call(
            target=checksummed(target),
            value=Wei(amount),
            signature=signature,
            calldata="0x" + calldata.hex(),
        )
        for target, amount, signature, calldata in zip(
            targets, amounts, signatures, calldatas, strict=True
        )
    )
