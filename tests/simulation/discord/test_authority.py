"""Who may do what: asked at every command and every press, by the roles of that very moment."""

import asyncio
import re
from collections.abc import Mapping

import discord
import pytest
from discord import app_commands

from sandbox.discord import Message, Person, Reply, Upload
from tests.simulation.discord.home import Assent, Home, awake, read

REASON = "Because I can."
# Each command, with options that would do something, for somebody who may not.
MODERATORS_ONLY = {
    "/idea promote": {"idea": "BTRST-1"},
    "/idea park": {"idea": "BTRST-1", "reason": REASON},
    "/idea reject": {"idea": "BTRST-1", "reason": REASON},
    "/idea reopen": {"idea": "BTRST-1", "reason": REASON},
    "/proposal publish": {"proposal": "BTRST-1"},
    "/proposal postpone": {"proposal": "BTRST-1", "reason": REASON},
    "/proposal link": {"proposal": "BTRST-1", "on_chain": "1"},
    "/proposal implemented": {"proposal": "BTRST-1", "evidence": REASON},
    "/proposal relink": {"proposal": "BTRST-1", "on_chain": "none", "reason": REASON},
    "/proposal set-status": {"proposal": "BTRST-1", "status": "passed", "reason": REASON},
    "/announcement list": {},
    "/announcement resend": {"announcement": "1"},
    "/governance status": {},
    "/governance alias show": {},
    "/governance audit": {"proposal": "BTRST-1"},
    "/governance export": {"what": "ideas", "format": "csv"},
    "/draft approve": {"proposal": "BTRST-1"},
}
AUTHORS_AND_MODERATORS: dict[str, Mapping[str, object]] = {
    "/idea merge": {"idea": "BTRST-1", "into": "BTRST-1", "reason": REASON},
    "/idea withdraw": {"idea": "BTRST-1"},
    "/draft edit": {"proposal": "BTRST-1"},
    "/draft upload": {"proposal": "BTRST-1", "file": Upload(name="a.md", content=b"Mine.")},
    "/draft restore": {"proposal": "BTRST-1", "revision": 1},
    "/draft coauthor": {"proposal": "BTRST-1", "member": "Kofi"},
    "/draft submit": {"proposal": "BTRST-1"},
    "/proposal edit": {"proposal": "BTRST-1"},
    "/proposal delete": {"proposal": "BTRST-1", "reason": REASON},
}
ADMINISTRATORS_ONLY = {"/governance setup", "/governance check"}
# Their tests are beside those of the policy and of the dry run.
ADMINISTRATORS_TOO = {
    "/governance policy set",
    "/governance policy import",
    "/governance dryrun",
}
EVERYBODY: dict[str, dict[str, str]] = {
    "/help": {},
    "/governance policy show": {},
    "/governance policy export": {},
    "/idea new": {},
    "/idea updates": {"how": "as direct messages"},
    "/idea list": {},
    "/idea show": {"idea": "BTRST-1"},
    "/draft show": {"proposal": "BTRST-1"},
    "/draft download": {"proposal": "BTRST-1"},
    "/draft history": {"proposal": "BTRST-1"},
    "/draft diff": {"proposal": "BTRST-1"},
    "/proposal show": {"proposal": "BTRST-1"},
    "/proposal history": {"proposal": "BTRST-1"},
    "/proposal list": {},
}
BUTTONS = (
    "promote",
    "draft",
    "page:temperature:1:2",
    "revisions:temperature:2",
    "edit",
    "submit:temperature:1",
    "approve:temperature:1",
    "publish",
    "notice:temperature:1",
    "postpone",
    "votetext",
)

READING = ("draft", "page:temperature:1:2", "revisions:temperature:2")  # for everybody
# No buttons of a proposal.
OTHERS = ("proposal:1:part", "typed:1:mine:1", "typed:1:post", "typed:1:support:1", "typed:1:sign")


def given(home: Home, options: Mapping[str, object]) -> Mapping[str, object]:
    """Give the options with the person that is named in them."""
    return {**options, "member": home.kofi} if "member" in options else options


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


async def test_every_command_has_its_place_in_this_matrix(assent: Assent) -> None:
    commands = {
        f"/{command.qualified_name}"
        for command in assent.bot.tree.walk_commands()
        if not isinstance(command, app_commands.Group)
    }
    matrix = {*MODERATORS_ONLY, *AUTHORS_AND_MODERATORS, *ADMINISTRATORS_ONLY, *EVERYBODY}
    assert commands == matrix | ADMINISTRATORS_TOO


async def test_every_button_has_its_place_in_this_matrix(assent: Assent) -> None:
    known = assent.bot._connection._view_store._dynamic_items
    # Those of no proposal have their tests beside those of lists, policy, audit and set-up.
    elsewhere = ("list:", "policy:", "audit:", "setup:")
    patterns = [each for each in known if not each.pattern.startswith(elsewhere)]
    assert len(patterns) == len(BUTTONS) + len(OTHERS)
    for button in [*(f"proposal:1:{each}" for each in BUTTONS), *OTHERS]:
        assert any(pattern.fullmatch(button) for pattern in patterns)


