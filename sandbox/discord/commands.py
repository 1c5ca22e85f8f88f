"""The application's commands, as Discord keeps them."""

from dataclasses import dataclass
from typing import Final

from sandbox.discord.errors import Json
from sandbox.discord.forms import Form, Path
from sandbox.discord.localizations import KEYS, NAMES, check_locales

CHAT_INPUT, USER, MESSAGE = 1, 2, 3
_MOST: Final = {CHAT_INPUT: 100, USER: 15, MESSAGE: 15}
_GROUPED: Final = (1, 2)
# What Discord remembers of a body; everything else is ignored.
_KEPT: Final = (
    "name_localizations",
    "description_localizations",
    "options",
    "default_member_permissions",
    "nsfw",
    "dm_permission",
    "contexts",
    "integration_types",
)


@dataclass(slots=True, kw_only=True, eq=False)
class Command:
    """One registered command, in one server or in all."""

    id: int
    version: int
    application_id: int
    guild_id: int | None
    body: Json

    @property
    def name(self) -> str:
        """Give the name people type."""
        return str(self.body["name"])

    @property
    def type(self) -> int:
        """Say whether it is typed, or chosen on a user or on a message."""
        return int(self.body.get("type") or CHAT_INPUT)

    @property
    def needs(self) -> int | None:
        """Give the permissions it is hidden without; 0 hides it from all but administrators."""
        bits = self.body.get("default_member_permissions")
        return None if bits is None else int(bits)

    def payload(self) -> Json:
        """Say it as an application-command object."""
        where = {} if self.guild_id is None else {"guild_id": str(self.guild_id)}
        bits = self.needs
        return {
            "dm_permission": True,
            "contexts": None,
            "integration_types": [0],
            "nsfw": False,
            **dict.fromkeys(KEYS),
            **{key: self.body[key] for key in _KEPT if self.body.get(key) is not None},
            "default_member_permissions": None if bits is None else str(bits),
            "id": str(self.id),
            "application_id": str(self.application_id),
            "version": str(self.version),
            "type": self.type,
            "name": self.name,
            "description": self.body.get("description") or "",
            **where,
        }


def check_command(form: Form, path: Path, body: Json) -> None:
    """Check one command's definition."""
    kind = int(body.get("type") or CHAT_INPUT)
    _check_locales(form, path, body, is_typed=kind == CHAT_INPUT)
    form.text((*path, "name"), body.get("name"), 32, shortest=1)
    _check_localized(form, path, body, 32, is_typed=kind == CHAT_INPUT)
    if kind == CHAT_INPUT:
        _check_name(form, path, body)
        form.text((*path, "description"), body.get("description"), 100, shortest=1)
        _check_options(form, path, body)
    elif body.get("description"):
        said = "Context menu commands cannot have description"
        code = "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION_INVALID"
        form.wrong((*path, "description"), code, said)
    if _length(body) > 8000:
        said = "Application command exceeds maximum total size of 8000"
        form.wrong(path, "APPLICATION_COMMAND_TOO_LARGE", said)


def check_commands(form: Form, bodies: list[Json]) -> None:
    """Check a whole list of commands: each one, how many, and no name twice."""
    for index, body in enumerate(bodies):
        check_command(form, (index,), body)
    for kind, most in _MOST.items():
        names = [body.get("name") for body in bodies if int(body.get("type") or 1) == kind]
        form.items((), names, most)
        if len(names) != len(set(names)):
            said = "Application command names must be unique"
            form.wrong((), "APPLICATION_COMMANDS_DUPLICATE_NAME", said)


def _check_options(form: Form, path: Path, parent: Json) -> None:
    options = parent.get("options") or []
    form.items((*path, "options"), options, 25)
    optional_seen = False
    for index, option in enumerate(options):
        here = (*path, "options", index)
        _check_name(form, here, option)
        _check_localized(form, here, option, 32, is_typed=True)
        form.text((*here, "description"), option.get("description"), 100, shortest=1)
        form.one_of((*here, "type"), option.get("type"), tuple(range(1, 12)))
        _check_locales(form, here, option, is_typed=True)
        _check_choices(form, here, option)
        if option.get("type") in _GROUPED:
            _check_options(form, here, option)
        elif not option.get("required"):
            optional_seen = True
        elif optional_seen:
            said = "Required options must be placed before non-required options"
            form.wrong(here, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", said)


def _check_choices(form: Form, path: Path, option: Json) -> None:
    choices = option.get("choices") or []
    form.items((*path, "choices"), choices, 25)
    for index, choice in enumerate(choices):
        here = (*path, "choices", index)
        form.text((*here, "name"), choice.get("name"), 100, shortest=1)
        check_locales(form, here, choice, NAMES, 100)


def _check_locales(form: Form, path: Path, body: Json, *, is_typed: bool) -> None:
    """Translations obey the same rules as the texts they stand for."""
    check_locales(form, path, body, NAMES, 32)
    check_locales(form, path, body, "description_localizations", 100)
    for locale, name in (body.get(NAMES) or {}).items() if is_typed else ():
        _check_spelling(form, (*path, NAMES, locale), str(name))


def _check_localized(form: Form, path: Path, body: Json, longest: int, *, is_typed: bool) -> None:
    for locale, name in (body.get("name_localizations") or {}).items():
        here = (*path, "name_localizations", locale)
        form.text(here, name, longest, shortest=1)
        if is_typed and not _can_be_typed(name):
            form.wrong(here, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    for locale, description in (body.get("description_localizations") or {}).items():
        form.text((*path, "description_localizations", locale), description, 100, shortest=1)


def _can_be_typed(name: str) -> bool:
    return name == name.lower() and name.replace("-", "").replace("_", "").isalnum()


def _check_name(form: Form, path: Path, body: Json) -> None:
    name = str(body.get("name") or "")
    form.text((*path, "name"), name, 32, shortest=1)
    _check_spelling(form, (*path, "name"), name)


def _check_spelling(form: Form, path: Path, name: str) -> None:
    if not _can_be_typed(name):
        said = "Command name is invalid"
        form.wrong(path, "APPLICATION_COMMAND_INVALID_NAME", said)


def _length(body: Json) -> int:
    """Count as Discord does: of each text the longest of its languages."""
    own = len(str(body.get("value") or ""))
    for key in ("name", "description"):
        told = [body.get(key) or "", *(body.get(f"{key}_localizations") or {}).values()]
        own += max(map(len, told))
    inner = [*(body.get("options") or []), *(body.get("choices") or [])]
    return own + sum(_length(part) for part in inner)
