"""Discord did what was asked, and the answer was lost: nothing is said twice, nothing is lost."""

import asyncio
from typing import Any, Literal

import pytest

from sandbox.discord import Permission
from tests.simulation.discord.home import Assent, Home

MESSAGES = r"/channels/\d+/messages$"
How = Literal["reset", "disconnect", "500"]
WAYS: tuple[How, ...] = ("reset", "disconnect", "500")


class Impatient:
    """asyncio, but that nobody sleeps: discord.py waits seconds before it repeats a request."""

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    async def sleep(self, _seconds: float) -> None:
        await asyncio.sleep(0)


@pytest.fixture(autouse=True)
def _no_waiting_for_repeats(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("discord.http.asyncio", Impatient())


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("away_seconds", [5, 400], ids=["soon", "after the nonce's window"])
async def test_a_card_whose_sending_is_never_confirmed_is_there_once(
    assent: Assent, home: Home, how: How, away_seconds: int
) -> None:
    home.faults.lose_answer("POST", MESSAGES, how=how)
    await home.speak()
    home.clock.jump(away_seconds)
    await assent.settle()
    home.check_that_all_is_said_once()
    assert home.card().thread is not None
    assert home.card().count("👍") == 1


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("away_seconds", [5, 400], ids=["soon", "after the nonce's window"])
async def test_announcements_whose_answers_are_lost_again_and_again_are_there_once(
    assent: Assent, home: Home, how: How, away_seconds: int
) -> None:
    await assent.draft()
    offer = await home.ana.press(home.card(), "Publish…")
    home.faults.lose_answer("POST", MESSAGES, how=how, times=4)
    await home.ana.press(offer, "Announce the vote")
    for _ in range(4):
        home.clock.jump(away_seconds)
        await assent.drain()
    await assent.settle()
    home.check_that_all_is_said_once()
    assert len(home.saying(home.votes, "A vote is coming")) == 1
    assert len(home.saying(home.thread(), "A vote is coming")) == 1


@pytest.mark.parametrize("how", WAYS)
async def test_a_thread_whose_opening_is_never_confirmed_is_found_again(
    assent: Assent, home: Home, how: How
) -> None:
    home.faults.lose_answer("POST", r"/threads$", how=how)
    await home.speak()
    await assent.settle()
    home.check_that_all_is_said_once()
    assert len(home.posts()) == 1
    assert home.rows("SELECT thread_id FROM proposals") == [(home.thread().id,)]


@pytest.mark.parametrize("how", WAYS)
async def test_a_lost_answer_to_the_first_reaction_costs_neither_reaction_nor_thread(
    assent: Assent, home: Home, how: How
) -> None:
    home.faults.lose_answer("PUT", r"/reactions/", how=how)
    await home.speak()
    await assent.settle()
    home.check_that_all_is_said_once()
    assert home.card().count("👍") == 1
    assert home.card().thread is not None


@pytest.mark.parametrize("how", WAYS)
async def test_an_edit_whose_answer_is_lost_ends_with_the_newest_words(
    assent: Assent, home: Home, how: How
) -> None:
    await home.speak()
    home.faults.lose_answer("PATCH", MESSAGES[:-1] + r"/\d+$", how=how, times=2)
    await assent.support(home.card(), home.joel)
    await assent.settle()
    assert "1 of 2" in home.card().text
    home.check_that_all_is_said_once()


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("away_seconds", [5, 400], ids=["soon", "after the nonce's window"])
async def test_a_forum_post_whose_answer_is_lost_is_there_once(
    assent: Assent, home: Home, how: How, away_seconds: int
) -> None:
    await home.set_up(ideas=home.forum)
    home.faults.lose_answer("POST", r"/threads$", how=how)
    await home.speak()
    home.clock.jump(away_seconds)
    await assent.settle()
    home.check_that_all_is_said_once()
    (post,) = home.posts()
    assert home.rows("SELECT thread_id FROM proposals") == [(post.id,)]
    assert post.name == "BTRST-1 · Lower the marketplace fee"


async def test_a_message_that_arrived_unseen_and_was_deleted_by_a_person_is_not_repeated(
    assent: Assent, home: Home
) -> None:
    await assent.draft()
    offer = await home.ana.press(home.card(), "Publish…")
    home.faults.lose_answer("POST", MESSAGES)
    await home.ana.press(offer, "Announce the vote")
    (said,) = home.saying(home.votes, "A vote is coming")
    home.faults.delete_message(said)
    await assent.settle(turns=8)
    assert not home.saying(home.votes, "A vote is coming")
    assert len(home.saying(home.thread(), "A vote is coming")) == 1
    home.check_that_all_is_said_once()


async def test_where_the_channel_cannot_be_read_nothing_is_sent_again_on_a_guess(
    assent: Assent, home: Home
) -> None:
    await assent.draft()
    offer = await home.ana.press(home.card(), "Publish…")
    home.faults.lose_answer("POST", MESSAGES)
    home.faults.take_permission(Permission.READ_MESSAGE_HISTORY, home.votes)
    await home.ana.press(offer, "Announce the vote")
    await assent.settle(seconds=700, turns=10)
    assert [row.state for row in home.outbox("notice")] == ["parked", "said"]
    home.faults.give_permission(Permission.READ_MESSAGE_HISTORY, home.votes)
    await home.owner.run("/governance check", home.general)
    await assent.settle()
    assert len(home.saying(home.votes, "A vote is coming")) == 1
    home.check_that_all_is_said_once()
