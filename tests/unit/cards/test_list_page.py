"""One page of a list."""

from dataclasses import replace
from typing import Any

import discord
import pytest

from bot.domain.lifecycle import Phase
from bot.domain.listing import PAGE_SIZE, Kind, Listed, ListedPage, Listing, Order, Status
from bot.domain.text import utf16_units
from bot.domain.types import ChannelId, ProposalId, UnixSeconds, UserId
from cogs.cards import list_page

START = UnixSeconds(1_790_000_000)
LINK = "https://discord.com/channels/1/2/3"
IDEAS = Listing(kind=Kind.IDEAS, standing=Status.GATHERING, order=Order.SUPPORT)


@pytest.fixture
def row() -> Listed:
    return Listed(
        id=ProposalId(12),
        reference="BTRST-12",
        title="Lower the fee",
        phase=Phase.IDEA,
        phase_since=START,
        created_at=START,
        topic="fees",
        supporters=7,
        thread_id=ChannelId(901),
        link=LINK,
    )


def page_of(*rows: Listed, **changes: Any) -> ListedPage:
    values = {"listing": IDEAS, "topic": "", "count": len(rows), "threshold": 10, **changes}
    return ListedPage(rows=rows, **values)


def buttons(view: discord.ui.View) -> list[discord.ui.Button[Any]]:
    return [each for each in view.children if isinstance(each, discord.ui.Button)]


def test_a_row_says_what_it_is_how_much_it_is_supported_and_where_it_is(row: Listed) -> None:
    embed, _ = list_page(page_of(row))
    assert embed.title == "Ideas · 1"
    assert embed.description is not None
    assert embed.description.splitlines() == [
        "gathering · most supported first",
        "",
        rf"**[BTRST\-12]({LINK})** · Lower the fee",
        "idea · 7 of 10 supporters · fees · spoken <t:1790000000:R>",
    ]
    assert embed.footer.text == "page 1 of 1"


def test_what_takes_no_support_any_more_shows_none_and_without_a_card_there_is_no_link(
    row: Listed,
) -> None:
    later = replace(row, phase=Phase.CONSENSUS_DRAFT, link="", topic="")
    embed, _ = list_page(page_of(later))
    assert embed.description is not None
    assert embed.description.splitlines()[2:] == [
        r"**BTRST\-12** · Lower the fee",
        "consensus draft · spoken <t:1790000000:R>",
    ]


def test_the_filters_are_said(row: Listed) -> None:
    listing = replace(IDEAS, author_id=UserId(501), order=Order.NEWEST)
    embed, _ = list_page(page_of(row, listing=listing, topic="platform rules"))
    assert embed.description is not None
    assert embed.description.startswith(
        "gathering · newest first · about platform rules · by <@501>"
    )


def test_a_button_at_an_end_is_there_and_cannot_be_pressed(row: Listed) -> None:
    first, middle, last = (
        list_page(page_of(row, listing=replace(IDEAS, page=page), count=25))[1] for page in range(3)
    )
    assert [each.disabled for each in buttons(first)] == [True, False]
    assert [each.disabled for each in buttons(middle)] == [False, False]
    assert [each.disabled for each in buttons(last)] == [False, True]
    assert [each.custom_id for each in buttons(middle)] == [
        "list:ideas:gathering:support:0::",
        "list:ideas:gathering:support:2::",
    ]
    for view in (first, middle, last):
        assert len({each.custom_id for each in buttons(view)}) == 2


def test_an_empty_list_invites_and_one_that_is_filtered_says_how_to_see_more() -> None:
    embed, view = list_page(page_of())
    assert "`/idea new`" in (embed.fields[-1].value or "")
    assert all(each.disabled for each in buttons(view))
    embed, _ = list_page(page_of(listing=replace(IDEAS, author_id=UserId(1))))
    assert "Leave a filter out" in (embed.fields[-1].value or "")


def test_a_page_of_hostile_rows_fits_and_links_only_where_we_say(row: Listed) -> None:
    hostile = replace(
        row, title="[x](https://evil.example) @everyone" * 30, topic="`**" * 50, reference="`" * 99
    )
    embed, _ = list_page(page_of(*[hostile] * PAGE_SIZE))
    assert embed.description is not None
    assert utf16_units(embed.description) <= 4_096
    assert "](https://evil" not in embed.description
    assert embed.description.count("](") == PAGE_SIZE
