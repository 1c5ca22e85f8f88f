"""Support by reaction: one per member, whatever happens to the connection."""

import asyncio
import re
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.types import GuildId, RoleId
from sandbox.discord import Message, Permission, reacting
from sandbox.discord.users import Emoji
from tests.simulation.discord.home import Assent, Home, awake, read

DAY = 86_400


@pytest.fixture
async def card(assent: Assent, home: Home) -> Message:
    await home.speak()
    await assent.drain()
    return home.card()


async def counted(assent: Assent, home: Home) -> int:
    """Give the number on the card, once it was edited."""
    await assent.settle(turns=2)
    found = re.search(r"\*\*(\d+) of \d+\*\*", home.card().text)
    assert found is not None, "the card counts"
    return int(found[1])


async def govern(assent: Assent, home: Home, **changes: object) -> None:
    """Change the policy, as whatever command does, and let ideas be recounted."""
    async with assent.bot.services.support._database.transaction() as store:
        community = await store.communities.of(GuildId(home.guild.id))
        policy = replace(community.policy, **changes)  # type: ignore[arg-type] # from keywords
        await store.communities.save(replace(community, policy=policy))
    await assent.run("recount")


def pages_read(home: Home) -> int:
    """Count how often it was asked who had reacted."""
    return len(home.calls("GET", r"/reactions/"))


def cards_fetched(home: Home) -> int:
    return len(home.calls("GET", r"/messages/\d+$"))


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


async def test_a_card_that_is_gone_keeps_no_other_idea_from_being_counted(
    assent: Assent, home: Home, card: Message
) -> None:
    await home.speak(title="The second")
    await assent.drain()
    second = home.card("BTRST-2")
    home.faults.lose_events("MESSAGE_REACTION_ADD", times=1)
    await home.joel.react(second, "👍")
    home.faults.lose_events("MESSAGE_DELETE", times=1)
    home.faults.delete_message(card)
    await assent.run("recount")
    await assent.settle()
    assert "1 of 2" in second.text


async def test_a_reaction_that_comes_while_an_idea_is_counted_is_stored_after_the_count(
    assent: Assent, home: Home, card: Message
) -> None:
    cog: Any = assent.bot.get_cog("Support")
    async with asyncio.TaskGroup() as tasks:
        async with cog._counting:
            await home.joel.react(card, "👍")
            hearing = tasks.create_task(assent.hears())
            await assent.sync()
            assert home.rows("SELECT count(*) FROM reactions WHERE counts") == [(0,)]
        await hearing
    assert await counted(assent, home) == 1


async def test_while_a_server_is_down_nobody_is_taken_for_gone(
    assent: Assent, home: Home, card: Message
) -> None:
    await govern(assent, home, supporter_roles=(RoleId(home.voter_role.id),))
    await assent.support(card, home.joel)
    left = assent.bot.wait_for("guild_unavailable", timeout=5)
    home.faults.begin_outage(home.guild.guild)
    await left
    await assent.run("recount")
    home.faults.end_outage(home.guild.guild)
    assert await counted(assent, home) == 1


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
    await assent.run("reactions")
    assert await counted(assent, home) == 0


async def test_clearing_one_card_asks_for_that_card_alone(
    assent: Assent, home: Home, card: Message
) -> None:
    await home.speak(title="The second")
    await assent.drain()
    await assent.support(card, home.joel)
    before = cards_fetched(home)
    cleared = assent.bot.wait_for("raw_reaction_clear", timeout=5)
    reacting.clear(home.world.state, card)
    await cleared
    await assent.sync()
    await assent.run("reactions")
    assert cards_fetched(home) == before + 1
    assert await counted(assent, home) == 0


async def test_after_a_clearance_the_first_reactions_are_there_again(
    assent: Assent, home: Home, card: Message
) -> None:
    reacting.clear(home.world.state, card)
    await assent.run("recount")
    assert card.count("👍") == 1


async def test_who_reacted_is_read_only_where_the_number_differs(
    assent: Assent, home: Home, card: Message
) -> None:
    await home.set_up(threshold=5)
    await assent.support(card, home.joel, home.kofi)
    await assent.run("recount")
    before, fetched = pages_read(home), cards_fetched(home)
    await assent.run("recount", "recount")
    assert (pages_read(home), cards_fetched(home)) == (before, fetched + 2)
    home.faults.lose_events("MESSAGE_REACTION_ADD", times=1)
    await home.ana.react(card, "👍")
    await assent.run("recount", "recount")
    assert pages_read(home) == before + 2  # the usual reactions and the super-reactions, once
    assert await counted(assent, home) == 3


async def test_a_restart_asks_for_each_card_and_for_nobody_s_name(home: Home) -> None:
    async with awake(home) as first:
        await home.set_up(threshold=5)
        await home.speak()
        await first.drain()
        await first.support(home.card(), home.joel, home.kofi)
        await first.run("recount")
    before = pages_read(home)
    async with awake(home) as again:
        await again.run("recount")
        assert await counted(again, home) == 2
    assert pages_read(home) == before


async def test_two_who_changed_places_unseen_are_found_before_an_idea_is_ready(
    assent: Assent, home: Home, card: Message
) -> None:
    """The number is the same as we know it, but one of those behind it is a bot."""
    robot = home.guild.robot("Helper")
    home.faults.lose_events("MESSAGE_REACTION_REMOVE", times=1)
    await home.joel.react(card, "👍")
    await home.joel.unreact(card, "👍")
    home.faults.lose_events("MESSAGE_REACTION_ADD", times=1)
    await robot.react(card, "👍")
    await home.kofi.react(card, "👍")
    await assent.hears(2)
    assert home.phase() == "idea"
    assert await counted(assent, home) == 1


