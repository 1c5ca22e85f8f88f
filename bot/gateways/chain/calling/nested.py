"""The calls that a call carries inside: of timelocks, batches, Safes, bridges (pure)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from bot.domain.onchain.call import Call
from bot.domain.types import Wei
from bot.gateways.chain.codec import checksummed


class DelegateCall(Call):
    """A call that runs the target's code as the contract that makes it."""

    __slots__ = ()


Inside: TypeAlias = Callable[[Call, tuple[Any, ...]], Iterator[Call]]

_WORD: Final = 32
_ADDRESS_BYTES: Final = 20
_PACKED_HEAD: Final = 1 + _ADDRESS_BYTES + 2 * _WORD  # operation, target, value, length


@dataclass(frozen=True, slots=True, kw_only=True)
class Nesting:
    """How the calls inside a call lie in its arguments, and whether another chain does them."""

    inside: Inside
    is_elsewhere: bool = False


def _made(target: Any, data: bytes, value: int = 0, signature: str = "") -> Call:
    return Call(
        target=checksummed(target),
        value=Wei(value),
        signature=signature,
        calldata="0x" + data.hex(),
    )


def _compound(_: Call, values: tuple[Any, ...]) -> Iterator[Call]:
    target, value, signature, data, _eta = values
    yield _made(target, data, value, signature)


def _at(target: int, data: int, value: int | None = None) -> Inside:
    """Give one call whose parts are the arguments at these places."""

    def inside(_: Call, values: tuple[Any, ...]) -> Iterator[Call]:
        if values[data] or value is not None:
            amount = 0 if value is None else values[value]
            yield _made(values[target], values[data], amount)

    return inside


def _by_a_safe(_: Call, values: tuple[Any, ...]) -> Iterator[Call]:
    target, value, data, operation = values[:4]
    yield _ordered(operation, target, data, value)


def _ordered(operation: int, target: Any, data: bytes, value: int) -> Call:
    """Make what a Safe is told to do: a call (0), or foreign code to be run as itself (1)."""
    made = _made(target, data, value)
    if operation == 0:
        return made
    return DelegateCall(target=made.target, value=Wei(0), signature="", calldata=made.calldata)


def _with_the_coins(target: int, data: int) -> Inside:
    """Give one call that gets the coins of the one around it."""

    def inside(call: Call, values: tuple[Any, ...]) -> Iterator[Call]:
        yield _made(values[target], values[data], call.value)

    return inside


def _lists(_: Call, values: tuple[Any, ...]) -> Iterator[Call]:
    targets, amounts, datas = values[:3]
    if len(targets) == len(amounts) == len(datas):
        for target, amount, data in zip(targets, amounts, datas, strict=True):
            yield _made(target, data, amount)


def _signed_lists(_: Call, values: tuple[Any, ...]) -> Iterator[Call]:
    targets, amounts, signatures, datas = values[:4]
    if len(targets) == len(amounts) == len(signatures) == len(datas):
        parts = zip(targets, amounts, signatures, datas, strict=True)
        for target, amount, signature, data in parts:
            yield _made(target, data, amount, signature)


def _on_itself(data: int) -> Inside:
    """Give the call, or the list of calls, that the contract makes of itself."""

    def inside(call: Call, values: tuple[Any, ...]) -> Iterator[Call]:
        found = values[data]
        for each in [found] if isinstance(found, bytes) else found:
            if each:
                yield _made(call.target, each)

    return inside


def _tuples(calls: int, data: int, value: int | None = None) -> Inside:
    """Give a list of calls, each a tuple whose first part is the target."""

    def inside(_: Call, values: tuple[Any, ...]) -> Iterator[Call]:
        for each in values[calls]:
            yield _made(each[0], each[data], 0 if value is None else each[value])

    return inside


def _packed(_: Call, values: tuple[Any, ...]) -> Iterator[Call]:
    """Read the calls of a Safe's MultiSend, which lie one behind the other without padding."""
    data: bytes = values[0]
    while len(data) >= _PACKED_HEAD:
        target = data[1 : 1 + _ADDRESS_BYTES]
        value, length = (
            int.from_bytes(data[start : start + _WORD], "big")
            for start in (1 + _ADDRESS_BYTES, 1 + _ADDRESS_BYTES + _WORD)
        )
        end = _PACKED_HEAD + length
        if end > len(data):
            return
        yield _ordered(data[0], "0x" + target.hex(), data[_PACKED_HEAD:end], value)
        data = data[end:]


