"""What no table of rights says: audits of attempts, roles lost meanwhile, two at once, no set-up.

Who may do what is in `authority_table.py`, and `test_authority_matrix.py` holds the bot to it.
"""

import asyncio
import re
from types import SimpleNamespace

import discord
import pytest

from sandbox.discord import Message, Person, Reply, Upload
from tests.simulation.discord.authority_table import COMMANDS
from tests.simulation.discord.deeds import Command
from tests.simulation.discord.home import Assent, Home, awake, read


def check_refused(reply: Reply, *words: str) -> None:
    """See that a person was told no privately, and what to do."""
    assert reply.ephemeral
    assert reply.modal is None
    assert all(word in read_reply(reply) for word in words), reply.text
    assert "Something went wrong" not in reply.text


def read_reply(reply: Reply) -> str:
    return reply.text.replace("\\", "")


def forged(home: Home, custom_id: str) -> Message:
    """Give a message of the bot whose one button is made up."""
    message = home.said_in(home.moderators)[-1]
    button = {"type": 2, "style": 1, "label": "Press me", "custom_id": custom_id, "id": 2}
    message.components = [{"type": 1, "id": 1, "components": [button]}]
    return message


async def test_discord_shows_administration_to_who_may_manage_the_server(assent: Assent) -> None:
    shown_to_some = {
        command.name: command.to_dict(assent.bot.tree)["default_member_permissions"]
        for command in assent.bot.tree.get_commands()
        if command.to_dict(assent.bot.tree).get("default_member_permissions") is not None
    }
    assert shown_to_some == {"governance": discord.Permissions(manage_guild=True).value}


async def test_an_attempt_is_in_the_audit_once_a_minute_however_often_it_is_made(
    assent: Assent, home: Home
) -> None:
    await home.speak()
    for _ in range(3):
        await home.joel.run("/idea promote", home.general, idea="BTRST-1")
    assert len(home.attempts(home.joel)) == 1
    home.clock.jump(61)
    await home.joel.run("/idea promote", home.general, idea="BTRST-1")
    assert len(home.attempts(home.joel)) == 2
    assert assent.bot.guilds


@pytest.mark.parametrize("custom_id", ["made:up", "proposal:1:", "proposal:x:promote", "a" * 100])
async def test_a_press_of_what_was_never_ours_is_answered_and_in_the_audit(
    assent: Assent, home: Home, custom_id: str
) -> None:
    await assent.ready_idea()
    before = home.memory()
    reply = await home.joel.press(forged(home, custom_id), "Press me")
    check_refused(reply, "out of date", "nothing was changed")
    assert home.memory() == before
    (attempt,) = home.attempts(home.joel)
    assert attempt.startswith(f"{custom_id}: This is out of date")


async def test_references_of_another_server_mean_nothing_here(assent: Assent, home: Home) -> None:
    await home.speak()
    await home.speak(title="The second")
    other = Home(home.worlds, "Another server")
    await other.set_up()
    await other.speak(title="Theirs")
    shown = await other.joel.run("/proposal show", other.general, proposal="BTRST-1")
    assert "Theirs" in shown.text
    check_refused(
        await other.owner.run("/idea reject", other.general, idea="BTRST-2", reason="No."),
        "BTRST-2",
    )
    listed = await other.joel.run("/proposal list", other.general)
    assert "The second" not in listed.text
    choices = await other.joel.autocomplete("/proposal show", other.general, proposal="")
    assert [choice.value for choice in choices] == ["BTRST-1"]
    assert assent.bot.guilds


async def test_a_moderator_who_has_lost_the_role_since_the_button_was_shown_is_refused(
    assent: Assent, home: Home
) -> None:
    card = await assent.ready_idea()
    home.guild.take(home.ana, home.moderator_role)
    before = home.memory()
    check_refused(await home.ana.press(card, "Promote"), "Only moderators")
    assert home.memory() == before


