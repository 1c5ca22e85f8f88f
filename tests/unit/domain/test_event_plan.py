"""What is done in Discord's list of events, case by case."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.deadlines.deadline import DeadlineKind
from bot.domain.deadlines.entry import Entry, EventState
from bot.domain.deadlines.event import Listed, form_of, mark_in, mark_of
from bot.domain.deadlines.plan import (
    SOONEST,
    Calendar,
    Change,
    End,
    Make,
    Note,
    Step,
    TakeAway,
    done,
    is_settled,
    missed,
    plan,
    refused,
)
from bot.domain.types import UnixSeconds
from tests.deadlines import DAY, GUILD, HOUR, NOW, deadline, entry, moment


def calendar(*entries: Entry, wants_events: bool = True) -> Calendar:
    return Calendar(guild_id=GUILD, wants_events=wants_events, entries=entries)


def standing(of: Any = None, **changes: Any) -> Entry:
    """Make an entry whose event stands in Discord as it should."""
    about = of or deadline()
    whole = entry(
        of=about,
        state=EventState.STANDS,
        event_id=7,
        shown=form_of(GUILD, about).digest,
        shown_until=about.end,
    )
    return replace(whole, **changes)


def listed(of: Entry, event_id: int = 7, *, has_begun: bool = False) -> Listed:
    mark = mark_of(GUILD, of.deadline.key)
    return Listed(id=event_id, mark=mark, end=of.deadline.end, has_begun=has_begun)


def planned(of: Entry, *events: Listed, now: UnixSeconds = NOW, wants: bool = True) -> list[Step]:
    return plan(calendar(of, wants_events=wants), events, 0, now)


def test_what_is_missing_is_made() -> None:
    [step] = planned(entry())
    assert isinstance(step, Make)
    assert (step.start, step.form.end) == (deadline().start, deadline().end)
    after = done(step, 7)
    assert after == standing()
    assert is_settled(calendar(after), NOW)


def test_a_vote_that_is_under_way_begins_as_soon_as_discord_takes_it() -> None:
    [step] = planned(entry(of=deadline(start=moment(-DAY))))
    assert isinstance(step, Make)
    assert step.start == NOW + SOONEST


@pytest.mark.parametrize("kind", [DeadlineKind.EXECUTABLE, DeadlineKind.EXPIRY])
def test_a_moment_that_has_come_gets_no_event_any_more(kind: DeadlineKind) -> None:
    assert planned(entry(of=deadline(kind=kind, start=NOW, end=moment(HOUR)))) == []


def test_what_is_over_in_a_minute_or_far_away_gets_no_event_now() -> None:
    assert planned(entry(of=deadline(start=moment(-DAY), end=moment(60)))) == []
    assert planned(entry(of=deadline(start=moment(400 * DAY), end=moment(401 * DAY)))) == []


def test_what_was_made_and_not_written_down_is_found_and_brought_up_to_date() -> None:
    found, changed = planned(entry(), listed(entry()))
    assert isinstance(found, Note)
    assert (found.entry.state, found.entry.event_id) == (EventState.STANDS, 7)
    assert isinstance(changed, Change)
    assert done(changed) == standing()


def test_the_younger_of_two_is_taken_away() -> None:
    [step] = planned(standing(), listed(standing(), 9), listed(standing(), 7))
    assert isinstance(step, TakeAway)
    assert step.event_id == 9
    assert done(step) == standing()


def test_the_beginning_of_what_has_begun_stays() -> None:
    longer = standing(deadline(start=moment(-DAY)), shown="as it was before")
    [step] = planned(longer, listed(longer, has_begun=True))
    assert isinstance(step, Change)
    assert step.start is None


@pytest.mark.parametrize("has_begun", [False, True])
def test_what_is_cancelled_is_ended_with_the_reason(*, has_begun: bool) -> None:
    off = standing(deadline(cancelled="it is off."))
    [step] = planned(off, listed(off, has_begun=has_begun))
    assert isinstance(step, End)
    assert step.has_begun is has_begun
    assert "Cancelled: it is off." in form_of(GUILD, step.entry.deadline).description
    assert done(step).state is EventState.OVER
    assert is_settled(calendar(done(step)), NOW)


def test_what_is_cancelled_and_never_had_an_event_needs_nothing() -> None:
    off = entry(of=deadline(cancelled="it is off."))
    assert is_settled(calendar(off), NOW)
    assert planned(off) == []


def test_what_comes_back_is_made_anew() -> None:
    back = entry(state=EventState.OVER, event_id=7)
    [step] = planned(back)
    assert isinstance(step, Make)
    assert done(step, 8).event_id == 8


def test_what_is_not_listed_was_taken_away_unless_its_time_was_up() -> None:
    [taken] = planned(standing())
    assert isinstance(taken, Note)
    assert taken.entry.state is EventState.REMOVED
    assert planned(done(taken)) == []
    [over] = planned(standing(), now=deadline().end)
    assert over.entry.state is EventState.OVER


def test_switched_off_what_stands_is_taken_away_and_can_be_made_again() -> None:
    [step] = planned(standing(), listed(standing()), wants=False)
    assert isinstance(step, TakeAway)
    [again] = planned(done(step))
    assert isinstance(again, Make)


def test_what_discord_refuses_is_tried_again_only_when_it_reads_differently() -> None:
    [step] = planned(entry())
    off = refused(step)
    assert off.state is EventState.REFUSED
    assert is_settled(calendar(off), NOW)
    other = replace(off, deadline=deadline(title="Another title"))
    assert isinstance(planned(other)[0], Make)


def test_a_change_that_is_refused_is_given_up_until_the_next() -> None:
    before = standing(shown="as it was before")
    [step] = planned(before, listed(before))
    assert is_settled(calendar(refused(step)), NOW)


def test_an_event_that_is_gone_when_it_is_to_be_changed_is_not_made_again() -> None:
    before = standing(shown="as it was before")
    [step] = planned(before, listed(before))
    assert missed(step).state is EventState.REMOVED
    off = standing(deadline(cancelled="it is off."))
    [end] = planned(off, listed(off))
    assert missed(end).state is EventState.OVER


@pytest.mark.parametrize(
    "description", ["", "Assent · ", "Assent · 123", "x\n\nAssent - 0123456789ab", "0123456789ab"]
)
def test_what_bears_no_mark_is_not_ours(description: str) -> None:
    assert mark_in(description) == ""


def test_the_mark_survives_white_space_at_the_end() -> None:
    form = form_of(GUILD, deadline())
    assert mark_in(f"{form.description}\n \n") == mark_of(GUILD, deadline().key)


def test_servers_have_marks_of_their_own() -> None:
    assert mark_of(GUILD, "key") != mark_of(type(GUILD)(GUILD + 1), "key")