_HERE: Final[Mapping[str, Inside]] = {
    # Compound's Timelock.
    "queueTransaction(address,uint256,string,bytes,uint256)": _compound,
    "executeTransaction(address,uint256,string,bytes,uint256)": _compound,
    "cancelTransaction(address,uint256,string,bytes,uint256)": _compound,
    # OpenZeppelin's TimelockController, AccessManager, governors and proxies.
    "schedule(address,uint256,bytes,bytes32,bytes32,uint256)": _at(0, 2, 1),
    "execute(address,uint256,bytes,bytes32,bytes32)": _at(0, 2, 1),
    "scheduleBatch(address[],uint256[],bytes[],bytes32,bytes32,uint256)": _lists,
    "executeBatch(address[],uint256[],bytes[],bytes32,bytes32)": _lists,
    "schedule(address,bytes,uint48)": _at(0, 1),
    "execute(address,bytes)": _at(0, 1),
    "cancel(address,address,bytes)": _at(1, 2),
    "relay(address,uint256,bytes)": _at(0, 2, 1),
    "propose(address[],uint256[],bytes[],string)": _lists,
    "queue(address[],uint256[],bytes[],bytes32)": _lists,
    "execute(address[],uint256[],bytes[],bytes32)": _lists,
    "cancel(address[],uint256[],bytes[],bytes32)": _lists,
    "upgradeToAndCall(address,bytes)": _on_itself(1),
    "upgradeAndCall(address,address,bytes)": _at(0, 2),
    # Compound's governors, and those made of them.
    "propose(address[],uint256[],string[],bytes[],string)": _signed_lists,
    "propose(address[],uint256[],string[],bytes[],string,uint32)": _signed_lists,
    "proposeOnTimelockV1(address[],uint256[],string[],bytes[],string)": _signed_lists,
    # Batches.
    "multicall(bytes[])": _on_itself(0),
    "multicall(uint256,bytes[])": _on_itself(1),
    "multicall(bytes32,bytes[])": _on_itself(1),
    "aggregate((address,bytes)[])": _tuples(0, 1),
    "aggregate3((address,bool,bytes)[])": _tuples(0, 2),
    "aggregate3Value((address,bool,uint256,bytes)[])": _tuples(0, 3, 2),
    "tryAggregate(bool,(address,bytes)[])": _tuples(1, 1),
    # Safes, and what else does as it is told.
    "execTransaction(address,uint256,bytes,uint8,uint256,uint256,uint256,address,address,bytes)": (
        _by_a_safe
    ),
    "execTransactionFromModule(address,uint256,bytes,uint8)": _by_a_safe,
    "execTransactionFromModuleReturnData(address,uint256,bytes,uint8)": _by_a_safe,
    "multiSend(bytes)": _packed,
    "execute(address,uint256,bytes)": _at(0, 2, 1),
    "executeCall(address,uint256,bytes)": _at(0, 2, 1),
    "forward(address,bytes)": _at(0, 1),
}
_ELSEWHERE: Final[Mapping[str, Inside]] = {
    # Arbitrum down to Ethereum, and up again.
    "sendTxToL1(address,bytes)": _with_the_coins(0, 1),
    **{
        f"{name}(address,uint256,uint256,address,address,uint256,uint256,bytes)": _at(0, 7, 1)
        for name in (
            "createRetryableTicket",
            "unsafeCreateRetryableTicket",
            "uniswapCreateRetryableTicket",
        )
    },
    # Optimism's chains.
    "sendMessage(address,bytes,uint32)": _with_the_coins(0, 1),
    "depositTransaction(address,uint256,uint64,bool,bytes)": _at(0, 4, 1),
    # Polygon.
    "sendMessageToChild(address,bytes)": _at(0, 1),
}
NESTINGS: Final[Mapping[str, Nesting]] = {
    **{signature: Nesting(inside=inside) for signature, inside in _HERE.items()},
    **{
        signature: Nesting(inside=inside, is_elsewhere=True)
        for signature, inside in _ELSEWHERE.items()
    },
}