async def test_a_moderator_who_has_lost_the_role_since_the_preview_cannot_confirm_it(
    assent: Assent, home: Home
) -> None:
    await assent.draft()
    offer = await home.ana.press(home.card(), "Publish…")
    home.guild.take(home.ana, home.moderator_role)
    before = home.memory()
    check_refused(await home.ana.press(offer, "Announce the vote"), "Only moderators")
    assert home.memory() == before


async def test_a_moderator_who_has_lost_the_role_since_the_form_was_opened_cannot_send_it(
    assent: Assent, home: Home
) -> None:
    await assent.noticed_vote()
    form = await home.ana.press(home.card(), "Postpone")
    home.guild.take(home.ana, home.moderator_role)
    before = home.memory()
    check_refused(await home.ana.submit(form.modal, reason="Later."), "Only moderators")
    assert home.memory() == before


async def test_an_author_stays_the_author_and_whoever_manages_the_server_moderates(
    assent: Assent, home: Home
) -> None:
    await assent.draft()
    menu = await home.mara.run("/draft edit", home.general, proposal="BTRST-1")
    assert "What do you want to edit?" in menu.text
    assert "is rejected" in (
        await home.owner.run("/idea reject", home.general, idea="BTRST-1", reason="No consent.")
    ).text.replace("\\", "")


@pytest.mark.parametrize("second", ["Ana again", "another moderator"])
async def test_two_presses_at_the_same_moment_promote_once(
    assent: Assent, home: Home, second: str
) -> None:
    card = await assent.ready_idea()
    other = home.ana
    if second == "another moderator":
        other = home.guild.member("Noor", roles=[home.moderator_role])

    people = (home.ana, other)

    async def press(person: Person) -> Reply:
        return await person.press(card, "Promote")

    async with asyncio.TaskGroup() as tasks:
        presses = [tasks.create_task(press(person)) for person in people]
    replies = {press.result().text: person for press, person in zip(presses, people, strict=True)}
    won, lost = sorted(replies, key=lambda text: "is a draft now" not in text)
    assert "**BTRST-1** is a draft now" in won
    assert re.search(rf"{replies[won].mention} promoted BTRST-1 <t:\d+:R>", lost)
    await assent.settle()
    assert len(home.saying(home.thread(), "Now a proposal")) == 1
    home.check_that_all_is_said_once()


async def test_two_confirmations_at_the_same_moment_give_one_notice(
    assent: Assent, home: Home
) -> None:
    await assent.draft()
    offers = [await home.ana.press(home.card(), "Publish…") for _ in range(2)]
    async with asyncio.TaskGroup() as tasks:
        for offer in offers:
            tasks.create_task(home.ana.press(offer, "Announce the vote"))
    await assent.settle()
    assert len(home.saying(home.votes, "A vote is coming")) == 1
    assert home.rows("SELECT count(*) FROM votes") == [(1,)]


async def test_before_anything_is_set_up_everybody_is_told_what_to_do(home: Home) -> None:
    scene = SimpleNamespace(
        home=home, known={"policy_file": Upload(name="policy.toml", content=b"")}
    )
    async with awake(home):
        for command, deed in COMMANDS.items():
            assert isinstance(deed, Command)
            options = {
                name: re.sub(r"{.*?}", "BTRST-1", value) if isinstance(value, str) else value
                for name, value in deed.options.items()
            }
            options |= {name: value(scene) for name, value in options.items() if callable(value)}
            reply = await home.owner.run(command, home.general, options=options)
            assert reply.ephemeral, command
            assert "Something went wrong" not in reply.text, command
        reply = await home.joel.run("/idea new", home.general)
        check_refused(reply, "/governance setup")


async def test_a_list_says_where_proposals_stand(assent: Assent, home: Home) -> None:
    await assent.draft()
    await home.speak(title="The second")
    everything = await home.joel.run("/proposal list", home.general)
    assert "BTRST-1" in read_reply(everything)
    assert "The second" in everything.text
    ideas = await home.joel.run("/proposal list", home.general, phase="idea")
    assert "The second" in ideas.text
    assert "BTRST-1" not in read_reply(ideas)
    assert read(home.card("BTRST-2")).startswith("BTRST-2")
