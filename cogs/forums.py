"""Forums of ideas: they offer tags, and what members post there becomes an idea."""

import discord
import structlog
from discord.ext import commands
from typing_extensions import override

from bot.client import GovernanceBot
from bot.domain.tags import forum_tags
from bot.domain.types import ChannelId, GuildId, UnixSeconds, UserId
from bot.scheduler import Job
from bot.services.forum_posts import Forum, MembersPost

log = structlog.get_logger()


class Forums(commands.Cog):
    """A new post is a hint to look again; now and again it looks without one.

    A look is one request for each server: it lists the posts that are not archived.
    """

    def __init__(self, bot: GovernanceBot) -> None:
        self.bot = bot
        self._left_alone: set[int] = set()  # posts that make no idea
        self._awaited: set[int] = set()  # posts whose first message was not there yet

    @override
    async def cog_load(self) -> None:
        """Look as often as reactions are recounted."""
        every = self.bot.settings.recount_every_seconds
        self.bot.scheduler.add(Job(name="forums", every_seconds=every, run=self.look))

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Look: what was posted while we were away was not told."""
        await self.bot.scheduler.run("forums")

    @commands.Cog.listener()
    async def on_thread_create(self, thread: discord.Thread) -> None:
        """Look again: somebody opened a post."""
        await self._look_into(thread)

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Look again: the first message of a post comes after it, and has its id."""
        if message.id in self._awaited and isinstance(message.channel, discord.Thread):
            await self._look_into(message.channel)

    async def _look_into(self, thread: discord.Thread) -> None:
        guild_id, parent_id = GuildId(thread.guild.id), ChannelId(thread.parent_id)
        if await self.bot.services.forum_posts.is_forum(guild_id, parent_id):
            await self.bot.scheduler.run("forums")

    async def look(self) -> None:
        """Look into every forum of ideas; what Discord refuses of one keeps no other waiting."""
        if not self.bot.is_ready():
            return
        is_new = False
        for forum in await self.bot.services.forum_posts.forums():
            try:
                is_new |= await self._look_at(forum)
            except discord.HTTPException as error:
                place = forum.community.ideas_channel_id
                log.warning("a forum was not looked at", forum=place, code=error.code)
        if is_new:
            await self.bot.scheduler.run("outbox")

    async def _look_at(self, forum: Forum) -> bool:
        channel = await self.bot.places.forum(forum.community.ideas_channel_id)
        if channel is None:
            return False
        await self.bot.places.offer_tags(channel, forum_tags(forum.community.policy))
        if forum.since is None:
            return False
        threads = await channel.guild.active_threads()
        posts = {
            ChannelId(each.id): each
            for each in threads
            if each.parent_id == channel.id and self._may_be_idea(each, forum.since)
        }
        unknown = await self.bot.services.forum_posts.unknown(posts)
        # One after the other, the oldest first: their numbers are in the order they were opened.
        taken_in = [await self._take_in(channel, posts[each]) for each in sorted(unknown)]
        return any(taken_in)

    def _may_be_idea(self, thread: discord.Thread, since: UnixSeconds) -> bool:
        opened_at = int(discord.utils.snowflake_time(thread.id).timestamp())
        is_ours = self.bot.user is not None and thread.owner_id == self.bot.user.id
        return opened_at >= since and not is_ours and thread.id not in self._left_alone

    async def _take_in(self, forum: discord.ForumChannel, thread: discord.Thread) -> bool:
        text = await self._text(thread)
        if text is None:
            return False
        author = await self._author(forum.guild, thread.owner_id)
        proposal = None
        if not author.bot:
            names = {tag.id: tag.name for tag in forum.available_tags}
            applied = thread._applied_tags  # noqa: SLF001 - its own property needs the forum in the cache
            proposal = await self.bot.services.forum_posts.take_in(
                MembersPost(
                    guild_id=GuildId(forum.guild.id),
                    thread_id=ChannelId(thread.id),
                    title=thread.name,
                    text=text,
                    tags=tuple(names[tag] for tag in applied if tag in names),
                    author_id=UserId(author.id),
                    author_name=author.display_name,
                )
            )
        if proposal is None:
            self._left_alone.add(thread.id)
            return False
        log.info("a post is an idea now", reference=proposal.reference, post=thread.id)
        return True

    async def _text(self, thread: discord.Thread) -> str | None:
        """Read the first message, if we may; `None` while it may still be on its way."""
        if not self.bot.settings.message_content:
            return ""
        try:
            return (await thread.fetch_message(thread.id)).content
        except discord.NotFound:
            if thread.id in self._awaited:  # Its author has deleted it.
                return ""
            self._awaited.add(thread.id)
            return None
        except discord.Forbidden:
            return ""

    async def _author(self, guild: discord.Guild, user_id: int) -> discord.Member | discord.User:
        try:
            return await guild.fetch_member(user_id)
        except discord.NotFound:  # They have left; their idea stays.
            return await self.bot.fetch_user(user_id)


async def setup(bot: GovernanceBot) -> None:
    """Add the cog."""
    await bot.add_cog(Forums(bot))
