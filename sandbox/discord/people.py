"""People: what a person in a Discord client can do, so that tests and the story read as prose."""

import secrets
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sandbox.discord.channels import Channel, ChannelType, Thread
from sandbox.discord.commands import CHAT_INPUT, MESSAGE, USER, Command
from sandbox.discord.direct_channels import direct_channel
from sandbox.discord.drafting import require_awake
from sandbox.discord.errors import Json, NoAnswerError, NotAllowedError
from sandbox.discord.forgeries import forged_fields, forged_message
from sandbox.discord.interactions import (
    AUTOCOMPLETE,
    COMMAND,
    COMPONENT,
    FIRST_ANSWER_SECONDS,
    MODAL_SUBMIT,
    Interaction,
)
from sandbox.discord.modals import Modal
from sandbox.discord.options import Typed, focused
from sandbox.discord.permissions import Permission, guild_permissions, require
from sandbox.discord.replies import Choice, Reply, holder
from sandbox.discord.selections import picked
from sandbox.discord.speakers import Speaker
from sandbox.discord.state import Event

if TYPE_CHECKING:
    from sandbox.discord.messages import Message
    from sandbox.discord.state import State

P = Permission
_BUTTON, _LINK = 2, 5


class Person(Speaker):
    """A member of one server, sitting in front of a client."""

    async def run(
        self,
        command: str,
        where: Channel | Thread | None = None,
        /,
        *,
        options: Mapping[str, Any] | None = None,
        anyway: bool = False,
        in_dm: bool = False,
        **named: Any,
    ) -> Reply:
        """Run a slash command, `/idea new`, and wait for the answer; files are `Upload`s.

        `anyway` sends it even where Discord would hide the command from this person; `in_dm`
        sends it from the direct messages with the bot, as nobody's client should.

        Raises:
            LookupError: if there is no such command, subcommand or option.
            NotAllowedError: if Discord's client would not send it.
            NoAnswerError: if the application does not answer.
        """
        private = direct_channel(self._state, self.member.user) if in_dm else None
        place = private or self._choose_place(where)
        found, words = self._command(CHAT_INPUT, command.removeprefix("/").split())
        if not in_dm:
            self._require_command(found, place, anyway=anyway)
        typed = self._typed()
        encoded = typed.path(found.body, words, {**(options or {}), **named})
        data = _command_data(found, typed, {"options": encoded})
        return await self._do(COMMAND, place, data)

    async def autocomplete(
        self, command: str, where: Channel | Thread | None = None, /, **named: Any
    ) -> list[Choice]:
        """Type into an option and see what is suggested; the last one named is being typed."""
        place = self._choose_place(where)
        found, words = self._command(CHAT_INPUT, command.removeprefix("/").split())
        self._require_command(found, place, anyway=False)
        typed = self._typed()
        body = _without_demands(found.body)
        encoded = typed.path(body, words, named)
        focused(encoded, list(named)[-1])
        data = _command_data(found, typed, {"options": encoded})
        return (await self._do(AUTOCOMPLETE, place, data)).choices

    async def use_on(
        self, target: "Message | Person", command: str, *, anyway: bool = False
    ) -> Reply:
        """Right-click a message or a person and choose a command."""
        typed = self._typed()
        if isinstance(target, Person):
            place, kind = self._choose_place(None), USER
            typed.resolve_user(target.id)
        else:
            place, kind = target.channel, MESSAGE
            typed.resolved["messages"] = {str(target.id): target.payload(self._state.bot.id)}
        found, _ = self._command(kind, [command])
        self._require_command(found, place, anyway=anyway)
        data = _command_data(found, typed, {"target_id": str(target.id)})
        return await self._do(COMMAND, place, data)

    async def press(self, where: "Message | Reply", button: str, *, wait: bool = True) -> Reply:
        """Press a button, by label or custom_id."""
        message, part = self._component(where, button)
        if part["type"] != _BUTTON or part.get("style") == _LINK:
            raise NotAllowedError(f"{button!r} is no button that tells the application.")
        data = {"custom_id": part["custom_id"], "component_type": _BUTTON, "id": part["id"]}
        return await self._do(COMPONENT, message.channel, data, source=message, wait=wait)

    async def choose(
        self,
        where: "Message | Reply",
        select: str,
        *,
        values: Sequence[Any],
        wait: bool = True,
    ) -> Reply:
        """Choose in a select menu, by custom_id or placeholder; options by label or value."""
        message, part = self._component(where, select)
        typed = self._typed()
        data = {
            "custom_id": part["custom_id"],
            "component_type": part["type"],
            "id": part["id"],
            "values": picked(part, values, typed),
            # Clients read the values from here where it is present, even if it is empty.
            **({"resolved": typed.resolved} if typed.resolved else {}),
        }
        return await self._do(COMPONENT, message.channel, data, source=message, wait=wait)

    async def submit(
        self, modal: Modal | None, fields: Mapping[str, Any] | None = None, /, **named: Any
    ) -> Reply:
        """Fill in a form and send it; fields by custom_id or label, the others as they are."""
        if modal is None:
            raise NotAllowedError("No form was opened.")
        root = modal.interaction
        typed = self._typed()
        components = modal.filled({**(fields or {}), **named}, typed)
        data: Json = {"custom_id": modal.custom_id, "components": components}
        if typed.resolved:
            data["resolved"] = typed.resolved
        return await self._do(MODAL_SUBMIT, root.place, data, source=root.message, root=root)

    async def forge_component(
        self,
        channel: Channel | Thread,
        custom_id: str,
        *,
        component_type: int = _BUTTON,
        values: Sequence[str] = (),
        wait: bool = True,
    ) -> Reply:
        """Send a press or a choice of any custom_id, without a message that has it.

        The answer may edit the message that is pretended: only this person would see it.

        Raises:
            NoAnswerError: if the application does not answer.
        """
        source = forged_message(self._state, channel, self.member.user, custom_id, component_type)
        data: Json = {"custom_id": custom_id, "component_type": component_type, "id": 2}
        if component_type != _BUTTON:
            data["values"] = list(values)
        return await self._do(COMPONENT, channel, data, source=source, wait=wait)

    async def forge_modal(
        self,
        channel: Channel | Thread,
        custom_id: str,
        *,
        components: Sequence[Json] = (),
        fields: Mapping[str, Any] | None = None,
        wait: bool = True,
    ) -> Reply:
        """Send a form of any custom_id that was never opened, as if a command had opened it.

        `fields` are texts, or lists of a menu's values, by custom_id; `components` go as they are,
        before them.

        Raises:
            NoAnswerError: if the application does not answer.
        """
        sent = [*components, *forged_fields(fields or {})]
        data: Json = {"custom_id": custom_id, "components": sent}
        root = self._interaction(COMMAND, channel, {"name": "forged", "type": CHAT_INPUT})
        return await self._do(MODAL_SUBMIT, channel, data, root=root, wait=wait)

    def _typed(self) -> Typed:
        return Typed(state=self._state, guild=self.member.guild)

    def _choose_place(self, where: Channel | Thread | None) -> Channel | Thread:
        if where is not None:
            return where
        if self._place is not None:
            return self._place
        channels = self.member.guild.channels.values()
        return next(channel for channel in channels if channel.type is ChannelType.TEXT)

    def _command(self, kind: int, words: list[str]) -> tuple[Command, list[str]]:
        here = (self.member.guild.id, None)
        known = [c for c in self._state.commands.values() if c.type == kind and c.guild_id in here]
        for command in known:
            if command.name == words[0]:
                return command, words[1:]
        names = sorted(command.name for command in known)
        raise LookupError(f"No command {words[0]!r}; there are {names}.")

    def _require_command(self, command: Command, place: Channel | Thread, *, anyway: bool) -> None:
        with self._in(place):
            require_awake(place)
            if not anyway:
                require(self.member, place, P.USE_APPLICATION_COMMANDS)
        needs = P.ADMINISTRATOR if command.needs == 0 else command.needs or 0
        is_open = command.name in self.member.guild.opened_commands
        if not anyway and not is_open and guild_permissions(self.member) & needs != needs:
            raise NotAllowedError(f"Discord hides {command.name!r} from {self.name}.")

    def _component(self, where: "Message | Reply", name: str) -> "tuple[Message, Json]":
        messages = where.messages if isinstance(where, Reply) else [where]
        message, part = holder([m for m in messages if not m.deleted], name)
        if message.ephemeral_to not in (None, self.member.user):
            raise NotAllowedError(f"{self.name} does not see that message.")
        if part.get("disabled"):
            raise NotAllowedError(f"{name!r} is disabled.")
        with self._in(message.channel):
            require_awake(message.channel)
        return message, part

    async def _do(
        self,
        kind: int,
        place: Channel | Thread,
        data: Json,
        *,
        source: "Message | None" = None,
        root: Interaction | None = None,
        wait: bool = True,
    ) -> Reply:
        state = self._state
        interaction = self._interaction(kind, place, data, source=source, root=root)
        if interaction.guild is self.member.guild:
            self._place = place
        state.interactions[interaction.token] = interaction
        state.emit(Event(name="INTERACTION_CREATE", data=interaction.payload(state)))
        await _answered(state, interaction, wait=wait)
        return Reply(interaction)

    def _interaction(
        self,
        kind: int,
        place: Channel | Thread,
        data: Json,
        *,
        source: "Message | None" = None,
        root: Interaction | None = None,
    ) -> Interaction:
        guild = self._state.guild_of(place)
        if self.id not in guild.members:
            raise NotAllowedError(f"{self.name} is not in the server of #{place.name}.")
        return Interaction(
            id=self._state.snowflakes.take(),
            token=secrets.token_urlsafe(48),
            kind=kind,
            member=guild.members[self.id],
            guild=guild,
            place=place,
            data=data,
            born_ms=self._state.clock.now_ms(),
            message=source,
            root=root,
        )


ANSWER_SECONDS = 10.0  # how long a person looks at "is thinking" before giving up


async def _answered(state: "State", interaction: Interaction, *, wait: bool) -> None:
    try:
        await state.changes.until(
            lambda: interaction.acknowledged is not None, timeout_seconds=FIRST_ANSWER_SECONDS
        )
    except TimeoutError as late:
        raise NoAnswerError("The application did not respond.") from late
    if not wait:
        return
    try:
        await state.changes.until(lambda: interaction.answered, timeout_seconds=ANSWER_SECONDS)
    except TimeoutError as late:
        raise NoAnswerError("The application is still thinking.") from late


def _command_data(command: Command, typed: Typed, more: Json) -> Json:
    where = {} if command.guild_id is None else {"guild_id": str(command.guild_id)}
    said = {"id": str(command.id), "name": command.name, "type": command.type, **where, **more}
    return {**said, "resolved": typed.resolved} if typed.resolved else said


def _without_demands(body: Json) -> Json:
    """Give a definition in which nothing is required or bounded: one is still typing."""
    loose = {"name": body["name"], "type": body.get("type", 1)}
    if "options" in body:
        loose["options"] = [_without_demands(option) for option in body["options"]]
    return loose
