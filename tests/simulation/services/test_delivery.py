"""The account of the outbox: nothing is lost, nothing is forgotten to be edited."""

from dataclasses import replace

import pytest

from bot.domain.announcement import PhaseChanged, TroubleFound
from bot.domain.live_card import ProposalCard
from bot.domain.outbox import ATTEMPTS_BEFORE_PARKING, Post, PostState, marker, nonce
from bot.domain.trouble import TroubleKind
from bot.domain.types import ChannelId, MessageId, UnixSeconds
from bot.services.delivery import Delivery
from tests import builders
from tests.builders import GUILD, IDEAS, MODERATOR
from tests.town import Town

MESSAGE = MessageId(7_000)
THREAD = ChannelId(7_001)


@pytest.fixture
def delivery(town: Town) -> Delivery:
    return Delivery(town.database, town.clock)


async def due(delivery: Delivery) -> Post:
    (post,) = await delivery.due()
    return post


async def say_card(town: Town, delivery: Delivery) -> Post:
    """Speak an idea; its card is said and its thread open."""
    idea = await town.idea()
    post = await due(delivery)
    await delivery.claim(post)
    await delivery.sent(post, IDEAS, MESSAGE)
    assert post.proposal_id == idea.id
    await delivery.thread_opened(post, THREAD)
    assert not await delivery.due()
    return post


async def test_a_card_is_sent_then_gets_its_thread_and_then_rests(
    town: Town, delivery: Delivery
) -> None:
    await town.idea()
    post = await due(delivery)
    assert (post.state, post.channel_id, post.wants_thread) == (PostState.DUE, IDEAS, True)
    await delivery.claim(post)
    claimed = await due(delivery)
    assert (claimed.state, claimed.attempts) == (PostState.SENDING, 1)
    assert claimed.claimed_at == town.clock()
    await delivery.sent(claimed, IDEAS, MESSAGE)
    said = await due(delivery)
    assert (said.state, said.message_id, said.wants_thread) == (PostState.SAID, MESSAGE, True)
    await delivery.thread_opened(said, THREAD)
    assert not await delivery.due()
    assert (await town.records.find(GUILD, "BTRST-1")).card.thread_id == THREAD


async def test_every_attempt_at_a_message_has_the_same_nonce_and_marker(
    town: Town, delivery: Delivery
) -> None:
    await town.idea()
    first = await due(delivery)
    await delivery.claim(first)
    town.clock.wait(600)
    again = await due(delivery)
    await delivery.claim(again)
    assert (nonce(again), marker(again)) == (nonce(first), marker(first))
    assert len(nonce(first)) == 24
    assert (await due(delivery)).claimed_at == town.clock() - 600  # the first attempt's


async def test_what_was_found_again_shows_its_first_words_and_is_edited(
    town: Town, delivery: Delivery
) -> None:
    idea = await town.idea()
    post = await due(delivery)
    await delivery.claim(post)
    await town.support(idea, 2)
    await delivery.found(await due(delivery), IDEAS, MESSAGE)
    found = await due(delivery)
    assert (found.state, found.revision) == (PostState.SAID, 2)


async def test_an_edit_waits_a_little_and_longer_for_an_old_message(
    town: Town, delivery: Delivery
) -> None:
    post = await say_card(town, delivery)
    assert post.proposal_id is not None
    idea = await town.records.find(GUILD, "BTRST-1")
    for count, said_at, pause in ((1, town.clock(), 10), (2, UnixSeconds(0), 30)):
        await town.support(idea.proposal, count)
        await delivery.edited(await due(delivery), said_at)
        await town.support(idea.proposal, 0)
        assert not await delivery.due()
        town.clock.wait(pause)
        await delivery.edited(await due(delivery), UnixSeconds(town.clock() - 5))
        town.clock.wait(60)


async def test_three_old_messages_of_a_channel_are_edited_at_a_time(
    town: Town, delivery: Delivery
) -> None:
    await town.idea()
    post = await due(delivery)
    elsewhere = replace(post, channel_id=THREAD)
    old, young = UnixSeconds(town.clock() - 3_601), UnixSeconds(town.clock() - 3_600)
    assert [delivery.takes_turn(post, old) for _ in range(4)] == [True, True, True, False]
    assert delivery.takes_turn(post, young)
    assert delivery.takes_turn(elsewhere, old)
    town.clock.wait(6)
    assert not delivery.takes_turn(post, old)
    town.clock.wait(1)
    assert delivery.takes_turn(post, old)


async def test_words_that_change_during_an_edit_are_edited_once_more(
    town: Town, delivery: Delivery
) -> None:
    await say_card(town, delivery)
    idea = (await town.records.find(GUILD, "BTRST-1")).proposal
    await town.support(idea, 1)
    post = await due(delivery)
    await town.support(idea, 2)
    await delivery.edited(post, town.clock())
    town.clock.wait(10)
    assert (await due(delivery)).revision == post.revision + 1


async def test_a_failure_of_the_world_is_tried_again_ever_more_slowly(
    town: Town, delivery: Delivery
) -> None:
    await town.idea()
    for pause in (2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600):
        await delivery.failed(await due(delivery), "503")
        town.clock.wait(pause - 1)
        assert not await delivery.due()
        town.clock.wait(1)
    assert (await due(delivery)).state is PostState.DUE


