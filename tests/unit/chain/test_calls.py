import time

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.onchain.call import Argument, Call, DecodedCall
from bot.domain.onchain.contract import Function
from bot.domain.types import Address, Wei
from bot.gateways.chain.calling.arguments import MOST_ITEMS, MOST_TEXT
from bot.gateways.chain.calls import MOST_DATA, Dictionary, describe
from bot.gateways.chain.signatures import known_signatures

TARGET = Address("0x281E9a847338e77Ad834C68b0C42552c83d7d9Fb")
ANA = "0xE1F43a543fAe801543A6916C85482F6Ed37F52ae"


def signed(signature: str, data: bytes) -> DecodedCall:
    return describe(
        Call(target=TARGET, value=Wei(0), signature=signature, calldata="0x" + data.hex())
    )


def raw(data: bytes) -> DecodedCall:
    return signed("", data)


def selector(signature: str) -> bytes:
    return keccak(text=signature)[:4]


def test_a_call_with_a_signature_is_what_it_says() -> None:
    call = signed("setMarketplaceFee(uint8)", encode(["uint8"], [8]))
    assert call.function == "setMarketplaceFee"
    assert call.arguments == (Argument(type="uint8", value="8"),)
    assert call.selector == "0x1c55b8f8"
    assert call.target == TARGET


def test_a_call_without_a_signature_is_known_by_its_selector() -> None:
    call = raw(selector("transfer(address,uint256)") + encode(["address", "uint256"], [ANA, 5]))
    assert call.function == "transfer"
    assert call.arguments == (
        Argument(type="address", value=ANA),
        Argument(type="uint256", value="5"),
    )


def test_an_unknown_selector_is_shown_and_not_guessed() -> None:
    call = raw(b"\xde\xad\xbe\xef" + bytes(32))
    assert (call.function, call.arguments, call.selector) == ("", (), "0xdeadbeef")


def test_a_plain_transfer_has_no_selector() -> None:
    call = describe(Call(target=TARGET, value=Wei(10**18), signature="", calldata="0x"))
    assert (call.function, call.selector, call.value) == ("", "", 10**18)


def test_a_guess_is_refused_unless_it_encodes_to_the_same_bytes() -> None:
    data = selector("transfer(address,uint256)") + encode(["address", "uint256"], [ANA, 5])
    assert raw(data + b"\x01").function == ""
    assert raw(data[:-1]).function == ""
    # An address with dirt above its twenty bytes.
    assert raw(data[:4] + b"\xff" + data[5:]).function == ""


def test_a_guess_with_text_that_is_not_utf_8_is_refused() -> None:
    data = selector("addMarketplaceCategory(string)") + encode(["bytes"], [b"\xff"])
    assert raw(data).function == ""


def test_a_signed_call_with_text_that_is_not_utf_8_is_decoded() -> None:
    call = signed("addMarketplaceCategory(string)", encode(["bytes"], [b"a\xff"]))
    assert call.arguments == (Argument(type="string", value="a\ufffd"),)


def test_tuples_lists_and_bytes_are_written_out() -> None:
    types = "((uint64,string),bool,bytes,address[],uint8[2])"
    data = encode([types], [((7, "v1"), True, b"\xab", [ANA], [1, 2])])
    call = signed(f"setVersion({types})", data)
    assert call.function == "setVersion"
    assert call.arguments == (
        Argument(type=types, value=f"((7, v1), true, 0xab, [{ANA}], [1, 2])"),
    )


def test_a_function_without_arguments() -> None:
    call = signed("acceptAdmin()", b"")
    assert (call.function, call.arguments) == ("acceptAdmin", ())


def test_long_arguments_are_cut() -> None:
    call = signed(
        "f(string,bytes,uint256[])",
        encode(["string", "bytes", "uint256[]"], ["x" * 9000, b"\x01" * 9000, [1] * 50]),
    )
    assert [len(each.value) <= MOST_TEXT for each in call.arguments] == [True] * 3
    assert call.arguments[0].value.endswith("…")
    assert call.arguments[2].value.endswith(f"… {50 - MOST_ITEMS} more]")


