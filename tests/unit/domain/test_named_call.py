"""The calls that a draft names, in every way in which people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.review.named_call import MOST_NAMED, NamedCall, named_calls

ADDRESS = "0x281E9a847338e77Ad834C68b0C42552c83d7d9Fb"
OTHER = "0x799ebfABE77a6E34311eeEe9825190B9ECe32824"


def only(text: str) -> NamedCall:
    (call,) = named_calls(text)
    return call


@pytest.mark.parametrize(
    "text",
    [
        "call: GovernanceDecisions.setMarketplaceFee(8)",
        "Call: GovernanceDecisions.setMarketplaceFee( 8 )",
        "- call: `GovernanceDecisions.setMarketplaceFee(8)`",
        "> * **call:** GovernanceDecisions.setMarketplaceFee(8)",
        "1. On-chain call: GovernanceDecisions.setMarketplaceFee(8).",
        "call 1: GovernanceDecisions: setMarketplaceFee(fee = 8)",
        "call: GovernanceDecisions.setMarketplaceFee(8) lowers the fee",
        "Before.\n\ncall: GovernanceDecisions.setMarketplaceFee(8)\n\nAfter.",
    ],
)
def test_a_call_by_the_name_of_its_contract(text: str) -> None:
    call = only(text)
    assert (call.target, call.function) == ("GovernanceDecisions", "setMarketplaceFee")
    assert (call.types, call.arguments, call.value) == (None, ("8",), "")
    assert not call.has_address
    assert call.signature == ""


@pytest.mark.parametrize(
    "text",
    [
        f"{ADDRESS}: setMarketplaceFee(uint8) 8",
        f"call: {ADDRESS}: setMarketplaceFee(uint8) 8",
        f"call: {ADDRESS}.setMarketplaceFee(uint8 8)",
        f"* `{ADDRESS}: setMarketplaceFee(uint8 fee = 8)`",
        f"call: {ADDRESS} → setMarketplaceFee(uint8): 8",
    ],
)
def test_a_call_by_address_with_its_types(text: str) -> None:
    call = only(text)
    assert call.has_address
    assert (call.target, call.signature) == (ADDRESS, "setMarketplaceFee(uint8)")
    assert call.arguments == ("8",)


def test_types_alone_name_no_arguments() -> None:
    call = only(f"{ADDRESS}: setMarketplaceFee(uint8)")
    assert (call.types, call.arguments) == (("uint8",), None)


def test_a_call_without_arguments_has_none_whatever_is_said_behind_it() -> None:
    call = only(f"{ADDRESS}: pause() until the mistake is found")
    assert (call.types, call.arguments, call.signature) == ((), (), "pause()")


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        (f"{ADDRESS}: pay(address,uint256) {OTHER}, 5", (OTHER, "5")),
        (f"{ADDRESS}: pay(address, uint) {OTHER} 5", (OTHER, "5")),
        (f"{ADDRESS}: pay({OTHER}, 5)", (OTHER, "5")),
        (f"{ADDRESS}: pay(address to = {OTHER}, uint256 amount: 5)", (OTHER, "5")),
        ('call: Market.rename("a, b", 5)', ("a, b", "5")),
        ("call: Market.rename(“a (b”, 5)", ("a (b", "5")),
        ("call: Market.several([1, 2], (3, 4))", ("[1, 2]", "(3, 4)")),
        (f"{ADDRESS}: say(string) hello, world", ("hello, world",)),
    ],
)
def test_several_arguments_are_told_apart(text: str, arguments: tuple[str, ...]) -> None:
    assert only(text).arguments == arguments


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (f"{ADDRESS}: pay(address) {OTHER} value 1.5 ETH", "1.5 ETH"),
        (f"{ADDRESS}: deposit() with value: 3 wei", "3 wei"),
        ("call: Vault.deposit(), value=2 ETH", "2 ETH"),
        (f"{ADDRESS}: deposit()", ""),
    ],
)
def test_coins_that_are_sent_along_are_named(text: str, value: str) -> None:
    assert only(text).value == value


def test_the_short_names_of_types_are_their_long_ones() -> None:
    call = only(f"{ADDRESS}: f(uint, int, (uint,bytes32)[], bool) 1, 2, [], true")
    assert call.signature == "f(uint256,int256,(uint256,bytes32)[],bool)"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Call me: maybe (yes)",
        "calls: see below",
        "call: Market",
        "call: Market.setFee",
        "call: Market.setFee(8",
        "We call Market.setFee(8) afterwards.",
        "The fee (8) is low: Market.setFee(8)",
        "0x281E…: setMarketplaceFee(uint8) 8",
        "call: (8)",
    ],
)
def test_other_rows_name_no_call(text: str) -> None:
    assert named_calls(text) == ()


def test_so_many_calls_are_read_and_no_more() -> None:
    text = "\n".join(f"call: Market.setFee({n})" for n in range(MOST_NAMED * 2))
    assert [call.arguments for call in named_calls(text)] == [(str(n),) for n in range(MOST_NAMED)]


PIECES = st.sampled_from(
    ["call: ", ADDRESS, ": ", "A.f(", "(", ")", "[", '"', "“", "uint8", " 8", ",", "value ", "\n"]
)


@given(st.lists(PIECES | st.text(max_size=5), max_size=40).map("".join))
def test_no_text_is_too_strange(text: str) -> None:
    for call in named_calls(text):
        assert call.function
        assert call.target
        assert call.types is None or call.arguments is None or call.signature


@pytest.mark.parametrize("unit", ["call: ", "(", '"', "[[", "a.", "value ", "uint8 ", "0x"])
def test_a_megabyte_of_anything_is_read_at_once(unit: str) -> None:
    named_calls(unit * (1_000_000 // len(unit)))
    named_calls(f"call: A.f({unit * 200_000}")
