import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import Refusal
from bot.domain.onchain.call_file import read_calls, written_calls
from bot.domain.onchain.governor import Flavour
from bot.domain.onchain.preparation import TypedCall
from bot.gateways.chain.calls import describe
from bot.gateways.chain.typed_calls import EncodedCall, encoded, propose_payload
from bot.gateways.chain.typed_values import (
    MistypedError,
    Reading,
    function_signature,
    read_arguments,
    types_of,
)

TARGET = "0x281E9a847338e77Ad834C68b0C42552c83d7d9Fb"
_PARTS = ("target", "function", "arguments", "value")
ALPHA, OZ = Flavour.GOVERNOR_ALPHA, Flavour.OPENZEPPELIN


def typed(
    function: str = "setMarketplaceFee(uint8)",
    arguments: str = "8",
    value: str = "",
    target: str = TARGET,
) -> TypedCall:
    return TypedCall(target=target, function=function, arguments=arguments, value=value)


def read(types: str, text: str) -> tuple[object, ...]:
    return read_arguments(types_of(f"f({types})"), text, Reading())


def test_a_call_is_encoded_the_way_of_its_governor() -> None:
    data = encode(["uint8"], [8])
    bravo = encoded(typed(), ALPHA).call
    assert (bravo.signature, bravo.calldata) == ("setMarketplaceFee(uint8)", "0x" + data.hex())
    plain = encoded(typed(), OZ).call
    selector = keccak(text="setMarketplaceFee(uint8)")[:4]
    assert (plain.signature, plain.calldata) == ("", "0x" + (selector + data).hex())
    assert describe(bravo).arguments == describe(plain).arguments


def test_proposing_hands_the_calls_over_in_either_way() -> None:
    for flavour, signature in (
        (ALPHA, "propose(address[],uint256[],string[],bytes[],string)"),
        (OZ, "propose(address[],uint256[],bytes[],string)"),
    ):
        call = encoded(typed(), flavour).call
        payload = propose_payload([call], "# Title", flavour)
        assert payload.startswith("0x" + keccak(text=signature)[:4].hex())


@pytest.mark.parametrize(
    ("typed_as", "meant"),
    [
        ("transfer(address,uint256)", "transfer(address,uint256)"),
        ("function transfer(address to, uint256 amount) external", "transfer(address,uint256)"),
        ("transfer( address , uint )", "transfer(address,uint256)"),
        ("f(uint[] memory, int)", "f(uint256[],int256)"),
        ("f(tuple(address to, uint amount)[] calldata transfers)", "f((address,uint256)[])"),
        ("f((uint8,(bool,bytes4)[2]) x, string)", "f((uint8,(bool,bytes4)[2]),string)"),
        ("pause()", "pause()"),
    ],
)
def test_a_function_is_read_as_it_stands_in_the_source(typed_as: str, meant: str) -> None:
    assert function_signature(typed_as) == meant
    types_of(meant)


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "transfer",
        "transfer(address",
        "(address)",
        "f(adress)",
        "f(uint7)",
        "f(address,,uint8)",
        "f(address to from)",
        "f(uint8[)",
        "f()x()",
        "f(" * 200,
        "f(" + "(" * 50 + ")" * 50 + ")",
        "f(uint8" + "[]" * 50 + ")",
        "f(fixed128x18 a b)",
        "[x](https://evil.example)(uint8)",
    ],
)
def test_what_is_no_function_is_refused_in_words(wrong: str) -> None:
    with pytest.raises(MistypedError):
        types_of(function_signature(wrong)) and encoded(typed(wrong), OZ)


@pytest.mark.parametrize(
    ("types", "text", "meant"),
    [
        ("uint8", "8", (8,)),
        ("uint8", "0x08", (8,)),
        ("int8", "-128", (-128,)),
        ("uint256", "8000e18", (8000 * 10**18,)),
        ("uint256", "1.5 ether", (15 * 10**17,)),
        ("uint256", "3 gwei", (3 * 10**9,)),
        ("bool,address", f"true\n{TARGET}", (True, TARGET)),
        ("bytes4,bytes", "0x01020304\n0x", (b"\x01\x02\x03\x04", b"")),
        ("string", "Legal, and\nmore", ("Legal, and\nmore",)),
        ("string,string", '"two\\nlines"\nplain', ("two\nlines", "plain")),
        ("uint256[],bool", '[1, "0x10", "2e3"]\nfalse', ([1, 16, 2000], False)),
        ("(address,uint256)[]", f'[["{TARGET}", 5]]', ([(TARGET, 5)],)),
        ("", "", ()),
    ],
)
def test_arguments_are_read(types: str, text: str, meant: tuple[object, ...]) -> None:
    assert read(types, text) == meant


