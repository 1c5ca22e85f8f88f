"""What a catalog has to say and does not: run this file for a skeleton to fill in.

`python -m tests.meta.untranslated` prints the missing parts of every catalog, with the English
text as the translation to be replaced; of a language that is named after it and has no catalog yet,
all of it.
"""

import asyncio
import json
import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import discord
from discord.app_commands import TranslationContextTypes, Translator, locale_str
from typing_extensions import override

from bot.languages import catalogs, path_of
from bot.reference import registry

Path = tuple[str, ...]


class _Listener(Translator):
    """Notes what discord.py asks a translator for; there is nothing else that it shows."""

    def __init__(self) -> None:
        self.english: dict[Path, str] = {}

    @override
    async def translate(
        self, string: locale_str, locale: discord.Locale, context: TranslationContextTypes
    ) -> None:
        self.english[path_of(string, context)] = string.message


def english() -> dict[Path, str]:
    """Give every text that can be translated, by its place in a catalog."""

    async def listen() -> dict[Path, str]:
        listener = _Listener()
        async with registry() as tree:
            for command in tree.get_commands():
                await command.get_translated_payload(tree, listener)
        return listener.english

    return asyncio.run(listen())


def texts(catalog: Mapping[str, Any], under: Path = ()) -> Iterator[tuple[Path, str]]:
    """Give every text of a catalog by its place."""
    for key, value in catalog.items():
        if isinstance(value, Mapping):
            yield from texts(value, (*under, key))
        else:
            yield (*under, key), value


def skeleton(missing: Mapping[Path, str]) -> str:
    """Write what is missing as TOML: each table once, with the English text to be replaced."""
    tables: dict[Path, list[str]] = {}
    for path, text in missing.items():
        name = _key(path[-1])
        tables.setdefault(path[:-1], []).append(f"{name} = {_quoted(text)}")
    blocks = [
        "\n".join([f"[{'.'.join(map(_key, table))}]", *rows])
        for table, rows in sorted(tables.items(), key=lambda each: each[0] == ("choices",))
    ]
    return "\n\n".join(blocks) + "\n"


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _quoted(key)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # for one line of text, TOML's way is JSON's


def main(languages: list[str]) -> None:
    wanted, known = english(), catalogs()
    for locale in {*known, *map(discord.Locale, languages)}:
        said = dict(texts(known.get(locale, {})))
        missing = {path: text for path, text in wanted.items() if path not in said}
        print(f"# {locale.value}: {len(missing)} of {len(wanted)} texts are missing\n")  # noqa: T201 - what it is for
        print(skeleton(missing))  # noqa: T201 - what it is for


if __name__ == "__main__":
    main(sys.argv[1:])
