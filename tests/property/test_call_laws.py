"""Laws of putting calls into words: nothing raises, nothing grows without bound, nothing lies."""

import time

from eth_abi.grammar import parse
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.onchain.call import Call, CallSource, DecodedCall
from bot.domain.onchain.naming import addresses_in, named
from bot.domain.text import utf16_units
from bot.domain.types import Address, Wei
from bot.gateways.chain.calling.arguments import MOST_TEXT, read_values
from bot.gateways.chain.calling.nested import NESTINGS
from bot.gateways.chain.calling.units import seconds, whole_amount
from bot.gateways.chain.calling.views import views_of
from bot.gateways.chain.calls import (
    MOST_CALLS,
    MOST_DATA,
    MOST_DEPTH,
    Dictionary,
    describe,
    selector_of,
)
from bot.gateways.chain.signatures import known_signatures
from cogs.cards import call_lines

TARGET = Address("0x281E9a847338e77Ad834C68b0C42552c83d7d9Fb")
SENDER = Address("0xb6f1F016175588a049fDA12491cF3686De33990B")
KNOWN = sorted(known_signatures().values())
WORD = 32

words = st.lists(st.one_of(st.integers(0, 40 * WORD), st.integers(0, 2**256 - 1)), max_size=60).map(
    lambda numbers: b"".join(number.to_bytes(WORD, "big") for number in numbers)
)
bodies = st.one_of(st.binary(max_size=800), words)
signatures = st.one_of(st.sampled_from(KNOWN), st.sampled_from(sorted(NESTINGS)))


def said(signature: str, data: bytes, value: int = 0) -> DecodedCall:
    calldata = "0x" + data.hex()
    return describe(Call(target=TARGET, value=Wei(value), signature=signature, calldata=calldata))


def depth_of(call: DecodedCall) -> int:
    return 1 + max(map(depth_of, call.calls), default=-1)


def count_of(call: DecodedCall) -> int:
    return len(call.calls) + sum(map(count_of, call.calls))


@settings(max_examples=200)
@given(signatures, bodies, st.booleans())
def test_whatever_a_call_is_its_words_are_bounded(
    signature: str, body: bytes, is_signed: object
) -> None:
    """Depth, number and length have their bounds, and so has what a card shows of it."""
    unsigned = selector_of(signature) + body
    call = said(signature, body) if is_signed else said("", unsigned)
    assert depth_of(call) <= MOST_DEPTH
    assert count_of(call) <= MOST_CALLS
    assert all(len(each.value) <= MOST_TEXT for each in call.arguments)
    assert utf16_units(call_lines((call,) * 20)) <= 1024
    assert len(views_of(call, SENDER)) <= 4
    assert named([call], dict.fromkeys(addresses_in([call]), "a name"))


@given(signatures, bodies)
def test_what_is_known_by_its_selector_gives_the_same_bytes_again(
    signature: str, body: bytes
) -> None:
    """Only what the proposal itself says is read leniently; anything else has to be canonical."""
    call = said("", selector_of(signature) + body)
    if call.source is CallSource.KNOWN:
        values = read_values(call.signature, (), body, is_canonical=True)
        assert values is not None
        assert [each.type for each in values.arguments] == [each.type for each in call.arguments]
    else:
        assert (call.source, call.function) == (CallSource.NOTHING, "")


@given(st.sampled_from(KNOWN), bodies)
def test_a_guess_is_never_taken_for_more_than_one(signature: str, body: bytes) -> None:
    """What a public table says of a selector is marked, whatever the data."""
    data = selector_of("unheardOf()") + body
    wrong = Dictionary(guesses={data[:4]: (signature,)})
    call = describe(
        Call(target=TARGET, value=Wei(0), signature="", calldata="0x" + data.hex()), wrong
    )
    assert call.source is CallSource.NOTHING, "The guess has another selector."
    right = Dictionary(guesses={data[:4]: ("unheardOf()",)})
    call = describe(
        Call(target=TARGET, value=Wei(0), signature="", calldata="0x" + data.hex()), right
    )
    assert call.source is (CallSource.NOTHING if body else CallSource.GUESS)


@given(st.integers(0, 2**256 - 1), st.integers(0, 77))
def test_an_amount_in_whole_tokens_is_exact(units: int, decimals: int) -> None:
    """No digit is lost, however large it is."""
    number = whole_amount(units, decimals, "BTRST").removesuffix(" BTRST").replace(",", "")
    whole, _, part = number.partition(".")
    assert int(whole + part.ljust(decimals, "0")) == units


@given(st.integers(0, 2**64))
def test_a_length_of_time_is_exact(length: int) -> None:
    """Its parts add up to the seconds that it is."""
    sizes = {"day": 86_400, "hour": 3_600, "minute": 60, "second": 1}
    parts = seconds(length).replace(",", "").split()
    pairs = zip(parts[::2], parts[1::2], strict=True)
    assert sum(int(count) * sizes[unit.rstrip("s")] for count, unit in pairs) == length


def test_every_known_signature_is_one_and_reads_its_own_encoding_of_nothing() -> None:
    """No entry of the table is misspelt: each parses, and none takes longer than it may."""
    for signature in KNOWN:
        types = signature[signature.index("(") :]
        if types != "()":
            parse(types).validate()
        call = said(signature, bytes(20 * WORD))
        assert call.selector == "0x" + selector_of(signature).hex()


def test_twice_the_data_takes_at_most_about_twice_the_time() -> None:
    """The time grows with the length and with nothing else."""

    def spent(length: int) -> float:
        count = length // WORD - 2
        head = WORD.to_bytes(WORD, "big") + count.to_bytes(WORD, "big")
        best = 9.0
        for _ in range(5):
            began = time.process_time()
            call = said("f(address[])", head + bytes(WORD) * count)
            best = min(best, time.process_time() - began)
            assert call.function == "f"
        return best

    assert spent(MOST_DATA) < 4 * spent(MOST_DATA // 2) + 0.02
