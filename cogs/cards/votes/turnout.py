"""How many took part in a vote, with how much, and what that is to its quorum."""

from decimal import Decimal

from bot.domain.live_card import TallyCard
from bot.domain.share import EXACT
from bot.domain.text import line
from cogs.cards.amounts import amount, bar, percent, share
from cogs.cards.chain.outcome import took_part
from cogs.cards.markup import many

_AGAINST = 1  # the place of the choice whose votes reject
_CHOICE_SHOWN = 60
_SOURCES_SHOWN = 3
_NOT_FIXED = "Quorum to reach: not fixed yet, the contract fixes it when the vote opens"
_SOURCE_SHOWN = 24


def turnout_lines(card: TallyCard) -> list[str]:
    """Say who took part and with what; then the quorum, where there is one."""
    what = "vote" if card.state is None else "voter"
    votes = [] if card.votes is None else [many(card.votes, what)]
    cast = " · ".join([*votes, f"turnout {amount(card.scores_total, card.unit)}", *_of_all(card)])
    return [cast, *_sources(card), *_quorum_lines(card)]


def _of_all(card: TallyCard) -> list[str]:
    """Say of a vote on chain what part of all tokens took part."""
    if card.state is None or card.scores_total is None:
        return []
    return [took_part(card.participation, card.unit) or "what part of all that is, is not known"]


def quorum_asked(card: TallyCard) -> list[str]:
    """Say what it will take, before anything can be cast."""
    of_supply = f"{card.quorum_share.text} of the supply" if card.quorum_share else ""
    asked = "" if card.quorum is None else amount(card.quorum, card.unit)
    named = ": ".join(part for part in (of_supply, asked) if part)
    if not named:
        return [_NOT_FIXED] if card.state is not None else []
    if card.is_rejection and len(card.choices) > _AGAINST:
        return [f"Fails only if **{line(card.choices[_AGAINST], _CHOICE_SHOWN)}** reaches {named}"]
    return [f"Quorum to reach: {named}"]


def _sources(card: TallyCard) -> list[str]:
    """Name what voting power is made of, where that is more than one thing."""
    if len(card.strategies) <= 1:
        return []
    names = [line(each, _SOURCE_SHOWN) or "?" for each in card.strategies[:_SOURCES_SHOWN]]
    more = len(card.strategies) - _SOURCES_SHOWN
    named = ", ".join(names) + (f" and {more:,} more" if more > 0 else "")
    return [f"Voting power from {len(card.strategies):,} sources: {named}"]


def _quorum_lines(card: TallyCard) -> list[str]:
    if card.quorum is None and card.state is not None:
        return ["Quorum: not known yet"]
    if card.quorum is None:
        unknown = card.quorum_share and f"Quorum {card.quorum_share.text} of the supply"
        return [f"{unknown}: the supply is not known yet"] if unknown else []
    if card.is_rejection and len(card.choices) > _AGAINST:
        return _rejection(card, card.quorum)
    asked = amount(card.quorum, card.unit)
    if card.quorum_share:
        asked = f"{card.quorum_share.text} of the supply: {asked}"
    return _reached(card, card.quorum, asked)


def _reached(card: TallyCard, quorum: Decimal, asked: str) -> list[str]:
    counted = card.quorum_counted
    if counted is None:
        return [f"Quorum {asked}: not known yet whether it is reached"]
    rows = _apart(card, counted)
    if counted >= quorum:
        return [*rows, f"**Quorum reached ✔** ({asked})"]
    part = share(counted, quorum)
    drawn = f"{_bar(part)} {percent(part)} of the quorum"
    if card.is_final:
        return [*rows, f"**Quorum not reached ✖** ({asked} were needed)", drawn]
    missing = amount(EXACT.subtract(quorum, counted), card.unit, is_rounded_up=True)
    return [*rows, f"**Quorum not reached yet**: {missing} more (of {asked})", drawn]


def _apart(card: TallyCard, counted: Decimal) -> list[str]:
    """Say what of the turnout counts, where it is not all of it."""
    if card.scores_total is None or counted == card.scores_total:
        return []
    return [f"{amount(counted, card.unit)} of it count towards the quorum"]


def _rejection(card: TallyCard, quorum: Decimal) -> list[str]:
    against = f"**{line(card.choices[_AGAINST], _CHOICE_SHOWN)}**"
    asked, counted = amount(quorum, card.unit), card.quorum_counted
    if counted is None:
        return [f"Fails only if {against} reaches {asked}; how it stands is not known yet"]
    part = share(counted, quorum)
    if counted >= quorum:
        return [f"{against} has reached the {asked} that reject it ✖"]
    drawn = f"{_bar(part)} {percent(part)} of what rejects it"
    if card.is_final:
        return [f"{against} has stayed below the {asked} that reject it ✔", drawn]
    return [f"Fails only if {against} reaches {asked}: {amount(counted)} so far", drawn]


def _bar(part: Decimal) -> str:
    """Draw how far a quorum has come, in other signs than the share of a choice."""
    return bar(part, full="▰", empty="▱")
