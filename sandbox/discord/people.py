"""People: what a person in a Discord client can do, so that tests and the story read as prose."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sandbox.discord import posting, reacting, threads
from sandbox.discord.channels import Channel, ChannelType, Thread
from sandbox.discord.commands import CHAT_INPUT, MESSAGE, USER, Command
from sandbox.discord.drafting import require_awake, require_may_send
from sandbox.discord.errors import ApiError, Json, NoAnswerError, NotAllowedError
from sandbox.discord.interactions import (
    AUTOCOMPLETE,
    COMMAND,
    COMPONENT,
    FIRST_ANSWER_SECONDS,
    MODAL_SUBMIT,
    Interaction,
)
from sandbox.discord.options import Typed, focused
from sandbox.discord.permissions import Permission, guild_permissions, require
from sandbox.discord.posting import Changed, Draft
from sandbox.discord.replies import Choice, Modal, Reply, holder
from sandbox.discord.state import Event
from sandbox.discord.threads import Opening
from sandbox.discord.users import Emoji

if TYPE_CHECKING:
    from sandbox.discord.guilds import Member, Role
    from sandbox.discord.messages import Message
    from sandbox.discord.state import State

P = Permission
_STRING_SELECT, _LINK = 3, 5


class Person:
    """A member of one server, sitting in front of a client."""

    def __init__(self, state: "State", member: "Member") -> None:
        self.member = member
        self._state = state
        self._place: Channel | Thread | None = None

    @property
    def id(self) -> int:
        """Give the user's id."""
        return self.member.id

    @property
    def name(self) -> str:
        """Give the name people see."""
        return self.member.user.name

    @property
    def mention(self) -> str:
        """Write the text that names them."""
        return self.member.user.mention

    @property
    def roles(self) -> "list[Role]":
        """List their roles."""
        return list(self.member.roles)

    async def say(
        self, place: Channel | Thread, content: str, *, reply_to: "Message | None" = None
    ) -> "Message":
        """Write a message.

        Raises:
            NotAllowedError: where they may not, or if it is empty or too long.
        """
        if not 1 <= len(content) <= 2000:
            raise NotAllowedError(f"A message has 1 to 2000 characters, not {len(content)}.")
        draft = Draft(content=content, replies_to=reply_to, type=19 if reply_to else 0)
        with self._in(place):
            require_may_send(self.member, place, draft)
        return posting.post(self._state, place, self.member.user, draft)

    async def edit(self, message: "Message", content: str) -> None:
        """Change one of their own messages."""
        with self._in(message.channel):
            if message.author is not self.member.user:
                raise ApiError(50005)
            require_awake(message.channel)
        posting.edit(self._state, message, Changed(content=content))

    async def delete(self, message: "Message") -> None:
        """Delete an own message, or as a moderator anybody's."""
        own = () if message.author is self.member.user else (P.MANAGE_MESSAGES,)
        with self._in(message.channel, *own):
            posting.delete(self._state, message)

    async def react(self, message: "Message", emoji: str) -> None:
        """React to a message."""
        self._react(message, emoji, burst=False)

    async def super_react(self, message: "Message", emoji: str) -> None:
        """React with a super-reaction, which is counted apart."""
        self._react(message, emoji, burst=True)

    def _react(self, message: "Message", text: str, *, burst: bool) -> None:
        emoji = Emoji.parse(text)
        new = () if emoji in message.reactions else (P.ADD_REACTIONS,)
        with self._in(message.channel, P.READ_MESSAGE_HISTORY, *new):
            require_awake(message.channel)
            reacting.add(self._state, message, self.member.user, emoji, burst=burst)

    async def unreact(self, message: "Message", emoji: str) -> None:
        """Take their reaction back."""
        with self._in(message.channel):
            require_awake(message.channel)
        reacting.remove(self._state, message, self.id, Emoji.parse(emoji))

    async def start_thread(self, where: "Message | Channel", name: str) -> Thread:
        """Open a thread on a message, or in a channel."""
        channel = where if isinstance(where, Channel) else where.channel
        if not isinstance(channel, Channel):
            raise NotAllowedError("There are no threads inside threads.")
        source = None if isinstance(where, Channel) else where
        with self._in(channel, P.CREATE_PUBLIC_THREADS):
            if source is not None and source.thread is not None:
                raise ApiError(160004)
            opening = Opening(name=name)
            thread = threads.open_thread(
                self._state, channel, self.member.user, opening, source=source
            )
        if source is not None:
            posting.told(self._state, source)
            posting.post(self._state, thread, self.member.user, Draft(type=21))
        return thread

    async def archive(self, thread: Thread, *, locked: bool = False) -> None:
        """Close an own thread; moderators close and lock anybody's."""
        own = thread.owner_id == self.id and not locked
        with self._in(thread, *(() if own else (P.MANAGE_THREADS,))):
            thread.locked = thread.locked or locked
            threads.archive(self._state, thread, archived=True)

    async def post(
        self, forum: Channel, title: str, content: str, *, tags: Sequence[str] = ()
    ) -> Thread:
        """Open a post in a forum; tags by name."""
        known = {tag.name: tag.id for tag in forum.tags}
        with self._in(forum, P.SEND_MESSAGES):
            opening = Opening(name=title, applied_tags=[known[tag] for tag in tags])
            thread = threads.open_thread(self._state, forum, self.member.user, opening)
        draft = Draft(content=content, id=thread.id)
        posting.post(self._state, thread, self.member.user, draft)
        return thread

    async def run(
        self,
        command: str,
        where: Channel | Thread | None = None,
        /,
        *,
        options: Mapping[str, Any] | None = None,
        anyway: bool = False,
        **named: Any,
    ) -> Reply:
        """Run a slash command, `/idea new`, and wait for the answer.

        `anyway` sends it even where Discord would hide the command from this person.

        Raises:
            LookupError: if there is no such command, subcommand or option.
            NotAllowedError: if Discord's client would not send it.
            NoAnswerError: if the application does not answer.
        """
        place = self._choose_place(where)
        found, words = self._command(CHAT_INPUT, command.removeprefix("/").split())
        self._require_command(found, place, anyway=anyway)
        typed = Typed(guild=self.member.guild)
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
        typed = Typed(guild=self.member.guild)
        body = _without_demands(found.body)
        encoded = typed.path(body, words, named)
        focused(encoded, list(named)[-1])
        data = _command_data(found, typed, {"options": encoded})
        return (await self._do(AUTOCOMPLETE, place, data)).choices

    async def use_on(
        self, target: "Message | Person", command: str, *, anyway: bool = False
    ) -> Reply:
        """Right-click a message or a person and choose a command."""
        typed = Typed(guild=self.member.guild)
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
        if part["type"] != 2 or part.get("style") == _LINK:
            raise NotAllowedError(f"{button!r} is no button that tells the application.")
        data = {"custom_id": part["custom_id"], "component_type": 2, "id": part["id"]}
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
        if not part["min_values"] <= len(values) <= part["max_values"]:
            raise NotAllowedError(f"{select!r} does not take {len(values)} values.")
        typed = Typed(guild=self.member.guild)
        data = {
            "custom_id": part["custom_id"],
            "component_type": part["type"],
            "id": part["id"],
            "values": _selected(part, values, typed),
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
        components = modal.filled({**(fields or {}), **named})
        data = {"custom_id": modal.custom_id, "components": components}
        return await self._do(MODAL_SUBMIT, root.place, data, source=root.message, root=root)

    @contextmanager
    def _in(self, place: Channel | Thread, *needed: Permission) -> Iterator[None]:
        """Act there: what the API would refuse is said as what the client does not allow."""
        try:
            require(self.member, place, *needed)
            yield
        except ApiError as refusal:
            raise NotAllowedError(f"{self.name} in #{place.name}: {refusal.message}.") from refusal
        self._place = place

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
        if not anyway and guild_permissions(self.member) & needs != needs:
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
        self._place = place
        interaction = Interaction(
            id=state.snowflakes.take(),
            token=secrets.token_urlsafe(48),
            kind=kind,
            member=self.member,
            guild=self.member.guild,
            place=place,
            data=data,
            born_ms=state.clock.now_ms(),
            message=source,
            root=root,
        )
        state.interactions[interaction.token] = interaction
        state.emit(Event(name="INTERACTION_CREATE", data=interaction.payload(state)))
        await _answered(state, interaction, wait=wait)
        return Reply(interaction)


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


def _selected(part: Json, values: Sequence[Any], typed: Typed) -> list[str]:
    if part["type"] != _STRING_SELECT:
        ids = [value if isinstance(value, int) else int(value.id) for value in values]
        unknown = [thing_id for thing_id in ids if not typed.resolve_any(thing_id)]
        if unknown:
            raise NotAllowedError(f"{unknown!r} are not there.")
        return [str(thing_id) for thing_id in ids]
    by_name = {option["label"]: option["value"] for option in part["options"]}
    known = set(by_name.values())
    chosen = [value if value in known else by_name.get(value) for value in values]
    if None in chosen:
        raise NotAllowedError(f"{values!r} are not all among {sorted(by_name)}.")
    return [str(value) for value in chosen]
