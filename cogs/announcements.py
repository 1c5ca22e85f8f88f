"""Drains the outbox: the one place that sends."""

import asyncio
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

import aiohttp
import discord
import structlog
from discord.ext import commands
from typing_extensions import override

from bot.client import GovernanceBot
from bot.domain.live_card import Board, ProposalCard
from bot.domain.offchain.announcement import VoteDecided
from bot.domain.outbox import Post, PostState, marker, nonce
from bot.domain.tags import post_tags
from bot.domain.trouble import TroubleKind
from bot.domain.types import ChannelId, GuildId, MessageId, UnixSeconds
from bot.scheduler import Job
from cogs.cards import Rendered, render
from cogs.cards.attachments import TextFile
from cogs.cards.ballots.picture import picture

log = structlog.get_logger()

_CLOCKS_MAY_DIFFER = 600  # seconds between our clock and Discord's
_DRAWING_SECONDS = 10.0
_LOOKED_BACK = 1_000  # messages of a channel, after the first attempt
_UNKNOWN_CHANNEL, _UNKNOWN_MESSAGE = 10_003, 10_008
# Direct messages: closed, to an account that is gone, or to somebody who has left.
_NOT_TAKEN = frozenset({50_007, 50_033, 50_278})
_INVALID, _ARCHIVED, _THREAD_EXISTS = 50_035, 50_083, 160_004
_LOCKED = 160_005
# What Discord's refusals mean, where a person can mend it.
_TROUBLES = {
    _UNKNOWN_CHANNEL: TroubleKind.CHANNEL_GONE,
    50_001: TroubleKind.NO_ACCESS,
    50_013: TroubleKind.NO_ACCESS,
    _ARCHIVED: TroubleKind.THREAD_LOCKED,
    _LOCKED: TroubleKind.THREAD_LOCKED,
}
# An emoji that is gone, an emoji too many, a permission or the channel that we may not have.
_REACTION_REFUSED = frozenset({10_014, 30_010, 50_001, 50_013})
_WORLD_FAILED = (aiohttp.ClientError, OSError, TimeoutError)


class UnreadableError(Exception):
    """Whether a message stands in a channel cannot be found out."""


