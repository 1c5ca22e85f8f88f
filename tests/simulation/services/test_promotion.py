"""Promotion before its time, and where it leads in communities with fewer votes."""

import pytest

from bot.domain.announcement import PhaseChanged
from bot.domain.errors import Refusal
from bot.domain.lifecycle import Move, Phase
from bot.domain.outbox import PostState
from bot.domain.policy import PRESETS
from bot.domain.proposal import Proposal
from tests import builders
from tests.builders import AUTHOR, GUILD, MODERATION, MODERATOR
from tests.town import DAY, Town

WHY = "The fee changes on Monday."


async def ready(town: Town) -> Proposal:
    idea = await town.idea()
    await town.support(idea, 3)
    return idea


async def test_before_the_discussion_time_is_over_a_promotion_takes_a_public_reason(
    town: Town,
) -> None:
    idea = await ready(town)
    with pytest.raises(Refusal, match="`/idea promote` with `idea: BTRST-1` and `reason`"):
        await town.ideas.promote(GUILD, idea.reference, MODERATOR)
    with pytest.raises(Refusal, match="Please give a reason"):
        await town.ideas.promote(GUILD, idea.reference, MODERATOR, " \u200b ")
    promoted = await town.ideas.promote(GUILD, idea.reference, MODERATOR, f"  {WHY} ")
    assert (promoted.phase, promoted.reason) == (Phase.TEMPERATURE_DRAFT, "")
    said = await town.only(PhaseChanged)
    assert (said.move, said.is_early, said.reason) == (Move.PROMOTE, True, WHY)
    _, entries = await town.records.history(GUILD, idea.reference)
    assert entries[-1].what == f"ready → temperature draft, early: {WHY}"


async def test_a_reason_makes_up_for_time_and_not_for_support(town: Town) -> None:
    idea = await town.idea()
    with pytest.raises(Refusal, match="needs 3 more supporters"):
        await town.ideas.promote(GUILD, idea.reference, MODERATOR, WHY)


async def test_after_the_discussion_time_nothing_is_early(town: Town) -> None:
    idea = await ready(town)
    town.clock.wait(2 * DAY)
    await town.ideas.promote(GUILD, idea.reference, MODERATOR, WHY)
    said = await town.only(PhaseChanged)
    assert (said.is_early, said.reason) == (False, WHY)


@pytest.mark.parametrize(
    ("preset", "phase", "move"),
    [
        ("braintrust", Phase.TEMPERATURE_DRAFT, Move.PROMOTE),
        ("single-vote", Phase.CONSENSUS_DRAFT, Move.PROMOTE_TO_ONE_VOTE),
        ("onchain-only", Phase.PASSED, Move.PROMOTE_TO_CHAIN),
    ],
)
async def test_a_promotion_leads_to_the_first_vote_there_is(
    town: Town, preset: str, phase: Phase, move: Move
) -> None:
    policy = PRESETS[preset]
    await town.found(builders.community(policy=policy))
    idea = await town.idea()
    await town.support(idea, policy.support_threshold)
    town.clock.wait(2 * DAY)
    promoted = await town.ideas.promote(GUILD, idea.reference, MODERATOR)
    assert promoted.phase is phase
    assert (await town.only(PhaseChanged)).move is move


async def test_the_author_is_mentioned_where_they_have_not_done_it_themselves(town: Town) -> None:
    idea = await ready(town)
    town.clock.wait(2 * DAY)
    await town.ideas.promote(GUILD, idea.reference, MODERATOR)
    await town.ideas.withdraw(GUILD, idea.reference, AUTHOR)
    mentioned = [heard.mentioned_id for heard, _ in await town.heard(PhaseChanged)]
    assert mentioned == [AUTHOR.user_id, None]


async def test_direct_messages_are_said_before_the_thread_and_instead_of_the_mention(
    town: Town,
) -> None:
    await town.preferences.choose(GUILD, AUTHOR, direct_messages=True)
    idea = await ready(town)
    await town.ideas.park(GUILD, idea.reference, MODERATOR, "Later.")
    heard = [heard for heard, _ in await town.heard(PhaseChanged)]
    assert [each.destination for each in heard] == [f"dm:{AUTHOR.user_id}", f"thread:{idea.id}"]
    assert [each.mentioned_id for each in heard] == [None, None]


async def test_in_a_dry_run_nobody_is_called(town: Town) -> None:
    await town.found(builders.community(is_rehearsing=True))
    await town.preferences.choose(GUILD, AUTHOR, direct_messages=True)
    idea = await town.idea()
    await town.ideas.park(GUILD, idea.reference, MODERATOR, "Later.")
    ((heard, _),) = await town.heard(PhaseChanged)
    assert (heard.destination, heard.mentioned_id) == (f"channel:{MODERATION}", None)


async def test_who_takes_no_direct_messages_is_told_in_the_thread_even_if_it_was_said_there(
    town: Town,
) -> None:
    await town.preferences.choose(GUILD, AUTHOR, direct_messages=True)
    idea = await town.idea()
    await town.ideas.park(GUILD, idea.reference, MODERATOR, "Later.")
    posts = {each.id: each for each in await town.delivery.due()}
    private = next(each for each in posts.values() if each.recipient_id is not None)
    async with town.database.transaction() as store:
        parked = [each for each in posts.values() if each.key == private.key and each != private]
        assert not parked  # The thread is not there yet.
        await store.deliveries.thread_opened(idea.id, builders.VOTING)
    public = next(each for each in await town.delivery.due() if each.is_in_thread)
    await town.delivery.skip(public)
    await town.delivery.not_taken(private)
    again = next(each for each in await town.delivery.due() if each.id == private.id)
    assert again.is_in_thread
    assert again.mentioned_id == AUTHOR.user_id
    assert again.recipient_id is None


async def test_a_policy_without_calls_makes_none_when_direct_messages_are_closed(
    town: Town,
) -> None:
    policy = builders.policy(author_is_called=False)
    await town.found(builders.community(policy=policy))
    await town.preferences.choose(GUILD, AUTHOR, direct_messages=True)
    idea = await town.idea()
    await town.ideas.park(GUILD, idea.reference, MODERATOR, "Later.")
    private = next(each for each in await town.delivery.due() if each.recipient_id is not None)
    await town.delivery.not_taken(private)
    heard = [heard for heard, _ in await town.heard(PhaseChanged)]
    assert [each.mentioned_id for each in heard] == [None, None]
    assert [each.state for each in heard] == [PostState.SKIPPED, PostState.DUE]