async def test_an_opposition_is_offered_beside_the_support_and_shown_beside_it(
    assent: Assent, home: Home, card: Message
) -> None:
    await govern(assent, home, opposition_emoji="👎")
    assert card.count("👎") == 1
    for person in (home.joel, home.kofi, home.ana):
        await person.react(card, "👎")
    await assent.hears(3)
    assert await counted(assent, home) == 0
    assert "0 of 2** · 👎 3" in home.card().text
    assert "react with 👍, or 👎 if you are against it" in home.card().text
    assert home.phase() == "idea"
    await home.speak(title="The second")
    await assent.drain()
    second = home.card("BTRST-2")
    assert [str(each) for each in second.reactions] == ["👍", "👎"]


async def test_an_emoji_of_the_server_is_counted_and_offered_also_when_it_was_renamed(
    assent: Assent, home: Home, card: Message
) -> None:
    yes = home.guild.emoji("yes")
    await home.joel.react(card, "👍")
    await assent.hears()
    await govern(assent, home, support_emoji=f"<:aye:{yes.id}>")
    assert [each.id for each in card.reactions] == [None, yes.id]
    assert card.count("👍") == 1, "the bot has taken its own back, and nobody else's"
    await home.kofi.react(card, str(next(each for each in card.reactions if each.id)))
    await assent.hears()
    assert await counted(assent, home) == 1
    await assent.run("recount")
    assert await counted(assent, home) == 1


async def test_an_emoji_that_is_gone_keeps_no_card_from_being_said(
    assent: Assent, home: Home
) -> None:
    await govern(assent, home, support_emoji="<:gone:123456789012345678>")
    await home.speak()
    await assent.drain()
    await assent.run("recount")
    assert home.thread().name.startswith("BTRST-1")
    assert home.card().reactions == {}


async def test_only_members_with_the_role_count_and_roles_come_and_go(
    assent: Assent, home: Home, card: Message
) -> None:
    await govern(assent, home, support_threshold=5, supporter_roles=(RoleId(home.voter_role.id),))
    await assent.support(card, home.joel, home.kofi)
    assert await counted(assent, home) == 1
    assert f"only members with <@&{home.voter_role.id}> count" in read(home.card())
    before = pages_read(home)
    home.guild.give(home.kofi, home.voter_role)
    await assent.run("recount")
    assert await counted(assent, home) == 2
    home.guild.take(home.joel, home.voter_role)
    await assent.run("recount")
    assert await counted(assent, home) == 1
    home.guild.leave(home.kofi)
    await assent.run("recount")
    assert await counted(assent, home) == 0
    assert pages_read(home) == before
    await govern(assent, home, supporter_roles=())
    assert await counted(assent, home) == 2


async def test_a_role_that_was_given_later_makes_an_idea_ready_after_a_second_look(
    assent: Assent, home: Home, card: Message
) -> None:
    await govern(assent, home, supporter_roles=(RoleId(home.voter_role.id),))
    await assent.support(card, home.joel, home.kofi)
    assert home.phase() == "idea"
    home.guild.give(home.kofi, home.voter_role)
    before = pages_read(home)
    await assent.run("recount")
    assert home.phase() == "ready"
    assert pages_read(home) == before + 2


async def test_newcomers_count_once_they_have_been_here_for_as_long_as_the_policy_asks(
    assent: Assent, home: Home, card: Message
) -> None:
    old = home.guild.member("Old", joined_days_ago=3)
    await govern(assent, home, minimum_membership=2 * DAY)
    await assent.support(card, home.joel, old)
    assert await counted(assent, home) == 1
    assert "only members who have been here for 2 days count" in home.card().text
    home.clock.jump(2 * DAY)
    await assent.run("recount")
    assert home.phase() == "ready"


async def test_more_members_than_fit_into_one_question_are_asked_about(
    assent: Assent, home: Home, card: Message
) -> None:
    await govern(assent, home, support_threshold=150, supporter_roles=(RoleId(home.voter_role.id),))
    crowd = home.guild.crowd(130)
    for person in crowd[:120]:
        home.guild.give(person, home.voter_role)
    home.faults.lose_events("MESSAGE_REACTION_ADD", times=130)
    for person in crowd:
        await person.react(card, "👍")
    await assent.run("recount")
    assert await counted(assent, home) == 120


async def test_a_lower_threshold_makes_ideas_ready_when_they_are_recounted(
    assent: Assent, home: Home, card: Message
) -> None:
    await assent.support(card, home.joel)
    await govern(assent, home, support_threshold=1)
    assert home.phase() == "ready"
    assert await counted(assent, home) == 1


async def test_a_thousand_reactions_cost_few_counts_and_few_edits(
    assent: Assent, home: Home, card: Message
) -> None:
    await home.set_up(threshold=10)
    await assent.settle()
    crowd = home.guild.crowd(1_000)
    fetched, edits = cards_fetched(home), len(home.calls("PATCH", rf"/messages/{card.id}$"))
    for second in range(10):
        people = crowd[100 * second : 100 * (second + 1)]
        await home.world.burst_reactions(card, "👍", people)
        await assent.hears(100)
        await assent.drain()
        home.clock.jump(1)
    assert home.phase() == "ready"
    await assent.settle()
    assert "1,000 of 10" in home.card().text
    assert cards_fetched(home) - fetched <= 3
    assert len(home.calls("PATCH", rf"/messages/{card.id}$")) - edits <= 4


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
