"""What an on-chain proposal would do, call by call, in words."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from hashlib import sha256

from bot.domain.onchain.call import Call, CallSource, Change, DecodedCall, afterwards
from bot.domain.text import line, utf16_units
from cogs.cards.amounts import exact
from cogs.cards.chain.sentences import NAME_LIMIT, as_code, sentence, target
from cogs.cards.fitting import FIELD_VALUE_LIMIT, cut
from cogs.cards.markup import many

_SHOWN_INSIDE = 8  # calls inside one
_CHANGE_LIMIT = 80
_SHOWN_CHANGES = 3
_WEI_DIGITS = 18
_MORE_ROOM = 90  # for the row that counts what is not shown
_INDENT = "\u2003"
_SHOWN_HEX = 66  # a selector and one argument, or a word
_SIGNATURE_LIMIT = 200


def call_lines(
    calls: Sequence[DecodedCall], room: int = FIELD_VALUE_LIMIT, *, is_done: bool = False
) -> str:
    """List the calls, numbered, with the calls inside them; what is not known is said so.

    At most `room` UTF-16 units; a last row says how many calls are not shown. Where they were
    carried out, the values of before are shown only beside those of after.
    """
    if not calls:
        return "Nothing is known of its calls yet."
    if is_done:
        calls = afterwards(calls)
    rows: list[str] = []
    left = room - _MORE_ROOM
    for number, call in enumerate(calls, 1):
        own = list(_rows(call, f"{number}. ", 0))
        if len(own) > 1 and _units(own) > left:
            inside = f"{many(_inside(call), 'call')} inside it{_warned(call.calls)}"
            own = [own[0], f"{_INDENT}↳ … with {inside}"]
        if number == 1:  # There is always one, however long it is.
            own[0] = cut(own[0], max(left - _MORE_ROOM, 0))
        elif _units(own) > left:
            more = len(calls) - number + 1
            warned = _warned(calls[number - 1 :])
            rows.append(f"… and {more} more{warned}: read them all on chain before you decide.")
            break
        rows += own
        left -= _units(own)
    return "\n".join(rows)


def raw_call(number: int, call: Call) -> str:
    """Show one call as it is on chain: its target, coins, function and data, for the review."""
    data = call.calldata.removeprefix("0x")
    shown = data if len(data) <= _SHOWN_HEX * 2 else f"{data[:_SHOWN_HEX]}…{data[-_SHOWN_HEX:]}"
    rows = [
        f"{number}. target {line(call.target, NAME_LIMIT)}, with {int(call.value):,} wei",
        f"calldata 0x{line(shown, _SHOWN_HEX * 3)} ({many(len(data) // 2, 'byte')})"
        if data
        else "no calldata",
    ]
    if call.signature:
        rows.insert(1, f"function {line(call.signature, _SIGNATURE_LIMIT)}")
    if len(data) > _SHOWN_HEX * 2:
        digest = sha256(data.lower().encode()).hexdigest()
        rows.append(f"SHA-256 of all its hex digits: {digest}")
    return f"\n{_INDENT}".join(rows)


def _units(rows: Sequence[str]) -> int:
    return sum(utf16_units(row) + 1 for row in rows)


def _inside(call: DecodedCall) -> int:
    return len(call.calls) + call.left_out


def _rows(call: DecodedCall, mark: str, depth: int) -> Iterator[str]:
    yield f"{_INDENT * depth}{mark}{_call(call)}{_now(call)}"
    inner = call.calls[:_SHOWN_INSIDE]
    for each in inner:
        yield from _rows(each, "↳ ", depth + 1)
    if (more := _inside(call) - len(inner)) > 0:
        warned = _warned(call.calls[_SHOWN_INSIDE:])
        yield f"{_INDENT * (depth + 1)}↳ … and {many(more, 'call')} more inside it{warned}"


def _warned(hidden: Sequence[DecodedCall]) -> str:
    """Say of what is not shown that foreign code is run in it."""
    return ", ⚠ with a delegatecall" if any(each.delegates for each in hidden) else ""


def _delegated(call: DecodedCall) -> str:
    where = " on the other chain" if call.is_elsewhere else ""
    data = f"{many(call.size, 'byte')} of data"
    if call.selector:
        data += f" that begin with {line(call.selector, NAME_LIMIT)}"
    return (
        f"⚠ **Runs the code of {target(call)} as itself**{where} (delegatecall), with {data}: that "
        "code can do all that the caller can, and what it does is not known"
    )


def _call(call: DecodedCall) -> str:
    if call.is_delegated:
        return _delegated(call)
    if not call.function and not call.selector:
        if not call.value:
            return f"Call {target(call)} without any data"
        return f"Send **{_coins(call)}** to {target(call)}"
    if not call.function:
        selector = line(call.selector, NAME_LIMIT)
        size = many(call.size, "byte")
        what = f"⚠ **Unknown function** {selector}, with {size} of data, of {target(call)}"
    else:
        what = _known(call)
    return f"{what}, with **{_coins(call)}**" if call.value else what


def _known(call: DecodedCall) -> str:
    said = sentence(call)
    if said is None:
        what = f"Call {as_code(call)} of {target(call)}"
    else:
        name = line(call.function, NAME_LIMIT)
        ends = ":" if said.endswith(":") else ""
        said = said[:1].upper() + said[1:].removesuffix(":")
        what = f"{said} ({name} of {target(call)}){ends}"
    if call.source is CallSource.GUESS:
        what = f"⚠ **Unverified**, a guess by the selector alone: {what}"
    return f"On another chain: {what}" if call.is_elsewhere else what


def _now(call: DecodedCall) -> str:
    """Say what the values are that it changes, as read from the contract."""
    read = [each for each in call.changes if each.before or each.after][:_SHOWN_CHANGES]
    if not read:
        return ""
    is_plain = len(read) == 1 and read[0].what.replace(" ", "").lower() in call.function.lower()
    listed = [_change(each, is_named=not is_plain) for each in read]
    return f" · {'; '.join(listed)}"


def _change(change: Change, *, is_named: bool) -> str:
    before, after = (line(each, _CHANGE_LIMIT) for each in (change.before, change.after))
    if before and after:
        said = f"was {before}, is now **{after}**" if before != after else f"is {after}, as before"
    else:
        said = f"now **{after or before}**"
    return f"{line(change.what, _CHANGE_LIMIT)}: {said}" if is_named else said


def _coins(call: DecodedCall) -> str:
    if call.amount:
        return line(call.amount, NAME_LIMIT)
    whole = Decimal(call.value).scaleb(-_WEI_DIGITS)
    return f"{exact(whole)} of the chain's own coin (on Ethereum: ETH)"