@pytest.mark.parametrize(
    "signature",
    [
        "setFee",
        "setFee(",
        "setFee(uint8))",
        "(uint8)",
        "set fee(uint8)",
        "f(uint7)",
        "f(()[])",
        "f(uint256[0])",
        "f(" + "(" * 40 + "uint8" + ")" * 41,
        "f(uint8" + "[]" * 40 + ")",
        "f(" + ",".join(["uint8"] * 200) + ")",
        "setFee(uint8)\x00",
        "\ud800(uint8)",
        "f(uint256[1000000000])",
        "f(uint256[1000000000][1000000000])",
    ],
)
def test_a_signature_that_is_none_leaves_the_call_undecoded(signature: str) -> None:
    call = signed(signature, encode(["uint256"], [1]))
    assert call.function == ""
    assert len(call.selector) == 10


def test_calldata_that_is_not_hex_is_undecoded() -> None:
    call = describe(Call(target=TARGET, value=Wei(0), signature="", calldata="0xnothex"))
    assert (call.function, call.selector) == ("", "")


@pytest.mark.parametrize(("length", "function"), [(200, "withdrawFromForkEscrow"), (900, "")])
def test_bytes_that_were_read_in_vain_are_read_in_another_way_only_while_that_takes_not_long(
    length: int, function: str
) -> None:
    name = "withdrawFromForkEscrow(uint256[])"
    data = selector(name) + encode(["uint256[]"], [[7] * length])
    wrong = Function(signature="f(((uint256))[],string)")
    dictionary = Dictionary(abis={TARGET: {selector(name): wrong}})
    call = Call(target=TARGET, value=Wei(0), signature="", calldata="0x" + data.hex())
    assert describe(call, dictionary).function == function


def test_much_data_is_not_looked_into() -> None:
    call = signed("f(bytes)", encode(["bytes"], [bytes(MOST_DATA)]))
    assert call.function == ""


def pointing_at_itself(depth: int, width: int) -> bytes:
    """Encode nested lists of which each has many pointers to one and the same list."""
    if depth == 0:
        return encode(["uint256"], [1024]) + bytes(1024)
    inner = pointing_at_itself(depth - 1, width)
    return b"".join([width.to_bytes(32, "big"), *[(32 * width).to_bytes(32, "big")] * width, inner])


def test_data_that_points_at_itself_again_and_again_is_given_up_quickly() -> None:
    head = (32).to_bytes(32, "big")
    assert signed("f(bytes[][][])", head + pointing_at_itself(3, 1)).function == "f"
    data = head + pointing_at_itself(3, 60)
    started = time.process_time()
    call = signed("f(bytes[][][])", data)
    assert call.function == ""
    # Unbounded it would be 216,000 kilobytes; the bound leaves a few milliseconds.
    assert time.process_time() - started < 1


SIGNATURES = st.one_of(
    st.just(""), st.text(max_size=60), st.sampled_from(sorted(known_signatures().values()))
)
DATA = st.one_of(
    st.binary(max_size=600),
    st.tuples(st.sampled_from(sorted(known_signatures())), st.binary(max_size=600)).map(b"".join),
)


@settings(max_examples=300)
@given(SIGNATURES, DATA)
def test_any_call_is_described_in_bounded_size(signature: str, data: bytes) -> None:
    call = signed(signature, data)
    assert all(len(each.value) <= MOST_TEXT for each in call.arguments)
    assert len(call.arguments) <= 128
    assert call.selector == "" or len(call.selector) <= 10


TYPES = st.recursive(
    st.sampled_from(["uint8", "uint256", "int24", "bool", "address", "bytes", "bytes4", "string"]),
    lambda inner: st.one_of(
        inner.map(lambda one: one + "[]"),
        inner.map(lambda one: one + "[2]"),
        st.lists(inner, min_size=1, max_size=3).map(lambda many: f"({','.join(many)})"),
    ),
    max_leaves=6,
)


@given(st.lists(TYPES, max_size=4), st.binary(max_size=1000))
def test_any_signature_with_any_data_is_described(types: list[str], data: bytes) -> None:
    call = signed(f"f({','.join(types)})", data)
    assert call.function in ("", "f")


def test_no_two_known_signatures_share_a_selector() -> None:
    signatures = known_signatures()
    assert all(selector(text) == head for head, text in signatures.items())
    assert len(signatures) > 200
