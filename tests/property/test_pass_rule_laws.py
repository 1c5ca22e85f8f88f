"""The laws of the rules by which a vote passes, whatever the scores."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal, localcontext
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain.offchain.pass_rules import (
    Count,
    Judgement,
    adds_up,
    majority,
    most_votes,
    rejection,
    threshold,
)
from bot.domain.offchain.snapshot import SnapshotProposal, SnapshotState, VotingType
from bot.domain.offchain.vote import Outcome, outcome, quorum_missing, quorum_of, quorum_reached
from bot.domain.policy import BRAINTRUST, PassRule, Policy, Step, StepPolicy
from bot.domain.share import Share, share
from bot.domain.types import BlockNumber, SnapshotProposalId, SpaceId, UnixSeconds

NO_CHANGE = BRAINTRUST.no_change_choice
WIDE = [VotingType.SINGLE_CHOICE, VotingType.BASIC, VotingType.WEIGHTED, VotingType.QUADRATIC]
SCORES = st.decimals(0, 10**24, places=18)
SHARES = st.integers(1, 1_000).flatmap(
    lambda whole: st.integers(1, whole).map(lambda part: share(part, whole))
)
RULES = st.sampled_from(PassRule)


def added(*scores: Decimal) -> Decimal:
    with localcontext(prec=100):
        return sum(scores, Decimal(0))


def names(count: int) -> tuple[str, ...]:
    return ("Yes", "No", *(f"Option {number}" for number in range(2, count)))[:count]


def seen(
    scores: tuple[Decimal, ...], choices: tuple[str, ...] = (), **changes: Any
) -> SnapshotProposal:
    whole = SnapshotProposal(
        id=SnapshotProposalId("0x01"),
        space=SpaceId("usebraintrust.eth"),
        author="0x02",
        type=VotingType.SINGLE_CHOICE,
        title="A vote",
        body="",
        discussion="",
        choices=choices or names(len(scores)),
        created=UnixSeconds(1),
        start=UnixSeconds(1),
        end=UnixSeconds(10),
        snapshot_block=BlockNumber(1),
        state=SnapshotState.CLOSED,
        scores=scores,
        scores_total=added(*scores),
        scores_final=True,
        votes=max(len(scores), 1),
        quorum=Decimal(0),
        flagged=False,
        privacy="",
        link="",
    )
    return replace(whole, **changes)


def ruled(rule: PassRule, **changes: Any) -> Policy:
    step: StepPolicy = replace(
        BRAINTRUST.consensus, **{"pass_rule": rule, "threshold": share(3, 5), **changes}
    )
    return replace(BRAINTRUST, consensus=step)


def judged(observed: SnapshotProposal, policy: Policy, supply: Decimal | None = None) -> Outcome:
    found = outcome(observed, policy, Step.CONSENSUS, supply)
    assert found is not None
    return found


def passes(observed: SnapshotProposal, policy: Policy) -> bool:
    return judged(observed, policy).passed


LISTS = st.lists(SCORES, min_size=2, max_size=8).map(tuple)


@given(RULES, LISTS, st.sampled_from(WIDE), st.integers(0, 7))
def test_a_tie_at_the_top_never_passes(
    rule: PassRule, scores: tuple[Decimal, ...], kind: VotingType, place: int
) -> None:
    best = max(scores)
    tied = (best, *scores[1:])
    other = 1 + place % (len(tied) - 1)
    tied = (*tied[:other], best, *tied[other + 1 :])
    for needed in (share(1, 2), share(1, 100)):
        policy = ruled(rule, threshold=needed)
        assert not passes(seen(tied, type=kind), policy)
        # An approval of everybody for both is a tie as well.
        approved = seen(tied, type=VotingType.APPROVAL, scores_total=best)
        assert not passes(approved, policy)


@given(RULES, LISTS, SCORES, st.sampled_from(WIDE), SCORES)
def test_more_votes_for_yes_never_turn_a_pass_into_a_failure(
    rule: PassRule,
    scores: tuple[Decimal, ...],
    more: Decimal,
    kind: VotingType,
    quorum: Decimal,
) -> None:
    policy = ruled(rule, quorum=quorum)
    before = seen(scores, type=kind)
    after = seen((added(scores[0], more), *scores[1:]), type=kind)
    is_yes = rule is not PassRule.MOST_VOTES or scores[0] == max(scores)
    assert not (passes(before, policy) and is_yes) or passes(after, policy)


@given(RULES, LISTS, st.integers(1, 10**12), st.sampled_from(WIDE))
def test_a_result_does_not_depend_on_the_unit_of_the_scores(
    rule: PassRule, scores: tuple[Decimal, ...], factor: int, kind: VotingType
) -> None:
    policy = ruled(rule)
    # A sum of these needs more digits than Decimal's own 28.
    scaled = tuple(Decimal(f"{int(score.scaleb(18)) * factor}E-18") for score in scores)
    assert passes(seen(scores, type=kind), policy) == passes(seen(scaled, type=kind), policy)


@given(RULES, LISTS, st.randoms())
def test_the_order_of_the_other_choices_makes_no_difference(
    rule: PassRule, scores: tuple[Decimal, ...], chance: Any
) -> None:
    rest = list(zip(names(len(scores))[1:], scores[1:], strict=True))
    chance.shuffle(rest)
    mixed = seen(
        (scores[0], *(score for _, score in rest)), ("Yes", *(choice for choice, _ in rest))
    )
    assert passes(seen(scores), ruled(rule)) == passes(mixed, ruled(rule))


@given(RULES, LISTS, SCORES, st.sampled_from([NO_CHANGE, "make NO change ", "Abstain", "ABSTAIN"]))
def test_a_choice_that_changes_nothing_never_passes(
    rule: PassRule, scores: tuple[Decimal, ...], more: Decimal, nothing: str
) -> None:
    assume(more > 0)
    won = (added(max(scores), more), *scores[1:])
    first = seen(won, (nothing, *names(len(won))[1:]))
    assert not passes(first, ruled(rule))
    second = seen((won[1], won[0], *won[2:]), ("Yes", nothing, *names(len(won))[2:]))
    assert not passes(second, ruled(rule))


@given(RULES, LISTS, SCORES, st.sampled_from(WIDE))
def test_abstentions_that_do_not_count_change_nothing(
    rule: PassRule, scores: tuple[Decimal, ...], abstained: Decimal, kind: VotingType
) -> None:
    quorum = scores[0]
    policy = ruled(rule, abstain_counts=False, quorum=quorum)
    with_them = seen((*scores, abstained), (*names(len(scores)), "abstain"), type=kind)
    without = seen(scores, type=kind)
    # What is left of the total after they are taken from it has to be the total without them.
    one, other = judged(with_them, policy), judged(without, policy)
    assert (one.passed, one.why) == (other.passed, other.why)


@given(RULES, LISTS, SCORES)
def test_what_is_unknown_neither_passes_nor_fails(
    rule: PassRule, scores: tuple[Decimal, ...], total: Decimal
) -> None:
    policy = ruled(rule)
    assert outcome(seen((), names(2), votes=1), policy, Step.CONSENSUS) is None
    assert outcome(seen((), names(2), scores_final=False), policy, Step.CONSENSUS) is None
    short = seen(scores[:-1], names(len(scores)), scores_total=total)
    assert outcome(short, policy, Step.CONSENSUS) is None
    hidden = seen(scores, privacy="shutter", scores_final=False)
    assert outcome(hidden, policy, Step.CONSENSUS) is None
    of_supply = ruled(rule, quorum=share(1, 25))
    assert outcome(seen(scores), of_supply, Step.CONSENSUS) is None
    assert quorum_reached(seen(scores), of_supply, Step.CONSENSUS) is None


@given(RULES, LISTS, SHARES, SCORES)
def test_a_share_of_the_supply_is_a_quorum_of_that_amount(
    rule: PassRule, scores: tuple[Decimal, ...], part: Share, supply: Decimal
) -> None:
    policy = ruled(rule, quorum=part)
    observed = seen(scores)
    quorum = quorum_of(observed, policy, Step.CONSENSUS, supply)
    assert quorum is not None
    assert part.compared(quorum, supply) >= 0
    as_amount = judged(observed, ruled(rule, quorum=quorum))
    assert judged(observed, policy, supply) == as_amount


@given(LISTS, SCORES)
def test_what_is_missing_is_missing_exactly_where_the_quorum_is_not_reached(
    scores: tuple[Decimal, ...], quorum: Decimal
) -> None:
    assume(quorum > 0)
    policy = ruled(PassRule.MOST_VOTES, quorum=quorum)
    observed = seen(scores)
    missing = quorum_missing(observed, policy, Step.CONSENSUS)
    assert quorum_reached(observed, policy, Step.CONSENSUS) == (missing is None)
    assert missing is None or missing > 0


@given(RULES, LISTS, SCORES)
def test_a_quorum_that_is_not_reached_never_passes(
    rule: PassRule, scores: tuple[Decimal, ...], more: Decimal
) -> None:
    assume(more > 0)
    quorum = added(*scores, more)
    assert not passes(seen(scores), ruled(rule, quorum=quorum))
    assert not passes(seen(scores, quorum=quorum), ruled(rule))


@given(RULES, LISTS, SCORES, SCORES)
def test_by_rejection_only_the_votes_against_decide(
    rule: PassRule, scores: tuple[Decimal, ...], quorum: Decimal, more: Decimal
) -> None:
    assume(quorum > 0)
    observed = seen(scores, quorum=quorum, quorum_type="rejection")
    assert passes(observed, ruled(rule)) == (scores[1] < quorum)
    assert quorum_reached(observed, ruled(rule), Step.CONSENSUS) is None
    louder = seen((added(scores[0], more), *scores[1:]), quorum=quorum, quorum_type="rejection")
    assert passes(louder, ruled(rule)) == passes(observed, ruled(rule))
    # Where the community has a quorum of its own, the space's does not count, whatever its type.
    own = ruled(rule, quorum=Decimal(0))
    assert judged(observed, own) == judged(seen(scores), own)


@given(LISTS, st.sampled_from(WIDE))
def test_a_majority_is_more_than_half_and_more_than_half_is_a_majority(
    scores: tuple[Decimal, ...], kind: VotingType
) -> None:
    half = ruled(PassRule.MORE_THAN, threshold=share(1, 2))
    observed = seen(scores, type=kind)
    assert passes(observed, ruled(PassRule.MAJORITY)) == passes(observed, half)


@given(scores=LISTS, one=SHARES, other=SHARES, is_exclusive=st.booleans())
def test_a_higher_threshold_is_never_easier(
    scores: tuple[Decimal, ...], one: Share, other: Share, *, is_exclusive: bool
) -> None:
    low, high = sorted((one, other), key=lambda each: Decimal(each.part) / each.whole)
    counted = Count(choices=names(len(scores)), scores=scores, whole=added(*scores))
    at = [
        threshold(counted, NO_CHANGE, each, is_exclusive=is_exclusive).passed
        for each in (low, high)
    ]
    assert at[0] or not at[1]


@given(st.sampled_from(VotingType), LISTS, SCORES, RULES)
def test_scores_are_added_up_only_where_their_system_allows_it(
    kind: VotingType, scores: tuple[Decimal, ...], total: Decimal, rule: PassRule
) -> None:
    observed = seen(scores, type=kind, scores_total=total)
    policy = ruled(rule)
    if adds_up(kind):
        # Invalid votes are in the hub's total and in no share.
        assert passes(observed, policy) == passes(seen(scores, type=kind), policy)
    else:
        first = scores[0] > max(scores[1:])
        expected = {
            PassRule.MAJORITY: first and scores[0] * 2 > total,
            PassRule.AT_LEAST: first and scores[0] * 5 >= total * 3,
            PassRule.MORE_THAN: first and scores[0] * 5 > total * 3,
            PassRule.MOST_VOTES: list(scores).count(max(scores)) == 1,
        }
        assert passes(observed, policy) == expected[rule]


NUMBERS = st.decimals(0, allow_nan=False, allow_infinity=False)
COUNTS = st.lists(NUMBERS, min_size=2, max_size=5).map(tuple)
EVERY: list[Callable[[Count, Decimal], Judgement]] = [
    lambda counted, _: majority(counted, NO_CHANGE),
    lambda counted, _: most_votes(counted, NO_CHANGE),
    lambda counted, _: threshold(counted, NO_CHANGE, share(2, 3), is_exclusive=True),
    lambda counted, quorum: rejection(counted.choices[1], counted.scores[1], quorum),
]


@pytest.mark.parametrize("rule", EVERY)
@given(scores=COUNTS, whole=NUMBERS)
def test_no_number_is_too_large_or_too_small_for_a_rule(
    rule: Callable[[Count, Decimal], Judgement], scores: tuple[Decimal, ...], whole: Decimal
) -> None:
    counted = Count(choices=names(len(scores)), scores=scores, whole=whole)
    assert rule(counted, whole).why
