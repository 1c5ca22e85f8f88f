"""How long a stranger's worst calldata takes to be made into words."""

from collections.abc import Iterator
from dataclasses import replace

from bench.figure import Figure
from bench.markdown_worst import least
from bot.domain.onchain.call import Call
from bot.domain.types import Address, Wei
from bot.gateways.chain.calls import (
    MOST_DATA,
    MOST_GUESSED,
    MOST_GUESSES,
    Dictionary,
    describe,
    selector_of,
)
from bot.gateways.chain.codec import encode

_TARGET = Address("0x281E9a847338e77Ad834C68b0C42552c83d7d9Fb")
_WORD = 32
_WORDS = MOST_DATA // _WORD - 1
_TRANSFER = "transfer(address,uint256)"


async def measure() -> list[Figure]:
    """Describe each of the worst that is known, and take the slowest; then a usual transfer."""
    usual = selector_of(_TRANSFER) + encode(["address", "uint256"], [_TARGET, 5])
    return [
        Figure(
            name="calldata_worst_ms",
            value=round(max(_milliseconds(*worst) for worst in worst_calls()), 1),
            unit="ms",
            aim="≤ 50",
            baseline=round(_milliseconds("", usual), 3),
            compared_with="a transfer of tokens",
        )
    ]


def _milliseconds(signature: str, data: bytes) -> float:
    """Describe it as the proposal's own words, and as the same guess thrice: the worse of both."""
    call = Call(target=_TARGET, value=Wei(0), signature="", calldata="0x" + data.hex())
    guesses = Dictionary(guesses={data[:4]: (signature,) * MOST_GUESSES} if signature else {})
    said = replace(call, signature=signature, calldata="0x" + data[4:].hex()) if signature else call
    return max(least(lambda: describe(call, guesses)), least(lambda: describe(said)))


def worst_calls() -> Iterator[tuple[str, bytes]]:
    """Give a signature, or `""`, and data: long, deep, or pointing at itself."""
    for words in (_WORDS, MOST_GUESSED // _WORD):
        many = _word(_WORD) + _word(words - 2) + _word(7) * (words - 2)
        for kind in ("uint256", "address", "((uint256))", "(((uint256)))", "((((uint256))))"):
            yield _guessed(f"f({kind}[])", many)
    count = _WORDS - 4
    to_the_end = _word(_WORD) + _word(count) + _word(_WORD * count) * count + _word(0)
    for kind in ("bytes", "string", "uint256[]", "bytes[]", "(string)", "(bytes,bytes)"):
        yield _guessed(f"f({kind}[])", to_the_end)
    for width, depth in ((300, 2), (30, 3), (10, 4), (5, 5)):
        yield _guessed(f"f(bytes{'[]' * depth})", _word(_WORD) + _shared(depth - 1, width))
    for width, depth in ((1, 4), (2, 4), (3, 3), (5, 2), (40, 1)):
        yield "", _inside_each_other(width, depth)
    all_lists = _word(5 * _WORD) * 5 + _word(_WORDS - 6) + _word(_WORD) * (_WORDS - 6)
    yield "", selector_of("propose(address[],uint256[],string[],bytes[],string)") + all_lists
    yield "", selector_of("multiSend(bytes)") + encode(["bytes"], [bytes(85) * 380])


def _guessed(signature: str, body: bytes) -> tuple[str, bytes]:
    return signature, selector_of(signature) + body


def _word(number: int) -> bytes:
    return number.to_bytes(_WORD, "big")


def _shared(depth: int, width: int) -> bytes:
    """Encode nested lists of which each has many pointers to one and the same list."""
    inner = _shared(depth - 1, width) if depth else _word(0)
    return _word(width) + _word(_WORD * width) * width + inner


def _inside_each_other(width: int, depth: int) -> bytes:
    if depth == 0:
        return selector_of(_TRANSFER) + encode(["address", "uint256"], [_TARGET, 5])
    inner = _inside_each_other(width, depth - 1)
    return selector_of("multicall(bytes[])") + encode(["bytes[]"], [[inner] * width])
