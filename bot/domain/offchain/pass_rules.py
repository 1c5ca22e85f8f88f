"""How scores become a result: each rule of a community as a pure function of what was counted.

Every rule is exact, in decimals. A tie never passes, nor does a choice that changes nothing.
"""

from dataclasses import dataclass
from decimal import Decimal

from bot.domain.offchain.snapshot import SnapshotProposal, VotingType
from bot.domain.share import EXACT, Share

ABSTAIN = "abstain"
# Of these systems the scores are parts of one whole. Of the others they are not: an approval counts
# for each choice that it names, and a run-off or a pairwise comparison makes scores of its own.
_ADDS_UP = frozenset(
    {VotingType.SINGLE_CHOICE, VotingType.BASIC, VotingType.WEIGHTED, VotingType.QUADRATIC}
)
_NOBODY = "nobody voted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What a rule judges: the choices that count, and what their scores are shares of."""

    choices: tuple[str, ...]
    scores: tuple[Decimal, ...]  # parallel to `choices`, in the unit of voting power
    whole: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a rule says, and why in a few words; names of choices in them are a stranger's text."""

    passed: bool
    why: str


def adds_up(voting_type: str) -> bool:
    """Say whether the scores of a voting system are parts of one whole."""
    return voting_type in _ADDS_UP


def is_abstention(choice: str) -> bool:
    """Say whether a choice is that for nothing."""
    return choice.strip().casefold() == ABSTAIN


def count(
    observed: SnapshotProposal, scores: tuple[Decimal, ...], *, abstain_counts: bool
) -> Count:
    """Count what a rule judges of scores that are parallel to the choices.

    Where abstaining does not count, that choice is left out; where scores do not add up, nothing
    can be taken from their whole, which is what all voters weigh together.
    """
    kept = [
        (choice, score)
        for number, (choice, score) in enumerate(zip(observed.choices, scores, strict=True))
        if abstain_counts or number == 0 or not is_abstention(choice)
    ]
    left = tuple(score for _, score in kept)
    return Count(
        choices=tuple(choice for choice, _ in kept),
        scores=left,
        whole=_sum(left) if adds_up(observed.type) else observed.scores_total,
    )


def turnout(
    observed: SnapshotProposal, scores: tuple[Decimal, ...], *, abstain_counts: bool
) -> Decimal:
    """Give what counts towards a quorum: all voting power that was cast, or all but abstentions.

    `scores` are parallel to the choices, or empty where only the total is known.
    """
    if abstain_counts or not adds_up(observed.type) or not scores:
        return observed.scores_total
    abstained = [
        score
        for choice, score in zip(observed.choices[1:], scores[1:], strict=True)
        if is_abstention(choice)
    ]
    return max(EXACT.subtract(observed.scores_total, _sum(abstained)), Decimal(0))


def majority(counted: Count, no_change: str) -> Judgement:
    """Let the first choice pass if it has more than half, and more than any other."""
    first = counted.choices[0]
    is_more = EXACT.multiply(counted.scores[0], Decimal(2)) > counted.whole
    passed = is_more and _leads(counted) and not _changes_nothing(first, no_change)
    return Judgement(
        passed=passed, why=f"more {first} than the rest" if passed else f"no majority for {first}"
    )


def threshold(counted: Count, no_change: str, needed: Share, *, is_exclusive: bool) -> Judgement:
    """Let the first choice pass if it has at least, or more than, a share, and leads."""
    first = counted.choices[0]
    words = f"{'more than' if is_exclusive else 'at least'} {needed.text}"
    compared = needed.compared(counted.scores[0], counted.whole)
    if not max(counted.scores):
        return Judgement(passed=False, why=_NOBODY)
    if compared < 0 or (is_exclusive and compared == 0):
        return Judgement(passed=False, why=f"{first} does not have {words}")
    if not _leads(counted):
        return Judgement(passed=False, why=f"{first} does not have more than every other choice")
    passed = not _changes_nothing(first, no_change)
    return Judgement(passed=passed, why=f"{first} has {words}")


def most_votes(counted: Count, no_change: str) -> Judgement:
    """Let whatever choice has more than every other pass, but one that changes nothing."""
    best = max(counted.scores)
    winners = [
        choice
        for choice, score in zip(counted.choices, counted.scores, strict=True)
        if score == best
    ]
    if best == 0:
        return Judgement(passed=False, why=_NOBODY)
    if len(winners) > 1:
        return Judgement(passed=False, why="a tie")
    passed = not _changes_nothing(winners[0], no_change)
    return Judgement(passed=passed, why=f"“{winners[0]}” has the most votes")


def rejection(against: str, score: Decimal, quorum: Decimal) -> Judgement:
    """Let everything pass that too few vote against: the rule of a space that only objects.

    Source: `quorumType: rejection` of a space, by which the score of the second choice is compared
    with the quorum.
    """
    if score >= quorum:
        return Judgement(passed=False, why=f"enough voted {against} to reject it")
    return Judgement(passed=True, why=f"too few voted {against} to reject it")


def nobodys(reason: str = _NOBODY) -> Judgement:
    """Judge a vote in which nobody took part."""
    return Judgement(passed=False, why=reason)


def leading(choices: tuple[str, ...], scores: tuple[Decimal, ...]) -> str:
    """Give the choice that has more than every other; `""` where there is none."""
    best = max(scores, default=Decimal(0))
    winners = [choice for choice, score in zip(choices, scores, strict=False) if score == best]
    return winners[0] if best > 0 and len(winners) == 1 else ""


def _leads(counted: Count) -> bool:
    first, *others = counted.scores
    return first > 0 and all(first > other for other in others)


def _changes_nothing(choice: str, no_change: str) -> bool:
    return is_abstention(choice) or choice.strip().casefold() == no_change.strip().casefold()


def _sum(scores: tuple[Decimal, ...] | list[Decimal]) -> Decimal:
    total = Decimal(0)
    for score in scores:
        total = EXACT.add(total, score)
    return total
