"""What calls change, read from the contracts by their views."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from bot.domain.onchain.block import BlockId
from bot.domain.onchain.call import Change, DecodedCall
from bot.domain.onchain.naming import displayed
from bot.domain.types import Address
from bot.gateways.chain.calling.meanings import Knowledge, measured
from bot.gateways.chain.calling.views import MOST_VIEWS, View, views_of
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.proxies import IMPLEMENTATION_SLOT
from bot.gateways.chain.questions import contract, number, text, values

MOST_TEXT: Final = 100  # characters of an answer
_NOBODY: Final = "nobody"
_WORD: Final = 32

Readings = Mapping[View, str]


async def read_views(
    client: ChainClient, calls: Sequence[DecodedCall], known: Knowledge, at: BlockId
) -> dict[View, str]:
    """Read what the calls change as it is after block `at`, in at most two HTTP requests.

    What no view tells is left out.

    Raises:
        ChainError: The node could not be asked, or has not the state of this block any more.
    """
    views = list(dict.fromkeys(_all_views(calls, _sender(known))))[:MOST_VIEWS]
    proxies = list(dict.fromkeys(view.proxy for view in views if view.proxy))
    slots: dict[Address, bytes] = {}
    if proxies:
        words = await client.slots([(each, IMPLEMENTATION_SLOT) for each in proxies], at)
        slots = dict(zip(proxies, words, strict=True))
    questions = [one for view in views for one in view.questions]
    answers = await client.ask(questions, at) if questions else {}
    read = {}
    for view in views:
        told = [slots[view.proxy]] if view.proxy and any(slots[view.proxy]) else []
        told += [answer for one in view.questions if (answer := answers[one])]
        shown = [said for answer in told if (said := _said(view, answer, known))]
        if shown:
            read[view] = shown[0]
    return read


def with_changes(
    calls: Sequence[DecodedCall], known: Knowledge, before: Readings, after: Readings | None = None
) -> tuple[DecodedCall, ...]:
    """Put beside each call what it changes; without `after`, what it is now."""
    return _with_changes(calls, known, _sender(known), (before, after))


def _with_changes(
    calls: Sequence[DecodedCall],
    known: Knowledge,
    sender: Address | None,
    readings: tuple[Readings, Readings | None],
) -> tuple[DecodedCall, ...]:
    return tuple(
        replace(
            call,
            changes=_changes(views_of(call, sender), known, *readings),
            calls=_with_changes(call.calls, known, _inner_sender(call, sender), readings),
        )
        for call in calls
    )


def _changes(
    views: Sequence[View], known: Knowledge, before: Readings, after: Readings | None
) -> tuple[Change, ...]:
    return tuple(
        Change(
            what=f"{view.what} of {_shown(view.of, known)}" if view.of else view.what,
            before=before.get(view, ""),
            after=(after or {}).get(view, ""),
        )
        for view in views
        if view in before and (after is None or view in after)
    )


def _all_views(calls: Sequence[DecodedCall], sender: Address | None) -> Iterator[View]:
    for call in calls:
        yield from views_of(call, sender)
        yield from _all_views(call.calls, _inner_sender(call, sender))


def _sender(known: Knowledge) -> Address | None:
    """Give who makes a proposal's calls: the timelock, or without one the governor itself."""
    governor = known.governor
    return (governor.timelock_address or governor.address) if governor else None


def _inner_sender(call: DecodedCall, sender: Address | None) -> Address | None:
    """Give who makes the calls inside one; what a contract does to itself is its caller's."""
    is_on_itself = all(each.target == call.target for each in call.calls)
    return sender if is_on_itself else call.target


def _said(view: View, answer: bytes, known: Knowledge) -> str:
    """Write an answer as people read it; `""`: it is none of this type."""
    if view.type == "string":
        return text(answer)[:MOST_TEXT]
    if len(answer) != _WORD:
        return ""
    if view.type == "address":
        address = contract(answer)
        if address is None:
            return _NOBODY if number(answer) == 0 else ""
        return _shown(address, known)
    found = values(answer, (view.type,))
    return "" if found is None else _value(view, found[0], known)


def _value(view: View, value: Any, known: Knowledge) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case int() if view.unit is not None:
            target = view.questions[0].to
            return measured(value, view.unit, target, known) or f"{value:,}"
        case int():
            return f"{value:,}"
        case bytes():
            return "0x" + value.hex()
        case _:
            return ""


def _shown(address: Address, known: Knowledge) -> str:
    return displayed(address, known.names.get(address, ""))
