"""What a hostile client could send: answers to components and forms that never were."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from sandbox.discord.errors import Json
from sandbox.discord.messages import EPHEMERAL, Message

if TYPE_CHECKING:
    from sandbox.discord.channels import Channel, Thread
    from sandbox.discord.state import State
    from sandbox.discord.users import User

_ROW, _BUTTON, _STRING_SELECT, _TEXT_INPUT, _LABEL = 1, 2, 3, 4, 18
_MENU: Final[Json] = {"min_values": 0, "max_values": 25}


def forged_message(
    state: "State", place: "Channel | Thread", user: "User", custom_id: str, kind: int
) -> Message:
    """Make up a private message of the bot that carries the component; nobody ever sent it."""
    part: Json = {"type": kind, "id": 2, "custom_id": custom_id}
    if kind == _BUTTON:
        part |= {"style": 2, "label": "Forged"}
    else:
        part |= _MENU
    if kind == _STRING_SELECT:
        part["options"] = [{"label": "Forged", "value": "forged"}]
    return Message(
        id=state.snowflakes.take(),
        channel=place,
        author=state.bot,
        content="Forged",
        components=[{"type": _ROW, "id": 1, "components": [part]}],
        flags=EPHEMERAL,
        ephemeral_to=user,
        cdn_url=state.cdn_url,
    )


def forged_fields(fields: Mapping[str, Any]) -> Iterator[Json]:
    """Make up the filled-in fields of a form: texts, or lists of a menu's values."""
    for number, (custom_id, value) in enumerate(fields.items(), start=1):
        part: Json = {"type": _TEXT_INPUT, "id": 2 * number + 1, "custom_id": custom_id}
        if isinstance(value, list | tuple):
            part |= {"type": _STRING_SELECT, "values": list(value)}
        else:
            part["value"] = value
        yield {"type": _LABEL, "id": 2 * number, "component": part}
