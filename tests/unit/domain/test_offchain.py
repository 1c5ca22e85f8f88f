"""What scores mean by a community's rule."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.domain.offchain.snapshot import SnapshotProposal, SnapshotState
from bot.domain.offchain.vote import Outcome, is_open, outcome, quorum_of
from bot.domain.policy import BRAINTRUST, Policy, Step
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
