"""What an administrator reads after setting a server up, or when asking how it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import discord

from bot.domain.governor import ClockMode, Governor
from bot.domain.policy import DAY
from bot.domain.proposal import Community
from bot.domain.text import line
from bot.domain.types import ChannelId
from cogs.cards.amounts import amount
from cogs.cards.fitting import Colour, Page, embed
from cogs.cards.markup import channel, role

_NAME_SHOWN = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingPermission:
    """A permission that Assent needs in a channel and does not have."""

    channel_id: ChannelId
    name: str  # as Discord's settings call it
    needed_for: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingRole:
    """A role that the set-up names and the server does not have any more."""

    name: str  # what it is for


def setup_page(
    community: Community,
    governors: Sequence[Governor],
    missing: Sequence[MissingPermission | MissingRole],
) -> discord.Embed:
    """Say where Assent talks, what it follows, what it lacks, and what happens to an idea."""
    return embed(
        Page(
            title="Assent is set up"
            if not missing
            else "Assent is set up, but something is missing",
            lines=_what_happens(community),
            fields=(
                ("Where", "\n".join(_places(community))),
                ("What it follows", "\n".join(_followed(community, governors))),
                ("Permissions", "\n".join(_permissions(missing))),
            ),
            next_step=(
                "Give Assent what is missing above, then run `/governance check`."
                if missing
                else "Speak the first idea: `/idea new`."
            ),
            source="",
            colour=Colour.BAD if missing else Colour.GOOD,
        )
    )


def _what_happens(community: Community) -> tuple[str, ...]:
    policy = community.policy
    temperature, consensus = policy.temperature, policy.consensus
    return (
        "**What will happen to the next idea**",
        (
            f"1. Somebody speaks it with `/idea new`; it gets a thread in "
            f"{channel(community.ideas_channel_id)}."
        ),
        (
            f"2. {policy.support_threshold} members support it with {policy.support_emoji}; after "
            f"{_days(policy.minimum_discussion)} of discussion a moderator may promote it."
        ),
        (
            f"3. Its draft is announced {temperature.notice_business_days} business days "
            f"ahead, then put to a {temperature.name} of "
            f"{_days(temperature.voting_period)} on Snapshot."
        ),
        (
            f"4. If that passes: a {consensus.name} of {_days(consensus.voting_period)}, announced "
            f"{consensus.notice_business_days} business days ahead."
        ),
        (
            "5. If that passes: a vote on chain, where a contract has to change; else it is "
            "carried out, and a moderator says so."
        ),
        (
            "6. What passed on chain waits in the timelock and is executed. Each step is announced "
            "once."
        ),
    )


def _days(seconds: int) -> str:
    days = Decimal(seconds) / DAY
    return "1 day" if days == 1 else f"{days.normalize():f} days"


def _places(community: Community) -> list[str]:
    rows = [
        f"Ideas: {channel(community.ideas_channel_id)}",
        f"Notices, votes and tallies: {channel(community.voting_channel_id)}",
        f"Timelock and execution: {channel(community.announcements_channel_id)}",
        f"Moderators: {role(community.moderator_role_id)}",
    ]
    if community.moderators_channel_id is not None:
        rows.append(f"Hints for moderators: {channel(community.moderators_channel_id)}")
    if community.announcement_role_id is not None:
        rows.append(f"Called for votes: {role(community.announcement_role_id)}")
    return rows


def _followed(community: Community, governors: Sequence[Governor]) -> list[str]:
    space = line(community.space or "", _NAME_SHOWN)
    rows = [f"✔ Snapshot space {space}" if space else "○ no Snapshot space yet"]
    rows += [_governor(governor) for governor in governors]
    return rows if governors else [*rows, "○ no governor yet"]


def _governor(governor: Governor) -> str:
    decimals = governor.token_decimals
    threshold = Decimal(governor.proposal_threshold).scaleb(-decimals)
    unit = "blocks" if governor.clock_mode is ClockMode.BLOCK_NUMBER else "s"
    delay = governor.timelock_delay
    timelock = "" if delay is None else f", timelock {_days(delay)}"
    return (
        f"✔ {line(governor.name, _NAME_SHOWN)} ({governor.flavour}) on chain {governor.chain_id}: "
        f"`{governor.address}`\nvoting period {governor.voting_period:,} {unit}, "
        f"proposal threshold {amount(threshold, governor.token_symbol)}{timelock}"
    )


def _permissions(missing: Sequence[MissingPermission | MissingRole]) -> list[str]:
    return [f"✖ {_missing(each)}" for each in missing] or ["✔ nothing is missing"]


def _missing(each: MissingPermission | MissingRole) -> str:
    if isinstance(each, MissingRole):
        return f"**{each.name}**: the role was deleted: run `/governance setup` with another"
    return f"{channel(each.channel_id)}: **{each.name}**, to {each.needed_for}"
