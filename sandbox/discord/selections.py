"""What a person picks in a menu, held against what the menu offers."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from sandbox.discord.errors import Json, NotAllowedError
from sandbox.discord.options import CHANNEL, MENTIONABLE, ROLE, USER

if TYPE_CHECKING:
    from sandbox.discord.options import Typed

_FILES, _RADIO = 19, 21
_THINGS: Final = {5: USER, 6: ROLE, 7: MENTIONABLE, 8: CHANNEL}


def picked(
    part: Json, values: Sequence[Any], typed: "Typed", *, is_in_form: bool = False
) -> list[str]:
    """Encode what is picked: options by label or value, things themselves or by id.

    Only a form's menu can be optional; `required` says nothing in a message.

    Raises:
        NotAllowedError: for too few, too many, or what the menu does not offer.
    """
    _check_count(part, len(values), is_optional=is_in_form and part.get("required") is False)
    if part["type"] in _THINGS:
        option = {**part, "name": part["custom_id"], "type": _THINGS[part["type"]]}
        found = [typed.thing(option, value) for value in values]
    elif part["type"] == _FILES:
        found = [typed.attach(part["custom_id"], value) for value in values]
    else:
        found = [_option(part, value) for value in values]
    if len(set(found)) != len(found):
        raise NotAllowedError(f"{part['custom_id']!r} takes each value once.")
    return found


def preset(part: Json) -> list[str]:
    """List what is chosen before the person does anything."""
    marked = [option["value"] for option in part.get("options") or () if option.get("default")]
    return marked + [str(one["id"]) for one in part.get("default_values") or ()]


def _check_count(part: Json, count: int, *, is_optional: bool) -> None:
    if count == 0 and is_optional:
        return
    most = 1 if part["type"] == _RADIO else part.get("max_values") or 1
    if not part.get("min_values", 1) <= count <= most:
        raise NotAllowedError(f"{part['custom_id']!r} does not take {count} values.")


def _option(part: Json, value: Any) -> str:
    for option in part["options"]:
        if value in (option["value"], option["label"]):
            return str(option["value"])
    labels = [option["label"] for option in part["options"]]
    raise NotAllowedError(f"{value!r} is not among {labels}.")
