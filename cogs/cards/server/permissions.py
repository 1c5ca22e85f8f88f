"""What Assent may do in a server, held against what it needs: too little, and too much."""

from collections.abc import Iterator
from dataclasses import dataclass

import discord

from bot.domain.proposal import Community
from bot.domain.text import line
from bot.domain.types import ChannelId

_TALKING = {
    "view_channel": ("View Channel", "see the channel"),
    "send_messages": ("Send Messages", "say what happened"),
    "embed_links": ("Embed Links", "show cards"),
    "read_message_history": ("Read Message History", "never say anything twice"),
}
_GATHERING = {
    **_TALKING,
    "add_reactions": ("Add Reactions", "offer the reaction of support"),
    "create_public_threads": ("Create Public Threads", "give each idea a thread"),
    "send_messages_in_threads": ("Send Messages in Threads", "tell the thread what happens"),
    "attach_files": ("Attach Files", "show drafts in full"),
    "pin_messages": ("Pin Messages", "keep the board of ideas on top"),
}
# Instead of the pin, where ideas are posts.
_IN_A_FORUM = {
    **{name: words for name, words in _GATHERING.items() if name != "pin_messages"},
    "manage_threads": ("Manage Threads", "keep the board on top, and tag the posts of members"),
    "manage_channels": ("Manage Channels", "give the forum its tags"),
}
_OPTIONAL = frozenset({"manage_threads", "manage_channels"})  # ideas go out without them
# Assent works without these: with them, a mistake or a stolen token could do more harm.
_TOO_MUCH = {
    "administrator": "Administrator",
    "manage_guild": "Manage Server",
    "manage_roles": "Manage Roles",
    "manage_channels": "Manage Channels",
    "manage_webhooks": "Manage Webhooks",
    "manage_events": "Manage Events",  # its own need “Create Events” alone
    "manage_messages": "Manage Messages",
    "mention_everyone": "Mention @everyone, @here and All Roles",
    "kick_members": "Kick Members",
    "ban_members": "Ban Members",
    "moderate_members": "Timeout Members",
    "manage_nicknames": "Manage Nicknames",
}
_ROLE_SHOWN = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingPermission:
    """A permission that Assent needs and does not have; `None`: in the whole server."""

    channel_id: ChannelId | None
    name: str  # as Discord's settings call it
    needed_for: str
    is_optional: bool = False  # the rest works without it


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingRole:
    """A role that the set-up names and the server does not have any more."""

    name: str  # what it is for


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """Something else that is in the way, in safe Markdown with what to do about it."""

    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcessPermission:
    """A permission that Assent has and does not need; `None`: in the whole server."""

    channel_id: ChannelId | None
    name: str


Missing = MissingPermission | MissingRole | Obstacle


def is_needed(missing: "Missing") -> bool:
    """Say whether something does not work without it."""
    return not (isinstance(missing, MissingPermission) and missing.is_optional)


def missing_here(community: Community, guild: discord.Guild) -> list[Missing]:
    """List what Assent lacks, channel by channel, in the words of Discord's settings."""
    missing: list[Missing] = [*_deleted_roles(community, guild)]
    for channel_id, needs in _wanted(community).items():
        channel = guild.get_channel(channel_id)
        if channel is None:
            missing.append(_gone(channel_id))
            continue
        held = channel.permissions_for(guild.me)
        missing += [
            MissingPermission(
                channel_id=channel_id,
                name=name,
                needed_for=needed_for,
                is_optional=permission in _OPTIONAL,
            )
            for permission, (name, needed_for) in needs.items()
            if not getattr(held, permission)
        ]
    return [*missing, *_no_events(community, guild), *_unheard_role(community, guild)]


def excessive_here(community: Community, guild: discord.Guild) -> list[ExcessPermission]:
    """List what Assent may do and need not: in the whole server, then in single channels."""
    everywhere = guild.me.guild_permissions
    if everywhere.administrator:  # It holds all others; to take it away shows what else there is.
        return [ExcessPermission(channel_id=None, name=_TOO_MUCH["administrator"])]
    wanted = _wanted(community)
    needed = {permission for needs in wanted.values() for permission in needs}
    found = [
        ExcessPermission(channel_id=None, name=name)
        for permission, name in _TOO_MUCH.items()
        if getattr(everywhere, permission) and permission not in needed
    ]
    for channel_id, needs in wanted.items():
        if channel := guild.get_channel(channel_id):
            held = channel.permissions_for(guild.me)
            found += [
                ExcessPermission(channel_id=channel_id, name=name)
                for permission, name in _TOO_MUCH.items()
                if getattr(held, permission)
                and not getattr(everywhere, permission)
                and permission not in needs
            ]
    return found


def _wanted(community: Community) -> dict[ChannelId, dict[str, tuple[str, str]]]:
    places = {
        community.voting_channel_id: _TALKING,
        community.announcements_channel_id: _TALKING,
        community.moderators_channel_id: _TALKING,
    }
    if community.policy.takes_ideas:
        is_forum = community.ideas_channel_is_forum
        places[community.ideas_channel_id] = _IN_A_FORUM if is_forum else _GATHERING
    return {place: needs for place, needs in places.items() if place is not None}


def _gone(channel_id: ChannelId) -> MissingPermission:
    return MissingPermission(
        channel_id=channel_id,
        name="View Channel",
        needed_for="see the channel (if it was deleted, run `/governance setup` with another)",
    )


def _no_events(community: Community, guild: discord.Guild) -> Iterator[MissingPermission]:
    """Say that deadlines cannot be put into the server's own list of events."""
    if community.policy.calendar_events and not guild.me.guild_permissions.create_events:
        yield MissingPermission(
            channel_id=None,
            name="Create Events",
            needed_for="put deadlines into the server's list of events (Server Settings → Roles; "
            "the policy's calendar.events switches them off)",
        )


def _unheard_role(community: Community, guild: discord.Guild) -> Iterator[MissingPermission]:
    """Say where the announcement role would be named in vain."""
    role = guild.get_role(community.announcement_role_id or 0)
    if role is None or role.mentionable:
        return
    places = dict.fromkeys([community.voting_channel_id, community.announcements_channel_id])
    for place in places:
        channel = guild.get_channel(place)
        if channel is not None and not channel.permissions_for(guild.me).mention_everyone:
            yield MissingPermission(
                channel_id=place,
                name="Allow anyone to @mention this role",
                needed_for=f"call the role {line(role.name, _ROLE_SHOWN)} (it is in the role's own "
                "settings)",
            )


def _deleted_roles(community: Community, guild: discord.Guild) -> Iterator[MissingRole]:
    named = {
        "Moderators": community.moderator_role_id,
        "Called for votes": community.announcement_role_id,
    }
    for name, role_id in named.items():
        if role_id is not None and guild.get_role(role_id) is None:
            yield MissingRole(name=name)
