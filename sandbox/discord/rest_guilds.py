"""Servers over REST: the server, its roles and members."""

from typing import TYPE_CHECKING

from sandbox.discord.errors import ApiError, Json
from sandbox.discord.guilds import Member
from sandbox.discord.permissions import Permission, require_in_guild
from sandbox.discord.state import Event

if TYPE_CHECKING:
    from sandbox.discord.calls import Call


def get_guild(call: "Call") -> Json:
    """Give the server."""
    guild = call.guild()
    count = len(guild.members)
    counts = {"approximate_member_count": count, "approximate_presence_count": count}
    wants = call.query.get("with_counts", "").lower() in ("1", "true")
    return {**guild.payload(), **(counts if wants else {})}


def list_roles(call: "Call") -> list[Json]:
    """Give all roles."""
    return [role.payload() for role in call.guild().roles.values()]


def get_member(call: "Call") -> Json:
    """Give one member."""
    member = call.guild().members.get(call.id("user_id"))
    if member is None:
        raise ApiError(10007)
    return member.payload()


def add_role(call: "Call") -> None:
    """Give a member a role."""
    member, role_id = _member_and_role(call)
    role = member.guild.roles[role_id]
    if role not in member.roles:
        member.roles.append(role)
        tell_member(call, member)


def remove_role(call: "Call") -> None:
    """Take a role from a member."""
    member, role_id = _member_and_role(call)
    role = member.guild.roles[role_id]
    if role in member.roles:
        member.roles.remove(role)
        tell_member(call, member)


def _member_and_role(call: "Call") -> tuple[Member, int]:
    guild = call.guild()
    me = guild.members[call.bot.id]
    require_in_guild(me, Permission.MANAGE_ROLES)
    member, role_id = guild.members.get(call.id("user_id")), call.id("role_id")
    if member is None:
        raise ApiError(10007)
    if role_id not in guild.roles or role_id == guild.id:
        raise ApiError(10011)
    if guild.roles[role_id].position >= max((r.position for r in me.roles), default=0):
        raise ApiError(50013)
    return member, role_id


def tell_member(call: "Call", member: Member) -> None:
    """Tell that a member now has other roles."""
    data = {**member.payload(), "guild_id": str(member.guild.id)}
    call.state.emit(Event(name="GUILD_MEMBER_UPDATE", data=data, guild_id=member.guild.id))
