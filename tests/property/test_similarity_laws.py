"""The laws of likeness: the same words are the same idea, and no text takes long to compare."""

import csv
import itertools
import os
import random
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.types import ProposalId
from bot.similarity import MATCHES, THRESHOLD, Candidate, similar

ROOT = Path(__file__).resolve().parents[2]
TITLES = (
    ROOT
    / os.environ.get("ASSENT_SHARED", "../shared")  # noqa: TID251 - where the data is, not a setting
    / "data/snapshot/real-proposals.csv"
)
LAWS = settings(max_examples=100)
_WORDS = st.lists(st.text("abcdefghijklmnop0123456789", min_size=2, max_size=9), min_size=1)
TITLE = _WORDS.map(lambda words: " ".join(words)[:120])
TEXT = st.text(max_size=300)


def candidate(title: str, text: str = "", number: int = 1) -> Candidate:
    return Candidate(id=ProposalId(number), title=title, text=text)


def score(one: tuple[str, str], other: tuple[str, str]) -> int:
    matches = similar(*one, [candidate(*other)])
    return matches[0].score if matches else 0


@LAWS
@given(title=TITLE, text=TEXT)
def test_an_idea_is_like_itself(title: str, text: str) -> None:
    assert score((title, text), (title, text)) == 100


@LAWS
@given(title=TITLE, seed=st.integers(0, 99))
def test_case_order_and_punctuation_do_not_matter(title: str, seed: int) -> None:
    words = title.upper().split()
    random.Random(seed).shuffle(words)  # noqa: S311 - an order, not a secret
    assert score((title, ""), ("[RFC] " + ", ".join(words) + "!", "")) == 100


@LAWS
@given(one=st.tuples(TITLE, TEXT), other=st.tuples(TITLE, TEXT))
def test_likeness_is_mutual(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert score(one, other) == score(other, one)


@LAWS
@given(title=st.text(), text=st.text(), others=st.lists(st.tuples(st.text(), st.text())))
def test_the_best_come_first_and_are_few(
    title: str, text: str, others: list[tuple[str, str]]
) -> None:
    scores = [match.score for match in similar(title, text, [candidate(*each) for each in others])]
    assert len(scores) <= MATCHES
    assert scores == sorted(scores, reverse=True)
    assert all(THRESHOLD <= each <= 100 for each in scores)


@pytest.mark.parametrize(
    "unit", ["a ", "ab", "[", "e\u0301", "\u0301", "\ufdfa", "字", "👍", "\ud800"]
)
def test_four_times_the_text_takes_about_four_times_as_long(unit: str) -> None:
    """Whatever is typed: quadratic work would take sixteen times as long."""
    assert _seconds((unit * 4_000)[:4_000]) < 10 * _seconds((unit * 1_000)[:1_000]) + 0.02


def _seconds(text: str) -> float:
    """Measure the processor's time for a hundred comparisons, the least of three."""
    others = [candidate(text, text, number) for number in range(100)]
    spent = []
    for _ in range(3):
        before = time.process_time()
        similar(text, text, others)
        spent.append(time.process_time() - before)
    return min(spent)


def test_unrelated_proposals_of_real_communities_are_not_alike() -> None:
    if not TITLES.is_file():
        pytest.skip(f"{TITLES} is not here; set ASSENT_SHARED")
    with TITLES.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    of = {space: [r["title"] for r in rows if r["space_id"] == space] for space in _spaces(rows)}
    pairs = [
        (mine, theirs)
        for one, other in itertools.combinations(of, 2)
        for mine in of[one]
        for theirs in of[other]
    ]
    alike = [(mine, theirs) for mine, theirs in pairs if score((mine, ""), (theirs, ""))]
    assert len(pairs) > 5_000
    assert not alike


def _spaces(rows: list[dict[str, str]]) -> dict[str, None]:
    return dict.fromkeys(row["space_id"] for row in rows)
