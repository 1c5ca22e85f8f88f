"""How Discord gives back what was sent: trimmed embeds, numbered components."""

from collections.abc import Callable
from itertools import count
from typing import Any, Final

from sandbox.discord.errors import Json
from sandbox.discord.messages import SELECTS

_WITH_EMOJI: Final = frozenset({2})
# What Discord fills in where the application said nothing.
_FILLED: Final[dict[int, Json]] = {
    11: {"description": None, "spoiler": False},
    13: {"name": None, "size": None, "spoiler": False},
    14: {"spacing": 1, "divider": True},
    17: {"accent_color": None, "spoiler": False},
    **{kind: {"min_values": 1, "max_values": 1} for kind in SELECTS},
}


def shown_embed(embed: Json) -> Json:
    """Give an embed back as Discord does: a rich one, trimmed, without empty parts."""
    said = {key: _trimmed(value) for key, value in embed.items() if value not in (None, "", {}, [])}
    said["type"] = "rich"
    if "fields" in said:
        said["fields"] = [{"inline": False, **field} for field in said["fields"]]
    return said


def _trimmed(value: Any) -> Any:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, dict):
        return {key: _trimmed(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_trimmed(inner) for inner in value]
    return value


def shown_components(components: list[Json], take_id: Callable[[], int]) -> list[Json]:
    """Give components back with numbers, defaults and resolved media.

    `take_id` makes the snowflakes of media.
    """
    numbers = count(1)
    taken = {part["id"] for part in components if part.get("id")}
    free = (number for number in numbers if number not in taken)
    return [_shown(part, lambda: next(free), take_id) for part in components]


def _shown(part: Json, number: Callable[[], int], take_id: Callable[[], int]) -> Json:
    said = {key: value for key, value in part.items() if value is not None}
    said = {**_FILLED.get(part["type"], {}), **said, "id": part.get("id") or number()}
    if "components" in said:
        said["components"] = [_shown(child, number, take_id) for child in said["components"]]
    for key in ("component", "accessory"):
        if key in said:
            said[key] = _shown(said[key], number, take_id)
    if "emoji" in said:
        said["emoji"] = _emoji(said["emoji"])
    if "default_values" in said:
        said["default_values"] = [{**one, "id": str(one["id"])} for one in said["default_values"]]
    if "options" in said:
        said["options"] = [_option(option) for option in said["options"]]
    return _with_media(said, take_id)


def _with_media(said: Json, take_id: Callable[[], int]) -> Json:
    for key in ("media", "file"):
        if key in said:
            said[key] = _unfurled(said[key], take_id)
    if "items" in said:
        said["items"] = [
            {
                "description": None,
                "spoiler": False,
                **item,
                "media": _unfurled(item["media"], take_id),
            }
            for item in said["items"]
        ]
    return said


def _unfurled(media: Json, take_id: Callable[[], int]) -> Json:
    return {"id": str(take_id()), "url": media["url"], "proxy_url": media["url"]}


def _option(option: Json) -> Json:
    said = {key: value for key, value in option.items() if value is not None}
    return {**said, "emoji": _emoji(said["emoji"])} if "emoji" in said else said


def _emoji(emoji: Json) -> Json:
    return {
        key: str(value) if key == "id" else value
        for key, value in emoji.items()
        if value is not None
    }
