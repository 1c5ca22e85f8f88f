"""Support by reaction: hints from the gateway, gathered; counts from Discord, whenever in doubt."""

import asyncio
from collections.abc import Collection, Iterable

import discord
import structlog
from discord.ext import commands
from typing_extensions import override

from bot.client import GovernanceBot
from bot.domain.emoji import identity
from bot.domain.support import Reaction, Reactor, Seen, Stance, Via, needs_paging
from bot.domain.types import GuildId, MessageId, ProposalId, UserId
from bot.interactions import reactor_of
from bot.scheduler import Job
from bot.services.support import Gathering, ReactionChange

log = structlog.get_logger()

_STORED_AT_ONCE = 2_500  # hints: more would keep everything else waiting
_ASKED_AT_ONCE = 100  # members, in one question to the gateway
_UNREACHED = (OSError, discord.ConnectionClosed)
_VIA = {discord.ReactionType.normal: Via.REACTION, discord.ReactionType.burst: Via.SUPER}
Cleared = discord.RawReactionClearEvent | discord.RawReactionClearEmojiEvent


class Support(commands.Cog):
    """Notes who supports what.

    A reaction is a hint that is stored within a moment. Whether an idea has reached its threshold
    is never decided by hints: then, after every connection and now and again, Discord is asked,
    because what happened while we were away is not told. It is asked who has reacted only where
    the mere number does not do.
    """

    def __init__(self, bot: GovernanceBot) -> None:
        self.bot = bot
        self._changes: list[ReactionChange] = []
        self._cleared: set[MessageId] = set()
        # What comes while an idea is counted is stored after the count, which may lack it.
        self._counting = asyncio.Lock()

    @override
    async def cog_load(self) -> None:
        """Store reactions in batches, and recount all ideas now and again.

        Whoever changes a policy runs the job `recount`: it looks anew at what was counted under
        other rules.
        """
        settings = self.bot.settings
        add = self.bot.scheduler.add
        add(Job(name="reactions", every_seconds=settings.reactions_every_seconds, run=self.store))
        add(Job(name="recount", every_seconds=settings.recount_every_seconds, run=self.recount))

    @commands.Cog.listener()
    async def on_raw_reaction_add(self, event: discord.RawReactionActionEvent) -> None:
        """Note a reaction."""
        somebody = Reactor(user_id=UserId(event.user_id), is_bot=False)
        self._note(event, reactor_of(event.member) if event.member else somebody, is_added=True)

    @commands.Cog.listener()
    async def on_raw_reaction_remove(self, event: discord.RawReactionActionEvent) -> None:
        """Note that a reaction was taken back."""
        self._note(event, Reactor(user_id=UserId(event.user_id), is_bot=False), is_added=False)

    @commands.Cog.listener()
    async def on_raw_reaction_clear(self, event: discord.RawReactionClearEvent) -> None:
        """Count the card anew: somebody removed all reactions of a message."""
        await self._count_cleared(event)

    @commands.Cog.listener()
    async def on_raw_reaction_clear_emoji(self, event: discord.RawReactionClearEmojiEvent) -> None:
        """Count the card anew: somebody removed all reactions with one emoji."""
        await self._count_cleared(event)

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Count everything anew: this is a new session, so events were missed."""
        await self.bot.scheduler.run("recount")

    def _note(
        self, event: discord.RawReactionActionEvent, reactor: Reactor, *, is_added: bool
    ) -> None:
        self._changes.append(
            ReactionChange(
                message_id=MessageId(event.message_id),
                emoji=str(event.emoji),
                via=_VIA.get(event.type, Via.REACTION),
                reactor=reactor,
                is_added=is_added,
            )
        )

    async def _count_cleared(self, event: Cleared) -> None:
        self._cleared.add(MessageId(event.message_id))
        await self.bot.scheduler.run("reactions")

    async def store(self) -> None:
        """Store what was gathered; what that leaves in doubt is counted at Discord."""
        while self._changes or self._cleared:
            async with self._counting:
                changes, cleared = self._changes[:_STORED_AT_ONCE], self._cleared.copy()
                doubtful = await self.bot.services.support.apply(changes, cleared)
                del self._changes[: len(changes)]  # Only now: what failed is tried again.
                self._cleared -= cleared
            await self._count(doubtful)

    async def recount(self) -> None:
        """Count the reactions of every open idea at Discord."""
        await self._count(await self.bot.services.support.open_ideas())

    async def _count(self, ideas: Iterable[ProposalId]) -> None:
        for idea in ideas:
            try:
                async with self._counting:
                    gathering = await self.bot.services.support.gathering(idea)
                    if gathering is not None:
                        await self._count_one(gathering)
            except discord.NotFound:
                log.info("a card is gone, and its reactions with it", id=idea)
            except discord.HTTPException as error:  # What we may not read keeps no other waiting.
                log.warning("a card was not counted", id=idea, code=error.code)
            except _UNREACHED as error:
                log.info("a card was not counted", id=idea, error=repr(error))

    async def _count_one(self, gathering: Gathering) -> None:
        place = self.bot.get_partial_messageable(gathering.card.channel_id)
        message = await place.fetch_message(gathering.card.message_id)
        shown = {stance: reaction.count for stance, reaction in _shown(message, gathering).items()}
        must_page = needs_paging(
            shown,
            gathering.known,
            seems_ready=gathering.seems_ready,
            rules_have_changed=gathering.rules_have_changed,
        )
        if not must_page and gathering.is_restricted:
            must_page = await self._judge(gathering)
        if must_page:
            await self._page(message, gathering)
        await self._offer(message, gathering)

    async def _judge(self, gathering: Gathering) -> bool:
        """Look anew whether those count who are known to have reacted: roles come and go.

        Tells whether it has to be read who they are.
        """
        known = await self.bot.services.support.reacted(gathering.proposal_id)
        members = await self._members(gathering.guild_id, known)
        seen = Seen(rules=gathering.rules, reactors=members)
        return await self.bot.services.support.recount(gathering.proposal_id, seen)

    async def _page(self, message: discord.Message, gathering: Gathering) -> None:
        """Read who has reacted, and replace by it what we believed."""
        reactions: set[Reaction] = set()
        reactors: dict[UserId, Reactor] = {}
        for stance, reaction in _shown(message, gathering).items():
            # Super-reactions are a list of their own; who gave both is one supporter.
            for kind, via in _VIA.items():
                async for user in reaction.users(type=kind):
                    user_id = UserId(user.id)
                    reactions.add(Reaction(user_id=user_id, stance=stance, via=via))
                    reactors[user_id] = Reactor(user_id=user_id, is_bot=user.bot)
        if gathering.is_restricted:
            known = await self.bot.services.support.reacted(gathering.proposal_id)
            reactors = await self._members(gathering.guild_id, known | reactors.keys())
        seen = Seen(rules=gathering.rules, reactions=frozenset(reactions), reactors=reactors)
        await self.bot.services.support.recount(gathering.proposal_id, seen)

    async def _members(
        self, guild_id: GuildId, user_ids: Collection[UserId]
    ) -> dict[UserId, Reactor]:
        """Ask what these people are in the server; who left it is nothing there.

        Raises:
            TimeoutError: Discord did not say.
            OSError, discord.ConnectionClosed: It could not be asked.
        """
        guild = self.bot.get_guild(guild_id)
        if guild is None or guild.unavailable:
            raise TimeoutError("Discord does not tell of this server now")
        reactors = {each: Reactor(user_id=each, is_bot=False) for each in user_ids}
        ids: list[int] = list(user_ids)
        for start in range(0, len(ids), _ASKED_AT_ONCE):
            some = ids[start : start + _ASKED_AT_ONCE]
            found = await guild.query_members(user_ids=some, limit=_ASKED_AT_ONCE, cache=False)
            reactors |= {UserId(member.id): reactor_of(member) for member in found}
        return reactors

    async def _offer(self, message: discord.Message, gathering: Gathering) -> None:
        """See that the emoji to react with are there to be pressed, and no others of ours."""
        assert self.bot.user is not None, "we are logged in"
        wanted = {identity(emoji): emoji for emoji in gathering.emojis.values()}
        ours = {identity(str(each.emoji)): each for each in message.reactions if each.me}
        try:
            for each, emoji in wanted.items():
                if each not in ours:
                    await message.add_reaction(emoji)
            for each, reaction in ours.items():
                if each not in wanted:
                    await message.remove_reaction(reaction.emoji, self.bot.user)
        except discord.HTTPException as error:  # Members can still add them: the count stands.
            log.info("first reactions refused", id=gathering.proposal_id, code=error.code)


def _shown(message: discord.Message, gathering: Gathering) -> dict[Stance, discord.Reaction]:
    """Find the reactions that say something."""
    there = {identity(str(each.emoji)): each for each in message.reactions}
    return {
        stance: there[identity(emoji)]
        for stance, emoji in gathering.emojis.items()
        if identity(emoji) in there
    }


async def setup(bot: GovernanceBot) -> None:
    """Add the cog."""
    await bot.add_cog(Support(bot))
