"""Every refusal has plain words, and no text is lost."""

import pytest

from bot.gateways.snapshot import refusals
from bot.gateways.snapshot.refusals import is_passing, meaning

VARYING = [
    "alias not allowed for the type: settings",
    "proposal body length can not exceed 10000 characters",
    "number of choices can not exceed 20",
    'wrong choices for "basic" type voting',
    "strategy 'no-such-strategy' is not a valid strategy",
    "strategy 'old' is not available anymore",
    "strategy 'dear' is only available for pro spaces",
    "too many requests, refer to https://docs.snapshot.org/tools/api/api-keys#limits",
]


@pytest.mark.parametrize("text", [*refusals._MEANINGS, *VARYING])
def test_a_known_refusal_is_said_in_whole_sentences(text: str) -> None:
    words = meaning(text)

    assert words != text
    assert words[0].isupper()
    assert words.endswith(".")
    assert "{" not in words
    assert len(words) <= 300


def test_the_limit_that_was_broken_is_named() -> None:
    assert "10000" in meaning("proposal body length can not exceed 10000 characters")
    assert "no-such" in meaning(
        "invalid space settings: strategy 'no-such' is not a valid strategy"
    )


def test_a_problem_of_the_spaces_settings_is_found_behind_its_prefix() -> None:
    assert meaning("invalid space settings: space hibernated") == meaning("space hibernated")


@pytest.mark.parametrize(
    "text", ["", "something new", "invalid space settings: something new", "strategy '{0}' is"]
)
def test_a_refusal_nobody_foresaw_is_given_word_for_word(text: str) -> None:
    assert meaning(text) == text


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("pinning failed", True),
        ("unable to fetch block", True),
        ("unable to get quorum", True),
        ("failed to check validation", True),
        ("failed to check proposals limit", True),
        ("failed to check anything to come", True),
        ("update in progress, try later", True),
        ("validation failed", False),
        ("invalid snapshot block", False),
        ("wrong timestamp", False),
        ("", False),
    ],
)
def test_what_passes_by_itself_is_told_from_what_is_final(text: str, *, passes: bool) -> None:
    assert is_passing(text) is passes