async def test_discord_shows_administration_to_who_may_manage_the_server(assent: Assent) -> None:
    shown_to_some = {
        command.name: command.to_dict(assent.bot.tree)["default_member_permissions"]
        for command in assent.bot.tree.get_commands()
        if command.to_dict(assent.bot.tree).get("default_member_permissions") is not None
    }
    assert shown_to_some == {"governance": discord.Permissions(manage_guild=True).value}


@pytest.mark.parametrize("command", MODERATORS_ONLY)
async def test_a_member_is_told_that_only_moderators_may(
    assent: Assent, home: Home, command: str
) -> None:
    await home.speak()
    before = home.memory()
    reply = await home.joel.run(command, home.general, options=MODERATORS_ONLY[command])
    check_refused(reply, "Only moderators may do this", "Ask one of them")
    await assent.drain()
    assert home.memory() == before
    (attempt,) = home.attempts(home.joel)
    assert attempt.startswith(f"{command}: Only moderators may do this")


@pytest.mark.parametrize("command", AUTHORS_AND_MODERATORS)
async def test_another_member_is_told_that_only_the_author_may(
    assent: Assent, home: Home, command: str
) -> None:
    await assent.draft()
    before = home.memory()
    reply = await home.joel.run(
        command, home.general, options=given(home, AUTHORS_AND_MODERATORS[command])
    )
    check_refused(reply, "Only", "author", "BTRST-1", "moderator")
    assert home.memory() == before


async def test_administration_is_hidden_from_members_and_refused_to_who_finds_it(
    assent: Assent, home: Home
) -> None:
    before = home.memory()
    for person in (home.joel, home.ana):
        for command in ADMINISTRATORS_ONLY:
            reply = await person.run(command, home.general, anyway=True)
            check_refused(reply, "Manage Server")
    await assent.sync()
    assert home.memory() == before


@pytest.mark.parametrize("command", EVERYBODY)
async def test_everybody_may_look_and_speak(assent: Assent, home: Home, command: str) -> None:
    await assent.draft()
    reply = await home.joel.run(command, home.general, options=EVERYBODY[command])
    assert reply.modal is not None or reply.ephemeral
    assert "Only" not in reply.text.split(".")[0]


@pytest.mark.parametrize("button", BUTTONS)
async def test_a_member_who_presses_a_moderators_button_changes_nothing(
    assent: Assent, home: Home, button: str
) -> None:
    await assent.ready_idea()
    if button != "promote":
        await home.ana.press(home.card(), "Promote")
        await assent.settle()
    before = home.memory()
    reply = await home.joel.press(forged(home, f"proposal:1:{button}"), "Press me")
    if button in READING:
        assert "BTRST-1" in read_reply(reply)
    else:
        check_refused(reply, "Only ", "moderator")
    assert home.memory() == before


@pytest.mark.parametrize("button", BUTTONS)
async def test_a_forged_button_of_another_servers_proposal_finds_nothing(
    assent: Assent, home: Home, button: str
) -> None:
    await assent.draft()
    other = Home(home.worlds, "Another server")
    await other.set_up(threshold=1)
    await other.speak(other.mara, title="Ours")
    await assent.support(other.card(), other.joel)
    await assent.settle()
    before = home.memory()
    reply = await other.owner.press(forged(other, f"proposal:1:{button}"), "Press me")
    check_refused(reply, "belongs to no proposal of this server")
    assert home.memory() == before


@pytest.mark.parametrize("button", BUTTONS)
async def test_a_button_of_a_proposal_that_never_was_finds_nothing(
    assent: Assent, home: Home, button: str
) -> None:
    await assent.ready_idea()
    before = home.memory()
    reply = await home.ana.press(forged(home, f"proposal:{10**9}:{button}"), "Press me")
    check_refused(reply, "belongs to no proposal of this server")
    assert home.memory() == before


@pytest.mark.parametrize("button", [each for each in BUTTONS if each not in READING])
async def test_an_old_button_of_a_proposal_that_has_ended_changes_nothing(
    assent: Assent, home: Home, button: str
) -> None:
    await assent.draft()
    await home.ana.run("/idea reject", home.general, idea="BTRST-1", reason="No consent.")
    await assent.settle()
    before = home.memory()
    reply = await home.ana.press(forged(home, f"proposal:1:{button}"), "Press me")
    if reply.modal is not None:
        reply = await home.ana.submit(reply.modal, reason="Too late.")
    check_refused(reply, "BTRST-1")
    assert home.memory() == before


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
    async with awake(home):
        every: Mapping[str, Mapping[str, object]] = {
            **MODERATORS_ONLY,
            **AUTHORS_AND_MODERATORS,
            **EVERYBODY,
        }
        for command, options in every.items():
            reply = await home.owner.run(command, home.general, options=given(home, options))
            assert reply.ephemeral
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
