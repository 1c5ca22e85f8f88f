"""Looks after what people may delete, leave or forbid, and goes on where it is mended."""

from collections.abc import Sequence
from typing import Any

import discord
from discord.ext import commands
from typing_extensions import override

from bot.client import GovernanceBot
from bot.domain.proposal import Community
from bot.domain.types import GuildId, UserId
from bot.scheduler import Job
from bot.services.upkeep import Gone, Kept

_ASKED_AT_ONCE = 100  # members, by Discord's word


class Upkeep(commands.Cog):
    """Events are hints to look again; now and again it looks without one."""

    def __init__(self, bot: GovernanceBot) -> None:
        self.bot = bot

    @override
    async def cog_load(self) -> None:
        """Look at every server as often as reactions are recounted."""
        every = self.bot.settings.recount_every_seconds
        self.bot.scheduler.add(Job(name="upkeep", every_seconds=every, run=self.look))

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Look: what happened while we were away was not told."""
        await self.bot.scheduler.run("upkeep")

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, _channel: object) -> None:
        """Look: it may have been one of ours."""
        await self.bot.scheduler.run("upkeep")

    @commands.Cog.listener()
    async def on_guild_role_delete(self, _role: object) -> None:
        """Look: it may have been one that the set-up names."""
        await self.bot.scheduler.run("upkeep")

    @commands.Cog.listener()
    async def on_raw_thread_update(self, event: discord.RawThreadUpdateEvent) -> None:
        """Try again what was given up: the thread may be unlocked."""
        await self._try_again(event.guild_id)

    @commands.Cog.listener()
    async def on_guild_channel_update(self, _before: Any, after: discord.abc.GuildChannel) -> None:
        """Try again what was given up: a permission may be back."""
        await self._try_again(after.guild.id)

    @commands.Cog.listener()
    async def on_guild_role_update(self, _before: discord.Role, after: discord.Role) -> None:
        """Try again what was given up: a permission may be back."""
        await self._try_again(after.guild.id)

    async def _try_again(self, guild_id: int) -> None:
        services = self.bot.services
        if await services.upkeep.is_troubled(GuildId(guild_id)):
            await services.delivery.unpark(GuildId(guild_id))

    async def look(self) -> None:
        """Look in every server we are in for what the proposals there need."""
        await self.bot.services.upkeep.tidy()
        for kept in await self.bot.services.upkeep.kept():
            guild = self.bot.get_guild(kept.community.guild_id)
            if guild is not None and not guild.unavailable:
                await self.bot.services.upkeep.looked(kept, await _gone(guild, kept))


async def _gone(guild: discord.Guild, kept: Kept) -> Gone:
    channels, roles = _named(kept.community)
    return Gone(
        channels={each for each in channels if guild.get_channel(each) is None},
        roles={each for each in roles if guild.get_role(each) is None},
        authors=set(kept.authors) - await _present(guild, list(kept.authors)),
    )


def _named(community: Community) -> tuple[set[int], set[int]]:
    channels = (
        community.ideas_channel_id,
        community.voting_channel_id,
        community.announcements_channel_id,
        community.moderators_channel_id,
    )
    roles = (community.moderator_role_id, community.announcement_role_id)
    return {each for each in channels if each}, {each for each in roles if each}


async def _present(guild: discord.Guild, members: Sequence[UserId]) -> set[UserId]:
    """Ask which of these people are members; no privileged intent is needed for that."""
    found: set[UserId] = set()
    for first in range(0, len(members), _ASKED_AT_ONCE):
        asked = members[first : first + _ASKED_AT_ONCE]
        # Without a limit the library would ask for five of them.
        members_there = await guild.query_members(
            user_ids=list[int](asked), limit=_ASKED_AT_ONCE, cache=False
        )
        found |= {UserId(each.id) for each in members_there}
    return found


async def setup(bot: GovernanceBot) -> None:
    """Add the cog."""
    await bot.add_cog(Upkeep(bot))
