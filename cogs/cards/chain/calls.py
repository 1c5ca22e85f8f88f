"""What an on-chain proposal would do, call by call, in words."""

from collections.abc import Sequence
from decimal import Decimal

from bot.domain.onchain.call import Argument, DecodedCall
from bot.domain.text import line
from bot.domain.types import Wei
from cogs.cards.amounts import amount

_SHOWN_CALLS = 5
_SHOWN_ARGUMENTS = 6
_ARGUMENT_LIMIT = 90
_NAME_LIMIT = 80
_ADDRESS_LIMIT = 64
_WEI_DIGITS = 18


def call_lines(calls: Sequence[DecodedCall]) -> str:
    """List the calls, numbered, each on a row; what is not known is said to be unknown."""
    if not calls:
        return "Nothing is known of its calls yet."
    rows = [f"{number}. {_call(call)}" for number, call in enumerate(calls[:_SHOWN_CALLS], 1)]
    if (more := len(calls) - _SHOWN_CALLS) > 0:
        rows.append(f"… and {more} more: read them all on chain before you decide.")
    return "\n".join(rows)


def _call(call: DecodedCall) -> str:
    target = line(call.target, _ADDRESS_LIMIT)
    coins = f"send {_coins(call.value)} to" if call.value else ""
    if not call.function and not call.selector:
        return f"{coins or 'call without any data'} {target}"
    if not call.function:
        code = line(call.selector, _NAME_LIMIT)
        what = f"⚠ **an unknown function** ({code}) of {target}"
    else:
        name = line(call.function.partition("(")[0], _NAME_LIMIT)
        what = f"**{name}**\\({_arguments(call.arguments)}\\) of {target}"
    return f"{what}, and {coins} it" if coins else what


def _arguments(arguments: Sequence[Argument]) -> str:
    shown = [
        f"{line(each.type, _NAME_LIMIT)} {line(each.value, _ARGUMENT_LIMIT)}"
        for each in arguments[:_SHOWN_ARGUMENTS]
    ]
    more = len(arguments) - _SHOWN_ARGUMENTS
    return ", ".join(shown + ([f"… {more} more"] if more > 0 else []))


def _coins(value: Wei) -> str:
    whole = Decimal(value).scaleb(-_WEI_DIGITS)
    return f"{amount(whole)} of the chain's own coin (on Ethereum: ETH)"
