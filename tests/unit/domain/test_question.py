"""Whether a question is neutral: a few plain rules, which explain themselves."""

import pytest

from bot.domain.drafting.question import doubts


@pytest.mark.parametrize(
    "question",
    [
        "Should the marketplace fee be lowered to 8 %?",
        "Should the community go ahead with this?",
        "**Should we clear the queue?**",
    ],
)
def test_a_plain_question_is_neutral(question: str) -> None:
    assert doubts(question) == ()


@pytest.mark.parametrize(
    ("question", "doubt"),
    [
        ("", "It is empty"),
        ("We should lower it.", "end in a question mark"),
        ("Should we lower it? Or raise it?", "ask one thing"),
        ("Should we finally lower the unfair fee?", "“finally”, “unfair”"),
        ("Don\u2019t you want a lower fee?", "“don't you”"),
        ("Do you AGREE that it is too high?", "“agree that”"),
    ],
)
def test_what_leads_to_an_answer_is_named(question: str, doubt: str) -> None:
    assert doubt in " ".join(doubts(question))
