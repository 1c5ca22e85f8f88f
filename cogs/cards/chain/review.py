"""The technical review as people read it: what was really checked, when, and by whom."""

from collections.abc import Iterator
from typing import Final

from bot.domain.onchain.call import DecodedCall
from bot.domain.onchain.simulation import Outcome, SimulatedCall
from bot.domain.review.comparison import CallComparison, Comparison, Likeness
from bot.domain.review.review_card import CheckLine, ReviewCard, ReviewEnd, review_code
from bot.domain.text import line
from cogs.cards.buttons import Action, Button, ReviewAction
from cogs.cards.chain.calls import call_lines
from cogs.cards.chain.explorers import transaction_link, transaction_row
from cogs.cards.chain.naming import proposal_number, until_when
from cogs.cards.fitting import Colour, Page
from cogs.cards.markup import UNKNOWN, ago, many, member, quoted, role, when
from cogs.cards.proposals.announcements import REFERENCE_SHOWN, TITLE_SHOWN

_NAME_SHOWN = 60
_REASON_SHOWN = 120
_ROW_SHOWN = 160
_SHOWN = 6  # calls, differences
_SIGNERS_SHOWN = 5
_CONCERNS_SHOWN = 3
_CONCERN_SHOWN = 240
_ROLES_SHOWN = 5

_MARKS = {
    Likeness.SAME: "✔",
    Likeness.SAME_AS_FAR_AS_KNOWN: UNKNOWN,
    Likeness.DIFFERS: "✖",
    Likeness.ONLY_ON_CHAIN: "✖",
    Likeness.ONLY_APPROVED: "✖",
    Likeness.UNKNOWN: "⚠",
}
OUTCOME_MARKS: Final = {Outcome.SUCCEEDS: "✔", Outcome.REVERTS: "✖", Outcome.UNKNOWN: UNKNOWN}
_ENDS = {
    ReviewEnd.EXECUTED: ("**TIMELOCK** · executed ✔", Colour.GOOD),
    ReviewEnd.CANCELED: ("**TIMELOCK** · ✖ canceled, it can never be executed", Colour.BAD),
    ReviewEnd.EXPIRED: ("**TIMELOCK** · ✖ expired, never executed", Colour.BAD),
    ReviewEnd.UNQUEUED: ("**TIMELOCK** · it is not queued any more", Colour.ENDED),
}
_OVER = {
    ReviewEnd.EXECUTED: "Nothing: it is done. What the review had shown by then stays here.",
    ReviewEnd.CANCELED: "Nothing: it ends here.",
    ReviewEnd.EXPIRED: "Nothing can be done with this one. Who still wants it proposes it again.",
    ReviewEnd.UNQUEUED: (
        "The chain has replaced the block in which it was queued. If it is queued again, the "
        "review goes on here."
    ),
}


_WAITS = "It has passed, and waits so that everybody can check it before it takes effect."


def page(card: ReviewCard) -> Page:
    """Write the card."""
    named = line(card.subject.reference, REFERENCE_SHOWN) if card.subject else ""
    headline, colour = "**TIMELOCK** · final technical review", Colour.WAIT
    if card.end is not None:
        headline, colour = _ENDS[card.end]
    elif _is_alarming(card):
        colour = Colour.BAD
    return Page(
        title=f"🔍 {named + ' · ' if named else ''}{line(card.title, TITLE_SHOWN)}",
        lines=(headline, _place(card), *(_alarms(card) or _calm(card))),
        fields=_fields(card),
        next_step=_next(card),
        source=card.subject.reference if card.subject else card.governor_name,
        colour=colour,
        buttons=_buttons(card),
    )


def _calm(card: ReviewCard) -> tuple[str, ...]:
    return (_WAITS,) if card.end is None else ()


def _place(card: ReviewCard) -> str:
    governor = line(card.governor_name, _NAME_SHOWN)
    return f"{governor} · proposal {proposal_number(card.governor_key.id)}"


def _is_alarming(card: ReviewCard) -> bool:
    is_different = card.comparison is not None and card.comparison.needs_warning
    reverts = card.simulation is not None and card.simulation.outcome is Outcome.REVERTS
    return is_different or reverts or bool(card.concerns)


