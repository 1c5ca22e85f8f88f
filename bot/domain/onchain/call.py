"""The calls of a proposal: as they are on chain, and in words."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.types import Address, Wei


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of a proposal. With a `signature`, `calldata` has no selector (Compound's way)."""

    target: Address
    value: Wei
    signature: str
    calldata: str  # `0x` and hex


class CallSource(StrEnum):
    """How we know what a call means; in the order of trust."""

    SIGNATURE = "the proposal names the function"
    ABI = "the contract's ABI"
    KNOWN = "a known function"
    GUESS = "a guess by the selector"  # from a public table: it fits, and is not verified
    NOTHING = "not known"


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """One argument of a call, as text."""

    type: str
    value: str
    name: str = ""  # as the ABI calls it; `""`: not known
    meaning: str = ""  # `8,000 BTRST`, `the timelock`; `""`: the value says it all


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a call changes, read from the contract by a view; `""`: not read."""

    what: str  # in words: `marketplace fee`
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedCall:
    """A call in words. Where the function is not known, `function` is `""` and `selector` tells."""

    target: Address
    value: Wei
    function: str
    arguments: tuple[Argument, ...]
    selector: str  # `0x` and 8 hex digits, or `""` for a plain transfer
    source: CallSource = CallSource.KNOWN
    target_name: str = ""  # `""`: no name is known for it
    amount: str = ""  # `value` in the chain's own coin: `1.5 ETH`
    calls: tuple["DecodedCall", ...] = ()  # which it carries inside
    changes: tuple[Change, ...] = ()
    size: int = 0  # bytes of its calldata, the selector among them
    is_elsewhere: bool = False  # carried out on another chain than the proposal's
    left_out: int = 0  # calls inside that were too many, or too deep, to look into
    # The target's code is run as the one that carries this (a delegatecall): what its data would
    # mean in a call says nothing.
    is_delegated: bool = False

    @property
    def signature(self) -> str:
        """The function with its types: `transfer(address,uint256)`; `""` where it is not known."""
        types = ",".join(each.type for each in self.arguments)
        return f"{self.function}({types})" if self.function else ""

    @property
    def delegates(self) -> bool:
        """Whether it, or anything inside it, runs foreign code as the one that carries it."""
        return self.is_delegated or any(each.delegates for each in self.calls)


def unexecuted(calls: Iterable[DecodedCall]) -> tuple[DecodedCall, ...]:
    """Take away what was read after an execution that is not on the chain any more."""
    return _with_changes(calls, lambda change: not change.after)


def afterwards(calls: Iterable[DecodedCall]) -> tuple[DecodedCall, ...]:
    """Take away what was read before the end, and not after it: a value of then is none of now."""
    return _with_changes(calls, lambda change: change.after != "")


def _with_changes(
    calls: Iterable[DecodedCall], is_kept: Callable[[Change], bool]
) -> tuple[DecodedCall, ...]:
    return tuple(
        replace(
            call,
            changes=tuple(filter(is_kept, call.changes)),
            calls=_with_changes(call.calls, is_kept),
        )
        for call in calls
    )
