"""Where messages of ours stand in Discord: what is pinned there, and which tags a post wears.

All of it is an extra. What Discord refuses is logged once for each place, and keeps nothing from
being said; what is missing is named by the check of permissions.
"""

from collections.abc import Awaitable, Collection, Sequence

import discord
import structlog

from bot.domain.tags import MOST_TAGS, lacking, tagged

log = structlog.get_logger()


class Places:
    """Keeps messages on top, forums provided with tags, and posts tagged."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client
        self._refused: set[tuple[int, str]] = set()

    async def channel(self, channel_id: int) -> discord.abc.GuildChannel | discord.Thread | None:
        """Give a channel or a thread, from Discord if the cache does not know it."""
        known = self._client.get_channel(channel_id)
        if known is None:
            try:
                known = await self._client.fetch_channel(channel_id)
            except (discord.NotFound, discord.Forbidden):
                return None
        if isinstance(known, discord.abc.GuildChannel | discord.Thread):
            return known
        return None

    async def forum(self, channel_id: int) -> discord.ForumChannel | None:
        """Give a forum, if it is one and can be seen."""
        found = await self.channel(channel_id)
        return found if isinstance(found, discord.ForumChannel) else None

    async def keep_on_top(
        self, message: discord.Message, guild_id: int, *, is_wanted: bool
    ) -> None:
        """Pin a message, or a forum's post; or take its pin off."""
        place = await self.channel(message.channel.id)
        if place is None or place.guild.id != guild_id:
            return
        if isinstance(place, discord.Thread):
            await self._keep_post_on_top(place, is_wanted=is_wanted)
        elif message.pinned != is_wanted and self._may(place, "pin_messages"):
            await self._try(place.id, "pin", message.pin() if is_wanted else message.unpin())

    async def _keep_post_on_top(self, post: discord.Thread, *, is_wanted: bool) -> None:
        if post.flags.pinned != is_wanted and self._may(post, "manage_threads"):
            await self._try(post.id, "pin", post.edit(pinned=is_wanted))

    async def offer_tags(self, forum: discord.ForumChannel, names: Sequence[str]) -> None:
        """Give a forum the tags it lacks, as far as there is room for them."""
        new = lacking([tag.name for tag in forum.available_tags], names)
        if new and self._may(forum, "manage_channels"):
            made = [discord.ForumTag(name=name) for name in new]
            change = forum.edit(available_tags=[*forum.available_tags, *made])
            await self._try(forum.id, "make tags in", change)

    def tags(self, forum: discord.ForumChannel, names: Collection[str]) -> list[discord.ForumTag]:
        """Give the tags of these names that a forum has, for a post of ours.

        A forum may ask for one on every post: then it is the first there is, if none fits.
        """
        offered = [
            tag
            for tag in forum.available_tags
            if not tag.moderated or self._may(forum, "manage_threads", is_told=False)
        ]
        fitting = {tag.name.casefold(): tag for tag in offered}
        found = [fitting[each.casefold()] for each in names if each.casefold() in fitting]
        if not found and forum.flags.require_tag:
            found = offered[:1]
        return found[:MOST_TAGS]

    async def keep_tags(self, post_id: int, names: Sequence[str]) -> None:
        """Let a post wear these tags beside those that people put there; patch only differences."""
        post = await self.channel(post_id)
        if not isinstance(post, discord.Thread) or post.parent_id is None:
            return
        forum = await self.forum(post.parent_id)
        if forum is None:
            return
        offered = {tag.id: tag for tag in forum.available_tags}
        worn = [offered[tag_id] for tag_id in post._applied_tags if tag_id in offered]  # noqa: SLF001 - its own property needs the forum in the cache
        wanted = {tag.id: tag for tag in self.tags(forum, names)}
        ids = tagged([(tag.id, tag.name) for tag in worn], list(wanted))
        if set(ids) == {tag.id for tag in worn}:
            return
        if self._is_ours(post) or self._may(post, "manage_threads"):
            new = [offered[each] for each in ids]
            await self._try(post.id, "tag", post.edit(applied_tags=new))

    def _is_ours(self, post: discord.Thread) -> bool:
        return self._client.user is not None and post.owner_id == self._client.user.id

    def _may(
        self, place: discord.abc.GuildChannel | discord.Thread, what: str, *, is_told: bool = True
    ) -> bool:
        """Say whether we may; if not, that is logged once."""
        try:
            held = place.permissions_for(place.guild.me)
        except discord.ClientException:  # Its forum is not in the cache: Discord will say.
            return True
        if getattr(held, what):
            return True
        if is_told:
            self._note(place.id, f"lacks the permission {what}")
        return False

    async def _try(self, place_id: int, what: str, doing: Awaitable[object]) -> None:
        try:
            await doing
        except discord.HTTPException as error:
            self._note(place_id, f"could not {what} it: {error.code}")

    def _note(self, place_id: int, what: str) -> None:
        if (place_id, what) not in self._refused:
            self._refused.add((place_id, what))
            log.warning("a place is not as it should be", place=place_id, what=what)