@pytest.mark.parametrize(
    ("types", "text", "why"),
    [
        ("uint8", "256", "does not fit uint8"),
        ("uint8", "-1", "does not fit uint8"),
        ("int8", "128", "does not fit int8"),
        ("uint8", "1e2", "is no uint8"),
        ("uint8", "1 ether", "is no uint8"),
        ("uint256", "8,000", "is no uint256"),
        ("uint256", "1.5", "is no uint256"),
        ("uint256", "1.5e0", "no whole number"),
        ("uint256", "0.1 wei", "no whole number"),
        ("uint256", "1e99", "does not fit"),
        ("uint256", "٣", "is no uint256"),
        ("uint256", "9" * 400, "is no uint256"),
        ("uint256,bool", "1", "takes 2 arguments and 1"),
        ("bool", "yes", "neither true nor false"),
        ("address", "name.eth", "is no address"),
        ("address", TARGET.replace("E9a", "e9a"), "mistyped"),
        ("bytes4", "0x01", "exactly 4 bytes"),
        ("bytes", "0x1", "no hex"),
        ("uint8[2]", "[1]", "1 items, and 2"),
        ("uint8[]", "1, 2", "JSON"),
        ("uint8[]", "[" * 3_000, "JSON"),
        ("uint8[]", "[1.5]", "no uint8"),
        ("uint8[]", "[null]", "no uint8"),
        ("string[]", "[1]", "quotation marks"),
        ("uint256[]", "[8e18]", "is no uint256"),
        ("", "5", "takes 0 arguments"),
        ("ufixed128x18", "1", "cannot be typed"),
    ],
)
def test_what_does_not_fit_is_refused_and_never_rounded(types: str, text: str, why: str) -> None:
    with pytest.raises(MistypedError) as error:
        read(types, text)
    assert why in str(error.value).replace("\\", "")


def test_what_could_be_meant_otherwise_is_said_back() -> None:
    found = encoded(typed("setQuorum(uint)", "8000e18", "1.5 ether", TARGET.lower()), OZ)
    notes = " ".join(found.notes).replace("\\", "")
    assert f"“8000e18” was read as {8000 * 10**18}" in notes
    assert f"“1.5 ether” was read as {15 * 10**17}" in notes
    assert "without check digits" in notes
    assert "was read as setQuorum(uint256)" in notes
    assert encoded(typed(), OZ).notes == ()


def test_raw_calldata_and_a_plain_transfer_need_no_function() -> None:
    assert encoded(typed("", "0x12345678"), ALPHA).call.calldata == "0x12345678"
    assert encoded(typed("", "", "1 ether"), OZ).call.value == 10**18
    for wrong in ("0x12", "8", "0x1234567"):
        with pytest.raises(MistypedError):
            encoded(typed("", wrong), OZ)


@given(st.text(), st.text(), st.text(), st.text(), st.sampled_from(Flavour))
def test_nothing_typed_breaks_the_encoding(
    target: str, function: str, arguments: str, value: str, flavour: Flavour
) -> None:
    for call in (
        typed(function, arguments, value, target),
        typed(function, arguments),
        typed("f(string,uint256[])", arguments, value),
    ):
        try:
            assert isinstance(encoded(call, flavour), EncodedCall)
        except MistypedError as error:
            assert len(str(error)) < 1_000  # noqa: PT017 - either is fine


@given(st.text(max_size=200))
def test_a_text_is_encoded_as_it_is(text: str) -> None:
    if text.startswith('"'):
        return
    assert read("string", text) == (text,)


@pytest.mark.parametrize(
    "wrong",
    ["", "{", "[]", "5", "[1]", '{"calls": 5}', "[" * 100_000, '[{"arguments": 5}]',
     '{"transactions": [{"contractMethod": {"inputs": [5]}}]}',
     '{"transactions": [{"contractMethod": {"inputs": 5}}]}',
     "[" + "{}," * 30 + "{}]"],
)  # fmt: skip
def test_a_file_that_is_none_is_refused_with_an_example(wrong: str) -> None:
    with pytest.raises(Refusal, match="setMarketplaceFee"):
        read_calls(wrong)


def test_a_list_of_calls_is_read_as_if_it_was_typed() -> None:
    text = (
        f'{{"calls": [{{"target": "{TARGET}", "function": "f(string,uint256[],bool)", '
        '"arguments": ["two\\nlines", [1, 2], true], "value": 5}]}'
    )
    (call,) = read_calls(text).calls
    assert call.value == "5"
    found = encoded(call, OZ).call
    data = encode(["string", "uint256[]", "bool"], ["two\nlines", [1, 2], True])
    assert found.calldata == "0x" + (keccak(text="f(string,uint256[],bool)")[:4] + data).hex()


@given(st.lists(st.builds(TypedCall, **dict.fromkeys(_PARTS, st.text())), min_size=1, max_size=20))
def test_calls_written_as_a_file_are_read_as_the_same(calls: list[TypedCall]) -> None:
    assert list(read_calls(written_calls(calls)).calls) == calls
