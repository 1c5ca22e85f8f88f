"""What members post in a forum becomes an idea, once, and only what is newer than the wish."""

from dataclasses import replace

import pytest

from bot.domain.live_card import ProposalCard
from bot.domain.outbox import PostState
from bot.domain.types import ChannelId, MessageId
from bot.services.delivery import Delivery
from bot.services.forum_posts import SEE_THE_POST, ForumPosts, MembersPost
from tests import builders
from tests.builders import AUTHOR, GUILD, IDEAS, MODERATOR
from tests.town import Town

POST = ChannelId(555)
WANTED = builders.policy(forum_posts_are_ideas=True)
OPENED = MembersPost(
    guild_id=GUILD,
    thread_id=POST,
    title="Lower the fee",
    text="Ten per cent is too much.",
    tags=("FEES", "fun"),
    author_id=AUTHOR.user_id,
    author_name=AUTHOR.name,
)


@pytest.fixture
async def forum_posts(town: Town) -> ForumPosts:
    forum = builders.community(policy=WANTED, ideas_channel_is_forum=True)
    await town.setup.set_up(forum, MODERATOR)
    return ForumPosts(town.database, town.clock)


async def test_a_post_becomes_an_idea_of_its_author_with_its_card_in_it(
    town: Town, forum_posts: ForumPosts
) -> None:
    idea = await forum_posts.take_in(OPENED)
    assert idea is not None
    assert (idea.title, idea.idea.text) == ("Lower the fee", "Ten per cent is too much.")
    assert (idea.topic, idea.author_id, idea.thread_id) == ("fees", AUTHOR.user_id, POST)
    assert idea.is_members_post
    ((heard, card),) = await town.heard(ProposalCard)
    assert heard.destination == f"thread:{idea.id}"
    assert card.is_in_members_post
    (post,) = await Delivery(town.database, town.clock).due()
    assert (post.channel_id, post.is_forum, post.wants_thread) == (POST, False, False)


async def test_a_post_becomes_an_idea_once(town: Town, forum_posts: ForumPosts) -> None:
    assert await forum_posts.unknown([POST]) == {POST}
    assert await forum_posts.take_in(OPENED) is not None
    before = town.dump()
    assert await forum_posts.take_in(OPENED) is None
    assert town.dump() == before
    assert await forum_posts.unknown([POST]) == set()


async def test_a_post_without_words_in_its_title_makes_no_idea(
    town: Town, forum_posts: ForumPosts
) -> None:
    before = town.dump()
    assert await forum_posts.take_in(replace(OPENED, title="🎉")) is None
    assert town.dump() == before


@pytest.mark.parametrize("text", ["", "🎉"])
async def test_a_post_whose_text_cannot_be_read_is_an_idea_that_refers_to_it(
    forum_posts: ForumPosts, text: str
) -> None:
    idea = await forum_posts.take_in(replace(OPENED, text=text))
    assert idea is not None
    assert idea.idea.text == SEE_THE_POST


async def test_posts_count_from_the_moment_they_are_wanted(
    town: Town, forum_posts: ForumPosts
) -> None:
    (forum,) = await forum_posts.forums()
    began = town.clock()
    assert forum.since == began
    town.clock.wait(100)
    (forum,) = await forum_posts.forums()
    assert forum.since == began
    not_wanted = builders.community(ideas_channel_is_forum=True)
    await town.setup.set_up(not_wanted, MODERATOR)
    (forum,) = await forum_posts.forums()
    assert forum.since is None
    assert not await forum_posts.is_forum(GUILD, IDEAS)
    town.clock.wait(100)
    await town.setup.set_up(replace(not_wanted, policy=WANTED), MODERATOR)
    (forum,) = await forum_posts.forums()
    assert forum.since == began + 200
    assert await forum_posts.is_forum(GUILD, IDEAS)
    assert not await forum_posts.is_forum(GUILD, POST)


async def test_a_channel_for_text_is_no_forum(town: Town, forum_posts: ForumPosts) -> None:
    await town.setup.set_up(builders.community(policy=WANTED), MODERATOR)
    assert await forum_posts.forums() == []
    assert not await forum_posts.is_forum(GUILD, IDEAS)


async def test_support_is_counted_on_the_card_in_the_post(
    town: Town, forum_posts: ForumPosts
) -> None:
    idea = await forum_posts.take_in(OPENED)
    assert idea is not None
    delivery = Delivery(town.database, town.clock)
    (post,) = await delivery.due()
    await delivery.sent(post, POST, MessageId(9))
    gathering = await town.supporting.gathering(idea.id)
    assert gathering is not None
    assert (gathering.card.channel_id, gathering.card.message_id) == (POST, 9)
    async with town.database.reading() as store:
        assert await store.reactions.cards([MessageId(9)]) == {9: idea.id}


async def test_when_a_members_post_is_deleted_a_post_of_ours_takes_its_place(
    town: Town, forum_posts: ForumPosts
) -> None:
    idea = await forum_posts.take_in(OPENED)
    assert idea is not None
    delivery = Delivery(town.database, town.clock)
    (post,) = await delivery.due()
    await delivery.sent(post, POST, MessageId(9))
    await delivery.thread_lost(post)
    heard = [each for each, _ in await town.heard(ProposalCard)]
    assert [(each.destination, each.state) for each in heard] == [
        (f"thread:{idea.id}", PostState.GONE),
        (f"forum:{IDEAS}", PostState.DUE),
    ]
    (post,) = await delivery.due()
    assert post.wants_thread
    assert (await town.records.find(GUILD, idea.reference)).message is None
