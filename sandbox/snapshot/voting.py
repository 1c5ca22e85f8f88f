"""What votes add up to in each of Snapshot's voting systems: its formulas, in exact decimals.

Options count from 1; scores are parallel to them. A score has one figure for the whole power and
one for each strategy, and they are worked out apart: of some systems the latter do not add up to
the former. Source: snapshot.js, `src/voting`, as its sequencer of 2026 uses it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

ONE_CHOICE = frozenset({"single-choice", "basic"})
RANKINGS = frozenset({"ranked-choice", "copeland"})
SHARES = frozenset({"weighted", "quadratic"})
SYSTEMS = ONE_CHOICE | RANKINGS | SHARES | {"approval", "custom"}

_NOUGHT = Decimal(0)

Cast = tuple[Any, Decimal]  # a choice, and the power it was made with
Column = list[Decimal]  # one figure for each option


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """A vote that counts. `by_strategy` adds up to `power`."""

    choice: Any
    power: Decimal
    by_strategy: Sequence[Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """The outcome: by option, and by option and strategy."""

    scores: list[Decimal]
    by_strategy: list[list[Decimal]]


def fits(system: str, choice: Any, options: int) -> bool:
    """Tell whether a choice is one in this voting system."""
    if system in ONE_CHOICE:
        return _is_option(choice, options)
    if system in SHARES:
        return _are_shares(choice, options)
    if not _are_options(choice, options):
        return False
    return system == "approval" or len(choice) == options


def scores(system: str, options: int, strategies: int, ballots: Sequence[Ballot]) -> Scores:
    """Count ballots.

    Raises:
        KeyError: Nobody can vote in this system, so there is no way to count.
    """
    rule = _RULES[system]
    if system == "ranked-choice":
        ballots = _last_round(ballots)
    whole = rule(options, [(ballot.choice, ballot.power) for ballot in ballots])
    columns = [
        rule(options, [(ballot.choice, ballot.by_strategy[index]) for ballot in ballots])
        for index in range(strategies)
    ]
    total = sum((ballot.power for ballot in ballots), _NOUGHT)
    if system == "quadratic":
        [whole], columns = _rescaled([whole], total), _rescaled(columns, total)
    return Scores(
        scores=whole, by_strategy=[[column[row] for column in columns] for row in range(options)]
    )


def _picked(options: int, casts: Sequence[Cast]) -> Column:
    """Give each option picked the whole power."""
    column = [_NOUGHT] * options
    for choice, power in casts:
        for option in choice if isinstance(choice, list) else [choice]:
            column[option - 1] += power
    return column


def _split(options: int, casts: Sequence[Cast]) -> Column:
    """Split the power by weight."""
    column = [_NOUGHT] * options
    for choice, power in casts:
        for option, part in _parts(choice, power):
            column[option - 1] += part
    return column


def _squared(options: int, casts: Sequence[Cast]) -> Column:
    """Square the sum of the roots of what each voter gave: many voters weigh more than much."""
    roots = [_NOUGHT] * options
    for choice, power in casts:
        for option, part in _parts(choice, power):
            roots[option - 1] += part.sqrt()
    return [root * root for root in roots]


def _parts(choice: Mapping[str, Any], power: Decimal) -> list[tuple[int, Decimal]]:
    weights = {int(option): Decimal(str(weight)) for option, weight in choice.items()}
    whole = sum(weights.values(), _NOUGHT)
    return [(option, power * weight / whole) for option, weight in weights.items()]


def _rescaled(columns: list[Column], total: Decimal) -> list[Column]:
    """Scale figures so that all together are the total."""
    whole = sum((sum(column, _NOUGHT) for column in columns), _NOUGHT)
    if not whole:
        return columns
    return [[figure * total / whole for figure in column] for column in columns]


def _pairwise(options: int, casts: Sequence[Cast]) -> Column:
    """Let every two options meet; share the power by victories, of which a tie is half of one."""
    margins = [[_NOUGHT] * options for _ in range(options)]
    for choice, power in casts:
        for rank, better in enumerate(choice):
            for worse in choice[rank + 1 :]:
                margins[better - 1][worse - 1] += power
                margins[worse - 1][better - 1] -= power
    wins = [
        sum((_victory(margin) for rival, margin in enumerate(row) if rival != option), _NOUGHT)
        for option, row in enumerate(margins)
    ]
    meetings = Decimal(options * (options - 1)) / 2
    total = sum((power for _, power in casts), _NOUGHT)
    return [win * total / meetings if meetings else total for win in wins]


def _victory(margin: Decimal) -> Decimal:
    return Decimal((margin > 0) - (margin < 0) + 1) / 2


def _last_round(ballots: Sequence[Ballot]) -> list[Ballot]:
    """Hold the instant run-off; give the ballots with what each stands for in its last round.

    A round is the last when an option has more than half, or when fewer than three are left. Only
    options that are somebody's first are in a round, and of equal ones the first of the list goes.
    """
    left = [ballot for ballot in ballots if ballot.choice]
    while True:
        firsts: dict[int, Decimal] = {}
        for ballot in left:
            option = ballot.choice[0]
            firsts[option] = firsts.get(option, _NOUGHT) + ballot.power
        total = sum(firsts.values(), _NOUGHT)
        if len(firsts) < 3 or max(firsts.values()) * 2 > total:
            return [_standing(ballot, ballot.choice[:1]) for ballot in left]
        loser = min(firsts, key=lambda option: (firsts[option], option))
        moved = [[option for option in ballot.choice if option != loser] for ballot in left]
        left = [
            _standing(ballot, choice) for ballot, choice in zip(left, moved, strict=True) if choice
        ]


def _standing(ballot: Ballot, choice: list[int]) -> Ballot:
    return Ballot(choice=choice, power=ballot.power, by_strategy=ballot.by_strategy)


_RULES: dict[str, Callable[[int, Sequence[Cast]], Column]] = {
    "single-choice": _picked,
    "basic": _picked,
    "approval": _picked,
    "ranked-choice": _picked,
    "weighted": _split,
    "quadratic": _squared,
    "copeland": _pairwise,
}


def _is_option(value: Any, options: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= options


def _are_options(values: Any, options: int) -> bool:
    if not isinstance(values, list):
        return False
    return all(_is_option(value, options) for value in values) and len(set(values)) == len(values)


def _are_shares(shares: Any, options: int) -> bool:
    if not isinstance(shares, dict) or not shares:
        return False
    weights = list(shares.values())
    return (
        shares.keys() <= {str(option) for option in range(1, options + 1)}
        and all(_is_weight(weight) for weight in weights)
        and sum(weights) > 0
    )


def _is_weight(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
