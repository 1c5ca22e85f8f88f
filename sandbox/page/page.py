"""The whole page: one file that needs nothing else."""

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sandbox.discord.channels import ChannelType
from sandbox.discord.scheduled_events import keep_time
from sandbox.page.channels import channel_section, sign, spoken_in
from sandbox.page.chapters import Chapter, timeline
from sandbox.page.events import events_anchor, events_section, listed
from sandbox.page.html import Html, element, join
from sandbox.page.moments import moment
from sandbox.page.names import Names, anchor

if TYPE_CHECKING:
    from sandbox.discord import Channel, DiscordWorld, Thread
    from sandbox.discord.direct_channels import DirectChannel
    from sandbox.discord.guilds import Guild

_DIRECT: Final = "Direct messages"
_SHORT: Final = 24  # characters of a result that stay on one line
_HERE: Final = Path(__file__).parent


def write_page(
    path: Path,
    worlds_discord: "DiscordWorld",
    chapters: Sequence[Chapter],
    facts: Mapping[str, str],
) -> None:
    """Write the page of a demonstration: its story, its results, and Discord as people saw it.

    Relative times are seen from the moment of writing, by the world's clock.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_document(worlds_discord, chapters, facts), encoding="utf-8")


def _document(world: "DiscordWorld", chapters: Sequence[Chapter], facts: Mapping[str, str]) -> str:
    now = world.clock.now()
    for guild in world.state.guilds.values():
        keep_time(world.state, guild)
    servers = [Names.of(guild, world.state, now) for guild in world.state.guilds.values()]
    talks = [channel for channel in world.state.direct.values() if channel.log]
    body = element(
        "body",
        element("a", "Skip to the story", class_="skip", href="#main"),
        _sidebar(servers, chapters, facts, talks),
        element(
            "main",
            _opening(world.bot.name, servers, now),
            element("div", _results(facts), _story(chapters, servers), class_="told-and-counted"),
            *(_server(names) for names in servers),
            _direct(talks, servers),
            id="main",
        ),
        element("script", Html(_SCRIPT)),
    )
    title = f"{world.bot.name}: one proposal's whole life"
    return f"<!doctype html>\n{element('html', _head(title), body, lang='en')}\n"


def _head(title: str) -> Html:
    script = b64encode(sha256(_SCRIPT.encode()).digest()).decode()
    allowed = f"img-src data:; style-src 'unsafe-inline'; script-src 'sha256-{script}'"
    return element(
        "head",
        element("meta", charset="utf-8"),
        element(
            "meta",
            http_equiv="Content-Security-Policy",
            content=f"default-src 'none'; base-uri 'none'; form-action 'none'; {allowed}",
        ),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", title),
        element("style", Html(_STYLE)),
    )


def _opening(bot: str, servers: Sequence[Names], now: int) -> Html:
    where = " and ".join(names.guild.name for names in servers)
    said = (
        f"{where}'s Discord as its members saw it, told by the true {bot} in a Discord, a Snapshot "
        "and a chain that ran on one machine, on a clock that could jump."
    )
    seen = join("Times are in UTC; “in 3 days” and the like are seen from ", moment(now, "F", now))
    return element(
        "header",
        element("h1", "One proposal, its whole life"),
        element("p", said, class_="lead"),
        element("p", element("small", seen, ", when this page was written.")),
        class_="opening",
    )


def _story(chapters: Sequence[Chapter], servers: Sequence[Names]) -> Html | None:
    if not chapters:
        return None
    places = [place for names in servers for place in _places(names.guild)]
    messages = sorted((m for place in places for m in spoken_in(place)), key=lambda one: one.id)
    shown = timeline(chapters, messages)
    head = element("h2", "The story", id="story-head")
    return element("section", head, shown, id="story", aria_labelledby="story-head")


def _places(guild: "Guild") -> "Iterator[Channel | Thread]":
    yield from guild.channels.values()
    yield from guild.threads.values()


def _results(facts: Mapping[str, str]) -> Html | None:
    if not facts:
        return None
    rows = (
        element("tr", element("th", name, scope="row"), element("td", _unbroken(value)))
        for name, value in facts.items()
    )
    head = element("h2", "What came of it", id="results-head")
    table = element("table", element("tbody", *rows))
    return element("section", head, table, id="results", aria_labelledby="results-head")


def _unbroken(value: str) -> str:
    return value.replace(" ", "\N{NO-BREAK SPACE}") if len(value) <= _SHORT else value


def _server(names: Names) -> Html:
    head = element("h2", names.guild.name)
    return element("div", head, events_section(names), *(_channels(names)), class_="server")


def _direct(talks: "Sequence[DirectChannel]", servers: Sequence[Names]) -> Html | None:
    if not talks:
        return None
    sections = (channel_section(talk, (), _names_for(talk, servers)) for talk in talks)
    return element("div", element("h2", _DIRECT), *sections, class_="server")


def _names_for(talk: "DirectChannel", servers: Sequence[Names]) -> Names:
    """Choose the server that both are in, whose roles and channels the messages may name."""
    met = (names for names in servers if talk.recipient.id in names.guild.members)
    return next(met, servers[0])


def _channels(names: Names) -> "Iterator[Html]":
    threads = list(names.guild.threads.values())
    for channel in _spoken(names.guild):
        yield channel_section(channel, threads, names)


def _spoken(guild: "Guild") -> "list[Channel]":
    return [one for one in guild.channels.values() if one.type is not ChannelType.CATEGORY]


def _sidebar(
    servers: Sequence[Names],
    chapters: Sequence[Chapter],
    facts: Mapping[str, str],
    talks: "Sequence[DirectChannel]",
) -> Html:
    told = [_entry("story", "The story")] if chapters else []
    counted = [_entry("results", "What came of it")] if facts else []
    return element(
        "nav",
        _list([*told, *counted]),
        *(part for names in servers for part in _server_directory(names)),
        *(_directory(_DIRECT, talks) if talks else ()),
        aria_label="Chapters and channels",
    )


def _server_directory(names: Names) -> "Iterator[Html]":
    mark = element("span", "▦", class_="sign", aria_hidden="true")
    events = [_entry(events_anchor(names), mark, "Events")] if listed(names) else []
    yield from _directory(names.guild.name, _spoken(names.guild), events)


def _directory(
    name: str, channels: "Sequence[Channel]", before: Sequence[Html] = ()
) -> "Iterator[Html]":
    yield element("p", name, class_="server-name")
    yield _list([*before, *(_link(channel) for channel in channels)])


def _link(channel: "Channel") -> Html:
    mark = element("span", sign(channel), class_="sign", aria_hidden="true")
    return _entry(anchor(channel.id), mark, channel.name)


def _entry(target: str, *label: str) -> Html:
    return element("li", element("a", *label, href=f"#{target}"))


def _list(entries: Sequence[Html]) -> Html:
    return element("ul", *entries)


_STYLE: Final = (_HERE / "style.css").read_text(encoding="utf-8")
_SCRIPT: Final = (_HERE / "script.js").read_text(encoding="utf-8")
