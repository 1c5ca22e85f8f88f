"""A server's list of events, as Discord's clients show it when its name is opened."""

from typing import TYPE_CHECKING, Final

from sandbox.discord.scheduled_events import EventStatus, ScheduledEvent
from sandbox.page.html import Html, element, join
from sandbox.page.markdown import markdown
from sandbox.page.moments import moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.page.names import Names

_WORDS: Final = {
    EventStatus.SCHEDULED: "Scheduled",
    EventStatus.ACTIVE: "Happening now",
    EventStatus.COMPLETED: "Over",
    EventStatus.CANCELED: "Cancelled",
}
_SIGNS: Final = {
    EventStatus.SCHEDULED: "○",
    EventStatus.ACTIVE: "●",
    EventStatus.COMPLETED: "✔",
    EventStatus.CANCELED: "✖",
}


def events_anchor(names: "Names") -> str:
    """Give where the list stands in the page."""
    return f"events-{names.guild.id}"


def events_section(names: "Names") -> Html | None:
    """Show the list; nothing, where there never was an event."""
    events = listed(names)
    if not events:
        return None
    head = f"h-{events_anchor(names)}"
    return element(
        "section",
        element("h3", element("span", "▦", class_="sign", aria_hidden="true"), "Events", id=head),
        element("ul", *(_event(event, names) for event in events), class_="events"),
        class_="channel",
        id=events_anchor(names),
        aria_labelledby=head,
    )


def listed(names: "Names") -> "Sequence[ScheduledEvent]":
    """Give the events in the order in which they begin."""
    events = names.guild.scheduled_events.values()
    return sorted(events, key=lambda event: (event.starts_at, event.id))


def _event(event: ScheduledEvent, names: "Names") -> Html:
    creator = names.users.get(event.creator.id, event.creator)
    return element(
        "li",
        element("p", *_when(event, names), class_="event-when"),
        element("p", event.name, class_="embed-title"),
        element("p", f"{event.location} · by {creator.name}", class_="until"),
        element("div", markdown(event.description, names), class_="text")
        if event.description
        else None,
        class_=f"event {event.status.name.lower()}",
        id=f"e{event.id}",
    )


def _when(event: ScheduledEvent, names: "Names") -> tuple[Html, Html]:
    state = join(
        element("span", _SIGNS[event.status], class_="sign", aria_hidden="true"),
        _WORDS[event.status],
    )
    start, end = moment(event.starts_at, "F", names.now), moment(event.ends_at, "F", names.now)
    return element("span", state, class_="tag"), join(start, " to ", end)
