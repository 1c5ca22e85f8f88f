"""What a person sees after they did something: a message, a modal, choices."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sandbox.discord.errors import Json, NotAllowedError
from sandbox.discord.interactions import DEFER_UPDATE, UPDATE
from sandbox.discord.messages import walk

if TYPE_CHECKING:
    from sandbox.discord.interactions import Interaction
    from sandbox.discord.messages import Message

_ROW, _TEXT_INPUT, _LABEL = 1, 4, 18
# Selects, file uploads and checkbox groups give a list; everything else gives one value.
_LISTS: Final = frozenset({3, 5, 6, 7, 8, 19, 22})


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One suggestion of an autocomplete."""

    name: str
    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing to fill in; `value` is what is there already."""

    label: str
    part: Json

    @property
    def custom_id(self) -> str:
        """Give the application's name for it."""
        return str(self.part["custom_id"])

    @property
    def value(self) -> str:
        """Give what is filled in before the person types."""
        return str(self.part.get("value") or "")

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

    def field(self, name: str) -> Field:
        """Find a field by custom_id or label.

        Raises:
            LookupError: if there is none; says which there are.
        """
        for entry in self.fields:
            if entry.is_called(name):
                return entry
        raise LookupError(f"No field {name!r}; there are {[f.label for f in self.fields]}.")

    def filled(self, values: dict[str, Any]) -> list[Json]:
        """Fill it in; fields that are not named keep what is there.

        Raises:
            LookupError: for a field that does not exist.
            NotAllowedError: for a value the client would not let through.
        """
        by_id = {self.field(name).custom_id: value for name, value in values.items()}
        return [self._filled(part, by_id) for part in self._body["components"]]

    def _filled(self, part: Json, values: dict[str, Any]) -> Json:
        said: Json = {"type": part["type"], "id": part.get("id") or 1}
        if part["type"] == _ROW:
            said["components"] = [self._filled(inner, values) for inner in part["components"]]
        elif part["type"] == _LABEL:
            said["component"] = self._filled(part["component"], values)
        elif "custom_id" in part:
            value = values.get(part["custom_id"], part.get("value") or "")
            said |= {"custom_id": part["custom_id"], **_entered(part, value)}
        return said

    def _fields(self) -> Iterator[Field]:
        for part in self._body["components"]:
            if part["type"] == _LABEL:
                yield Field(label=part["label"], part=part["component"])
            elif part["type"] == _ROW:
                for inner in part["components"]:
                    yield Field(label=inner.get("label") or "", part=inner)


def _entered(part: Json, value: Any) -> Json:
    if part["type"] in _LISTS:
        many = value if isinstance(value, list | tuple) else [value] if value else []
        return {"values": [str(getattr(one, "id", one)) for one in many]}
    if part["type"] == _TEXT_INPUT:
        _check_text(part, str(value))
    return {"value": value}


def _check_text(part: Json, text: str) -> None:
    name, shortest = part["custom_id"], part.get("min_length") or 0
    if not text and part.get("required", True):
        raise NotAllowedError(f"The field {name!r} is required.")
    if text and not shortest <= len(text) <= (part.get("max_length") or 4000):
        raise NotAllowedError(f"The field {name!r} does not take {len(text)} characters.")


class Reply:
    """What came back; its messages are alive, so later edits are seen in them."""

    def __init__(self, interaction: "Interaction") -> None:
        self.interaction = interaction

    @property
    def updated(self) -> bool:
        """Say whether the message with the component was changed, instead of a new one sent."""
        return self.interaction.acknowledged in (DEFER_UPDATE, UPDATE)

    @property
    def modal(self) -> Modal | None:
        """Give the form that was opened, if one was."""
        return Modal(self.interaction) if self.interaction.modal is not None else None

    @property
    def messages(self) -> "list[Message]":
        """List the answer and its follow-ups, as far as they were not deleted."""
        sent = [self.interaction.original, *self.interaction.followups]
        return [message for message in sent if message is not None and not message.deleted]

    @property
    def message(self) -> "Message | None":
        """Give the answer; after a deferred update with a follow-up, the follow-up."""
        followups = [m for m in self.interaction.followups if not m.deleted]
        if self.interaction.acknowledged == DEFER_UPDATE and followups:
            return followups[0]
        return next(iter(self.messages), None)

    @property
    def ephemeral(self) -> bool:
        """Say whether only the person sees the answer."""
        return self.message is not None and self.message.ephemeral_to is not None

    @property
    def text(self) -> str:
        """Put together all that can be read in the answer and its follow-ups."""
        return "\n".join(message.text for message in self.messages)

    @property
    def choices(self) -> list[Choice]:
        """List what an autocomplete suggests."""
        given = self.interaction.choices or []
        return [Choice(name=choice["name"], value=choice["value"]) for choice in given]

    def button(self, name: str) -> Json:
        """Find a button by label or custom_id.

        Raises:
            LookupError: if there is none.
        """
        return holder(self.messages, name)[1]


def holder(messages: "list[Message]", name: str) -> "tuple[Message, Json]":
    """Find a component by label, custom_id or placeholder, and the message it is on.

    Raises:
        LookupError: if there is none; says which there are.
    """
    seen = []
    for message in messages:
        for part in walk(message.components):
            names = [part.get(key) for key in ("label", "custom_id", "placeholder")]
            if name in names:
                return message, part
            seen.append(names[0] or names[1])
    raise LookupError(f"No component {name!r}; there are {[one for one in seen if one]}.")
