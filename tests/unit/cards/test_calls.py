"""What a proposal would do, in words."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.onchain.call import Argument, Call, CallSource, Change, DecodedCall
from bot.domain.text import utf16_units
from bot.domain.types import Address, Wei
from bot.gateways.chain.calls import describe, selector_of
from bot.gateways.chain.codec import encode
from bot.gateways.chain.signatures import known_signatures
from cogs.cards import call_lines
from cogs.cards.chain.calls import raw_call
from cogs.cards.chain.sentences import SENTENCES

TARGET = Address("0x281E9a847338e77Ad834C68b0C42552c83d7d9Fb")
ANA = "0xE1F43a543fAe801543A6916C85482F6Ed37F52ae"
ROOM = 1024  # of a field


def decoded(signature: str, types: list[str], *values: object) -> DecodedCall:
    data = "0x" + encode(types, values).hex()
    return describe(Call(target=TARGET, value=Wei(0), signature=signature, calldata=data))


def test_a_known_call_is_a_sentence_with_function_and_target(fee_call: DecodedCall) -> None:
    assert call_lines((fee_call,)) == (
        "1. Set the marketplace fee to **8** (setMarketplaceFee of 0x281E…d9Fb)"
    )


def test_what_it_is_now_stands_beside_what_it_shall_be(fee_call: DecodedCall) -> None:
    now = (Change(what="marketplace fee", before="10", after=""),)
    assert call_lines((replace(fee_call, changes=now),)).endswith(" · now **10**")


def test_what_was_executed_tells_before_and_after(fee_call: DecodedCall) -> None:
    done = (Change(what="marketplace fee", before="10", after="8"),)
    text = call_lines((replace(fee_call, changes=done),))
    assert text.endswith(" · was 10, is now **8**")
    same = (Change(what="marketplace fee", before="8", after="8"),)
    assert call_lines((replace(fee_call, changes=same),)).endswith(" · is 8, as before")


def test_a_value_of_before_is_not_shown_once_it_was_carried_out(fee_call: DecodedCall) -> None:
    waiting = replace(fee_call, changes=(Change(what="marketplace fee", before="10", after=""),))
    assert "now" not in call_lines((replace(waiting, calls=(waiting,)),), is_done=True)


def test_a_change_that_the_function_does_not_name_is_named(fee_call: DecodedCall) -> None:
    changes = (Change(what="balance of 0x12…ab", before="1 BTRST", after=""),)
    text = call_lines((replace(fee_call, changes=changes),))
    assert text.endswith(" · balance of 0x12…ab: now **1 BTRST**")


def test_a_function_without_a_sentence_is_shown_as_code_has_it() -> None:
    call = decoded("setFooBar(uint256,address)", ["uint256", "address"], 8000, ANA)
    named = replace(call, arguments=(replace(call.arguments[0], name="foo"), call.arguments[1]))
    assert call_lines((named,)) == (
        "1. Call **setFooBar**\\(foo \\= 8,000, address \\= 0xE1F4…52ae\\) of 0x281E…d9Fb"
    )


def test_a_name_never_stands_without_its_address() -> None:
    call = decoded("transferOwnership(address)", ["address"], ANA)
    named = replace(
        call,
        target_name="the token",
        arguments=(replace(call.arguments[0], meaning="ana.eth"),),
    )
    assert call_lines((named,)) == (
        "1. Hand the owner's rights to ana.eth \\(0xE1F4…52ae\\)"
        " (transferOwnership of the token \\(0x281E…d9Fb\\))"
    )


def test_foreign_code_that_is_run_as_the_contract_itself_is_a_warning_and_no_call(
    fee_call: DecodedCall,
) -> None:
    foreign = replace(
        fee_call, function="", arguments=(), selector="0xa9059cbb", size=68, is_delegated=True
    )
    batch = replace(fee_call, function="multiSend", calls=(foreign,))
    text = call_lines((batch,))
    assert "⚠ **Runs the code of 0x281E…d9Fb as itself** (delegatecall)" in text
    assert "what it does is not known" in text
    hidden = replace(batch, calls=(*[fee_call] * 9, foreign))
    assert "more inside it, ⚠ with a delegatecall" in call_lines((hidden,), 4_000)
    assert "with 10 calls inside it, ⚠ with a delegatecall" in call_lines((hidden,), 400)


def test_an_amount_is_told_in_tokens_or_else_in_base_units() -> None:
    call = decoded("transfer(address,uint256)", ["address", "uint256"], ANA, 8000)
    assert "Send **8,000 base units of 0x281E…d9Fb** to 0xE1F4…52ae" in call_lines((call,))
    amount = replace(call.arguments[1], meaning="8,000 BTRST")
    told = replace(call, arguments=(call.arguments[0], amount))
    assert "1. Send **8,000 BTRST** to 0xE1F4…52ae" in call_lines((told,))


def test_a_call_that_is_not_known_says_so_with_selector_and_length(fee_call: DecodedCall) -> None:
    unknown = replace(fee_call, function="", arguments=(), size=36)
    text = call_lines((unknown,))
    assert "⚠ **Unknown function** 0x0b5bf0a8, with 36 bytes of data, of 0x281E…d9Fb" in text


def test_a_guess_is_called_one(fee_call: DecodedCall) -> None:
    guess = replace(fee_call, source=CallSource.GUESS)
    assert "⚠ **Unverified**, a guess by the selector alone: Set the" in call_lines((guess,))


def test_a_payment_says_how_much_and_to_whom(fee_call: DecodedCall) -> None:
    payment = replace(
        fee_call, function="", arguments=(), selector="", value=Wei(1_500_000_000_000_000_000)
    )
    assert call_lines((payment,)).startswith("1. Send **1.5 of the chain's own coin")
    told = replace(payment, amount="1.5 ETH")
    assert call_lines((told,)) == "1. Send **1\\.5 ETH** to 0x281E…d9Fb"
    assert "without any data" in call_lines((replace(payment, value=Wei(0)),))


def test_coins_sent_with_a_call_are_not_passed_over(fee_call: DecodedCall) -> None:
    paid = replace(fee_call, value=Wei(10**18))
    assert call_lines((paid,)).endswith("with **1 of the chain's own coin (on Ethereum: ETH)**")


def test_calls_inside_a_call_stand_indented_below_it(fee_call: DecodedCall) -> None:
    batch = DecodedCall(
        target=TARGET,
        value=Wei(0),
        function="multicall",
        arguments=(Argument(type="bytes[]", value="[…]"),),
        selector="0xac9650d8",
        calls=(fee_call,) * 10,
        left_out=2,
    )
    rows = call_lines((batch,), 4_000).split("\n")
    assert rows[0] == "1. Make these calls, all or none (multicall of 0x281E…d9Fb):"
    assert rows[1].startswith("\u2003↳ Set the marketplace fee to **8**")
    assert rows[-1] == "\u2003↳ … and 4 calls more inside it"
    assert "… with 12 calls inside it" in call_lines((batch,), 300)


def test_many_calls_and_arguments_are_counted() -> None:
    call = decoded(f"f({','.join(['uint8'] * 8)})", ["uint8"] * 8, *range(8))
    text = call_lines((call,) * 70)
    assert "… 2 more\\)" in text
    shown = text.count("**f**")
    assert text.endswith(f"… and {70 - shown} more: read them all on chain before you decide.")
    assert utf16_units(text) <= ROOM


def test_no_calls_are_not_known_calls() -> None:
    assert call_lines(()) == "Nothing is known of its calls yet."


def test_arguments_are_a_strangers_text(fee_call: DecodedCall) -> None:
    hostile = replace(
        fee_call,
        arguments=(Argument(type="string", value="[free](https://evil.example) <@1>\n# hi"),),
    )
    assert "\\[free\\]\\(https\\:\\/\\/evil.example\\) \\<\\@1\\> \\# hi" in call_lines((hostile,))


@pytest.mark.parametrize("signature", sorted(SENTENCES))
def test_every_sentence_is_of_a_known_function_and_fills(signature: str) -> None:
    assert signature in known_signatures().values()
    types = signature[signature.index("(") + 1 : -1]
    count = types.count(",") + 1 if types and "((" not in types else 1
    arguments = tuple(Argument(type=each, value="1") for each in types.split(",") if each)
    call = DecodedCall(
        target=TARGET,
        value=Wei(0),
        function=signature.partition("(")[0],
        arguments=arguments[:count] if "((" not in types else (Argument(type=types, value="1"),),
        selector="0x" + selector_of(signature).hex(),
    )
    text = call_lines((call,))
    assert "{" not in text
    assert text[3].isupper()


HOSTILE = st.text(max_size=600)


@given(HOSTILE, HOSTILE, HOSTILE, st.integers(1, 9), st.integers(0, 9))
def test_whatever_a_call_says_it_fits_and_pings_nobody(
    name: str, text: str, function: str, count: int, inside: int
) -> None:
    call = DecodedCall(
        target=TARGET,
        value=Wei(1),
        function=function,
        arguments=(Argument(type=text, value=text, name=name, meaning=text),) * count,
        selector=text,
        target_name=name,
        amount=name,
        changes=(Change(what=text, before=name, after=function),) * 3,
    )
    shown = call_lines((replace(call, calls=(call,) * inside),) * count)
    assert utf16_units(shown) <= ROOM
    assert "<@" not in shown.replace("\\<\\@", "")
    assert "](" not in shown


def test_the_raw_view_shows_all_there_is_to_check() -> None:
    call = Call(
        target=TARGET,
        value=Wei(10**18),
        signature="setMarketplaceFee(uint8)",
        calldata="0x" + encode(["uint8"], [8]).hex(),
    )
    rows = raw_call(1, call).split("\n\u2003")
    assert rows == [
        f"1. target {TARGET}, with 1,000,000,000,000,000,000 wei",
        "function setMarketplaceFee\\(uint8\\)",
        f"calldata 0x{'0' * 63}8 (32 bytes)",
    ]
    long = raw_call(2, replace(call, signature="", calldata="0x" + "ab" * 500))
    assert "…" in long
    assert "(500 bytes)" in long
    assert "SHA-256 of all its hex digits: " in long
    assert raw_call(3, replace(call, signature="", calldata="0x")).endswith("no calldata")
