"""What an administrator reads after setting a server up, or when asking how it stands."""

from collections.abc import Sequence

import discord

from bot.domain.offchain.author import Author
from bot.domain.onchain.governor import Governor
from bot.domain.proposal import Community
from cogs.cards.fitting import Colour, Page, embed
from cogs.cards.markup import channel, role
from cogs.cards.server.followed import followed, signing
from cogs.cards.server.permissions import (
    ExcessPermission,
    Missing,
    MissingPermission,
    MissingRole,
    is_needed,
)
from cogs.cards.server.way import way

_WHOLE = "whole server"


def setup_page(
    community: Community,
    governors: Sequence[Governor],
    missing: Sequence[Missing],
    excessive: Sequence[ExcessPermission] = (),
    author: Author | None = None,
) -> discord.Embed:
    """Say where Assent talks, what it follows, what it lacks, and what happens to an idea."""
    begin = (
        "Speak the first idea: `/idea new`."
        if community.policy.takes_ideas
        else "Nothing has to be done: what happens on chain is announced."
    )
    lacks = any(is_needed(each) for each in missing)
    return embed(
        Page(
            title="Assent is set up" if not lacks else "Assent is set up, but something is missing",
            lines=way(community),
            fields=(
                *standing_fields(community, governors, author),
                ("Permissions", "\n".join(permission_rows(missing))),
                ("More than it needs", "\n".join(_excess_rows(excessive))),
            ),
            next_step=(
                "Who may manage channels and roles gives Assent what is missing above (channel → "
                "Edit Channel → Permissions); then run `/governance check`."
                if lacks
                else begin
            ),
            source="",
            colour=Colour.BAD if lacks else Colour.GOOD,
        )
    )


def standing_fields(
    community: Community, governors: Sequence[Governor], author: Author | None
) -> tuple[tuple[str, str], ...]:
    """Say where Assent talks, what it follows, and how votes are signed where there are any."""
    has_votes = community.space is not None and bool(community.policy.steps)
    return (
        ("Where", "\n".join(_places(community))),
        ("What it follows", "\n".join(followed(community.space, governors))),
        ("How votes are signed", signing(author) if has_votes else ""),
    )


def _places(community: Community) -> list[str]:
    rows = [
        f"Notices, votes and tallies: {channel(community.voting_channel_id)}",
        f"Timelock and execution: {channel(community.announcements_channel_id)}",
        f"Moderators: {role(community.moderator_role_id)}",
    ]
    if community.policy.takes_ideas:
        rows.insert(0, f"Ideas: {channel(community.ideas_channel_id)}")
    if community.moderators_channel_id is not None:
        rows.append(f"Hints for moderators: {channel(community.moderators_channel_id)}")
    if community.announcement_role_id is not None:
        rows.append(f"Called for votes: {role(community.announcement_role_id)}")
    return rows


def permission_rows(missing: Sequence[Missing]) -> list[str]:
    """List what is in the way, or that nothing is."""
    rows = [_missing(each) for each in missing]
    lacks = any(is_needed(each) for each in missing)
    return rows if lacks else ["✔ nothing is missing", *rows]


def _missing(each: Missing) -> str:
    match each:
        case MissingRole():
            return f"✖ **{each.name}**: the role was deleted: run `/governance setup` with another"
        case MissingPermission():
            symbol, to = ("○", "optional, to") if each.is_optional else ("✖", "to")
            where = _WHOLE if each.channel_id is None else channel(each.channel_id)
            return f"{symbol} {where}: **{each.name}**, {to} {each.needed_for}"
        case _:
            return each.what


def _excess_rows(excessive: Sequence[ExcessPermission]) -> list[str]:
    """Warn of what Assent could do without; nothing is written where there is nothing."""
    places: dict[str, list[str]] = {}
    for each in excessive:
        where = _WHOLE if each.channel_id is None else channel(each.channel_id)
        places.setdefault(where, []).append(f"**{each.name}**")
    rows = [f"⚠ {where}: {', '.join(names)}" for where, names in places.items()]
    why = (
        "Assent works without these. Take them from its role (Server Settings → Roles), so that a "
        "mistake or a stolen token can do less harm. “Manage Channels” is used only while set-up "
        "makes channels."
    )
    return [*rows, why] if rows else []
