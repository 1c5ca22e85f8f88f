"""The laws of the calendar file: whatever a title holds, every app reads the same, and no more."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.deadlines.deadline import LATEST, DeadlineKind, caption, span
from bot.domain.deadlines.icalendar import LINE_OCTETS, calendar_file, folded
from bot.domain.text import bare
from bot.domain.types import UnixSeconds
from tests.deadlines import GUILD, deadline, entry, read_back

LAWS = settings(max_examples=150)
TEXTS = st.text(max_size=120) | st.lists(
    st.sampled_from(
        (
            "\r\nEND:VEVENT\r\nBEGIN:VEVENT",
            "\nATTACH:https://evil.example",
            ";X=1:",
            "\\n",
            "\\",
            ",",
            '"',
            "\x00",
            "\x85\u2028",
            "👩‍👩‍👧‍👦",
            "ü",
            "e" + "\u0301" * 40,
            "\u202e",
            "\ud800",
            "w" * 200,
        )
    ),
    max_size=8,
).map("".join)


@LAWS
@given(title=TEXTS, place=TEXTS, link=TEXTS, cancelled=TEXTS)
def test_an_app_reads_what_was_written_whatever_it_holds(
    title: str, place: str, link: str, cancelled: str
) -> None:
    hostile = deadline(title=title, place=place, link=link, cancelled=cancelled)
    [event] = read_back(calendar_file(GUILD, [entry(of=hostile)]))
    assert event["SUMMARY"] == bare(caption(hostile), 200)
    assert event["UID"] == f"{hostile.key}@{GUILD}"
    assert "ATTACH" not in event
    assert "X" not in event.property_items()
    assert event["STATUS"] == ("CANCELLED" if cancelled else "CONFIRMED")


@LAWS
@given(title=TEXTS, place=TEXTS)
def test_every_line_ends_as_the_standard_says_and_is_short(title: str, place: str) -> None:
    text = calendar_file(GUILD, [entry(of=deadline(title=title, place=place))])
    assert text.endswith("\r\n")
    lines = text.encode().removesuffix(b"\r\n").split(b"\r\n")
    assert all(0 < len(each) <= LINE_OCTETS for each in lines)
    assert not any(control in text.replace("\r\n", "") for control in "\r\n\x00\x0b\x0c\x7f")


@LAWS
@given(text=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=400))
def test_what_was_folded_is_whole_when_it_is_unfolded(text: str) -> None:
    assert folded(text).replace("\r\n ", "") == text
    assert all(len(each.encode()) <= LINE_OCTETS for each in folded(text).split("\r\n"))


@LAWS
@given(start=st.integers(-(2**70), 2**70), end=st.integers(-(2**70), 2**70))
def test_no_moment_is_beyond_what_a_calendar_can_hold(start: int, end: int) -> None:
    window = span(UnixSeconds(start), UnixSeconds(end))
    if window is None:
        return
    assert 0 < window[0] < window[1] <= LATEST
    long = deadline(start=window[0], end=window[1])
    [event] = read_back(calendar_file(GUILD, [entry(of=long)]))
    assert int(event["DTSTART"].dt.timestamp()) == window[0]
    assert int(event["DTEND"].dt.timestamp()) == window[1]


@LAWS
@given(counts=st.lists(st.sampled_from(DeadlineKind), max_size=12))
def test_every_deadline_is_one_event(counts: list[DeadlineKind]) -> None:
    entries = [
        entry(of=replace(deadline(f"key:{number}"), kind=kind), sequence=number)
        for number, kind in enumerate(counts)
    ]
    events = read_back(calendar_file(GUILD, entries))
    assert [event["UID"] for event in events] == [
        f"{each.deadline.key}@{GUILD}" for each in entries
    ]
    assert [int(event["SEQUENCE"]) for event in events] == list(range(len(counts)))
