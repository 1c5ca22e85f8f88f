"""What a person sees after they did something: a message, a modal, choices."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.discord.errors import Json
from sandbox.discord.interactions import DEFER_UPDATE, UPDATE
from sandbox.discord.messages import walk
from sandbox.discord.modals import Modal

if TYPE_CHECKING:
    from sandbox.discord.interactions import Interaction
    from sandbox.discord.messages import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One suggestion of an autocomplete."""

    name: str
    value: Any


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
    def files(self) -> dict[str, bytes]:
        """Give the contents of the files in the answer and its follow-ups, by name."""
        return {name: data for each in self.messages for name, data in each.files.items()}

    @property
    def choices(self) -> list[Choice]:
        """List what an autocomplete suggests."""
        given = self.interaction.choices or []
        return [Choice(name=choice["name"], value=choice["value"]) for choice in given]

    def component(self, name: str) -> Json:
        """Find a menu, a button or another component by label, custom_id or placeholder.

        Raises:
            LookupError: if there is none.
        """
        return holder(self.messages, name)[1]

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
