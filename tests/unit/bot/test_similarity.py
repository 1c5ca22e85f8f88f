"""Which ideas are offered as likely the same."""

import pytest

from bot.domain.types import ProposalId
from bot.similarity import MATCHES, Candidate, similar

FEE = "Lower the marketplace fee from 10 % to 8 %"
TEXT = "Clients compare us with agencies that take five percent, and two points less would help."


def candidate(number: int, title: str, text: str = "") -> Candidate:
    return Candidate(id=ProposalId(number), title=title, text=text)


@pytest.mark.parametrize(
    "title",
    [
        FEE,
        "lower the MARKETPLACE FEE, from 10% to 8%",
        "From 10 to 8: lower the marketplace fee",
        "[Temperature Check] Lower the marketplace fee from 10 % to 8 %",
        "Lower the märketplace feé from 10 % to 8 %",
        "Lower marketplace fee",
        "Lower the marketplace fee from 10 % to 7 %",
    ],
)
def test_the_same_idea_in_other_words_is_found(title: str) -> None:
    [match] = similar(FEE, "", [candidate(1, title)])
    assert match.candidate.id == 1


@pytest.mark.parametrize(
    "title",
    ["Fund the documentation for another year", "Fee", "Elect a treasurer", "", "👍", "[RFC]"],
)
def test_another_idea_is_not(title: str) -> None:
    assert not similar(FEE, TEXT, [candidate(1, title, "Something else altogether.")])


def test_the_same_text_under_another_title_is_the_same_idea() -> None:
    [match] = similar(FEE, TEXT, [candidate(1, "A modest suggestion", TEXT)])
    assert 80 <= match.score < 100


def test_the_title_weighs_more_than_the_text() -> None:
    same_title = candidate(1, FEE, "Because I say so, and for no other reason.")
    same_text = candidate(2, "Elect a treasurer", TEXT[:60])
    first, *_ = similar(FEE, TEXT, [same_text, same_title])
    assert first.candidate == same_title


def test_the_most_alike_come_first_and_of_equals_the_first() -> None:
    others = [candidate(number, FEE) for number in range(5)]
    near = candidate(9, "Lower the marketplace fee from 10 % to 7 %")
    found = similar(FEE, "", [near, *others])
    assert [match.candidate.id for match in found] == [0, 1, 2]
    assert len(found) == MATCHES
    assert len(similar(FEE, "", [near, *others], limit=9)) == 6


def test_a_tag_is_a_title_where_there_is_nothing_else() -> None:
    assert similar("[RFC]", "", [candidate(1, "[rfc]")])
