"""What a person did to get an answer: `Ana used /idea promote`, `Ana pressed Promote`."""

from typing import TYPE_CHECKING, Final

from sandbox.discord.interactions import COMMAND, COMPONENT, MODAL_SUBMIT
from sandbox.discord.messages import walk
from sandbox.page.html import Html, element

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.discord.errors import Json
    from sandbox.discord.interactions import Interaction
    from sandbox.discord.messages import Message
    from sandbox.page.names import Names

_CHAT_INPUT: Final = 1
_SUBCOMMANDS: Final = (1, 2)


def asked(message: "Message", names: "Names") -> Html | None:
    """Say what a message answers, or nothing where it was not asked for."""
    if message.interaction is None:
        return None
    interaction = names.interactions.get(int(message.interaction["id"]))
    if interaction is None:
        return None
    person = element("strong", interaction.member.user.name)
    return element("p", person, f" {_deed(interaction)[0]} ", _what(interaction), class_="asked")


def _what(interaction: "Interaction") -> Html:
    return element("span", _deed(interaction)[1], class_="pill")


def _deed(interaction: "Interaction") -> tuple[str, str]:
    if interaction.kind == COMMAND:
        return "used", _command(interaction.data)
    if interaction.kind == COMPONENT:
        return "pressed", _label(interaction)
    if interaction.kind == MODAL_SUBMIT and interaction.root is not None:
        return "sent the form of", _deed(interaction.root)[1]
    return "used", "a form"


def _command(data: "Json") -> str:
    words, options = [data["name"]], data.get("options") or []
    while options and options[0]["type"] in _SUBCOMMANDS:
        words.append(options[0]["name"])
        options = options[0].get("options") or []
    said = " ".join(words)
    return f"/{said}" if data["type"] == _CHAT_INPUT else said


def _label(interaction: "Interaction") -> str:
    wanted = interaction.data["custom_id"]
    parts = _ever_shown(interaction.message) if interaction.message else iter(())
    found = (part for part in parts if part.get("custom_id") == wanted)
    return next((part.get("label") or part.get("placeholder") or "" for part in found), "a button")


def _ever_shown(message: "Message") -> "Iterator[Json]":
    yield from walk(message.components)
    for version in reversed(message.edits):
        yield from walk(version.components)
