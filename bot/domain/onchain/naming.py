"""Names of addresses, put into what a proposal's calls say.

A name comes from people, or from a registry in which anybody may take one. It never stands without
its address, and never takes the place of one that is known already.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from bot.domain.onchain.call import Argument, DecodedCall
from bot.domain.types import Address

MOST_NAMED = 50  # addresses of one proposal that are asked for a name
_ENDS = 4  # hex digits at either end of a shortened address
# Plain letters alone: in others one name can be drawn like another.
_PLAIN_NAME = re.compile(r"(?=.{3,64}$)[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)+")


def is_plain_name(name: str) -> bool:
    """Say whether a name reads as it is: dot-separated labels of small ASCII letters and digits."""
    return _PLAIN_NAME.fullmatch(name) is not None


def shortened(address: str) -> str:
    """Shorten an address to its two ends: `0x281E…d9Fb`; anything shorter stays as it is."""
    whole = 2 + 2 * _ENDS + 1
    return f"{address[: 2 + _ENDS]}…{address[-_ENDS:]}" if len(address) > whole else address


def displayed(address: str, name: str = "") -> str:
    """Give an address as people read it: `ana.eth (0x281E…d9Fb)`, or without a name `0x281E…d9Fb`.

    The text is as raw as the name: whoever renders it makes it safe.
    """
    return f"{name} ({shortened(address)})" if name else shortened(address)


def addresses_in(calls: Iterable[DecodedCall]) -> list[Address]:
    """Give the addresses that calls speak of, once each, in their order."""
    return list(dict.fromkeys(_addresses(calls)))


def _addresses(calls: Iterable[DecodedCall]) -> Iterator[Address]:
    for call in calls:
        if not call.is_elsewhere:
            yield call.target
            yield from (Address(each.value) for each in call.arguments if each.type == "address")
            yield from _addresses(call.calls)


def named(calls: Iterable[DecodedCall], names: Mapping[Address, str]) -> tuple[DecodedCall, ...]:
    """Put names to the addresses in calls, where none is known yet; on this chain alone."""
    return tuple(call if call.is_elsewhere else _named(call, names) for call in calls)


def _named(call: DecodedCall, names: Mapping[Address, str]) -> DecodedCall:
    return replace(
        call,
        target_name=call.target_name or names.get(call.target, ""),
        arguments=tuple(_named_argument(each, names) for each in call.arguments),
        calls=named(call.calls, names),
    )


def _named_argument(argument: Argument, names: Mapping[Address, str]) -> Argument:
    if argument.type != "address" or argument.meaning:
        return argument
    return replace(argument, meaning=names.get(Address(argument.value), ""))
