"""What is said of one vote that weighs much."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.onchain.announcement import GovernorNews, LargeVote
from bot.domain.types import Address, TransactionHash

Read = Callable[..., Any]


@pytest.fixture
def vote(news: GovernorNews) -> LargeVote:
    return LargeVote(
        governor_key=news.governor_key,
        governor_name=news.governor_name,
        title=news.title,
        reference=news.reference,
        voter=Address("0x799ebfABE77a6E34311eeEe9825190B9ECe32824"),
        voter_name="whale.eth",
        support=1,
        weight=Decimal(40_000),
        reason="Agencies ask for 5 %.",
        quorum=Decimal(100_000),
        unit="BTRST",
        vote_ends_at=news.vote_ends_at,
        times_are_estimates=True,
        transaction_hash=TransactionHash("0x" + "cd" * 32),
        log_index=4,
        at=news.at,
    )


def test_a_large_vote_says_who_how_with_how_much_and_why(read: Read, vote: LargeVote) -> None:
    shown = read(vote)
    assert shown.title == "🐋 A large vote For: Lower the fee"
    assert (
        "BTRST-12 at Braintrust Governor: whale.eth (0x799e…2824) voted **For**, 40K BTRST, "
        "40 % of the quorum."
    ) in shown.text
    assert "> Agencies ask for 5 %." in shown.text
    assert "vote by about <t:" in shown.next_step
    assert shown.buttons == {"See the transaction": "https://etherscan.io/tx/0x" + "cd" * 32}


def test_nobody_is_asked_to_vote_when_it_is_over(read: Read, vote: LargeVote) -> None:
    shown = read(replace(vote, is_over=True))
    assert "counts in the result" in shown.next_step
    assert "vote by" not in shown.next_step


def test_without_a_reason_or_a_name_that_is_said_or_left_out(read: Read, vote: LargeVote) -> None:
    assert "weigh the reason" in read(vote).next_step
    shown = read(replace(vote, reason=" ", voter_name=""))
    assert "They gave no reason." in shown.text
    assert "0x799e…2824 voted" in shown.text
    assert "weigh the reason" not in shown.next_step, "There is none."


def test_a_divided_vote_says_what_went_where(read: Read, vote: LargeVote) -> None:
    divided = replace(vote, support=255, fractions=(Decimal(10_000), Decimal(30_000), Decimal(0)))
    shown = read(divided)
    assert shown.title.startswith("🐋 A large vote divided: ")
    assert "voted divided: **For** with 30K BTRST, **Against** with 10K BTRST, 40K" in shown.text


def test_a_side_that_is_not_known_is_not_guessed(read: Read, vote: LargeVote) -> None:
    assert "in a way this version does not know (7)" in read(replace(vote, support=7)).text


def test_a_vote_of_more_than_the_quorum_is_called_so(read: Read, vote: LargeVote) -> None:
    whole = read(replace(vote, weight=Decimal(200_000)))
    assert "200K BTRST, as much as the whole quorum" in whole.text


def test_a_strangers_reason_cannot_ping_or_grow(read: Read, vote: LargeVote) -> None:
    hostile = read(replace(vote, reason="@everyone [x](https://a.b)\n# Big\n" * 500))
    assert "\\@everyone" in hostile.rendered.embed.description
    assert len(hostile.rendered.embed.description) < 1_500
    assert hostile.rendered.content is None
