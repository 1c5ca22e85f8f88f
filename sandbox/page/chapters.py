"""The story as it was told, chapter by chapter, with the way to what was said in Discord."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sandbox.page.html import Html, element
from sandbox.page.moments import moment

if TYPE_CHECKING:
    from sandbox.discord.messages import Message

_MARKUP: Final = re.compile(r"[\\*_~`>#]+")
_NAMED: Final = re.compile(r"in #(?P<place>[^:]+): (?P<said>.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of the story: what was told of it, and when it began (unix seconds)."""

    title: str
    told: Sequence[str]
    at: int


def timeline(chapters: Sequence[Chapter], messages: "Sequence[Message]") -> Html:
    """Tell the story; what was said in a channel links to the message, where it is found."""
    ends = [chapter.at for chapter in chapters[1:]]
    rows = []
    for chapter, end in zip(chapters, [*ends, None], strict=True):
        of_it = [one for one in messages if _is_within(one, chapter.at, end)]
        rows.append(_chapter(chapter, of_it))
    return element("ol", *rows, class_="timeline")


def _is_within(message: "Message", begin: int, end: int | None) -> bool:
    return begin <= message.created_at and (end is None or message.created_at <= end)


def _chapter(chapter: Chapter, messages: "Sequence[Message]") -> Html:
    return element(
        "li",
        element("p", moment(chapter.at, "F", chapter.at), class_="when"),
        element("h3", chapter.title),
        element("ul", *_lines(chapter.told, messages), class_="told"),
    )


def _lines(told: Sequence[str], messages: "Sequence[Message]") -> Iterator[Html]:
    left = list(messages)
    for line in told:
        found = _NAMED.search(line)
        message = _message(found["place"], found["said"], left) if found else None
        if found is None or message is None:
            yield element("li", line)
            continue
        left.remove(message)
        before, said = line[: found.start("said")], line[found.start("said") :]
        yield element("li", before, element("a", said, href=f"#m{message.id}"), class_="shown")


def _message(place: str, said: str, messages: "Sequence[Message]") -> "Message | None":
    wanted = _bare(said)
    in_place = (one for one in messages if one.channel.name == place)
    return next((one for one in in_place if wanted in _bare(one.text)), None)


def _bare(said: str) -> str:
    return " ".join(_MARKUP.sub("", said).split())
