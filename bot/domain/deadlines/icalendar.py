"""Deadlines as an iCalendar file (RFC 5545), which every calendar app reads and subscribes to.

It is written here and not by a library because one component with a dozen properties, all of them
in UTC, is all there is; a library that reads such files holds it to the standard in the tests.
"""

from collections.abc import Iterable, Iterator

from bot.domain.calendar import basic_utc
from bot.domain.deadlines.deadline import Deadline, caption, is_address, meaning
from bot.domain.deadlines.entry import Entry
from bot.domain.text import bare, clean
from bot.domain.types import GuildId, UnixSeconds

LINE_OCTETS = 75  # without the line's end
_SUMMARY_SHOWN, _PLACE_SHOWN, _TITLE_SHOWN = 200, 100, 300
_NAME = "Governance deadlines"
_HEAD = (
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Assent//Governance deadlines//EN",
    "CALSCALE:GREGORIAN",
    "METHOD:PUBLISH",
    f"X-WR-CALNAME:{_NAME}",
    "REFRESH-INTERVAL;VALUE=DURATION:PT1H",  # RFC 7986
    "X-PUBLISHED-TTL:PT1H",  # the same for older apps
)
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


def calendar_file(guild_id: GuildId, entries: Iterable[Entry]) -> str:
    """Write the calendar of a server."""
    events = (row for entry in entries for row in _event(guild_id, entry))
    rows = (*_HEAD, *events, "END:VCALENDAR")
    return "".join(f"{folded(row)}\r\n" for row in rows)


def _event(guild_id: GuildId, entry: Entry) -> Iterator[str]:
    deadline = entry.deadline
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(f'{deadline.key}@{guild_id}')}"
    yield f"DTSTAMP:{_moment(entry.changed_at)}"
    yield f"LAST-MODIFIED:{_moment(entry.changed_at)}"
    yield f"SEQUENCE:{entry.sequence}"
    yield f"DTSTART:{_moment(deadline.start)}"
    yield f"DTEND:{_moment(deadline.end)}"
    yield f"SUMMARY:{_text(bare(caption(deadline), _SUMMARY_SHOWN))}"
    yield f"DESCRIPTION:{_text(_description(deadline))}"
    yield f"LOCATION:{_text(bare(deadline.place, _PLACE_SHOWN))}"
    if is_address(deadline.link):
        yield f"URL:{deadline.link}"
    yield f"STATUS:{_status(deadline)}"
    yield "TRANSP:TRANSPARENT"  # nobody is busy because a vote is open
    yield "END:VEVENT"


def _status(deadline: Deadline) -> str:
    if deadline.cancelled:
        return "CANCELLED"
    return "TENTATIVE" if deadline.is_estimate else "CONFIRMED"


def _description(deadline: Deadline) -> str:
    link = deadline.link if is_address(deadline.link) else ""
    rows = (bare(deadline.title, _TITLE_SHOWN), meaning(deadline), link)
    return "\n\n".join(row for row in rows if row)


def _moment(moment: UnixSeconds) -> str:
    return basic_utc(moment)


def _text(text: str) -> str:
    """Escape a value of the type TEXT; control characters, which it cannot hold, are dropped."""
    return clean(text, len(text)).translate(_ESCAPES)


def folded(row: str) -> str:
    """Fold a line so that none has more than 75 octets; no character is cut in two."""
    pieces, piece, size = [], "", 0
    for character in row:
        octets = len(character.encode())
        if size + octets > LINE_OCTETS:
            pieces.append(piece)
            piece, size = "", 1  # the space with which the next line begins
        piece += character
        size += octets
    return "\r\n ".join([*pieces, piece])
