"""What slash commands answer with."""

import discord

from bot.domain.types import UnixSeconds, UserId
from cogs.cards import HistoryLine, history_page

START = UnixSeconds(1_790_000_000)


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
