"""Support by reaction: one per member, whatever happens to the connection."""

import pytest

from sandbox.discord import Message, Permission, reacting
from sandbox.discord.users import Emoji
from tests.simulation.discord.home import Assent, Home, awake


@pytest.fixture
async def card(assent: Assent, home: Home) -> Message:
    await home.speak()
    await assent.drain()
    return home.card()


async def counted(assent: Assent, home: Home) -> int:
    """Give the number on the card, once it was edited."""
    await assent.settle(turns=2)
    return int(home.card().text.split("**")[3].split(" of ")[0])


async def test_a_super_reaction_counts_once_also_beside_a_usual_one(
    assent: Assent, home: Home, card: Message
) -> None:
    await home.joel.super_react(card, "👍")
    await home.joel.react(card, "👍")
    await assent.hears(2)
    assert await counted(assent, home) == 1
    await assent.run("recount")
    assert await counted(assent, home) == 1


async def test_bots_and_the_author_do_not_count(assent: Assent, home: Home, card: Message) -> None:
    robot = home.guild.robot("Helper")
    await assent.support(card, robot, home.mara)
    assert await counted(assent, home) == 0
    await assent.run("recount")
    assert await counted(assent, home) == 0


async def test_another_emoji_is_no_support(assent: Assent, home: Home, card: Message) -> None:
    await home.joel.react(card, "👎")
    await home.kofi.react(card, "🎉")
    await assent.hears(2)
    assert await counted(assent, home) == 0


async def test_a_reaction_taken_back_does_not_count_any_more(
    assent: Assent, home: Home, card: Message
) -> None:
    await assent.support(card, home.joel)
    assert await counted(assent, home) == 1
    await home.joel.unreact(card, "👍")
    await assent.hears()
    assert await counted(assent, home) == 0


async def test_a_reaction_that_came_and_went_within_a_moment_changes_nothing(
    assent: Assent, home: Home, card: Message
) -> None:
    await home.joel.react(card, "👍")
    await home.joel.unreact(card, "👍")
    await assent.hears(2)
    assert await counted(assent, home) == 0


async def test_reactions_that_were_never_told_are_counted_after_a_lost_session(
    assent: Assent, home: Home, card: Message
) -> None:
    home.faults.lose_events("MESSAGE_REACTION_ADD", times=1)
    await home.joel.react(card, "👍")
    ready = assent.bot.wait_for("ready", timeout=10)
    await home.faults.drop_session(resumable=False)
    await ready
    await assent.run("recount")
    assert await counted(assent, home) == 1


async def test_reactions_told_again_after_a_resumed_session_count_once(
    assent: Assent, home: Home, card: Message
) -> None:
    await assent.support(card, home.joel)
    resumed = assent.bot.wait_for("resumed", timeout=10)
    await home.faults.drop_session(resumable=True)
    await home.kofi.react(card, "👍")
    await resumed
    await assent.hears()
    await assent.run("recount")
    assert "ready" in home.card().text or await counted(assent, home) == 2
    assert home.phase() == "ready"


async def test_reactions_given_while_assent_is_away_are_counted_when_it_returns(
    home: Home,
) -> None:
    async with awake(home):
        await home.set_up(threshold=3)
        await home.speak()
    await home.joel.react(home.card(), "👍")
    await home.kofi.react(home.card(), "👍")
    async with awake(home) as again:
        await again.run("recount")
        assert await counted(again, home) == 2
    await home.joel.unreact(home.card(), "👍")
    async with awake(home) as again:
        await again.run("recount")
        assert await counted(again, home) == 1


async def test_the_threshold_is_reached_once_and_for_all(
    assent: Assent, home: Home, card: Message
) -> None:
    await assent.support(card, home.joel, home.kofi)
    await assent.settle()
    assert home.phase() == "ready"
    await home.joel.unreact(card, "👍")
    await assent.hears()
    await assent.settle()
    assert home.phase() == "ready"
    await assent.support(card, home.joel)
    await assent.run("recount")
    await assent.settle()
    assert len(home.saying(home.moderators, "Enough support")) == 1
    assert len(home.saying(home.thread(), "Enough support")) == 1


async def test_a_hint_alone_never_makes_an_idea_ready(
    assent: Assent, home: Home, card: Message
) -> None:
    """Two hints arrive, but by the time Discord is asked, one reaction is gone again."""
    home.faults.lose_events("MESSAGE_REACTION_REMOVE", times=1)
    await home.joel.react(card, "👍")
    await home.joel.unreact(card, "👍")
    await assent.support(card, home.kofi)
    assert home.phase() == "idea"
    assert await counted(assent, home) == 1


async def test_a_channel_that_cannot_be_read_keeps_no_other_idea_from_being_counted(
    assent: Assent, home: Home, card: Message
) -> None:
    elsewhere = home.guild.text_channel("elsewhere")
    await home.set_up(ideas=elsewhere, threshold=3)
    await home.speak(title="The second")
    await assent.drain()
    (second,) = home.said_in(elsewhere)
    home.faults.take_permission(Permission.VIEW_CHANNEL, card.channel)
    home.faults.lose_events("MESSAGE_REACTION_ADD", times=1)
    await home.joel.react(second, "👍")
    await assent.run("recount")
    await assent.settle()
    assert "1 of 3" in second.text


@pytest.mark.parametrize("emoji", [None, Emoji.parse("👍")], ids=["all", "one emoji"])
async def test_a_moderator_who_clears_the_reactions_clears_the_count(
    assent: Assent, home: Home, card: Message, emoji: Emoji | None
) -> None:
    await home.set_up(threshold=5)
    await assent.support(card, home.joel, home.kofi)
    event = "raw_reaction_clear" if emoji is None else "raw_reaction_clear_emoji"
    cleared = assent.bot.wait_for(event, timeout=5)
    reacting.clear(home.world.state, card, emoji)
    await cleared
    await assent.sync()
    assert await counted(assent, home) == 0


async def test_an_idea_is_promoted_only_after_its_discussion_time(
    assent: Assent, home: Home
) -> None:
    await home.set_up(discussion_hours=48)
    card = await assent.ready_idea()
    before = home.memory()
    refused = await home.ana.press(card, "Promote")
    assert refused.ephemeral
    assert "still in its discussion time" in refused.text
    assert home.memory() == before
    home.clock.jump(2 * 86_400)
    assert "is a draft now" in (await home.ana.press(card, "Promote")).text


async def test_an_idea_without_enough_support_is_not_promoted(
    assent: Assent, home: Home, card: Message
) -> None:
    await assent.support(card, home.joel)
    refused = await home.ana.run("/idea promote", home.general, idea="BTRST-1")
    assert refused.ephemeral
    assert "needs 1 more supporter" in refused.text


async def test_a_parked_idea_keeps_its_support_and_takes_none_until_it_is_reopened(
    assent: Assent, home: Home, card: Message
) -> None:
    await home.set_up(threshold=3)
    await assent.support(card, home.joel)
    await home.ana.run("/idea park", home.general, idea="BTRST-1", reason="After the audit.")
    await assent.support(card, home.kofi)
    await assent.run("recount")
    await assent.settle()
    assert home.phase() == "parked"
    await home.ana.run("/idea reopen", home.general, idea="BTRST-1", reason="The audit is done.")
    await assent.run("recount")
    assert await counted(assent, home) == 2
