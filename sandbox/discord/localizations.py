"""Texts of commands in other languages: which there may be, and who gets to see them."""

from typing import Any, Final

from sandbox.discord.errors import Json
from sandbox.discord.forms import Form, Path

# Source: Discord docs, reference, locales.
_LOCALES: Final = """ar bg cs da de el en-GB en-US es-419 es-ES fi fr he hi hr hu id it ja ko lt nl
    no pl pt-BR ro ru sv-SE th tr uk vi zh-CN zh-TW"""
LOCALES: Final = frozenset(_LOCALES.split())
NAMES: Final = "name_localizations"
KEYS: Final = (NAMES, "description_localizations")


def check_locales(form: Form, path: Path, body: Json, key: str, longest: int) -> None:
    """Check one map of locales to texts."""
    for locale, text in (body.get(key) or {}).items():
        here = (*path, key, locale)
        if locale not in LOCALES:
            said = f'Locale "{locale}" is not supported.'
            form.wrong(here, "APPLICATION_COMMAND_INVALID_LOCALE", said)
        form.text(here, text, longest, shortest=1)


def longest_text(body: Json, key: str) -> int:
    """Count the characters of the longest translation of a text, or of the text itself."""
    texts = [body.get(key) or "", *(body.get(f"{key}_localizations") or {}).values()]
    return max(len(str(text)) for text in texts)


def without_locales(body: Any) -> Any:
    """Leave the translations out, as lists of commands do unless they are asked for."""
    if isinstance(body, list):
        return [without_locales(part) for part in body]
    if not isinstance(body, dict):
        return body
    return {key: without_locales(value) for key, value in body.items() if key not in KEYS}
