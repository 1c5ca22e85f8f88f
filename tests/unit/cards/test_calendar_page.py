"""The page that /calendar shows: the next deadlines, the file, and the address to subscribe to."""

from typing import Any

import pytest

from bot.domain.deadlines.deadline import Deadline, DeadlineKind
from bot.domain.types import UnixSeconds
from bot.services.deadlines import CalendarFile
from cogs.cards.server.calendar_page import calendar_page
from tests.deadlines import DAY, HOUR, NOW, deadline, moment
from tests.unit.cards.conftest import unescaped

ADDRESS = "https://gov.example.org/assent/calendar/900-" + "ab" * 20 + ".ics"


def shown(
    *ahead: Deadline, address: str = "", has_events: bool = False, **who: bool
) -> dict[str, Any]:
    file = CalendarFile(text="BEGIN:VCALENDAR", changed_at=NOW, ahead=ahead, has_events=has_events)
    is_administrator = who.get("is_administrator", False)
    return dict(calendar_page(file, address, is_administrator=is_administrator).to_dict())


def field(page: dict[str, Any], name: str) -> str:
    return next((each["value"] for each in page["fields"] if name in each["name"]), "")


def text(page: dict[str, Any]) -> str:
    return unescaped(page["description"])


def test_without_deadlines_it_says_so() -> None:
    page = shown()
    assert "There is no deadline here now." in text(page)


def test_a_window_has_both_its_ends_in_the_readers_time() -> None:
    page = shown(deadline())
    assert "Temperature Check" in text(page)
    assert "BTRST-1 Lower the marketplace fee" in text(page)
    assert f"from <t:{moment(DAY)}:F>" in page["description"]
    assert f"until <t:{moment(4 * DAY)}:F>" in page["description"]


def test_an_estimate_says_about_at_both_ends() -> None:
    page = shown(deadline(kind=DeadlineKind.ON_CHAIN_VOTE, is_estimate=True))
    assert page["description"].count("about <t:") == 2


@pytest.mark.parametrize(
    ("kind", "word", "at"),
    [
        (DeadlineKind.EXECUTABLE, "from", moment(DAY)),
        (DeadlineKind.EXPIRY, "until", moment(DAY + HOUR)),
    ],
)
def test_a_moment_is_one_time(kind: DeadlineKind, word: str, at: UnixSeconds) -> None:
    page = shown(deadline(kind=kind, end=moment(DAY + HOUR)))
    assert f"{word} <t:{at}:F>" in page["description"]
    assert page["description"].count(":F>") == 1


def test_many_deadlines_are_counted_and_are_all_in_the_file() -> None:
    page = shown(*(deadline(f"key:{number}") for number in range(30)))
    assert "22 more deadlines, all in the file" in text(page)
    assert page["description"].count("Temperature Check") == 8


def test_the_address_stands_where_it_can_be_copied_and_only_where_there_is_a_page() -> None:
    page = shown(deadline(), address=ADDRESS)
    assert f"`{ADDRESS}`" in field(page, "Subscribe")
    assert "Add calendar from URL" in field(page, "Subscribe")
    assert field(shown(deadline()), "Subscribe") == ""


def test_only_administrators_are_told_how_the_events_are_switched_on_and_only_if_they_are_not() -> (
    None
):
    assert "calendar.events" in field(shown(is_administrator=True), "list of events")
    assert field(shown(), "list of events") == ""
    assert field(shown(is_administrator=True, has_events=True), "list of events") == ""


def test_a_hostile_title_and_heading_are_only_text() -> None:
    evil = "@everyone [free](https://evil.example) ``` \u202e"
    page = shown(deadline(title=evil, heading=evil, reference="<@1>"))
    said = page["description"]
    assert "\u202e" not in said
    assert "\\@everyone" in said
    assert "](" not in said
    assert "```" not in said
    assert "<@1>" not in said
