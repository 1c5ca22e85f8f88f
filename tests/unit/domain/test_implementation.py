"""Who is meant, until when, and what is said of it at which time."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.announcement import Subject
from bot.domain.calendar import end_of_day
from bot.domain.errors import Refusal
from bot.domain.implementation import (
    Implementation,
    Implementer,
    Reminder,
    implementer,
    reminders,
)
from bot.domain.policy import BRAINTRUST, DAY
from bot.domain.types import ProposalId, UnixSeconds, UserId

SET_AT = UnixSeconds(1_800_000_000)
DUE = UnixSeconds(SET_AT + 10 * DAY)
SUBJECT = Subject(proposal_id=ProposalId(1), reference="BTRST-1", title="A title")


def plan(due_at: UnixSeconds | None = DUE, done_at: UnixSeconds | None = None) -> Implementation:
    return Implementation(
        proposal_id=ProposalId(1),
        who=Implementer(user_id=UserId(7), name=""),
        due_at=due_at,
        set_by=UserId(501),
        set_at=SET_AT,
        done_at=done_at,
    )


def said(days: float, agreed: Implementation | None = None) -> list[tuple[Reminder, bool]]:
    now = UnixSeconds(int(DUE + days * DAY))
    due = reminders(agreed or plan(), SUBJECT, BRAINTRUST, now)
    return [(news.reminder, is_news) for news, is_news in due.items()]


def test_one_reminder_is_news_at_a_time() -> None:
    assert said(-4) == []
    assert said(-3) == [(Reminder.COMING, True)]
    assert said(0) == [(Reminder.COMING, False), (Reminder.DUE, True)]
    assert said(6.9) == [(Reminder.COMING, False), (Reminder.DUE, True)]
    assert said(7)[2:] == [(Reminder.OVERDUE, True)]
    assert said(100)[2:] == [(Reminder.OVERDUE, True)]


def test_a_date_that_was_just_agreed_needs_no_reminder_of_what_is_over() -> None:
    soon = plan(due_at=UnixSeconds(SET_AT + DAY))
    due = reminders(soon, SUBJECT, BRAINTRUST, SET_AT)
    assert list(due.values()) == [False]


def test_without_a_date_or_when_it_is_done_nothing_is_reminded_of() -> None:
    assert said(50, plan(due_at=None)) == []
    assert said(50, plan(done_at=DUE)) == []


def test_each_reminder_has_a_key_of_its_own() -> None:
    keys = [
        news.key
        for days in (-3, 0, 7, 14)
        for news, is_news in reminders(
            plan(), SUBJECT, BRAINTRUST, UnixSeconds(DUE + days * DAY)
        ).items()
        if is_news
    ]
    assert len(set(keys)) == 4


@pytest.mark.parametrize("text", ["<@123>", " <@!123> "])
def test_a_mention_is_a_member(text: str) -> None:
    assert implementer(text) == Implementer(user_id=UserId(123), name="")


@pytest.mark.parametrize("text", ["the web team", "<@123> and others", "<@&123>", f"<@{2**63}>"])
def test_anything_else_is_words(text: str) -> None:
    found = implementer(text)
    assert (found.user_id, found.name) == (None, text)


@pytest.mark.parametrize("text", ["", " \n ", "…", "\u200b", "x" * 101])
def test_nobody_is_nobody(text: str) -> None:
    with pytest.raises(Refusal):
        implementer(text)


BERLIN = "Europe/Berlin"


def shown(text: str) -> str | None:
    moment = end_of_day(text, SET_AT, BERLIN)
    if moment is None:
        return None
    return datetime.fromtimestamp(moment, ZoneInfo(BERLIN)).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2027-03-01", "2027-03-01 23:59"),
        (" 2027-3-1 ", "2027-03-01 23:59"),
        ("01.03.2027", "2027-03-01 23:59"),
        ("1. 3. 2027", "2027-03-01 23:59"),
        ("in 10 days", "2027-01-25 23:59"),
        ("10 days", "2027-01-25 23:59"),
        ("In 2 weeks", "2027-01-29 23:59"),
        ("in 1 day", "2027-01-16 23:59"),
        ("2027-02-30", None),
        ("soon", None),
        ("", None),
        ("in ten days", None),
        ("٣ days", None),
        ("2027-03-01 12:00", None),
    ],
)
def test_a_date_is_the_end_of_that_day_where_the_community_is(text: str, date: str | None) -> None:
    assert shown(text) == date
