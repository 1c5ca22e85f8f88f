"""Discord's limits on how often one may speak and edit, kept without losing a word."""

import asyncio

import pytest

from sandbox.discord import Rules
from tests.simulation.discord.home import Assent, Home


@pytest.fixture
def rules() -> Rules:
    return Rules(rate_limits=True, rate_speed=50)


async def test_more_ideas_than_discord_takes_at_once_all_get_their_cards(
    assent: Assent, home: Home
) -> None:
    for number in range(12):
        await home.speak(title=f"Idea {number}")
    await assent.settle()
    assert len(home.said_in(home.ideas)) == 12
    home.check_that_all_is_said_once()


async def test_cards_over_an_hour_old_are_all_brought_up_to_date_although_edits_are_rare(
    assent: Assent, home: Home
) -> None:
    for number in range(8):
        await home.speak(title=f"Idea {number}")
    cards = home.said_in(home.ideas)
    home.clock.jump(7_200)
    for card in cards:
        await home.joel.react(card, "👍")
    await assent.hears(len(cards))
    await assent.settle()
    assert all("1 of 2" in card.text for card in cards)
    home.check_that_all_is_said_once()


async def test_a_card_is_edited_once_for_many_changes(assent: Assent, home: Home) -> None:
    await home.set_up(threshold=50)
    await home.speak()
    card = home.card()
    people = home.guild.crowd(20)
    before = len(card.edits)
    for person in people:
        await assent.support(card, person)
        await assent.drain()
    await assent.settle()
    assert "20 of 50" in card.text
    assert len(card.edits) - before <= 3


async def test_an_idea_that_becomes_ready_in_a_storm_of_reactions_becomes_it_once(
    assent: Assent, home: Home
) -> None:
    await home.set_up(threshold=200)
    await home.speak()
    card = home.card()
    people = home.guild.crowd(300)
    await home.world.burst_reactions(card, "👍", people)
    async with asyncio.timeout(10):
        await assent.hears(300)
    await assent.settle()
    assert "ready" in card.text
    assert len(home.saying(home.moderators, "Enough support")) == 1
    home.check_that_all_is_said_once()
