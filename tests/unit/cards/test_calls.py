"""What a proposal would do, in words."""

from dataclasses import replace

from bot.domain.onchain.call import Argument, DecodedCall
from bot.domain.types import Wei
from cogs.cards import call_lines


def test_a_known_call_names_function_arguments_and_target(fee_call: DecodedCall) -> None:
    assert call_lines((fee_call,)) == (
        "1. **setMarketplaceFee**\\(uint8 8\\) of 0x281E9a847338e77Ad834C68b0C42552c83d7d9Fb"
    )


def test_a_call_that_is_not_known_says_so_with_its_selector(fee_call: DecodedCall) -> None:
    unknown = replace(fee_call, function="", arguments=())
    assert "⚠ **an unknown function** (0x0b5bf0a8) of 0x281E" in call_lines((unknown,))


def test_a_payment_says_how_much_and_to_whom(fee_call: DecodedCall) -> None:
    payment = replace(
        fee_call, function="", arguments=(), selector="", value=Wei(1_500_000_000_000_000_000)
    )
    assert call_lines((payment,)).startswith("1. send 1.5 of the chain's own coin")
    assert "call without any data" in call_lines((replace(payment, value=Wei(0)),))


def test_coins_sent_with_a_call_are_not_passed_over(fee_call: DecodedCall) -> None:
    paid = replace(fee_call, value=Wei(10**18))
    assert call_lines((paid,)).endswith(
        "and send 1 of the chain's own coin (on Ethereum: ETH) to it"
    )


def test_many_calls_and_arguments_are_counted(fee_call: DecodedCall) -> None:
    wide = replace(fee_call, arguments=(Argument(type="uint8", value="1"),) * 8)
    text = call_lines((wide,) * 7)
    assert "… 2 more\\)" in text
    assert text.endswith("… and 2 more: read them all on chain before you decide.")


def test_no_calls_are_not_known_calls() -> None:
    assert call_lines(()) == "Nothing is known of its calls yet."


def test_arguments_are_a_strangers_text(fee_call: DecodedCall) -> None:
    hostile = replace(
        fee_call,
        arguments=(Argument(type="string", value="[free](https://evil.example) <@1>\n# hi"),),
    )
    assert "\\[free\\]\\(https\\:\\/\\/evil.example\\) \\<\\@1\\> \\# hi" in call_lines((hostile,))
