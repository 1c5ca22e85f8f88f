"""Who may do what where: roles, overwrites, threads."""

from collections.abc import Iterator
from enum import IntFlag
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Final

from sandbox.discord.errors import ApiError

if TYPE_CHECKING:
    from sandbox.discord.channels import Channel, Thread
    from sandbox.discord.guilds import Guild, Member


class Permission(IntFlag):
    """Discord's permission bits, as far as this world enforces them."""

    KICK_MEMBERS = 1 << 1
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    MANAGE_ROLES = 1 << 28
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_EVENTS = 1 << 33
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    SEND_MESSAGES_IN_THREADS = 1 << 38
    CREATE_EVENTS = 1 << 44
    PIN_MESSAGES = 1 << 51


P = Permission
EVERY_PERMISSION: Final = P((1 << 52) - 1)
NO_PERMISSION: Final = P(0)

DEFAULT_EVERYONE: Final = (
    P.ADD_REACTIONS
    | P.VIEW_CHANNEL
    | P.SEND_MESSAGES
    | P.EMBED_LINKS
    | P.ATTACH_FILES
    | P.READ_MESSAGE_HISTORY
    | P.USE_EXTERNAL_EMOJIS
    | P.USE_APPLICATION_COMMANDS
    | P.CREATE_PUBLIC_THREADS
    | P.SEND_MESSAGES_IN_THREADS
)
# Exactly what Assent's invitation asks for, so that it never relies on more: 2269701237492800.
DEFAULT_BOT_PERMISSIONS: Final = (
    P.VIEW_CHANNEL
    | P.SEND_MESSAGES
    | P.EMBED_LINKS
    | P.ATTACH_FILES
    | P.READ_MESSAGE_HISTORY
    | P.ADD_REACTIONS
    | P.CREATE_PUBLIC_THREADS
    | P.SEND_MESSAGES_IN_THREADS
    | P.PIN_MESSAGES
    | P.CREATE_EVENTS
)
# Without the right to speak these are worth nothing. Source: Discord docs, implicit permissions.
_SPOKEN: Final = P.MENTION_EVERYONE | P.ATTACH_FILES | P.EMBED_LINKS


def guild_permissions(member: "Member") -> Permission:
    """Add up what the member's roles allow in the whole server."""
    if member.guild.owner_id == member.id:
        return EVERY_PERMISSION
    bits = member.guild.everyone.permissions
    for role in member.roles:
        bits |= role.permissions
    return EVERY_PERMISSION if bits & P.ADMINISTRATOR else bits


def permissions_in(member: "Member", channel: "Channel | Thread") -> Permission:
    """Say what the member may do there; a thread asks the channel it hangs on."""
    bits = guild_permissions(member)
    if bits == EVERY_PERMISSION:
        return bits
    place = channel.home
    for allow, deny in _overwrites(member, place):
        bits = (bits & ~deny) | allow
    if not bits & P.VIEW_CHANNEL:
        return NO_PERMISSION
    speaks = P.SEND_MESSAGES if place is channel else P.SEND_MESSAGES_IN_THREADS
    return bits if bits & speaks else bits & ~_SPOKEN


def _overwrites(member: "Member", place: "Channel") -> Iterator[tuple[Permission, Permission]]:
    """Give (allow, deny) in the order they apply: everyone, all roles at once, the member."""
    for targets in ([member.guild.id], [role.id for role in member.roles], [member.id]):
        given = [place.overwrites[target] for target in targets if target in place.overwrites]
        allow = reduce(or_, (overwrite.allow for overwrite in given), NO_PERMISSION)
        yield allow, reduce(or_, (overwrite.deny for overwrite in given), NO_PERMISSION)


def require(member: "Member", channel: "Channel | Thread", *needed: Permission) -> None:
    """Refuse as Discord does when something is missing.

    Raises:
        ApiError: 50001 where the channel cannot even be seen, else 50013.
    """
    bits = permissions_in(member, channel)
    if not bits & P.VIEW_CHANNEL:
        raise ApiError(50001)
    if any(not bits & permission for permission in needed):
        raise ApiError(50013)


def require_in_guild(member: "Member", *needed: Permission) -> None:
    """Refuse with 50013 unless the member's roles allow all of it in the server."""
    bits = guild_permissions(member)
    if any(not bits & permission for permission in needed):
        raise ApiError(50013)


def may_see(guild: "Guild", user_id: int, channel: "Channel | Thread") -> bool:
    """Say whether the user is a member who sees the channel."""
    member = guild.members.get(user_id)
    return member is not None and bool(permissions_in(member, channel) & P.VIEW_CHANNEL)
