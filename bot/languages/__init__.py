"""What our commands are called in other languages: one catalog a language, read at the start.

A catalog is a TOML file named after Discord's code of the language. A command stands in it by what
is typed, an option below its command; choices, whose option nobody tells us, stand together:

    ["idea park"]
    name = "parken"
    description = "…"

    ["idea park".options.reason]
    name = "grund"
    description = "…"

    [choices]
    "timelock" = "Wartefrist"

What a catalog lacks is shown in English.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import discord
from discord.app_commands import (
    TranslationContextLocation,
    TranslationContextTypes,
    Translator,
    locale_str,
)
from typing_extensions import override

FOLDER = Path(__file__).parent

_Where = TranslationContextLocation
_FIELDS = {
    _Where.command_name: "name",
    _Where.group_name: "name",
    _Where.parameter_name: "name",
    _Where.command_description: "description",
    _Where.group_description: "description",
    _Where.parameter_description: "description",
}
_OF_OPTIONS = {_Where.parameter_name, _Where.parameter_description}


def path_of(string: locale_str, context: TranslationContextTypes) -> tuple[str, ...]:
    """Say where in a catalog a text stands."""
    asked: Any = context.data
    if context.location is _Where.choice_name:
        return ("choices", string.message)
    field = _FIELDS[context.location]
    if context.location in _OF_OPTIONS:
        return (asked.command.qualified_name, "options", asked.display_name, field)
    return (asked.qualified_name, field)


def catalogs() -> dict[discord.Locale, Mapping[str, Any]]:
    """Read every catalog."""
    return {
        discord.Locale(file.stem): tomllib.loads(file.read_text("utf-8"))
        for file in sorted(FOLDER.glob("*.toml"))
    }


class Languages(Translator):
    """Answers discord.py, which asks for each text in each language when commands are synced."""

    def __init__(self, known: Mapping[discord.Locale, Mapping[str, Any]]) -> None:
        self._known = known

    @override
    async def translate(
        self, string: locale_str, locale: discord.Locale, context: TranslationContextTypes
    ) -> str | None:
        """Give the text in that language, or `None` to show it in English."""
        if locale not in self._known:
            return None
        found: Any = self._known[locale]
        for step in path_of(string, context):
            found = found.get(step, {})
        return str(found) if found else None
