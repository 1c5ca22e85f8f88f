"""The scores of a vote, choice by choice: the numbers, and a bar beside them."""

from collections.abc import Sequence
from decimal import Decimal

from bot.domain.text import line
from cogs.cards.amounts import amount, bar, percent, share
from cogs.cards.markup import many

_SHOWN = 10
_CHOICE_LIMIT = 100


def score_lines(
    choices: Sequence[str], scores: Sequence[Decimal], total: Decimal | None, unit: str
) -> list[str]:
    """Show every choice with its share; of more than ten the ten with the most.

    Where the scores are not known the choices stand alone: unknown is no zero.
    """
    if len(scores) != len(choices):
        names = [f"**{line(choice, _CHOICE_LIMIT)}**" for choice in choices[:_SHOWN]]
        return names + _rest(choices[_SHOWN:])
    whole = total if total is not None and total > 0 else sum(scores, Decimal(0))
    ranked = list(zip(choices, scores, strict=True))
    if len(ranked) > _SHOWN:
        ranked.sort(key=lambda one: one[1], reverse=True)
    shown = [_score(choice, score, whole, unit) for choice, score in ranked[:_SHOWN]]
    left = ranked[_SHOWN:]
    together = amount(sum((score for _, score in left), Decimal(0)), unit)
    return shown + [f"{row}, together {together}" for row in _rest(left)]


def _score(choice: str, score: Decimal, total: Decimal, unit: str) -> str:
    part = share(score, total)
    name = line(choice, _CHOICE_LIMIT) or "(a choice without a name)"
    return f"**{name}** · {percent(part)} · {amount(score, unit)}\n{bar(part)}"


def _rest(left: Sequence[object]) -> list[str]:
    return [f"and {many(len(left), 'more choice')}"] if left else []
