"""A deadline as an event in Discord's own list: what it says, and how it is found again there."""

from dataclasses import dataclass
from hashlib import blake2s

from bot.domain.deadlines.deadline import Deadline, caption, is_address, meaning
from bot.domain.text import bare, line
from bot.domain.types import GuildId, UnixSeconds

NAME_LIMIT, DESCRIPTION_LIMIT, LOCATION_LIMIT = 100, 1000, 100
_TITLE_SHOWN, _LINK_SHOWN = 300, 300
_SIGNED = "Assent · "
_MARK_BYTES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class EventForm:
    """What an event says, within Discord's limits."""

    name: str
    description: str
    location: str
    start: UnixSeconds
    end: UnixSeconds

    @property
    def digest(self) -> str:
        """A short text that is the same only for the same event."""
        said = "\n".join((self.name, self.description, self.location, f"{self.start}-{self.end}"))
        return blake2s(said.encode(), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One of our events as Discord lists it."""

    id: int
    mark: str
    end: UnixSeconds
    has_begun: bool


def form_of(guild_id: GuildId, deadline: Deadline) -> EventForm:
    """Write the event of a deadline; strangers' words in it are made safe."""
    rows = (
        line(deadline.title, _TITLE_SHOWN),
        meaning(deadline),
        deadline.link if is_address(deadline.link) and len(deadline.link) <= _LINK_SHOWN else "",
        f"{_SIGNED}{mark_of(guild_id, deadline.key)}",
    )
    return EventForm(
        name=bare(caption(deadline), NAME_LIMIT),
        description="\n\n".join(row for row in rows if row),
        location=bare(deadline.place, LOCATION_LIMIT) or "On chain",
        start=deadline.start,
        end=deadline.end,
    )


def mark_of(guild_id: GuildId, key: str) -> str:
    """Give the short code by which an event of ours is found again in its server."""
    return blake2s(f"{guild_id}|{key}".encode(), digest_size=_MARK_BYTES).hexdigest()


def mark_in(description: str) -> str:
    """Give the mark that a description ends with, or `""`."""
    last = description.rstrip().rpartition("\n")[2]
    code = last.removeprefix(_SIGNED)
    return code if code != last and len(code) == 2 * _MARK_BYTES else ""
