"""Who and what Discord's ids stand for, and the moment from which the page looks back."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sandbox.page.html import Html, element

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.discord.channels import Channel, Thread
    from sandbox.discord.guilds import Guild
    from sandbox.discord.interactions import Interaction
    from sandbox.discord.state import State
    from sandbox.discord.users import User

_HUES: Final = 8  # of avatars, in the style sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Gives names to ids in one server; `now` is in unix seconds."""

    guild: "Guild"
    users: "Mapping[int, User]"
    interactions: "Mapping[int, Interaction]"
    now: int

    @classmethod
    def of(cls, guild: "Guild", state: "State", now: int) -> "Names":
        """Know everything that the world knows."""
        asked = {interaction.id: interaction for interaction in state.interactions.values()}
        return cls(guild=guild, users=state.users, interactions=asked, now=now)

    def place(self, place_id: int) -> "Channel | Thread | None":
        """Find a channel or a thread that is still there."""
        return self.guild.channels.get(place_id) or self.guild.threads.get(place_id)

    def user(self, user_id: int) -> Html:
        """Show the mention of a user."""
        user = self.users.get(user_id)
        return _pill("@unknown-user" if user is None else f"@{user.name}")

    def role(self, role_id: int) -> Html:
        """Show the mention of a role, in its colour where it has one."""
        role = self.guild.roles.get(role_id)
        if role is None:
            return _pill("@deleted-role")
        colour = f"--role: #{role.color & 0xFFFFFF:06x}" if role.color else None
        return _pill(f"@{role.name.removeprefix('@')}", kind="role", style=colour)

    def channel(self, channel_id: int, message: str | None = None) -> Html:
        """Show the mention of a channel or thread, or of a message there, as a link to it."""
        place = self.place(channel_id)
        if place is None:
            return _pill("#unknown")
        target, more = (f"m{message}", " 💬") if message else (anchor(place.id), "")
        return element("a", f"#{place.name}{more}", class_="pill", href=f"#{target}")

    def hue(self, user: "User") -> int:
        """Choose the colour of somebody's avatar, by when they came to the server."""
        order = list(self.guild.members)
        return order.index(user.id) % _HUES if user.id in order else user.id % _HUES


def anchor(thing_id: int) -> str:
    """Name a channel or thread within the page."""
    return f"c{thing_id}"


def everyone(said: str) -> Html:
    """Show `@everyone` or `@here`."""
    return _pill(said, kind="role")


def _pill(said: str, *, kind: str = "", style: str | None = None) -> Html:
    return element("span", said, class_=f"pill {kind}".strip(), style=style)
