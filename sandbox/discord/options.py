"""What a person typed after a slash, held against the command's definition and encoded."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

from sandbox.discord.channels import Place
from sandbox.discord.errors import Json, NotAllowedError
from sandbox.discord.permissions import permissions_in
from sandbox.discord.uploads import Upload

if TYPE_CHECKING:
    from sandbox.discord.guilds import Guild
    from sandbox.discord.state import State

SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER = range(1, 11)
ATTACHMENT: Final = 11
_NUMBERS: Final = (INTEGER, NUMBER)
_PYTHON: Final[dict[int, type | tuple[type, ...]]] = {
    STRING: str,
    INTEGER: int,
    BOOLEAN: bool,
    NUMBER: (int, float),
}
_THINGS: Final = (USER, CHANNEL, ROLE, MENTIONABLE)


class HasId(Protocol):
    """A channel, a thread, a role, a person, a user."""

    @property
    def id(self) -> int:
        """Give the id."""


_ANY: Final[Json] = {}


@dataclass(slots=True, kw_only=True)
class Typed:
    """The options of one command as they go over the wire, with the things they name."""

    state: "State"
    guild: "Guild"
    resolved: Json = field(default_factory=dict)

    def path(self, command: Json, words: list[str], given: Mapping[str, Any]) -> list[Json]:
        """Encode the options below a command or group; `words` are subcommands still to take.

        Raises:
            LookupError: for a subcommand or option that does not exist.
            NotAllowedError: for a value Discord's client would not accept.
        """
        options = command.get("options") or []
        if words:
            return [self._inner(options, words, given)]
        if any(option["type"] in (SUBCOMMAND, GROUP) for option in options):
            raise LookupError(f"{command['name']!r} needs one of {_names(options)} after it.")
        return self._values(options, given)

    def _inner(self, options: list[Json], words: list[str], given: Mapping[str, Any]) -> Json:
        for option in options:
            if option["name"] == words[0] and option["type"] in (SUBCOMMAND, GROUP):
                inside = self.path(option, words[1:], given)
                return {"type": option["type"], "name": option["name"], "options": inside}
        raise LookupError(f"No subcommand {words[0]!r}; there are {_names(options)}.")

    def _values(self, options: list[Json], given: Mapping[str, Any]) -> list[Json]:
        known = {option["name"].replace("-", "_"): option for option in options}
        unknown = [name for name in given if name.replace("-", "_") not in known]
        if unknown:
            raise LookupError(f"No option {unknown}; there are {_names(options)}.")
        values = {name.replace("-", "_"): value for name, value in given.items()}
        missing = [n for n, o in known.items() if o.get("required") and values.get(n) is None]
        if missing:
            raise NotAllowedError(f"The options {missing} are required.")
        return [
            {
                "type": option["type"],
                "name": option["name"],
                "value": self._value(option, values[n]),
            }
            for n, option in known.items()
            if values.get(n) is not None
        ]

    def _value(self, option: Json, value: Any) -> Any:
        if option["type"] in _THINGS:
            return self.thing(option, value)
        if option["type"] == ATTACHMENT:
            return self.attach(option["name"], value)
        if option.get("choices"):
            value = _chosen(option, value)
        _check_type(option, value)
        _check_bounds(option, value)
        return value

    def attach(self, name: str, value: Any) -> str:
        """Upload a file for an option or a field, and give its id.

        Raises:
            NotAllowedError: if it is none, or larger than Discord takes.
        """
        if not isinstance(value, Upload):
            raise NotAllowedError(f"{name!r} takes an Upload, not {value!r}.")
        if value.is_too_large:
            raise NotAllowedError(f"{value.name!r} is too large: 10 MiB are the most.")
        file = value.attached(self.state.snowflakes.take(), ephemeral=True)
        self.state.uploads.append(file)
        self._put("attachments", file.id, file.payload(self.state.cdn_url))
        return str(file.id)

    def thing(self, option: Json, value: "HasId | int | str") -> str:
        """Name a user, role or channel that the option takes, and give its id.

        Raises:
            NotAllowedError: if it is not there, or of another kind.
        """
        thing_id = int(value) if isinstance(value, int | str) else value.id
        resolvers: dict[int, list[Callable[[int, Json], bool]]] = {
            USER: [self.resolve_user],
            CHANNEL: [self._channel],
            ROLE: [self._role],
            MENTIONABLE: [self.resolve_user, self._role],
        }
        if not any(resolve(thing_id, option) for resolve in resolvers[option["type"]]):
            raise NotAllowedError(f"{option['name']!r} cannot be {value!r}.")
        return str(thing_id)

    def resolve_user(self, user_id: int, _option: Json = _ANY) -> bool:
        """Add a member to the resolved things; say whether there is one."""
        member = self.guild.members.get(user_id)
        if member is None:
            return False
        self._put("users", user_id, member.user.payload())
        self._put("members", user_id, {**member.bare_payload(), "permissions": "0"})
        return True

    def _role(self, role_id: int, _option: Json) -> bool:
        role = self.guild.roles.get(role_id)
        if role is not None:
            self._put("roles", role_id, role.payload())
        return role is not None

    def _channel(self, channel_id: int, option: Json) -> bool:
        place = self.guild.channels.get(channel_id) or self.guild.threads.get(channel_id)
        allowed = option.get("channel_types")
        if place is None or (allowed and place.type not in allowed):
            return False
        owner = self.guild.members[self.guild.owner_id]
        permissions = str(int(permissions_in(owner, place)))
        self._put("channels", channel_id, {**place.payload(), "permissions": permissions})
        return True

    def _put(self, kind: str, thing_id: int, payload: Json) -> None:
        self.resolved.setdefault(kind, {})[str(thing_id)] = payload


def _chosen(option: Json, value: Any) -> Any:
    """Take a choice by its value or by the name people see."""
    for choice in option["choices"]:
        if value in (choice["value"], choice["name"]):
            return choice["value"]
    names = [choice["name"] for choice in option["choices"]]
    raise NotAllowedError(f"{option['name']!r} is one of {names}, not {value!r}.")


def _check_type(option: Json, value: Any) -> None:
    if isinstance(value, Place):
        raise NotAllowedError(f"{option['name']!r} is not a channel option.")
    if option["type"] not in _PYTHON:
        return
    expected = _PYTHON[option["type"]]
    if not isinstance(value, expected) or (isinstance(value, bool) != (option["type"] == BOOLEAN)):
        raise NotAllowedError(f"{option['name']!r} cannot be {value!r}.")


def _check_bounds(option: Json, value: Any) -> None:
    if option["type"] in _NUMBERS:
        low, high, size = option.get("min_value"), option.get("max_value"), value
    elif option["type"] == STRING:
        low, high, size = option.get("min_length"), option.get("max_length"), len(value)
    else:
        return
    if (low is not None and size < low) or (high is not None and size > high):
        raise NotAllowedError(f"{option['name']!r} must be from {low} to {high}, not {value!r}.")


def _names(options: Iterable[Json]) -> list[str]:
    return [option["name"] for option in options]


def focused(options: list[Json], name: str) -> None:
    """Mark the option a person is typing in, at whatever depth it is."""
    for option in options:
        if option["type"] in (SUBCOMMAND, GROUP):
            focused(option["options"], name)
        elif option["name"].replace("-", "_") == name.replace("-", "_"):
            option["focused"] = True
