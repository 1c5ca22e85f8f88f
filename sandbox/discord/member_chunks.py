"""Members asked for over the gateway: op 8 and the chunks that answer it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from sandbox.discord.intents import Intent

if TYPE_CHECKING:
    from sandbox.discord.errors import Json
    from sandbox.discord.guilds import Guild, Member

CHUNK: Final = 1000
MOST_ASKED: Final = 100  # ids in one question, or members for one query


def may_ask(asked: "Json", intents: int) -> bool:
    """Say whether a session may ask that: only for everybody it needs the members' intent."""
    is_everybody = asked.get("user_ids") is None and not asked.get("query")
    return not is_everybody or bool(intents & Intent.GUILD_MEMBERS)


def member_chunks(guild: "Guild", asked: "Json") -> Iterator["Json"]:
    """Answer with so many members at a time; unknown ids are in the first chunk's `not_found`.

    A `limit` counts for ids too: it is not documented that it would not, and discord.py sends 5
    unless told otherwise.
    """
    found, missing = _found(guild, asked)
    parts = [found[start : start + CHUNK] for start in range(0, len(found), CHUNK)] or [[]]
    for index, part in enumerate(parts):
        yield {
            "guild_id": str(guild.id),
            "members": [member.payload() for member in part],
            "chunk_index": index,
            "chunk_count": len(parts),
            **({"not_found": missing} if missing and index == 0 else {}),
            **({"nonce": asked["nonce"]} if "nonce" in asked else {}),
        }


def _found(guild: "Guild", asked: "Json") -> "tuple[list[Member], list[str]]":
    limit = asked.get("limit") or None
    ids = asked.get("user_ids")
    if ids is not None:
        wanted = [int(one) for one in (ids if isinstance(ids, list) else [ids])][:MOST_ASKED]
        known = [guild.members[one] for one in wanted if one in guild.members]
        return known[:limit], [str(one) for one in wanted if one not in guild.members]
    query = (asked.get("query") or "").lower()
    members = [one for one in guild.members.values() if one.user.name.lower().startswith(query)]
    most = min(limit or MOST_ASKED, MOST_ASKED) if query else limit
    return members[:most], []
