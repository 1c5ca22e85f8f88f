"""Who is mentioned by a text, and who is really notified."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sandbox.discord.errors import FormError, Json
from sandbox.discord.permissions import Permission, permissions_in

if TYPE_CHECKING:
    from sandbox.discord.channels import Channel, Thread
    from sandbox.discord.guilds import Guild, Member, Role
    from sandbox.discord.users import User

_USER: Final = re.compile(r"<@!?(\d+)>")
_ROLE: Final = re.compile(r"<@&(\d+)>")
_EVERYONE: Final = re.compile(r"@(?:everyone|here)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowedMentions:
    """What a message may mention; `None` for a kind means all of that kind."""

    users: frozenset[int] | None = None
    roles: frozenset[int] | None = None
    everyone: bool = True
    replied_user: bool = True

    @classmethod
    def parse(cls, body: Json, default: "AllowedMentions") -> "AllowedMentions":
        """Read the `allowed_mentions` of a body.

        Raises:
            FormError: if a kind is both parsed and listed.
        """
        said = body.get("allowed_mentions")
        if said is None:
            return default
        parse = said.get("parse", [])
        for kind in ("users", "roles"):
            if kind in parse and said.get(kind):
                raise FormError(_exclusive(kind))
        return cls(
            users=None if "users" in parse else frozenset(map(int, said.get("users") or [])),
            roles=None if "roles" in parse else frozenset(map(int, said.get("roles") or [])),
            everyone="everyone" in parse,
            replied_user=bool(said.get("replied_user", False)),
        )


ALL_MENTIONS: Final = AllowedMentions()
# Interactions and webhooks without `allowed_mentions` notify users only.
USERS_ONLY: Final = AllowedMentions(roles=frozenset(), everyone=False, replied_user=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentioned:
    """Mentioned in the text and allowed; `pinged_*` are those who are notified of it."""

    users: "tuple[User, ...]" = ()
    roles: "tuple[Role, ...]" = ()
    everyone: bool = False
    pinged_roles: frozenset[int] = frozenset()


def mentioned(
    guild: "Guild",
    author: "Member | None",
    place: "Channel | Thread",
    text: str,
    allowed: AllowedMentions,
) -> Mentioned:
    """Resolve the mentions of a text.

    Roles are notified only if mentionable, or if the author may mention everyone.
    """
    may_all = author is not None and bool(
        permissions_in(author, place) & Permission.MENTION_EVERYONE
    )
    user_ids = dict.fromkeys(int(found) for found in _USER.findall(text))
    role_ids = dict.fromkeys(int(found) for found in _ROLE.findall(text))
    roles = [
        guild.roles[key]
        for key in role_ids
        if key in guild.roles and (allowed.roles is None or key in allowed.roles)
    ]
    return Mentioned(
        users=tuple(
            guild.members[key].user
            for key in user_ids
            if key in guild.members and (allowed.users is None or key in allowed.users)
        ),
        roles=tuple(roles),
        everyone=may_all and allowed.everyone and bool(_EVERYONE.search(text)),
        pinged_roles=frozenset(role.id for role in roles if role.mentionable or may_all),
    )


def _exclusive(kind: str) -> Json:
    said = f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.'
    wrong = {"code": "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", "message": said}
    return {"allowed_mentions": {"_errors": [wrong]}}
