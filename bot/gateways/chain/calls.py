"""A proposal's calls in words (pure).

Everything here is written by strangers: nothing raises, and size and time are bounded.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final

from eth_utils.crypto import keccak

from bot.domain.onchain.call import Call, CallSource, DecodedCall
from bot.domain.onchain.contract import Function
from bot.domain.types import Address
from bot.gateways.chain.calling.arguments import Values, read_values
from bot.gateways.chain.calling.nested import NESTINGS, DelegateCall
from bot.gateways.chain.calling.units import plain_meanings
from bot.gateways.chain.codec import octets
from bot.gateways.chain.signatures import known_signatures

MOST_DATA: Final = 32 * 1024  # bytes of calldata that are looked into, with all that is inside
MOST_GUESSED: Final = 8 * 1024  # bytes of a call whose function is only guessed
MOST_GUESSES: Final = 3  # for one selector
MOST_DEPTH: Final = 4  # of calls inside each other
MOST_CALLS: Final = 40  # inside one, on all levels together
_SELECTOR: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Dictionary:
    """What is known of functions beside the built-in table: ABIs, and guesses by the selector."""

    abis: Mapping[Address, Mapping[bytes, Function]] = field(default_factory=dict)
    guesses: Mapping[bytes, Sequence[str]] = field(default_factory=dict)

    def of(self, target: Address, selector: bytes) -> Iterator[tuple[Function, CallSource]]:
        """Give what a selector may mean at an address, in the order of trust."""
        published = self.abis.get(target, {}).get(selector)
        if published is not None:
            yield published, CallSource.ABI
        known = known_signatures().get(selector)
        if known is not None:
            yield Function(signature=known), CallSource.KNOWN
        for guess in self.guesses.get(selector, ())[:MOST_GUESSES]:
            if selector_of(guess) == selector:
                yield Function(signature=guess), CallSource.GUESS


BUILT_IN: Final = Dictionary()


def describe(call: Call, dictionary: Dictionary = BUILT_IN) -> DecodedCall:
    """Say what a call does, and what the calls inside it do.

    A call with a signature (Compound's way) is what it says. Otherwise the function is told by
    the contract's ABI, or known or guessed by the selector; it is then accepted only if its
    arguments, encoded again, are the same bytes.
    """
    return _Describing(dictionary).described(call, 0)


def selector_of(signature: str) -> bytes:
    """Give the first four bytes of a signature's hash, whatever characters are in it."""
    return keccak(text=signature.encode("utf-8", "replace").decode())[:_SELECTOR]


class _Describing:
    """The describing of one call, with what may still be spent on the calls inside it."""

    def __init__(self, dictionary: Dictionary) -> None:
        self._dictionary = dictionary
        self._data_left = MOST_DATA
        self._calls_left = MOST_CALLS

    def described(self, call: Call, depth: int) -> DecodedCall:
        try:
            data = octets(call.calldata)
        except ValueError:
            data = b""
        self._data_left -= len(data)
        is_signed = bool(call.signature)
        selector = selector_of(call.signature) if is_signed else data[:_SELECTOR]
        if isinstance(call, DelegateCall):
            return replace(_undecoded(call, selector, len(data)), is_delegated=True)
        body = data if is_signed else data[_SELECTOR:]
        if self._data_left >= 0 and len(selector) == _SELECTOR:
            for decoded, values in self._readings(call, selector, body):
                return self._with_inside(call, decoded, values, len(data), depth)
        return _undecoded(call, selector, len(data))

    def _readings(
        self, call: Call, selector: bytes, body: bytes
    ) -> Iterator[tuple[DecodedCall, Values]]:
        """Give how the call may be read, the most trusted way first; of guesses, a sole one.

        Reading the same bytes in another way costs as much as reading others.
        """
        guesses = []
        for number, (function, source) in enumerate(self._functions(call, selector)):
            if source is CallSource.GUESS and len(body) > MOST_GUESSED:
                continue
            self._data_left -= len(body) if number else 0
            if self._data_left < 0:
                return
            # Only what the proposal or the contract says is read as leniently as it will be.
            is_certain = source in (CallSource.SIGNATURE, CallSource.ABI)
            values = read_values(
                function.signature, function.names, body, is_canonical=not is_certain
            )
            if values is not None:
                reading = _decoded(call, function, values, selector, source), values
                if source is not CallSource.GUESS:
                    yield reading
                guesses.append(reading)
        if len(guesses) == 1:
            yield guesses[0]

    def _functions(self, call: Call, selector: bytes) -> Iterator[tuple[Function, CallSource]]:
        if not call.signature:
            yield from self._dictionary.of(call.target, selector)
            return
        published = self._dictionary.abis.get(call.target, {}).get(selector)
        names = published.names if published else ()
        yield Function(signature=call.signature, names=names), CallSource.SIGNATURE

    def _with_inside(
        self, call: Call, decoded: DecodedCall, values: Values, size: int, depth: int
    ) -> DecodedCall:
        decoded = replace(decoded, size=size)
        nesting = NESTINGS.get(decoded.signature)
        if nesting is None:
            return decoded
        inside: list[DecodedCall] = []
        calls = nesting.inside(call, values.raw)
        room = self._calls_left if depth < MOST_DEPTH else 0
        # Each level is read before the ones inside it, so that a first call takes not all there is.
        level = list(islice(calls, room))
        self._calls_left -= len(level)
        for each in level:
            found = self.described(each, depth + 1)
            inside.append(_elsewhere(found) if nesting.is_elsewhere else found)
        return replace(decoded, calls=tuple(inside), left_out=sum(1 for _ in calls))


def _elsewhere(call: DecodedCall) -> DecodedCall:
    calls = tuple(_elsewhere(each) for each in call.calls)
    return replace(call, is_elsewhere=True, calls=calls)


def _decoded(
    call: Call, function: Function, values: Values, selector: bytes, source: CallSource
) -> DecodedCall:
    decoded = DecodedCall(
        target=call.target,
        value=call.value,
        function=function.signature.partition("(")[0],
        arguments=values.arguments,
        selector="0x" + selector.hex(),
        source=source,
    )
    return replace(decoded, arguments=plain_meanings(decoded.signature, values))


def _undecoded(call: Call, selector: bytes, size: int) -> DecodedCall:
    return DecodedCall(
        target=call.target,
        value=call.value,
        function="",
        arguments=(),
        selector="0x" + selector.hex() if selector else "",
        source=CallSource.NOTHING,
        size=size,
    )
