"""Forms that the application opens, and how a person fills them in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sandbox.discord.errors import Json, NotAllowedError
from sandbox.discord.messages import SELECTS
from sandbox.discord.selections import picked, preset

if TYPE_CHECKING:
    from sandbox.discord.interactions import Interaction
    from sandbox.discord.options import Typed

_ROW, _TEXT_INPUT, _LABEL, _FILES = 1, 4, 18, 19
_RADIO, _CHECKBOXES, _CHECKBOX = 21, 22, 23
_MENUS: Final = SELECTS | {_CHECKBOXES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing to fill in; `value` or `values` is what is there already."""

    label: str
    part: Json
    description: str = ""

    @property
    def custom_id(self) -> str:
        """Give the application's name for it."""
        return str(self.part["custom_id"])

    @property
    def value(self) -> str:
        """Give what is filled in before the person types."""
        return str(self.part.get("value") or "")

    @property
    def values(self) -> list[str]:
        """Give what is chosen in a menu before the person chooses."""
        return preset(self.part)

    @property
    def options(self) -> list[str]:
        """List the labels a menu offers."""
        return [option["label"] for option in self.part.get("options") or ()]

    @property
    def required(self) -> bool:
        """Say whether it may stay empty; the default is that it may not."""
        return bool(self.part.get("required", True))

    def is_called(self, name: str) -> bool:
        """Say whether a person or a test means this field."""
        plain = self.label.lower().replace(" ", "_")
        return name in (self.custom_id, self.label) or name.lower() == plain


class Modal:
    """A form the application has opened for one person."""

    def __init__(self, interaction: "Interaction") -> None:
        assert interaction.modal is not None, "the interaction was answered with a modal"
        self.interaction = interaction
        self._body = interaction.modal

    @property
    def title(self) -> str:
        """Give the title."""
        return str(self._body["title"])

    @property
    def custom_id(self) -> str:
        """Give the application's name for it."""
        return str(self._body["custom_id"])

    @property
    def fields(self) -> list[Field]:
        """List what can be filled in, from top to bottom."""
        return list(self._fields())

    @property
    def text(self) -> str:
        """Put together what the form says outside of its fields."""
        return "\n".join(part["content"] for part in self._body["components"] if "content" in part)

    def field(self, name: str) -> Field:
        """Find a field by custom_id or label.

        Raises:
            LookupError: if there is none; says which there are.
        """
        for entry in self.fields:
            if entry.is_called(name):
                return entry
        raise LookupError(f"No field {name!r}; there are {[f.label for f in self.fields]}.")

    def filled(self, values: Mapping[str, Any], typed: "Typed") -> list[Json]:
        """Fill it in; fields that are not named keep what is there.

        Whatever the values name is put into what `typed` has resolved.

        Raises:
            LookupError: for a field that does not exist.
            NotAllowedError: for a value the client would not let through.
        """
        by_id = {self.field(name).custom_id: value for name, value in values.items()}
        return [_filled(part, by_id, typed) for part in self._body["components"]]

    def _fields(self) -> Iterator[Field]:
        for part in self._body["components"]:
            if part["type"] == _LABEL:
                about = part.get("description") or ""
                yield Field(label=part["label"], part=part["component"], description=about)
            elif part["type"] == _ROW:
                for inner in part["components"]:
                    yield Field(label=inner.get("label") or "", part=inner)


def _filled(part: Json, values: Mapping[str, Any], typed: "Typed") -> Json:
    said: Json = {"type": part["type"], "id": part["id"]}
    if part["type"] == _ROW:
        said["components"] = [_filled(inner, values, typed) for inner in part["components"]]
    elif part["type"] == _LABEL:
        said["component"] = _filled(part["component"], values, typed)
    elif "custom_id" in part:
        given = values.get(part["custom_id"])
        said |= {"custom_id": part["custom_id"], **_entered(part, given, typed)}
    return said


def _entered(part: Json, value: Any, typed: "Typed") -> Json:
    kind = part["type"]
    if kind in _MENUS or kind == _FILES:
        return {"values": _many(part, value, typed)}
    if kind == _CHECKBOX:
        return {"value": bool(part.get("default") if value is None else value)}
    if kind == _RADIO:
        chosen = preset(part) if value is None else [value]
        found = picked(part, chosen, typed, is_in_form=True)
        return {"value": found[0] if found else None}
    text = str(part.get("value") or "" if value is None else value)
    _check_text(part, text)
    return {"value": text}


def _many(part: Json, value: Any, typed: "Typed") -> list[str]:
    if value is None:
        values = preset(part)
    else:
        values = list(value) if isinstance(value, list | tuple) else [value]
    return picked(part, values, typed, is_in_form=True)


def _check_text(part: Json, text: str) -> None:
    name, shortest = part["custom_id"], part.get("min_length") or 0
    if not text and part.get("required", True):
        raise NotAllowedError(f"The field {name!r} is required.")
    if text and not shortest <= len(text) <= (part.get("max_length") or 4000):
        raise NotAllowedError(f"The field {name!r} does not take {len(text)} characters.")
