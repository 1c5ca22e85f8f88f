"""Support by reaction: hints from the gateway, gathered; counts from Discord, whenever in doubt."""

import asyncio
from collections.abc import Sequence

import discord
import structlog
from discord.ext import commands
from typing_extensions import override

from bot.client import GovernanceBot
from bot.domain.proposal import Supporter
from bot.domain.types import MessageId, ProposalId, UserId
from bot.scheduler import Job
from bot.services.ideas import Gathering, ReactionChange

log = structlog.get_logger()


class Support(commands.Cog):
    """Notes who supports what.

    A reaction is a hint that is stored within a moment. Whether an idea has reached its threshold
    is never decided by hints: then, after every connection and now and again, Discord is asked who
    has reacted, because what happened while we were away is not told.
    """

    def __init__(self, bot: GovernanceBot) -> None:
        self.bot = bot
        self._changes: list[ReactionChange] = []
        # What comes while an idea is counted is stored after the count, which may lack it.
        self._counting = asyncio.Lock()

    @override
    async def cog_load(self) -> None:
        """Store reactions in batches, and recount all ideas now and again."""
        settings = self.bot.settings
        add = self.bot.scheduler.add
        add(Job(name="reactions", every_seconds=settings.reactions_every_seconds, run=self.store))
        add(Job(name="recount", every_seconds=settings.recount_every_seconds, run=self.recount))

    @commands.Cog.listener()
    async def on_raw_reaction_add(self, event: discord.RawReactionActionEvent) -> None:
        """Note a reaction."""
        is_bot = event.member is not None and event.member.bot
        self._note(event, is_bot=is_bot, is_added=True)

    @commands.Cog.listener()
    async def on_raw_reaction_remove(self, event: discord.RawReactionActionEvent) -> None:
        """Note that a reaction was taken back."""
        self._note(event, is_bot=False, is_added=False)

    @commands.Cog.listener()
    async def on_raw_reaction_clear(self, _event: discord.RawReactionClearEvent) -> None:
        """Count anew: somebody removed all reactions of a message."""
        await self.bot.scheduler.run("recount")

    @commands.Cog.listener()
    async def on_raw_reaction_clear_emoji(self, _event: discord.RawReactionClearEmojiEvent) -> None:
        """Count anew: somebody removed all reactions with one emoji."""
        await self.bot.scheduler.run("recount")

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Count anew: this is a new session, so events were missed."""
        await self.bot.scheduler.run("recount")

    def _note(self, event: discord.RawReactionActionEvent, *, is_bot: bool, is_added: bool) -> None:
        self._changes.append(
            ReactionChange(
                message_id=MessageId(event.message_id),
                emoji=str(event.emoji),
                supporter=Supporter(user_id=UserId(event.user_id), is_bot=is_bot),
                is_added=is_added,
            )
        )

    async def store(self) -> None:
        """Store what was gathered; what seems to be ready now is counted at Discord."""
        if not self._changes:
            return
        async with self._counting:
            changes = self._changes.copy()
            seeming = await self.bot.services.ideas.apply(changes)
            del self._changes[: len(changes)]  # Only now: what failed is tried again.
        if seeming:
            await self._count(await self.bot.services.ideas.gathering(seeming))

    async def recount(self) -> None:
        """Count the reactions of every open idea at Discord."""
        await self._count(await self.bot.services.ideas.gathering())

    async def _count(self, gatherings: Sequence[Gathering]) -> None:
        for gathering in gatherings:
            try:
                async with self._counting:
                    await self._count_one(gathering)
            except discord.NotFound:
                log.info("a card is gone, and its reactions with it", id=gathering.proposal_id)
            except discord.HTTPException as error:  # What we may not read keeps no other waiting.
                log.warning("a card was not counted", id=gathering.proposal_id, code=error.code)

    async def _count_one(self, gathering: Gathering) -> None:
        place = self.bot.get_partial_messageable(gathering.card.channel_id)
        message = await place.fetch_message(gathering.card.message_id)
        reactors: dict[int, Supporter] = {}
        for reaction in message.reactions:
            if str(reaction.emoji) == gathering.emoji:
                # Super reactions are a list of their own; who gave both is one supporter.
                for kind in (discord.ReactionType.normal, discord.ReactionType.burst):
                    async for user in reaction.users(type=kind):
                        supporter = Supporter(user_id=UserId(user.id), is_bot=user.bot)
                        reactors[user.id] = supporter
        await self.bot.services.ideas.recount(
            ProposalId(gathering.proposal_id), list(reactors.values())
        )


async def setup(bot: GovernanceBot) -> None:
    """Add the cog."""
    await bot.add_cog(Support(bot))