def _alarms(card: ReviewCard) -> tuple[str, ...]:
    """Say first what speaks against it."""
    rows = [] if card.comparison is None else list(_warnings(card.comparison))
    for concern in card.concerns[:_CONCERNS_SHOWN]:
        rows.append(f"⚠ **{member(concern.user_id)} has a concern** ({ago(concern.at)}):")
        rows.append(quoted(concern.text, _CONCERN_SHOWN))
    if (more := len(card.concerns) - _CONCERNS_SHOWN) > 0:
        rows.append(f"⚠ and {many(more, 'more concern')}")
    return tuple(rows)


def _warnings(comparison: Comparison) -> Iterator[str]:
    if comparison.is_different:
        yield "⚠ **It is not what was approved off chain: see below.**"
    if comparison.unknown:
        calls = many(len(comparison.unknown), "call")
        yield f"⚠ **Nobody can tell from here whether {calls} of it was approved: see below.**"
    if not comparison.names_approval:
        yield "⚠ Its description on chain links to neither the vote nor the discussion."


def _fields(card: ReviewCard) -> tuple[tuple[str, str], ...]:
    did = card.end is ReviewEnd.EXECUTED
    fields = [("What it did" if did else "Will do", call_lines(card.calls))]
    if card.end is not None and not did:
        fields = [("What it would have done", call_lines(card.calls))]
    if card.comparison is not None:
        fields.append(("Same as approved off chain?", comparison_lines(card.comparison)))
    fields.append(("Simulation", _simulation(card)))
    if card.checks:
        fields.append(("Review", _checks(card)))
    if card.end is None:
        fields.append(("Execute", _times(card)))
    if card.transaction_hash is not None:
        row = transaction_row(card.governor_key.chain_id, card.transaction_hash)
        fields.append((str(card.end).capitalize(), f"{when(card.ended_at)}\n{row}"))
    return tuple(fields)


def comparison_lines(comparison: Comparison) -> str:
    """Say how what is on chain and what was approved go together, each part for itself."""
    rows = [f"compared with {line(comparison.source, _NAME_SHOWN)}", _title(comparison)]
    if not comparison.names_calls:
        rows.append(f"{UNKNOWN} calls: the approved text names none, so they cannot be compared")
    rows += [_call_row(each) for each in comparison.calls[:_SHOWN]]
    if (more := len(comparison.calls) - _SHOWN) > 0:
        left = comparison.calls[_SHOWN:]
        differ = sum(each in comparison.different for each in left)
        unknown = sum(each in comparison.unknown for each in left)
        rows.append(
            f"… and {many(more, 'more call')}, of which {differ} differ and {unknown} cannot be "
            "compared"
        )
    if not comparison.names_approval:
        rows.append("⚠ the description links to neither the vote nor the discussion")
    else:
        rows.append("✔ the description names the vote or the discussion")
    return "\n".join(rows)


def _title(comparison: Comparison) -> str:
    if comparison.has_same_title:
        return "✔ title"
    return f"✖ title: approved was “{line(comparison.approved_title, _ROW_SHOWN)}”"


def _call_row(each: CallComparison) -> str:
    mark = _MARKS[each.likeness]
    name = f"call {each.number}" if each.number is not None else "missing call"
    approved = f"approved was {line(each.named, _ROW_SHOWN)}"
    match each.likeness:
        case Likeness.SAME:
            return f"{mark} {name}"
        case Likeness.DIFFERS:
            return f"{mark} **{name} differs** in {_listed(each.differs)}: {approved}"
        case Likeness.ONLY_ON_CHAIN:
            return f"{mark} **{name} is on chain, and the approved text does not name it**"
        case Likeness.ONLY_APPROVED:
            return f"{mark} **a call is not on chain**: {approved}"
        case Likeness.UNKNOWN:
            return f"{mark} **{name} cannot be compared** ({_listed(each.untold)}): {approved}"
        case _:
            return f"{mark} {name}: not compared was {_listed(each.untold)}; {approved}"


def _listed(parts: tuple[str, ...]) -> str:
    shown = [line(part, _ROW_SHOWN) for part in parts[:_SIGNERS_SHOWN]]
    return ", ".join(shown) or "all of it"


