"""The board of ideas: written with every change, edited seldom, one for each server."""

import pytest

from bot.domain.live_card import Board
from bot.domain.outbox import PostState
from bot.domain.types import ChannelId, MessageId
from bot.services.delivery import Delivery
from tests import builders
from tests.builders import GUILD, IDEAS, MODERATOR
from tests.town import Town

ELSEWHERE = ChannelId(911)
MESSAGE = MessageId(7_001)


@pytest.fixture
async def delivery(town: Town) -> Delivery:
    await town.setup.set_up(builders.community(policy=builders.policy(board_size=2)), MODERATOR)
    return Delivery(town.database, town.clock)


async def boards(town: Town) -> list[tuple[str, Board]]:
    return [(heard.destination, board) for heard, board in await town.heard(Board)]


async def stand(delivery: Delivery) -> None:
    """Let the board arrive where it should be."""
    (post,) = [each for each in await delivery.due() if each.key == "board"]
    await delivery.sent(post, post.channel_id, MESSAGE)


async def test_a_board_is_there_from_the_set_up_and_shows_the_most_supported_only(
    town: Town, delivery: Delivery
) -> None:
    assert [board.rows for _, board in await boards(town)] == [()]
    first, second, third = [await town.idea(f"Idea {number}") for number in range(3)]
    await town.support(third, 2)
    await town.support(first, 1)
    ((_, board),) = await boards(town)
    assert [(row.subject.reference, row.supporters) for row in board.rows] == [
        (third.reference, 2),
        (first.reference, 1),
    ]
    await town.ideas.park(GUILD, third.reference, MODERATOR, "Later.")
    ((_, board),) = await boards(town)
    assert [row.subject.reference for row in board.rows] == [first.reference, second.reference]
    assert await delivery.due()


async def test_a_storm_of_changes_costs_the_board_one_edit_in_its_pause(
    town: Town, delivery: Delivery
) -> None:
    idea = await town.idea()
    await stand(delivery)
    edits = 0
    for count in range(1, 3):
        await town.support(idea, count)
        for post in await delivery.due():
            if post.key == "board":
                edits += 1
                await delivery.edited(post, town.clock())
    assert edits == 1
    town.clock.wait(11)
    (post,) = [each for each in await delivery.due() if each.key == "board"]
    assert isinstance(post.speech, Board)
    assert post.speech.rows[0].supporters == 2


async def test_a_deleted_board_comes_back_however_often_it_is_deleted(
    town: Town, delivery: Delivery
) -> None:
    for generation in range(3):
        await stand(delivery)
        await town.idea(f"Idea {generation}")
        (post,) = [each for each in await delivery.due() if each.key == "board"]
        assert post.generation == generation
        await delivery.deleted(post)


async def test_a_board_that_moves_leaves_a_pointer_and_begins_anew(
    town: Town, delivery: Delivery
) -> None:
    await stand(delivery)
    there = builders.community(policy=builders.policy(board_size=2), ideas_channel_id=ELSEWHERE)
    for _ in range(2):
        await town.setup.set_up(there, MODERATOR)
        old, new = await boards(town)
        assert old[0] == f"channel:{IDEAS}"
        assert (old[1].is_retired, old[1].moved_to) == (True, ELSEWHERE)
        assert new[0] == f"channel:{ELSEWHERE}"
        assert not new[1].is_retired
    edit, post = sorted(await delivery.due(), key=lambda each: each.id)
    assert (edit.state, edit.message_id) == (PostState.SAID, MESSAGE)
    assert (post.state, post.channel_id) == (PostState.DUE, ELSEWHERE)
    await delivery.deleted(edit)
    assert [each.id for each in await delivery.due()] == [post.id]


async def test_a_board_that_was_never_seen_just_moves(town: Town, delivery: Delivery) -> None:
    there = builders.community(policy=builders.policy(board_size=2), ideas_channel_id=ELSEWHERE)
    await town.setup.set_up(there, MODERATOR)
    assert [destination for destination, _ in await boards(town)] == [f"channel:{ELSEWHERE}"]
    assert len(await delivery.due()) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"policy": builders.policy(board_size=0)},
        {"policy": builders.policy(board_size=2, takes_ideas=False)},
        {"policy": builders.policy(board_size=2), "is_rehearsing": True},
    ],
    ids=["no board", "no ideas", "a rehearsal"],
)
async def test_where_no_board_is_wanted_the_last_one_says_so(
    town: Town, delivery: Delivery, changes: dict[str, object]
) -> None:
    await stand(delivery)
    await town.setup.set_up(builders.community(**changes), MODERATOR)
    ((_, board),) = await boards(town)
    assert (board.is_retired, board.moved_to) == (True, None)
    if builders.community(**changes).policy.takes_ideas:
        await town.idea()
    assert len(await boards(town)) == 1


async def test_a_board_that_cannot_be_sent_keeps_no_card_waiting(
    town: Town, delivery: Delivery
) -> None:
    (post,) = await delivery.due()
    await delivery.claim(post)
    await delivery.failed(post, "no")
    idea = await town.idea()
    assert [each.proposal_id for each in await delivery.due()] == [idea.id]
