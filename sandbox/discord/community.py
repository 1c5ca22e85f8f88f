"""A server being built and changed by the people who run it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Literal

from sandbox.discord import channel_changes, threads
from sandbox.discord.channels import Channel, ChannelType, ForumTag, Thread
from sandbox.discord.guilds import Guild, Member, Role
from sandbox.discord.people import Person
from sandbox.discord.permissions import DEFAULT_EVERYONE, NO_PERMISSION, Permission
from sandbox.discord.scheduled_events import ScheduledEvent, external, keep_time, remove, schedule
from sandbox.discord.state import Event, State
from sandbox.discord.users import Emoji, User

if TYPE_CHECKING:
    from sandbox.discord.errors import Json

_DAY_MS: Final = 86_400_000


class Community:
    """A server, seen by its administrators; every change is told to the bot."""

    def __init__(self, state: State, name: str, bot_permissions: Permission) -> None:
        self._state = state
        self._people: dict[int, Person] = {}
        owner = _new_user(state, "Owner")
        self.guild = Guild(id=state.snowflakes.take(), name=name, owner_id=owner.id)
        everyone = Role(id=self.guild.id, name="@everyone", permissions=DEFAULT_EVERYONE)
        self.guild.roles[everyone.id] = everyone
        state.guilds[self.guild.id] = self.guild
        self.owner = self._join(owner, ())
        self.bot_role = self._add_role(
            Role(
                id=state.snowflakes.take(),
                name=state.bot.name,
                permissions=bot_permissions,
                position=1,
                managed_by=state.bot.id,
            )
        )
        self._join(state.bot, (self.bot_role,))
        state.emit(Event(name="GUILD_CREATE", data=self._for_bot(), guild_id=self.id))

    @property
    def id(self) -> int:
        """Give the server's id."""
        return self.guild.id

    @property
    def name(self) -> str:
        """Give the server's name."""
        return self.guild.name

    @property
    def everyone(self) -> Role:
        """Give the role that all members have."""
        return self.guild.everyone

    @property
    def bot_member(self) -> Member:
        """Give the bot as a member."""
        return self.guild.members[self._state.bot.id]

    @property
    def channels(self) -> list[Channel]:
        """List the channels, without threads."""
        return list(self.guild.channels.values())

    @property
    def threads(self) -> list[Thread]:
        """List the threads, archived ones too."""
        return list(self.guild.threads.values())

    @property
    def roles(self) -> list[Role]:
        """List the roles."""
        return list(self.guild.roles.values())

    @property
    def members(self) -> list[Member]:
        """List the members, the bot among them."""
        return list(self.guild.members.values())

    @property
    def scheduled_events(self) -> list[ScheduledEvent]:
        """List the server's events, those that are over or canceled among them."""
        keep_time(self._state, self.guild)
        return list(self.guild.scheduled_events.values())

    def schedule(self, name: str, *, start: int, end: int, description: str = "") -> ScheduledEvent:
        """Let the owner schedule an event somewhere; times in unix seconds."""
        fields = external(
            name=name, description=description, location="Somewhere", start=start, end=end
        )
        return schedule(self._state, self.guild, self._state.users[self.guild.owner_id], fields)

    def unschedule(self, event: ScheduledEvent) -> None:
        """Let an administrator delete an event."""
        remove(self._state, self.guild, event)

    def channel(self, name: str) -> Channel:
        """Find a channel by name.

        Raises:
            LookupError: if there is none.
        """
        for channel in self.channels:
            if channel.name == name:
                return channel
        raise LookupError(f"No channel {name!r}; there are {[c.name for c in self.channels]}.")

    def text_channel(self, name: str, *, topic: str | None = None) -> Channel:
        """Make a text channel."""
        return self._add_channel(name, ChannelType.TEXT, topic=topic)

    def news_channel(self, name: str, *, topic: str | None = None) -> Channel:
        """Make an announcement channel."""
        return self._add_channel(name, ChannelType.NEWS, topic=topic)

    def category(self, name: str) -> Channel:
        """Make a category."""
        return self._add_channel(name, ChannelType.CATEGORY)

    def forum(
        self,
        name: str,
        *,
        tags: Sequence[str] = (),
        moderated_tags: Sequence[str] = (),
        topic: str | None = None,
    ) -> Channel:
        """Make a forum with tags, some of which only moderators put on posts."""
        plain = channel_changes.make_tags(self._state, tags)
        strict = channel_changes.make_tags(self._state, moderated_tags, moderated=True)
        return self._add_channel(name, ChannelType.FORUM, topic=topic, tags=[*plain, *strict])

    def delete_channel(self, channel: Channel) -> None:
        """Delete a channel and its threads; those of a category stay, without it."""
        channel_changes.delete_channel(self._state, channel)

    def delete_thread(self, thread: Thread) -> None:
        """Delete a thread or a post."""
        threads.delete_thread(self._state, thread)

    def role(
        self, name: str, *, permissions: Permission = NO_PERMISSION, mentionable: bool = False
    ) -> Role:
        """Make a role above those there are."""
        role = Role(
            id=self._state.snowflakes.take(),
            name=name,
            permissions=permissions,
            position=len(self.guild.roles),
            mentionable=mentionable,
        )
        return self._add_role(role)

    def change_role(
        self,
        role: Role,
        *,
        permissions: Permission | None = None,
        mentionable: bool | None = None,
    ) -> None:
        """Change what a role may do, or whether it may be mentioned."""
        role.permissions = role.permissions if permissions is None else permissions
        role.mentionable = role.mentionable if mentionable is None else mentionable
        self._tell("GUILD_ROLE_UPDATE", {"role": role.payload()})

    def open_command(self, name: str) -> None:
        """Show a command to everybody, as an administrator can under Integrations."""
        self.guild.opened_commands.add(name)

    def delete_role(self, role: Role) -> None:
        """Take a role away from everybody and delete it."""
        del self.guild.roles[role.id]
        for member in self.guild.members.values():
            member.roles = [kept for kept in member.roles if kept is not role]
        for channel in self.channels:
            channel.overwrites.pop(role.id, None)
        self._tell("GUILD_ROLE_DELETE", {"role_id": str(role.id)})

    def member(
        self,
        name: str,
        *,
        roles: Sequence[Role] = (),
        joined_at: int | None = None,
        joined_days_ago: float = 0,
        locale: str = "en-US",
    ) -> Person:
        """Let a person join, now or earlier; `joined_at` is in unix seconds.

        `locale` is the language of their client.
        """
        since_ms = self._state.clock.now_ms() - round(joined_days_ago * _DAY_MS)
        joined_at_ms = since_ms if joined_at is None else joined_at * 1000
        user = _new_user(self._state, name)
        user.locale = locale
        return self._join(user, roles, joined_at_ms)

    def crowd(self, count: int) -> list[Person]:
        """Let many people join."""
        return [self.member(f"Member {number}") for number in range(1, count + 1)]

    def robot(self, name: str) -> Person:
        """Let somebody else's bot join."""
        return self._join(_new_user(self._state, name, bot=True), ())

    def person(self, user_id: int) -> Person:
        """Find a person by id.

        Raises:
            KeyError: if there is none.
        """
        return self._people[user_id]

    def leave(self, person: Person) -> None:
        """Let a person leave, with all their threads; their messages stay."""
        del self.guild.members[person.id]
        for thread in self.threads:
            thread.members.pop(person.id, None)
        self._tell("GUILD_MEMBER_REMOVE", {"user": person.member.user.payload()})

    def rejoin(self, person: Person) -> Person:
        """Let somebody who left come back: the same account, a new member without roles."""
        return self._join(person.member.user, ())

    def give(self, person: Person | Member, role: Role) -> None:
        """Give somebody a role."""
        member = person.member if isinstance(person, Person) else person
        if role not in member.roles:
            member.roles.append(role)
            self._tell("GUILD_MEMBER_UPDATE", member.payload())

    def take(self, person: Person | Member, role: Role) -> None:
        """Take a role from somebody."""
        member = person.member if isinstance(person, Person) else person
        if role in member.roles:
            member.roles.remove(role)
            self._tell("GUILD_MEMBER_UPDATE", member.payload())

    def allow(self, channel: Channel, who: Role | Member | Person, what: Permission) -> None:
        """Allow a role or a member something in one channel."""
        kind = _kind(who)
        channel_changes.set_overwrite(self._state, channel, who.id, kind=kind, allow=what)

    def deny(self, channel: Channel, who: Role | Member | Person, what: Permission) -> None:
        """Deny a role or a member something in one channel."""
        kind = _kind(who)
        channel_changes.set_overwrite(self._state, channel, who.id, kind=kind, deny=what)

    def emoji(self, name: str) -> Emoji:
        """Add an emoji of the server's own."""
        emoji = Emoji(name=name, id=self._state.snowflakes.take())
        assert emoji.id is not None, "it was just made"
        self.guild.emojis[emoji.id] = emoji
        self._tell("GUILD_EMOJIS_UPDATE", {"emojis": self.guild.payload()["emojis"]})
        return emoji

    def _add_channel(
        self,
        name: str,
        kind: ChannelType,
        *,
        topic: str | None = None,
        tags: Sequence[ForumTag] = (),
    ) -> Channel:
        channel = channel_changes.add_channel(self._state, self.guild, name, kind)
        channel.topic = topic
        channel.tags = list(tags)
        channel_changes.tell(self._state, "CHANNEL_CREATE", channel)
        return channel

    def _add_role(self, role: Role) -> Role:
        self.guild.roles[role.id] = role
        self._tell("GUILD_ROLE_CREATE", {"role": role.payload()})
        return role

    def _join(self, user: User, roles: Sequence[Role], joined_at_ms: int | None = None) -> Person:
        at_ms = self._state.clock.now_ms() if joined_at_ms is None else joined_at_ms
        member = Member(user=user, guild=self.guild, roles=list(roles), joined_at_ms=at_ms)
        self.guild.members[user.id] = member
        person = self._people[user.id] = Person(self._state, member)
        self._tell("GUILD_MEMBER_ADD", member.payload())
        return person

    def _for_bot(self) -> "Json":
        return self.guild.gateway_payload(self.bot_member, all_members=False)

    def _tell(self, name: str, data: "Json") -> None:
        # Before the bot has joined there is nobody to tell.
        if self._state.bot.id in self.guild.members:
            data = {"guild_id": str(self.id), **data}
            self._state.emit(Event(name=name, data=data, guild_id=self.id))


def _new_user(state: State, name: str, *, bot: bool = False) -> User:
    user = User(id=state.snowflakes.take(), name=name, bot=bot)
    state.users[user.id] = user
    return user


def _kind(who: Role | Member | Person) -> Literal[0, 1]:
    return 0 if isinstance(who, Role) else 1