def _simulation(card: ReviewCard) -> str:
    simulation = card.simulation
    if simulation is None:
        return "○ not tried yet"
    several = len(simulation.calls) > 1
    rows = [
        _tried(number, call, card.calls, several=several)
        for number, call in enumerate(simulation.calls[:_SHOWN], 1)
    ]
    if (more := len(simulation.calls) - _SHOWN) > 0:
        rows.append(f"… and {many(more, 'more call')}: together {simulation.outcome}")
    if simulation.block is not None:
        rows.append(
            f"only tried, from the timelock at block {simulation.block:,}, {ago(simulation.at)}"
        )
    if several:
        rows.append("each call was tried alone: what the ones before it change was not there yet")
    if card.is_simulation_old:
        rows.append("⚠ the node has not answered since; this is the last result")
    return "\n".join(rows) or "○ there is no call to try"


def _tried(
    number: int, call: SimulatedCall, calls: tuple[DecodedCall, ...], *, several: bool
) -> str:
    name = f"call {number} " if several else ""
    if several and number <= len(calls) and calls[number - 1].function:
        name = f"call {number} ({line(calls[number - 1].function, _NAME_SHOWN)}) "
    why = f": {line(call.why, _REASON_SHOWN)}" if call.why else ""
    mark = "⚠" if call.outcome is Outcome.SUCCEEDS and why else OUTCOME_MARKS[call.outcome]
    return f"{mark} {name}{call.outcome}{why}"


def _checks(card: ReviewCard) -> str:
    signed = sum(bool(each.signed) for each in card.checks)
    rows = [f"**{signed} of {many(len(card.checks), 'check')} signed**"]
    return "\n".join(rows + [_check(each) for each in card.checks])


def _check(each: CheckLine) -> str:
    name = line(each.check, _NAME_SHOWN * 2)
    if not each.signed:
        return f"○ {name}"
    who = [f"{member(one.user_id)} ({ago(one.at)})" for one in each.signed[:_SIGNERS_SHOWN]]
    more = len(each.signed) - len(who)
    return f"✔ {name}: {', '.join(who)}{f' and {more} more' if more > 0 else ''}"


def _times(card: ReviewCard) -> str:
    if card.eta is None:
        return "from when is not known yet"
    return f"from {when(card.eta)}\n{until_when(card.expires_at) or 'it does not expire'}"


def _next(card: ReviewCard) -> str:
    if card.end is not None:
        return _OVER[card.end]
    anyone = f"From {when(card.eta)} anyone may send the execute transaction."
    if card.comparison is not None and card.comparison.needs_warning:
        if not card.comparison.is_different:
            return (
                "Everybody: read what could not be compared, and whoever knows says in the "
                f"discussion what it does (**Raw calls** has its data). {anyone}"
            )
        return (
            "Everybody: read the difference, and say in the discussion whether it is meant. Who "
            f"may cancel it on chain has to know now. {anyone}"
        )
    if any(not each.signed for each in card.checks):
        shown = [role(each) for each in card.signer_roles[:_ROLES_SHOWN]]
        who = " or ".join(["Moderators", *shown])
        return f"{who}: make the open checks and put your name to them (**Sign checks**). {anyone}"
    return anyone


def _buttons(card: ReviewCard) -> tuple[Button, ...]:
    seen = transaction_link(card.governor_key.chain_id, card.transaction_hash)
    if not card.is_whole:
        return seen
    raw = _button(card, "Raw calls", "rawcalls")
    if card.end is not None:
        return (raw, *seen)
    sign = _button(card, "Sign checks", "checks", is_primary=True)
    return (
        *((sign,) if card.checks else ()),
        _button(card, "Raise a concern", "concern"),
        raw,
        _button(card, "Simulate again", "simulate"),
    )


def _button(card: ReviewCard, label: str, name: str, *, is_primary: bool = False) -> Button:
    if card.subject is None:
        code = review_code(card.governor_key)
        return ReviewAction(label=label, code=code, name=name, is_primary=is_primary)
    proposal_id = card.subject.proposal_id
    return Action(label=label, proposal_id=proposal_id, name=name, is_primary=is_primary)
