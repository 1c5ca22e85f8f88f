"""What is known of a contract that proposals call: functions, token, implementation."""

from dataclasses import dataclass

from bot.domain.types import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A function with its types and, where an ABI names them, its parameters."""

    signature: str  # `transfer(address,uint256)`
    names: tuple[str, ...] = ()  # parallel to its parameters; empty: not known


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractFacts:
    """What a contract said of itself, and what has been published of it.

    Nothing here is proven but the implementation: a symbol is whatever the contract says.
    """

    symbol: str = ""
    decimals: int | None = None  # `None`: it is no token that tells
    counts_seconds: bool | None = None  # how a governor counts; `None`: it does not tell
    implementation: Address | None = None  # where it is a proxy
    functions: tuple[Function, ...] = ()  # of a published ABI
    is_published: bool | None = None  # `None`: nobody was asked for its ABI


NOTHING_KNOWN = ContractFacts()
