"""What scores mean by a community's rule."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.domain.offchain.snapshot import SnapshotProposal, SnapshotState
from bot.domain.offchain.vote import (
    Outcome,
    counted_to_quorum,
    is_open,
    leader,
    outcome,
    quorum_missing,
    quorum_of,
    quorum_reached,
)
from bot.domain.policy import BRAINTRUST, PassRule, Policy, Step
from bot.domain.share import share
from bot.domain.types import BlockNumber, SnapshotProposalId, SpaceId, UnixSeconds
from tests import builders


def seen(*scores: str, **changes: object) -> SnapshotProposal:
    exact = tuple(map(Decimal, scores))
    whole = SnapshotProposal(
        id=SnapshotProposalId("0x01"),
        space=SpaceId("usebraintrust.eth"),
        author="0x02",
        type="single-choice",
        title="[Temperature Check] - Fee",
        body="",
        discussion="",
        choices=("Yes", "No", "Make no change")[: max(len(exact), 2)],
        created=UnixSeconds(1),
        start=UnixSeconds(1),
        end=UnixSeconds(10),
        snapshot_block=BlockNumber(1),
        state=SnapshotState.CLOSED,
        scores=exact,
        scores_total=sum(exact, Decimal(0)),
        scores_final=True,
        votes=len(exact),
        quorum=Decimal(0),
        flagged=False,
        privacy="",
        link="",
    )
    return replace(whole, **changes)  # type: ignore[arg-type] # from keywords


def judged(observed: SnapshotProposal, step: Step, policy: Policy = BRAINTRUST) -> Outcome:
    found = outcome(observed, policy, step)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("scores", "passed", "why"),
    [
        (("2", "1"), True, "more Yes than the rest"),
        (("1", "1"), False, "no majority for Yes"),
        (("0", "0"), False, "no majority for Yes"),
        (("3", "2", "2"), False, "no majority for Yes"),
        (("5", "2", "2"), True, "more Yes than the rest"),
    ],
)
def test_a_majority_is_more_than_all_the_rest_together(
    scores: tuple[str, ...], *, passed: bool, why: str
) -> None:
    found = judged(seen(*scores), Step.TEMPERATURE)
    assert (found.passed, found.why, found.is_final) == (passed, why, True)


def test_a_majority_by_the_last_digit_of_a_large_score_is_one() -> None:
    most = "123456789012345678901234567890.000000000000000001"
    rest = "123456789012345678901234567890"
    assert judged(seen(most, rest), Step.TEMPERATURE).passed
    assert not judged(seen(rest, most), Step.TEMPERATURE).passed


@pytest.mark.parametrize(
    ("scores", "passed", "why"),
    [
        (("3", "2", "1"), True, "“Yes” has the most votes"),
        (("2", "3", "1"), True, "“No” has the most votes"),
        (("1", "2", "3"), False, "“Make no change” has the most votes"),
        (("3", "3", "1"), False, "a tie"),
        (("3", "1", "3"), False, "a tie"),
        (("0", "0", "0"), False, "nobody voted"),
    ],
)
def test_the_most_votes_decide_and_neither_a_tie_nor_no_change_passes(
    scores: tuple[str, ...], *, passed: bool, why: str
) -> None:
    found = judged(seen(*scores), Step.CONSENSUS)
    assert (found.passed, found.why) == (passed, why)


def test_a_quorum_counts_every_vote_and_just_reached_is_reached() -> None:
    at_quorum = seen("60", "40", quorum=Decimal(100))
    assert judged(at_quorum, Step.TEMPERATURE).passed
    below = seen("60", "39.9", quorum=Decimal(100))
    assert judged(below, Step.TEMPERATURE).why == "the quorum is not reached"


def test_a_community_may_set_a_quorum_of_its_own_even_none() -> None:
    stricter = replace(BRAINTRUST.temperature, quorum=Decimal(200))
    policy = builders.policy(temperature=stricter)
    observed = seen("60", "40", quorum=Decimal(100))
    assert quorum_of(observed, policy, Step.TEMPERATURE) == Decimal(200)
    assert not judged(observed, Step.TEMPERATURE, policy).passed
    none = builders.policy(temperature=replace(BRAINTRUST.temperature, quorum=Decimal(0)))
    assert quorum_of(observed, none, Step.TEMPERATURE) is None
    assert quorum_of(observed, none, Step.CONSENSUS) == Decimal(100)


def test_unknown_scores_are_no_outcome() -> None:
    assert outcome(seen(scores_final=False), BRAINTRUST, Step.TEMPERATURE) is None
    assert outcome(seen(votes=3), BRAINTRUST, Step.TEMPERATURE) is None


def test_final_and_empty_means_nobody_voted() -> None:
    found = judged(seen(), Step.TEMPERATURE)
    assert (found.passed, found.why, found.is_final) == (False, "nobody voted", True)


def test_shielded_scores_are_no_outcome_before_they_are_final() -> None:
    shielded = seen("2", "1", privacy="shutter", scores_final=False)
    assert outcome(shielded, BRAINTRUST, Step.TEMPERATURE) is None
    assert judged(replace(shielded, scores_final=True), Step.TEMPERATURE).passed


def test_scores_that_are_not_final_are_a_trend_and_no_result() -> None:
    assert not judged(seen("2", "1", scores_final=False), Step.TEMPERATURE).is_final


def test_only_an_active_vote_is_open() -> None:
    states = [is_open(seen(state=state)) for state in SnapshotState]
    assert states == [False, True, False]


def of_step(**changes: object) -> Policy:
    return builders.policy(temperature=replace(BRAINTRUST.temperature, **changes))  # type: ignore[arg-type] # from keywords


TWO_THIRDS = share(2, 3)


@pytest.mark.parametrize(
    ("rule", "scores", "passed", "why"),
    [
        (PassRule.AT_LEAST, ("2", "1"), True, "Yes has at least 2/3"),
        (PassRule.MORE_THAN, ("2", "1"), False, "Yes does not have more than 2/3"),
        (PassRule.MORE_THAN, ("2.000000000000000001", "1"), True, "Yes has more than 2/3"),
        (PassRule.AT_LEAST, ("1", "1"), False, "Yes does not have at least 2/3"),
        (PassRule.AT_LEAST, ("0", "0"), False, "nobody voted"),
    ],
)
def test_a_threshold_is_a_share_of_all_that_counts(
    rule: PassRule, scores: tuple[str, ...], why: str, *, passed: bool
) -> None:
    policy = of_step(pass_rule=rule, threshold=TWO_THIRDS)
    found = judged(seen(*scores), Step.TEMPERATURE, policy)
    assert (found.passed, found.why) == (passed, why)


def test_a_low_threshold_does_not_let_a_minority_pass() -> None:
    policy = of_step(pass_rule=PassRule.AT_LEAST, threshold=share(3, 10))
    found = judged(seen("35", "65"), Step.TEMPERATURE, policy)
    assert (found.passed, found.why) == (False, "Yes does not have more than every other choice")


@pytest.mark.parametrize(
    ("counts", "passed", "counted"), [(True, False, "110"), (False, True, "70")]
)
def test_abstentions_count_or_do_not_in_shares_and_quorum_alike(
    counted: str, *, counts: bool, passed: bool
) -> None:
    choices = ("For", "Against", "Abstain")
    observed = seen("40", "30", "40", choices=choices, quorum=Decimal(70))
    policy = of_step(abstain_counts=counts)
    assert judged(observed, Step.TEMPERATURE, policy).passed == passed
    assert counted_to_quorum(observed, policy, Step.TEMPERATURE) == Decimal(counted)
    more = replace(observed, quorum=Decimal(100))
    reached = quorum_reached(more, policy, Step.TEMPERATURE)
    assert reached == counts


def test_what_abstained_in_a_shielded_vote_is_not_known_before_the_end() -> None:
    choices = ("For", "Against", "Abstain")
    shielded = seen("0", "0", "0", choices=choices, privacy="shutter", scores_final=False)
    shielded = replace(shielded, scores_total=Decimal(110), quorum=Decimal(70))
    assert counted_to_quorum(shielded, BRAINTRUST, Step.TEMPERATURE) == Decimal(110)
    apart = of_step(abstain_counts=False)
    assert counted_to_quorum(shielded, apart, Step.TEMPERATURE) is None
    assert quorum_missing(shielded, apart, Step.TEMPERATURE) is None


def test_by_rejection_a_vote_passes_unless_enough_are_against() -> None:
    observed = seen("0", "60", quorum=Decimal(100), quorum_type="rejection")
    found = judged(observed, Step.TEMPERATURE)
    assert (found.passed, found.why) == (True, "too few voted No to reject it")
    assert counted_to_quorum(observed, BRAINTRUST, Step.TEMPERATURE) == Decimal(60)
    lost = judged(replace(observed, quorum=Decimal(60)), Step.TEMPERATURE)
    assert (lost.passed, lost.why) == (False, "enough voted No to reject it")
    unheard = seen(quorum=Decimal(100), quorum_type="rejection")
    assert judged(unheard, Step.TEMPERATURE).passed
    hidden = replace(observed, privacy="shutter", scores_final=False)
    assert counted_to_quorum(hidden, BRAINTRUST, Step.TEMPERATURE) is None


def test_the_leader_is_known_for_any_vote_unless_it_is_a_tie() -> None:
    assert leader(seen("1", "2")) == "No"
    assert leader(seen("2", "2")) == ""
    assert leader(seen("0", "0")) == ""
    assert leader(seen("1", "2", privacy="shutter", scores_final=False)) == ""


def test_the_official_example_of_each_system_is_judged_by_the_scores_it_shows() -> None:
    choices = ("Alice", "Bob", "Carol", "David")
    examples = {
        "single-choice": (("586", "74", "59", "40"), "759", True),
        "approval": (("257", "171", "139", "125"), "406", True),
        "ranked-choice": (("117", "0", "80", "0"), "197", True),
        "quadratic": (("284.88", "45.02", "39.67", "24.41"), "394", True),
        "weighted": (("352.04", "89.19", "50.07", "51.68"), "543", True),
        "copeland": (("2.5", "2", "0.5", "1"), "6", False),
    }
    for kind, (scores, total, has_a_majority) in examples.items():
        observed = seen(*scores, type=kind, choices=choices, scores_total=Decimal(total))
        assert judged(observed, Step.CONSENSUS).why == "“Alice” has the most votes"
        assert judged(observed, Step.TEMPERATURE).passed == has_a_majority
