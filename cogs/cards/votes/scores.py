"""The scores of a vote, choice by choice: the numbers, and a bar beside them."""

from collections.abc import Sequence
from decimal import Decimal

from bot.domain.offchain.pass_rules import adds_up
from bot.domain.share import EXACT
from bot.domain.text import line
from cogs.cards.amounts import amount, bar, percent, share
from cogs.cards.markup import many

_SHOWN = 10
_CHOICE_LIMIT = 100
_EVERY_CHOICE = "`/vote show` has all of them, under “Exact numbers”"


def score_lines(
    choices: Sequence[str],
    scores: Sequence[Decimal],
    total: Decimal | None,
    unit: str,
    voting_type: str = "",
) -> list[str]:
    """Show every choice with its share; of more than ten the ten with the most.

    Where the scores are not known the choices stand alone: unknown is no zero. What is folded is
    added up only where the voting system makes parts of one whole (`""`: on chain, it does).
    """
    if len(scores) != len(choices):
        names = [f"**{_named(choice)}**" for choice in choices[:_SHOWN]]
        return names + [f"{row}, all of them on Snapshot" for row in _rest(choices[_SHOWN:])]
    is_whole = not voting_type or adds_up(voting_type)
    if total is None or total <= 0:
        total = _sum(scores)
    ranked = list(zip(choices, scores, strict=True))
    if len(ranked) > _SHOWN:
        ranked.sort(key=lambda one: one[1], reverse=True)
    shown = [_score(choice, score, total, unit) for choice, score in ranked[:_SHOWN]]
    left = [score for _, score in ranked[_SHOWN:]]
    folded = [f"{row}, {_folded(left, unit, is_whole=is_whole)}" for row in _rest(left)]
    return shown + [f"{row} · {_EVERY_CHOICE}" for row in folded]


def _score(choice: str, score: Decimal, total: Decimal, unit: str) -> str:
    part = share(score, total)
    return f"**{_named(choice)}** · {percent(part)} · {amount(score, unit)}\n{bar(part)}"


def _named(choice: str) -> str:
    return line(choice, _CHOICE_LIMIT) or "(a choice without a name)"


def _folded(left: Sequence[Decimal], unit: str, *, is_whole: bool) -> str:
    if is_whole:
        return f"together {amount(_sum(left), unit)}"
    return f"none with more than {amount(max(left), unit, is_rounded_up=True)}"


def _sum(scores: Sequence[Decimal]) -> Decimal:
    total = Decimal(0)
    for score in scores:
        total = EXACT.add(total, score)
    return total


def _rest(left: Sequence[object]) -> list[str]:
    return [f"and {many(len(left), 'more choice')}"] if left else []
