"""The sandbox counts as Snapshot does: its examples, and real proposals with all their votes."""

import json
import math
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.snapshot.voting import RANKINGS, Ballot, Scores, fits, scores
from tests.contract.snapshot.conftest import DATA

EXAMPLES = {
    "approval": "approval",
    "copeland": "copeland",
    "quadratic": "quadratic",
    "ranked-choice": "rankedChoice",
    "single-choice": "singleChoice",
    "weighted": "weighted",
}

# The example's own figures are bare victories from before ties were halves; these are what
# snapshot.js 0.14.20, the version of the sequencer, makes of the same votes.
COPELAND = [5 / 3, 5 / 3, 2 / 3, 0]


def example(system: str) -> dict[str, Any]:
    path = DATA / f"voting-example-{EXAMPLES[system]}.json"
    if not path.exists():
        pytest.skip(f"{path} is not here; set ASSENT_SHARED")
    loaded: dict[str, Any] = json.loads(path.read_text())
    return loaded


def ballots_of(votes: list[dict[str, Any]]) -> list[Ballot]:
    return [
        ballot(vote["choice"], *(Decimal(str(score)) for score in vote["scores"])) for vote in votes
    ]


def ballot(choice: Any, *powers: int | Decimal) -> Ballot:
    by_strategy = [Decimal(power) for power in powers]
    return Ballot(choice=choice, power=sum(by_strategy, Decimal(0)), by_strategy=by_strategy)


def close(ours: list[Decimal], theirs: list[float]) -> bool:
    return len(ours) == len(theirs) and all(
        math.isclose(our, their, rel_tol=1e-12, abs_tol=1e-12)
        for our, their in zip(ours, theirs, strict=True)
    )


@pytest.mark.parametrize("system", EXAMPLES)
def test_each_voting_system_counts_its_example_alike(system: str) -> None:
    known = example(system)
    expected = COPELAND if system == "copeland" else known["scores"]

    found = scores(system, len(expected), 1, ballots_of(known["votes"]))

    assert close(found.scores, expected)
    assert close([row[0] for row in found.by_strategy], expected)
    total = sum(vote["balance"] for vote in known["votes"])
    assert total == known["scoresTotal"]
    assert system == "approval" or math.isclose(sum(found.scores), total)


def real(name: str) -> list[Any]:
    """A real proposal, with its votes."""
    return [
        json.loads((DATA / "hub-votes" / f"hub-{kind}-{name}").read_text())
        for kind in ("proposal", "votes")
    ]


def real_names() -> list[str]:
    found = (DATA / "hub-votes").glob("hub-proposal-*.json")
    return sorted(path.name.removeprefix("hub-proposal-") for path in found)


def in_floats(system: str, options: int, votes: list[dict[str, Any]]) -> list[float]:
    """The scores as JavaScript would add them up."""
    whole = [0.0] * options
    for vote in votes:
        choice, power = vote["choice"], float(vote["vp"])
        if isinstance(choice, int):
            choice = [choice]
        if isinstance(choice, list):
            choice = dict.fromkeys(choice, len(choice) and 1)
            power *= len(choice)
        for option, weight in choice.items():
            part = power * weight / sum(choice.values())
            whole[int(option) - 1] += math.sqrt(part) if system == "quadratic" else part
    if system != "quadratic":
        return whole
    squares = [root * root for root in whole]
    return [each / sum(squares) * sum(vote["vp"] for vote in votes) for each in squares]


@pytest.mark.skipif(not Path(DATA / "hub-votes").exists(), reason="set ASSENT_SHARED")
@pytest.mark.parametrize("name", real_names())
def test_all_votes_of_a_real_proposal_are_choices_and_add_up(name: str) -> None:
    proposal, votes = real(name)
    system, options = proposal["type"], len(proposal["choices"])
    ballots = [ballot(vote["choice"], Decimal(str(vote["vp"]))) for vote in votes]

    found = scores(system, options, 1, ballots)

    assert len(votes) == proposal["votes"]
    assert all(fits(system, vote["choice"], options) for vote in votes)
    assert close(found.scores, in_floats(system, options, votes))


@pytest.mark.parametrize("system", [*EXAMPLES, "basic"])
def test_no_votes_are_nought_for_every_option(system: str) -> None:
    nothing = [Decimal(0)] * 3

    assert scores(system, 3, 2, []) == Scores(scores=nothing, by_strategy=[nothing[:2]] * 3)


def test_of_two_last_options_the_first_of_the_list_is_eliminated() -> None:
    ballots = [ballot([1, 3, 2], 1), ballot([2, 3, 1], 1), ballot([3, 1, 2], 2)]

    assert scores("ranked-choice", 3, 1, ballots).scores == [0, 1, 3]


def test_a_runoff_goes_by_the_whole_power_and_shows_each_strategys_part() -> None:
    ballots = [ballot([1, 2, 3], 4, 1), ballot([2, 1, 3], 1, 3), ballot([3, 2, 1], 0, 3)]

    found = scores("ranked-choice", 3, 2, ballots)

    assert found.scores == [5, 7, 0]
    assert found.by_strategy == [[4, 1], [1, 6], [0, 0]]


def test_many_weigh_more_than_much_in_a_quadratic_vote() -> None:
    ballots = [ballot({"1": 1}, 100), *(ballot({"2": 1}, 4) for _ in range(10))]

    found = scores("quadratic", 2, 1, ballots)

    assert found.scores[1] == 4 * found.scores[0]
    assert sum(found.scores) == 140


def test_weights_split_a_power_exactly() -> None:
    found = scores("weighted", 3, 2, [ballot({"1": 1, "2": 3}, 5000, 1)])

    assert found.scores == [Decimal("1250.25"), Decimal("3750.75"), 0]
    assert found.by_strategy == [[1250, Decimal("0.25")], [3750, Decimal("0.75")], [0, 0]]


@pytest.mark.parametrize("system", sorted(RANKINGS))
@pytest.mark.parametrize("choice", [[1, 2], [1, 2, 2], [1, 2, 4], [0, 1, 2], [], 1, {"1": 1}, None])
def test_only_a_whole_ranking_is_one(system: str, choice: Any) -> None:
    assert not fits(system, choice, 3)
    assert fits(system, [3, 1, 2], 3)


def test_nobody_can_vote_in_a_system_of_ones_own() -> None:
    with pytest.raises(KeyError):
        scores("custom", 2, 1, [])


POWERS = st.lists(st.integers(0, 10**9), min_size=2, max_size=2)
CHOICES: dict[str, st.SearchStrategy[Any]] = {
    "single-choice": st.integers(1, 4),
    "ranked-choice": st.permutations([1, 2, 3, 4]),
    "copeland": st.permutations([1, 2, 3, 4]),
    "weighted": st.dictionaries(st.sampled_from("1234"), st.integers(1, 100), min_size=1),
    "quadratic": st.dictionaries(st.sampled_from("1234"), st.integers(1, 100), min_size=1),
}


@pytest.mark.parametrize("system", CHOICES)
@given(data=st.data())
def test_scores_share_out_all_the_power_and_no_more(system: str, data: st.DataObject) -> None:
    """Whatever is voted, no score is negative and all together are the power of the votes."""
    votes = data.draw(st.lists(st.tuples(CHOICES[system], POWERS), max_size=8))
    ballots = [ballot(choice, *powers) for choice, powers in votes]

    found = scores(system, 4, 2, ballots)

    total = sum(each.power for each in ballots)
    assert all(score >= 0 for score in found.scores)
    assert math.isclose(sum(found.scores), total)
    assert math.isclose(sum(sum(row) for row in found.by_strategy), total)
