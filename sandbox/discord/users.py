"""Users and emoji: what exists outside of any server."""

import re
from dataclasses import dataclass
from typing import Final

from typing_extensions import override

from sandbox.discord.errors import ApiError, Json

_CUSTOM: Final = re.compile(r"^<?a?:?(?P<name>\w+):(?P<id>\d+)>?$", re.ASCII)


@dataclass(slots=True, kw_only=True, eq=False)
class User:
    """An account: a person or the bot."""

    id: int
    name: str
    bot: bool = False
    locale: str = "en-US"
    takes_messages: bool = True
    """Direct messages of applications are let through."""

    @property
    def mention(self) -> str:
        """Write the text that names them."""
        return f"<@{self.id}>"

    def payload(self) -> Json:
        """Say it as a user object."""
        return {
            "id": str(self.id),
            "username": self.name if self.bot else self.name.lower().replace(" ", "_"),
            "avatar": None,
            "discriminator": "0",
            "public_flags": 0,
            "flags": 0,
            "global_name": None if self.bot else self.name,
            "primary_guild": None,
            **({"bot": True} if self.bot else {}),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Emoji:
    """A Unicode emoji, or a server's own one, which has an id."""

    name: str
    id: int | None = None

    @classmethod
    def parse(cls, text: str) -> "Emoji":
        """Read `👍`, `name:id` or `<:name:id>`.

        Raises:
            ApiError: 10014 for plain text.
        """
        if custom := _CUSTOM.match(text):
            return cls(name=custom["name"], id=int(custom["id"]))
        if not text or text.isascii():
            raise ApiError(10014)
        return cls(name=text)

    def payload(self) -> Json:
        """Say it as a partial emoji object."""
        return {"id": None if self.id is None else str(self.id), "name": self.name}

    @override
    def __str__(self) -> str:
        return self.name if self.id is None else f"<:{self.name}:{self.id}>"
