"""What slash commands answer with."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import discord
import pytest

from bot.domain.draft import Draft, Section
from bot.domain.policy import Step
from bot.domain.snapshot import SpaceLimits, VotingType
from bot.domain.types import ProposalId, UnixSeconds, UserId
from cogs.cards import HistoryLine, draft_preview, history_page

START = UnixSeconds(1_790_000_000)


@pytest.fixture
def draft() -> Draft:
    return Draft(
        proposal_id=ProposalId(12),
        step=Step.TEMPERATURE,
        title="Lower the fee",
        sections=(Section(name="Why", text="Because."),),
        credit="",
        choices=("Yes", "No"),
        voting_type=VotingType.SINGLE_CHOICE,
        revision=2,
        edited_by=UserId(501),
        edited_at=START,
    )


def fields(embed: discord.Embed) -> dict[str | None, str]:
    return {field.name: field.value or "" for field in embed.fields}


def entry(what: str, actor_id: int | None) -> HistoryLine:
    return HistoryLine(at=START, actor_id=None if actor_id is None else UserId(actor_id), what=what)


def test_a_history_says_who_did_what_when() -> None:
    embed = history_page([entry("promoted", 501), entry("the vote opened", None)], "BTRST-12")
    assert embed.title == "History of BTRST\\-12"
    assert embed.description == (
        "<t:1790000000:f> · <@501>: promoted\n<t:1790000000:f> · Assent: the vote opened"
    )


def test_of_a_long_history_the_last_entries_are_shown() -> None:
    embed = history_page([entry(f"step {number} " + "x" * 500, None) for number in range(25)])
    assert embed.description is not None
    assert embed.description.startswith("… 5 earlier entries\n")
    assert "step 24 " in embed.description


def test_a_history_without_entries_says_so() -> None:
    assert history_page([]).description == "Nothing has happened yet."


def test_a_draft_shows_its_choices_and_the_room_that_is_left(draft: Draft) -> None:
    embed = draft_preview(draft, [])
    assert embed.title == "Draft · Lower the fee"
    assert embed.description is not None
    assert "Revision 2, edited by <@501> <t:1790000000:R>." in embed.description
    assert "> \\#\\# Why\n> \n> Because." in embed.description
    assert fields(embed)["Choices · single-choice"] == "1. Yes\n2. No"
    assert fields(embed)["Room"] == "✔ title 13 of 256\n✔ text 16 of 10,000\n✔ choices 2 of 20"
    assert "`/proposal publish`" in fields(embed)["Next"]
    assert "To be put right first" not in fields(embed)


def test_each_finding_has_its_own_line_and_keeps_the_draft_back(draft: Draft) -> None:
    embed = draft_preview(draft, ["The title is empty.", "Two choices read the same."])
    assert fields(embed)["To be put right first"] == (
        "✖ The title is empty.\n✖ Two choices read the same."
    )
    assert "`/draft edit`" in fields(embed)["Next"]


def test_what_is_over_a_limit_is_marked_in_words(draft: Draft) -> None:
    limits = SpaceLimits(body_units=10, choices=1)
    room = fields(draft_preview(draft, [], limits))["Room"]
    assert "✖ too much: text 16 of 10" in room
    assert "✖ too much: choices 2 of 1" in room


@pytest.mark.parametrize("make", [lambda draft: draft_preview(draft, ["x" * 5_000] * 40)])
def test_findings_never_break_the_embed(draft: Draft, make: Callable[[Draft], Any]) -> None:
    embed = make(
        replace(
            draft,
            title="t" * 9_000,
            sections=(Section(name="", text="b" * 9_000),),
            choices=("c" * 999,) * 99,
        )
    )
    assert len(embed) <= 6_000
    assert all(len(field.value) <= 1_024 for field in embed.fields)