class Announcements(commands.Cog):
    """Sends what is due, edits what reads differently, opens the threads that belong to cards."""

    def __init__(self, bot: GovernanceBot) -> None:
        self.bot = bot

    @override
    async def cog_load(self) -> None:
        """Look at the outbox again and again; a command wakes it sooner."""
        every = self.bot.settings.outbox_every_seconds
        self.bot.scheduler.add(Job(name="outbox", every_seconds=every, run=self.drain))

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Try again what was given up: whoever mended it has probably restarted us."""
        await self.bot.services.delivery.unpark()

    @commands.Cog.listener()
    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        """Look again, if it was the board: it comes back."""
        await self._look_again({event.message_id})

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, event: discord.RawBulkMessageDeleteEvent) -> None:
        """Look again, if the board was among them."""
        await self._look_again(event.message_ids)

    async def _look_again(self, messages: Collection[int]) -> None:
        look_again = self.bot.services.delivery.look_again
        if await look_again({MessageId(each) for each in messages}):
            await self.bot.scheduler.run("outbox")

    async def drain(self) -> None:
        """Deliver what is due, in order; where one fails, its channel waits for the next turn.

        So does what a direct message said that was not taken: then the thread has to call for it.
        """
        waiting: set[ChannelId] = set()
        untold: set[str] = set()
        for post in await self.bot.services.delivery.due():
            is_held = post.channel_id in waiting or post.key in untold
            if is_held or not await self._deliver(post):
                if not isinstance(post.speech, Board):  # A board keeps nothing else waiting.
                    waiting.add(post.channel_id)
                if post.recipient_id is not None:
                    untold.add(post.key)

    async def _deliver(self, post: Post) -> bool:
        try:
            if post.message_id is None:
                await self._send(post)
            else:
                await self._edit(post, post.message_id)
        except discord.HTTPException as error:
            return await self._refused(post, error)
        except UnreadableError as error:
            await self.bot.services.delivery.refused(post, str(error))
            return False
        except _WORLD_FAILED as error:
            log.warning("delivery failed", key=post.key, error=repr(error))
            await self.bot.services.delivery.failed(post, repr(error))
            return False
        return True

    async def _send(self, post: Post) -> None:
        """Send under the idempotency key; after an unknown outcome look for the message first."""
        place = await self._place(post)
        if post.state is PostState.SENDING and (found := await self._find(post)):
            await self.bot.services.delivery.found(
                post, ChannelId(found.channel.id), MessageId(found.id)
            )
            await self._finish(post, render(post), found)
            return
        if post.is_withdrawn:
            await self.bot.services.delivery.skip(post)
            return
        await self.bot.services.delivery.claim(post)
        rendered = render(post)
        if post.is_forum:
            message = await self._start_forum_post(post, rendered)
        else:
            content = _content(rendered)
            if file := rendered.file or await self._picture(post):
                content["file"] = file
            message = await place.send(nonce=nonce(post), **content)
        await self.bot.services.delivery.sent(
            post, ChannelId(message.channel.id), MessageId(message.id), rendered.digest
        )
        log.info("said", key=post.key, channel=message.channel.id, message=message.id)
        await self._finish(post, rendered, message)
        await self._keep_in_place(post, message)

    async def _picture(self, post: Post) -> TextFile | None:
        """Draw how a decided vote went; what goes wrong with that keeps the words from nobody."""
        if not isinstance(post.speech, VoteDecided) or post.is_withdrawn:
            return None
        drawing = asyncio.ensure_future(self._drawn(post.guild_id, post.speech.vote_key))
        try:
            await asyncio.wait({drawing}, timeout=_DRAWING_SECONDS)
            if not drawing.done():
                log.warning("the picture took too long", key=post.key)
                return None
        finally:
            drawing.cancel()
        if error := drawing.exception():
            log.error("no picture could be drawn", key=post.key, exc_info=error)
            return None
        return drawing.result()

    async def _drawn(self, guild_id: GuildId, vote_key: str) -> TextFile | None:
        history = await self.bot.services.ballots.chart_of(guild_id, vote_key)
        return None if history is None else await picture(history)

    async def _place(self, post: Post) -> discord.abc.Messageable:
        """Give where it is sent; the channel of direct messages is opened, or there already."""
        if post.recipient_id is not None:
            return await self.bot.create_dm(discord.Object(post.recipient_id))
        return self.bot.get_partial_messageable(post.channel_id, guild_id=post.guild_id)

    async def _start_forum_post(self, post: Post, rendered: Rendered) -> discord.Message:
        forum = await self.bot.fetch_channel(post.channel_id)
        assert isinstance(forum, discord.ForumChannel), "the set-up noted a forum"
        assert rendered.thread_name is not None, "only cards are posted to forums"
        tags = self.bot.places.tags(forum, _tags(post))
        made = await forum.create_thread(
            name=rendered.thread_name, applied_tags=tags, **_content(rendered)
        )
        return made.message

    async def _edit(self, post: Post, message_id: MessageId) -> None:
        """Let a message read as it should, unless it does, or others of its channel go first."""
        delivery = self.bot.services.delivery
        said_at = UnixSeconds(int(discord.utils.snowflake_time(message_id).timestamp()))
        rendered = render(post)
        if rendered.digest == post.shown and not post.wants_thread:
            await delivery.edited(post, said_at, post.shown)
            return
        if not delivery.takes_turn(post, said_at):
            return
        place = self.bot.get_partial_messageable(post.channel_id, guild_id=post.guild_id)
        message = place.get_partial_message(message_id)
        edited = await message.edit(**{"view": None, **_content(rendered)})
        await self._keep_in_place(post, edited)
        await delivery.edited(post, said_at, rendered.digest)
        if post.wants_thread:
            await self._finish(post, rendered, message)

    async def _finish(
        self,
        post: Post,
        rendered: Rendered,
        message: discord.Message | discord.PartialMessage,
    ) -> None:
        """Give a card its thread and its first reactions; doing either twice changes nothing."""
        name = rendered.thread_name if post.wants_thread else None
        if name and not post.is_forum:
            try:
                await message.create_thread(name=name)
            except discord.HTTPException as error:
                if error.code != _THREAD_EXISTS:
                    raise
        for reaction in rendered.reactions:
            try:
                await message.add_reaction(reaction)
            except discord.HTTPException as error:
                if error.code not in _REACTION_REFUSED:
                    raise
                # Members can still add it: the card stands.
                log.warning("first reaction refused", key=post.key, code=error.code)
        if name:
            # A thread made from a message has the message's id, in a forum too.
            await self.bot.services.delivery.thread_opened(post, ChannelId(message.id))

    async def _keep_in_place(self, post: Post, message: discord.Message) -> None:
        """Keep the board on top, and the tags of a post in step with its card."""
        if isinstance(post.speech, Board):
            is_wanted = not post.speech.is_retired
            await self.bot.places.keep_on_top(message, post.guild_id, is_wanted=is_wanted)
        elif isinstance(post.speech, ProposalCard) and (post.is_forum or post.is_in_thread):
            await self.bot.places.keep_tags(message.channel.id, _tags(post))

    async def _find(self, post: Post) -> discord.Message | None:
        """Look for a message of ours whose sending was never confirmed, by its marker.

        Raises:
            UnreadableError: Discord would show an empty channel, whatever stands there.
        """
        assert post.claimed_at is not None, "what was tried was claimed"
        guild = self.bot.get_guild(post.guild_id)
        place = guild.get_channel_or_thread(post.channel_id) if guild else None
        if guild and place and not place.permissions_for(guild.me).read_message_history:
            raise UnreadableError("Read Message History is missing: was it said already?")
        since = discord.Object(
            discord.utils.time_snowflake(
                datetime.fromtimestamp(post.claimed_at - _CLOCKS_MAY_DIFFER, UTC)
            )
        )
        if post.is_forum:
            return await self._find_forum_post(post, since)
        channel = await self._place(post)
        async for message in channel.history(after=since, limit=_LOOKED_BACK, oldest_first=True):
            if self._is_ours(message, post):
                return message
        return None

    async def _find_forum_post(self, post: Post, since: discord.Object) -> discord.Message | None:
        forum = await self.bot.fetch_channel(post.channel_id)
        assert isinstance(forum, discord.ForumChannel), "the set-up noted a forum"
        assert self.bot.user is not None, "we are logged in"
        threads = [
            each for each in await forum.guild.active_threads() if each.parent_id == forum.id
        ]
        threads += [each async for each in forum.archived_threads(limit=_LOOKED_BACK)]
        for thread in threads:
            if thread.id > since.id and thread.owner_id == self.bot.user.id:
                async for message in thread.history(limit=1, oldest_first=True):
                    if self._is_ours(message, post):
                        return message
        return None

    def _is_ours(self, message: discord.Message, post: Post) -> bool:
        assert self.bot.user is not None, "we are logged in"
        footers = [embed.footer.text or "" for embed in message.embeds]
        mine = message.author.id == self.bot.user.id
        return mine and any(footer.endswith(marker(post)) for footer in footers)

    async def _refused(self, post: Post, error: discord.HTTPException) -> bool:
        """Tell Discord's refusals apart from its failures."""
        log.warning("delivery refused", key=post.key, status=error.status, code=error.code)
        # Under our nonce a message is unknown too: it was said, and then deleted.
        went_with_its_channel = error.code == _UNKNOWN_CHANNEL and post.message_id is not None
        if error.code == _UNKNOWN_MESSAGE or went_with_its_channel:
            await self.bot.services.delivery.deleted(post)
            return True
        if post.recipient_id is not None and error.code in _NOT_TAKEN:
            await self.bot.services.delivery.not_taken(post)
            return False
        if error.code == _UNKNOWN_CHANNEL and post.is_in_thread:
            await self.bot.services.delivery.thread_lost(post)
        if error.code == _INVALID:  # It reads the same the next time: others must not wait for it.
            await self.bot.services.delivery.park(post, str(error))
            return True
        if error.code == _ARCHIVED:
            await self._reopen(post.channel_id)
        kind = _TROUBLES.get(error.code)
        if error.code == _ARCHIVED and await self._reopen(post.channel_id):
            kind = None
        if error.status >= 500 or error.status == 429 or (error.code == _ARCHIVED and kind is None):  # noqa: PLR2004
            await self.bot.services.delivery.failed(post, str(error))
        else:
            await self.bot.services.delivery.refused(post, str(error), kind)
        return False

    async def _reopen(self, thread_id: ChannelId) -> bool:
        """Take a thread out of the archive, where nothing can be edited; say whether we could."""
        try:
            thread = await self.bot.fetch_channel(thread_id)
            if isinstance(thread, discord.Thread):
                await thread.edit(archived=False)
        except discord.HTTPException as error:
            log.warning("could not reopen the thread", thread=thread_id, code=error.code)
            return False
        return True


def _tags(post: Post) -> tuple[str, ...]:
    return post_tags(post.speech) if isinstance(post.speech, ProposalCard) else ()


def _content(rendered: Rendered) -> dict[str, Any]:
    content: dict[str, Any] = {
        "content": rendered.content,
        "embed": rendered.embed,
        "allowed_mentions": rendered.allowed_mentions,
    }
    if rendered.view is not None:
        content["view"] = rendered.view
    return content


async def setup(bot: GovernanceBot) -> None:
    """Add the cog."""
    await bot.add_cog(Announcements(bot))
