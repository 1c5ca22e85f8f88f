"""What is put into the outbox, where it is to be heard, and how it is taken back."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.domain.announcement import IdeaReady, PhaseChanged
from bot.domain.lifecycle import Phase
from bot.domain.onchain.announcement import GovernorNews, governor_prefix
from bot.domain.onchain.governor import ProposalKey
from bot.domain.onchain.proposal import Moment
from bot.domain.outbox import Post, PostState
from bot.domain.proposal import Community
from bot.domain.speech import Speech
from bot.domain.support import Via
from bot.domain.types import (
    Address,
    ChainId,
    ChannelId,
    GovernorProposalId,
    MessageId,
    ProposalId,
    UnixSeconds,
    UserId,
)
from bot.storage.deliveries import SaidMessage
from bot.storage.store import Store
from tests import builders
from tests.builders import ANNOUNCED_TO, ANNOUNCEMENTS, GUILD, IDEAS, MODERATION, VOTING
from tests.watched import WatchedDatabase

NOW = UnixSeconds(1_000)
THREAD = ChannelId(77)
KEY = ProposalKey(
    chain_id=ChainId(1),
    governor=Address("0x1a0D3d5a43e53510f80F16905Bc96e907A47dD01"),
    id=GovernorProposalId(2**256 - 1),
)
PREFIX = governor_prefix(KEY)


@pytest.fixture
async def store(database: WatchedDatabase) -> AsyncIterator[Store]:
    """Open a transaction in which a proposal with a thread exists."""
    async with database.transaction() as store:
        await store.communities.save(builders.community())
        idea = await store.proposals.add(builders.proposal())
        await store.deliveries.thread_opened(idea.id, THREAD)
        yield store


def news(moment: Moment, at: int = 500, title: str = "Fee") -> GovernorNews:
    return GovernorNews(
        moment=moment,
        governor_key=KEY,
        governor_name="Governor",
        title=title,
        reference="",
        proposer="0x00",
        calls=(),
        vote_starts_at=UnixSeconds(1),
        vote_ends_at=UnixSeconds(2),
        times_are_estimates=True,
        for_votes=None,
        against_votes=None,
        abstain_votes=None,
        quorum=None,
        unit="BTRST",
        eta=None,
        expires_at=None,
        transaction_hash=None,
        at=UnixSeconds(at),
    )


async def say(
    store: Store,
    speech: Speech,
    *,
    community: Community | None = None,
    is_news: bool = True,
    proposal_id: ProposalId | None = None,
) -> None:
    await store.outbox.say(
        community or builders.community(), speech, NOW, proposal_id=proposal_id, is_news=is_news
    )


async def due(store: Store) -> list[Post]:
    return list(await store.deliveries.due(NOW))


async def said(store: Store, post: Post) -> None:
    await store.deliveries.said(
        post, SaidMessage(channel_id=post.channel_id, message_id=MessageId(post.id)), post.revision
    )


READY = IdeaReady(subject=builders.subject(), supporters=3, move_number=0)


async def test_a_thing_is_said_once_in_each_place_it_belongs_to(store: Store) -> None:
    for _ in range(3):
        await say(store, READY, proposal_id=ProposalId(1))
    posts = await due(store)
    assert [post.channel_id for post in posts] == [THREAD, MODERATION]
    assert [post.key for post in posts] == [READY.key] * 2


async def test_without_a_place_for_moderators_only_the_thread_is_told(store: Store) -> None:
    community = builders.community(moderators_channel_id=None)
    await say(store, READY, community=community, proposal_id=ProposalId(1))
    assert [post.channel_id for post in await due(store)] == [THREAD]


async def test_news_without_a_proposal_of_ours_has_no_thread(store: Store) -> None:
    await say(store, news(Moment.CREATED))
    await say(store, news(Moment.EXECUTED))
    assert [post.channel_id for post in await due(store)] == [VOTING, ANNOUNCEMENTS]


async def test_the_role_is_pinged_where_the_table_says_and_never_in_a_thread(
    store: Store,
) -> None:
    await say(store, news(Moment.VOTING_OPEN), proposal_id=ProposalId(1))
    await say(store, news(Moment.SUCCEEDED), proposal_id=ProposalId(1))
    pinged = [(post.channel_id, post.role_id) for post in await due(store)]
    assert pinged == [(VOTING, ANNOUNCED_TO), (THREAD, None), (VOTING, None), (THREAD, None)]


async def test_a_card_goes_into_the_forum_where_ideas_live_in_one(store: Store) -> None:
    community = builders.community(ideas_channel_is_forum=True)
    await store.communities.save(community)
    await store.show(ProposalId(1), NOW)
    (card,) = await due(store)
    assert (card.channel_id, card.is_forum) == (IDEAS, True)


async def test_an_announcement_keeps_its_first_words(store: Store) -> None:
    await say(store, news(Moment.CREATED, title="First"))
    await say(store, news(Moment.CREATED, title="Second"))
    (post,) = await due(store)
    assert isinstance(post.speech, GovernorNews)
    assert (post.speech.title, post.revision) == ("First", 1)


async def test_a_card_that_reads_the_same_is_not_edited(store: Store) -> None:
    await store.show(ProposalId(1), NOW)
    (card,) = await due(store)
    await said(store, card)
    await store.show(ProposalId(1), NOW)
    assert await due(store) == []
    await store.reactions.give(ProposalId(1), UserId(5), Via.BUTTON)
    await store.show(ProposalId(1), NOW)
    (edited,) = await due(store)
    assert (edited.state, edited.revision) == (PostState.SAID, 2)


async def test_what_is_no_news_is_recorded_and_never_due(store: Store) -> None:
    await say(store, news(Moment.VOTING_OPEN), is_news=False)
    await say(store, news(Moment.VOTING_OPEN))
    assert await due(store) == []
    assert await store.deliveries.depth() == {PostState.SKIPPED: 1}


async def test_nothing_is_due_before_its_time(store: Store) -> None:
    await say(store, news(Moment.CREATED))
    (post,) = await due(store)
    await store.deliveries.failed(post, "x" * 9_000, UnixSeconds(NOW + 5))
    assert await due(store) == []
    assert [p.attempts for p in await store.deliveries.due(UnixSeconds(NOW + 5))] == [1]


async def test_at_most_a_hundred_are_due_at_once_in_the_order_they_were_said(
    store: Store,
) -> None:
    for number in range(130):
        speech = PhaseChanged(
            subject=builders.subject(),
            phase=Phase.PARKED,
            by=UserId(2),
            reason="",
            move_number=number,
        )
        await say(store, speech, proposal_id=ProposalId(1))
    posts = await due(store)
    assert len(posts) == 100
    assert [post.id for post in posts] == sorted(post.id for post in posts)


# After a reorganisation


async def correct(store: Store, *true: Speech, undone_at: int = 400) -> None:
    await store.outbox.correct(
        GUILD, PREFIX, {speech.key: speech for speech in true}, UnixSeconds(undone_at)
    )


async def test_what_was_said_and_is_not_true_is_struck_out_in_place(store: Store) -> None:
    await say(store, news(Moment.SUCCEEDED))
    await said(store, (await due(store))[0])
    await correct(store)
    (post,) = await due(store)
    assert (post.is_withdrawn, post.state, post.revision) == (True, PostState.SAID, 2)
    await correct(store)
    assert (await due(store))[0].revision == 2


async def test_what_was_not_said_yet_never_will_be(store: Store) -> None:
    await say(store, news(Moment.SUCCEEDED))
    await correct(store)
    assert await due(store) == []
    assert await store.deliveries.depth() == {PostState.SKIPPED: 1}


async def test_what_becomes_true_again_is_said_or_put_right(store: Store) -> None:
    await say(store, news(Moment.SUCCEEDED))
    await say(store, news(Moment.QUEUED))
    await said(store, (await due(store))[0])
    await correct(store)
    await say(store, news(Moment.SUCCEEDED, title="Again"))
    await say(store, news(Moment.QUEUED, title="Again"))
    was_said, was_not = await due(store)
    assert (was_said.is_withdrawn, was_said.state) == (False, PostState.SAID)
    assert (was_not.is_withdrawn, was_not.state) == (False, PostState.DUE)
    assert isinstance(was_said.speech, GovernorNews)
    assert was_said.speech.title == "Again"


async def test_what_was_seen_before_the_fork_stays_as_it_is(store: Store) -> None:
    await say(store, news(Moment.SUCCEEDED, at=400))
    await correct(store, undone_at=400)
    assert not (await due(store))[0].is_withdrawn


async def test_what_is_still_true_is_mended_only_where_it_reads_differently(
    store: Store,
) -> None:
    await say(store, news(Moment.CREATED))
    await say(store, news(Moment.QUEUED))
    for post in await due(store):
        await said(store, post)
    await correct(store, news(Moment.CREATED, at=600), news(Moment.QUEUED, title="New"))
    (mended,) = await due(store)
    assert mended.key.endswith(":queued")
    assert isinstance(mended.speech, GovernorNews)
    assert mended.speech.title == "New"


async def test_other_proposals_and_other_servers_are_left_alone(store: Store) -> None:
    other = replace(news(Moment.CREATED), governor_key=replace(KEY, id=GovernorProposalId(2)))
    await say(store, other)
    elsewhere = builders.community(guild_id=800, voting_channel_id=802)
    await store.communities.save(elsewhere)
    await say(store, news(Moment.CREATED), community=elsewhere)
    await correct(store)
    assert not any(post.is_withdrawn for post in await due(store))
    assert not await store.outbox.has_heard(GUILD, PREFIX)
    assert await store.outbox.has_heard(elsewhere.guild_id, PREFIX)
    assert await store.outbox.heard(elsewhere.guild_id, PREFIX) == {
        news(Moment.CREATED).key: {"voting"}
    }
