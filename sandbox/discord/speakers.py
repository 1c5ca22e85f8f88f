"""What a member does by themselves: speak, react, open threads and posts, close them, pin."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sandbox.discord import posting, reacting, threads
from sandbox.discord.channels import Channel, ForumTag, Thread
from sandbox.discord.drafting import require_awake, require_may_send, require_unlocked
from sandbox.discord.errors import ApiError, NotAllowedError
from sandbox.discord.permissions import Permission, require
from sandbox.discord.posting import Changed, Draft
from sandbox.discord.threads import Opening
from sandbox.discord.users import Emoji

if TYPE_CHECKING:
    from sandbox.discord.guilds import Member, Role
    from sandbox.discord.messages import Message
    from sandbox.discord.state import State

P = Permission
_MOST_TAGS = 5


class Speaker:
    """A member of one server who needs no application for what they do."""

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
            require_unlocked(self.member, message.channel)
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

    async def reopen(self, thread: Thread) -> None:
        """Take a thread out of the archive and unlock it, as moderators can."""
        with self._in(thread, P.MANAGE_THREADS):
            thread.locked = False
            threads.archive(self._state, thread, archived=False)

    async def post(
        self, forum: Channel, title: str, content: str, *, tags: Sequence[str] = ()
    ) -> Thread:
        """Open a post in a forum; tags by name."""
        wanted = _tags(forum, tags)
        moderated = () if not any(tag.moderated for tag in wanted) else (P.MANAGE_THREADS,)
        with self._in(forum, P.SEND_MESSAGES, *moderated):
            opening = Opening(name=title, applied_tags=[tag.id for tag in wanted])
            thread = threads.open_thread(self._state, forum, self.member.user, opening)
        draft = Draft(content=content, id=thread.id)
        posting.post(self._state, thread, self.member.user, draft)
        return thread

    async def tag(self, thread: Thread, *tags: str) -> None:
        """Put exactly these tags on an own post; moderators do so on anybody's."""
        wanted = _tags(thread.parent, tags)
        changed = {tag.id for tag in wanted} ^ set(thread.applied_tags)
        is_moderated = any(tag.moderated for tag in thread.parent.tags if tag.id in changed)
        own = thread.owner_id == self.id and not is_moderated
        with self._in(thread, *(() if own else (P.MANAGE_THREADS,))):
            require_awake(thread)
        thread.applied_tags = [tag.id for tag in wanted]
        threads.changed(self._state, thread)

    async def pin(self, message: "Message") -> None:
        """Pin a message, which is told in the channel."""
        with self._in(message.channel, P.PIN_MESSAGES):
            require_awake(message.channel)
        posting.pin(self._state, message, by=self.member.user)

    async def unpin(self, message: "Message") -> None:
        """Take a pin off."""
        with self._in(message.channel, P.PIN_MESSAGES):
            require_awake(message.channel)
        posting.unpin(self._state, message)

    async def close_direct_messages(self) -> None:
        """Refuse direct messages of applications from now on."""
        self.member.user.takes_messages = False

    async def open_direct_messages(self) -> None:
        """Take direct messages again."""
        self.member.user.takes_messages = True

    @property
    def direct_messages(self) -> "list[Message]":
        """List what the bot and this person wrote to each other, oldest first."""
        channel = self._state.direct.get(self.id)
        return [] if channel is None else channel.messages

    @contextmanager
    def _in(self, place: Channel | Thread, *needed: Permission) -> Iterator[None]:
        """Act there: what the API would refuse is said as what the client does not allow."""
        self._require_present()
        try:
            require(self.member, place, *needed)
            yield
        except ApiError as refusal:
            raise NotAllowedError(f"{self.name} in #{place.name}: {refusal.message}.") from refusal
        self._place = place

    def _require_present(self) -> None:
        if self.member.guild.members.get(self.id) is not self.member:
            raise NotAllowedError(f"{self.name} is not in {self.member.guild.name!r} any more.")


def _tags(forum: Channel, names: Sequence[str]) -> list[ForumTag]:
    known = {tag.name: tag for tag in forum.tags}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise LookupError(f"No tags {unknown}; there are {list(known)}.")
    if len(names) > _MOST_TAGS:
        raise NotAllowedError(f"A post wears at most {_MOST_TAGS} tags.")
    return [known[name] for name in names]
