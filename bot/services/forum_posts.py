"""Posts that members open in a forum of ideas: each becomes an idea, once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from bot.clock import Clock
from bot.domain.errors import Refusal
from bot.domain.proposal import (
    IDEA_LIMIT,
    Actor,
    Community,
    Idea,
    Proposal,
    SpokenIdea,
    begun,
    checked_idea,
    checked_title,
)
from bot.domain.tags import topic_of
from bot.domain.types import ChannelId, GuildId, UnixSeconds, UserId
from bot.storage.database import Database

SEE_THE_POST = "The post itself says what this is about."


@dataclass(frozen=True, slots=True, kw_only=True)
class MembersPost:
    """A post as its author opened it."""

    guild_id: GuildId
    thread_id: ChannelId
    title: str
    text: str  # of its first message; `""` where that cannot be read
    tags: tuple[str, ...]
    author_id: UserId
    author_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Forum:
    """A forum of ideas, and since when posts there are ideas; `None`: they are none."""

    community: Community
    since: UnixSeconds | None


class ForumPosts:
    """Takes in what members post; what is older than the wish for it is left alone."""

    def __init__(self, database: Database, now: Clock) -> None:
        self._database = database
        self._now = now

    async def forums(self) -> Sequence[Forum]:
        """Give every forum of ideas."""
        async with self._database.transaction() as store:
            return [
                Forum(community=each, since=await store.posts_count_since(each, self._now()))
                for each in await store.communities.all()
                if each.ideas_channel_is_forum
            ]

    async def is_forum(self, guild_id: GuildId, channel_id: ChannelId) -> bool:
        """Say whether this is a forum in which members' posts are ideas."""
        async with self._database.reading() as store:
            community = await store.communities.find(guild_id)
        return (
            community is not None
            and community.ideas_channel_id == channel_id
            and community.takes_posts
        )

    async def unknown(self, threads: Collection[ChannelId]) -> set[ChannelId]:
        """Give those of the threads that belong to no proposal yet."""
        async with self._database.reading() as store:
            return set(threads) - await store.proposals.threads(threads)

    async def take_in(self, post: MembersPost) -> Proposal | None:
        """Make an idea of a post, unless it is one already; `None` if it makes none.

        Raises:
            Refusal: The server is not set up.
        """
        try:
            title = checked_title(post.title)
        except Refusal:
            return None
        now = self._now()
        author = Actor(user_id=post.author_id, name=post.author_name, is_moderator=False)
        async with self._database.transaction() as store:
            if await store.proposals.by_thread(post.thread_id) is not None:
                return None
            community = await store.communities.of(post.guild_id)
            number = await store.communities.take_number(post.guild_id)
            spoken = SpokenIdea(
                guild_id=post.guild_id,
                author_id=post.author_id,
                author_name=post.author_name,
                title=title,
                idea=_idea(post.text),
                topic=topic_of(post.tags, community.policy),
                source=f"https://discord.com/channels/{post.guild_id}/{post.thread_id}",
            )
            idea = begun(spoken, community, number, now)
            proposal = await store.proposals.add(
                replace(idea, thread_id=post.thread_id, is_members_post=True)
            )
            await store.note(proposal, now, "spoken as a post in the forum", by=author)
            await store.show(proposal.id, now)
        return proposal


def _idea(text: str) -> Idea:
    try:
        return checked_idea(Idea(problem=text[:IDEA_LIMIT]))
    except Refusal:  # A picture, for example: it stands in the post.
        return Idea(problem=SEE_THE_POST)