async def test_a_refused_message_is_parked_after_some_tries_and_others_go_on(
    town: Town, delivery: Delivery
) -> None:
    await town.idea("Cannot be said")
    for _ in range(ATTEMPTS_BEFORE_PARKING):
        await delivery.refused(await due(delivery), "Missing Access")
        town.clock.wait(600)
    assert not await delivery.due()
    await town.idea("Can be said")
    other = await due(delivery)
    await delivery.sent(other, IDEAS, MESSAGE)
    async with town.database.reading() as store:
        assert await store.deliveries.depth() == {PostState.PARKED: 1, PostState.SAID: 1}


async def test_what_was_parked_is_looked_up_before_it_is_tried_again(
    town: Town, delivery: Delivery
) -> None:
    await town.idea("Never said")
    unsaid = await due(delivery)
    for _ in range(ATTEMPTS_BEFORE_PARKING):
        await delivery.refused(await due(delivery), "Missing Access")
        town.clock.wait(600)
    await delivery.unpark()
    again = await due(delivery)
    assert (again.id, again.state, again.attempts) == (unsaid.id, PostState.SENDING, 0)


async def test_a_parked_edit_comes_back_as_an_edit(town: Town, delivery: Delivery) -> None:
    await say_card(town, delivery)
    idea = (await town.records.find(GUILD, "BTRST-1")).proposal
    await town.support(idea, 1)
    for _ in range(ATTEMPTS_BEFORE_PARKING):
        await delivery.refused(await due(delivery), "Missing Access")
        town.clock.wait(600)
    await delivery.unpark()
    post = await due(delivery)
    assert (post.state, post.message_id) == (PostState.SAID, MESSAGE)


async def test_a_deleted_card_is_posted_anew_once_and_under_another_nonce(
    town: Town, delivery: Delivery
) -> None:
    post = await say_card(town, delivery)
    idea = (await town.records.find(GUILD, "BTRST-1")).proposal
    await town.support(idea, 1)
    outdated = await due(delivery)
    await delivery.deleted(outdated)
    anew = await due(delivery)
    assert (anew.state, anew.generation, anew.message_id) == (PostState.DUE, 1, None)
    assert nonce(anew) != nonce(post)
    await delivery.claim(anew)
    await delivery.sent(anew, IDEAS, MessageId(7_002))
    await delivery.deleted(anew)
    (told,) = await delivery.due()
    assert isinstance(told.speech, TroubleFound)
    assert told.speech.trouble is TroubleKind.CARD_GONE
    async with town.database.reading() as store:
        assert await store.deliveries.depth() == {PostState.GONE: 1, PostState.DUE: 1}


async def test_a_deleted_announcement_is_not_said_again(town: Town, delivery: Delivery) -> None:
    await say_card(town, delivery)
    await town.ideas.park(GUILD, "BTRST-1", MODERATOR, "Later.")
    posts = {type(post.speech): post for post in await delivery.due()}
    announcement = posts[PhaseChanged]
    assert announcement.channel_id == THREAD
    await delivery.sent(announcement, THREAD, MessageId(7_003))
    await delivery.deleted(announcement)
    assert [type(post.speech) for post in await delivery.due()] == [ProposalCard]


async def test_what_belongs_into_a_thread_waits_for_it(town: Town, delivery: Delivery) -> None:
    await town.idea()
    await town.ideas.park(GUILD, "BTRST-1", MODERATOR, "Later.")
    card = await due(delivery)
    await delivery.sent(card, IDEAS, MESSAGE)
    await delivery.thread_opened(card, THREAD)
    assert [post.channel_id for post in await delivery.due()] == [THREAD]


async def test_what_can_never_be_said_is_parked_at_once(town: Town, delivery: Delivery) -> None:
    await town.idea()
    await delivery.park(await due(delivery), "Invalid Form Body")
    assert not await delivery.due()


async def test_what_never_arrived_and_is_not_true_any_more_is_left_unsaid(
    town: Town, delivery: Delivery
) -> None:
    await town.idea()
    await delivery.skip(await due(delivery))
    assert not await delivery.due()
    async with town.database.reading() as store:
        assert await store.deliveries.depth() == {PostState.SKIPPED: 1}


async def test_a_lost_thread_is_opened_again_by_the_card(town: Town, delivery: Delivery) -> None:
    await say_card(town, delivery)
    await town.ideas.park(GUILD, "BTRST-1", MODERATOR, "Later.")
    announcement = next(
        post for post in await delivery.due() if isinstance(post.speech, PhaseChanged)
    )
    await delivery.thread_lost(announcement)
    card = await due(delivery)
    assert (isinstance(card.speech, ProposalCard), card.wants_thread) == (True, True)


async def test_a_deleted_forum_post_comes_back_with_a_thread_of_its_own(
    town: Town, delivery: Delivery
) -> None:
    await town.found(builders.community(ideas_channel_is_forum=True))
    post = await say_card(town, delivery)
    await delivery.deleted(post)
    anew = await due(delivery)
    assert (anew.is_forum, anew.generation, anew.wants_thread) == (True, 1, True)
