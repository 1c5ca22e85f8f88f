"""The conversation that sets a server up: kept, resumed, checked live, written as a whole."""

import asyncio
import json
from typing import Any

import pytest

from sandbox.discord import Permission, Person, Reply
from sandbox.discord.channels import ChannelType
from sandbox.story.setting_up import walk_through_setup
from tests.simulation.discord.home import SPACE, Home, awake


def seen(reply: Reply) -> str:
    """Read the one message of the conversation."""
    return reply.text.replace("\\", "")


def labels(reply: Reply) -> list[str]:
    assert reply.message is not None
    return [str(button.get("label")) for button in reply.message.buttons]


async def begin(home: Home, person: Person | None = None) -> Reply:
    return await (person or home.owner).run("/governance setup", home.general)


async def choose_what_is_needed(home: Home, page: Reply) -> None:
    """Answer what has to be answered, and stand at the summary."""
    await home.owner.choose(page, "setup:role:moderators", values=[home.moderator_role])
    await home.owner.press(page, "Next")
    await home.owner.choose(page, "setup:channel:ideas", values=[home.ideas])
    await home.owner.choose(page, "setup:channel:voting", values=[home.votes])
    for _ in range(4):
        await home.owner.press(page, "Next")


async def test_one_private_message_is_edited_from_question_to_question(home: Home) -> None:
    async with awake(home):
        page = await begin(home)
        assert page.ephemeral
        assert page.message is not None
        titles = []
        for number in range(1, 7):
            titles.append(seen(page).splitlines()[0])
            assert f"{number} of 6" in titles[-1]
            if number < 6:
                moved = await home.owner.press(page, "Next")
                assert moved.message is page.message
        assert len(set(titles)) == 6
        back = await home.owner.press(page, "Back")
        assert "5 of 6" in seen(back)


async def test_nothing_is_set_up_before_finish_and_everything_after_it(home: Home) -> None:
    async with awake(home):
        page = await begin(home)
        await choose_what_is_needed(home, page)
        assert "Look at it once more" in seen(page)
        assert home.rows("SELECT * FROM communities") == []
        finished = await home.owner.press(page, "Finish")
        assert "Assent is set up" in seen(finished)
        assert labels(finished) == []
        assert community(home)["moderator_role_id"] == home.moderator_role.id
        assert home.rows("SELECT * FROM setups") == []


async def test_what_has_to_be_chosen_is_named_and_finish_cannot_be_pressed(home: Home) -> None:
    async with awake(home):
        page = await begin(home)
        for _ in range(5):
            await home.owner.press(page, "Next")
        assert "Please choose the moderators' role" in seen(page)
        assert "Please choose the channel for votes" in seen(page)
        assert page.button("Finish")["disabled"]
        reply = await home.owner.forge_component(home.general, "setup:do:finish")
        assert "Please choose" in seen(reply)
        assert home.rows("SELECT * FROM communities") == []


async def test_it_is_left_and_resumed_after_a_restart_by_another_administrator(
    home: Home,
) -> None:
    admins = home.guild.role("Admins", permissions=Permission.MANAGE_GUILD)
    noor = home.guild.member("Noor", roles=[admins])
    async with awake(home):
        page = await begin(home)
        await home.owner.choose(page, "setup:role:moderators", values=[home.moderator_role])
        await home.owner.press(page, "Next")
        await home.owner.choose(page, "setup:channel:voting", values=[home.votes])
    async with awake(home):
        resumed = await begin(home, noor)
        assert "2 of 6" in seen(resumed)
        assert home.votes.mention in seen(resumed)
        assert resumed.component("setup:channel:voting")["default_values"] == [
            {"id": str(home.votes.id), "type": "channel"}
        ]
        await noor.choose(resumed, "setup:channel:ideas", values=[home.ideas])
        # The first one's message is from before the restart: it shows what both have chosen.
        old = await home.owner.press(page, "Next")
        assert "3 of 6" in seen(old)
        back = await home.owner.press(page, "Back")
        assert home.ideas.mention in seen(back)


async def test_start_over_forgets_the_answers_and_keeps_what_is_set_up(home: Home) -> None:
    async with awake(home):
        await home.set_up()
        before = community(home)
        page = await begin(home)
        await home.owner.press(page, "Next")
        await home.owner.choose(page, "setup:channel:voting", values=[home.general])
        fresh = await home.owner.press(page, "Start over")
        assert "1 of 6" in seen(fresh)
        await home.owner.press(page, "Next")
        assert home.votes.mention in seen(page)
        assert home.general.mention not in seen(page)
        assert community(home) == before


async def test_what_is_optional_can_be_unset_again(home: Home) -> None:
    async with awake(home):
        await home.set_up()
        page = await begin(home)
        await home.owner.choose(page, "setup:role:called", values=[])
        assert "nobody" in seen(page)
        await home.owner.press(page, "Next")
        await home.owner.choose(page, "setup:channel:announcements", values=[])
        await home.owner.choose(page, "setup:channel:moderators", values=[])
        await home.owner.press(page, "Next")
        await home.owner.press(page, "Next")
        await home.owner.press(page, "Without a space")
        await home.owner.press(page, "Next")
        await home.owner.press(page, "Next")
        await home.owner.press(page, "Finish")
        now = community(home)
        assert now["announcement_role_id"] is None
        assert now["moderators_channel_id"] is None
        assert now["space"] is None
        assert now["announcements_channel_id"] == home.votes.id


async def test_the_right_to_manage_the_server_is_asked_at_every_press_menu_and_form(
    home: Home,
) -> None:
    admins = home.guild.role("Admins", permissions=Permission.MANAGE_GUILD)
    noor = home.guild.member("Noor", roles=[admins])
    async with awake(home):
        page = await begin(home, noor)
        await noor.press(page, "Next")
        for _ in range(2):
            await noor.press(page, "Next")
        form = await noor.press(page, "Name the space…")
        home.guild.take(noor, admins)
        before = home.rows("SELECT * FROM setups")
        refused = [
            await noor.press(page, "Next"),
            await noor.press(page, "Name the space…"),
            await noor.submit(form.modal, space=SPACE),
            await noor.forge_component(home.general, "setup:do:finish"),
            await noor.forge_component(home.general, "setup:do:create:yes"),
            await noor.forge_component(
                home.general,
                "setup:role:moderators",
                component_type=6,
                values=[str(home.voter_role.id)],
            ),
            await noor.forge_modal(home.general, "setup:governor", fields={"address": "0x"}),
        ]
        for reply in refused:
            assert "Manage Server" in seen(reply)
        assert home.rows("SELECT * FROM setups") == before


@pytest.mark.parametrize(
    ("custom_id", "kind", "values"),
    [
        ("setup:role:moderators", 6, ["1"]),
        ("setup:role:moderators", 6, ["²"]),
        ("setup:channel:voting", 8, ["99999999999999999999999999"]),
        ("setup:channel:nowhere", 8, ["1"]),
        ("setup:option:preset", 3, ["anarchy"]),
        ("setup:option:preset", 3, []),
        ("setup:do:unheardof", 2, []),
        ("setup:do:go:nowhere", 2, []),
        ("setup:do:nothing:name", 2, []),
    ],
)
async def test_a_forged_answer_is_refused_and_changes_nothing(
    home: Home, custom_id: str, kind: int, values: list[str]
) -> None:
    async with awake(home):
        reply = await home.owner.forge_component(
            home.general, custom_id, component_type=kind, values=values
        )
        assert "Something went wrong" not in seen(reply)
        assert reply.ephemeral
        assert home.rows("SELECT * FROM setups") == []


async def test_a_channel_or_role_of_another_server_is_not_taken(home: Home) -> None:
    other = Home(home.worlds, "Another server")
    async with awake(home):
        for custom_id, kind, thing in (
            ("setup:channel:voting", 8, other.votes.id),
            ("setup:role:called", 5 + 1, other.voter_role.id),
            ("setup:channel:voting", 8, home.forum.id),
        ):
            await home.owner.forge_component(
                home.general, custom_id, component_type=kind, values=[str(thing)]
            )
        assert home.rows("SELECT * FROM setups") == []


async def test_channels_are_made_when_they_are_asked_for(home: Home) -> None:
    for channel in (home.ideas, home.votes, home.announcements, home.moderators):
        home.guild.delete_channel(channel)
    home.guild.change_role(
        home.guild.bot_role,
        permissions=home.guild.bot_role.permissions | Permission.MANAGE_CHANNELS,
    )
    async with awake(home):
        page = await begin(home)
        await home.owner.choose(page, "setup:role:moderators", values=[home.moderator_role])
        await home.owner.press(page, "Next")
        asked = await home.owner.press(page, "Create them for me")
        assert "#ideas" in seen(asked)
        assert "Shall it?" in seen(asked)
        names = {each.name for each in home.guild.channels}
        async with asyncio.TaskGroup() as tasks:  # Pressed twice at once: one set of channels.
            for _ in range(2):
                tasks.create_task(home.owner.press(page, "Yes, create them"))
        made = [each for each in home.guild.channels if each.name not in names]
        assert [each.name for each in made] == [
            "ideas",
            "governance-votes",
            "governance-announcements",
            "moderators",
        ]
        assert all(each.type is ChannelType.TEXT for each in made)
        assert all(each.mention in seen(page) for each in made)
        private = made[-1]
        assert private.overwrites[home.guild.id].deny & Permission.VIEW_CHANNEL
        assert private.overwrites[home.moderator_role.id].allow & Permission.VIEW_CHANNEL
        assert private.overwrites[home.world.bot.id].allow & Permission.VIEW_CHANNEL
        for _ in range(4):
            await home.owner.press(page, "Next")
        assert "nothing is missing" in seen(await home.owner.press(page, "Finish"))


async def test_without_manage_channels_nothing_is_made_and_the_reason_is_said(home: Home) -> None:
    admins = home.guild.role("Admins", permissions=Permission.MANAGE_GUILD)
    noor = home.guild.member("Noor", roles=[admins])
    async with awake(home):
        page = await begin(home)
        await home.owner.press(page, "Next")
        assert "Assent lacks “Manage Channels”" in seen(
            await home.owner.press(page, "Create them for me")
        )
        theirs = await begin(home, noor)
        assert "You need “Manage Channels”" in seen(await noor.press(theirs, "Create them for me"))
        assert home.calls("POST", r"/guilds/\d+/channels$") == []


async def test_a_space_is_checked_live_with_its_rules_and_our_key(home: Home) -> None:
    async with awake(home):
        page = await begin(home)
        for _ in range(3):
            await home.owner.press(page, "Next")
        form = await home.owner.press(page, "Name the space…")
        refused = await home.owner.submit(form.modal, space="nobody.eth")
        assert "Snapshot knows no space “nobody.eth”" in seen(refused)
        address = f"https://snapshot.box/#/s:{SPACE}"
        shown = seen(await home.owner.submit(form.modal, space=address))
        assert SPACE in shown
        assert "may propose here" in shown
        assert home.worlds.bot_address in shown
        assert "Quorum: 100K BTRST" in shown
        assert "Voting period: each proposal says" in shown


async def test_a_space_without_our_key_says_which_address_to_add(home: Home) -> None:
    home.worlds.snapshot.space("strict.eth", members=[], only_members=True)
    async with awake(home):
        reply = await home.set_up(space="strict.eth")
        assert "Assent is set up" in reply.text
        check = seen(await home.owner.run("/governance check", home.general))
        assert "may not propose in strict.eth yet" in check
        assert home.worlds.bot_address in check


async def test_a_snapshot_that_does_not_answer_says_so_and_keeps_the_conversation(
    home: Home,
) -> None:
    async with awake(home):
        page = await begin(home)
        for _ in range(3):
            await home.owner.press(page, "Next")
        form = await home.owner.press(page, "Name the space…")
        home.worlds.snapshot.faults.server_error(on="hub", status=503, times=1)
        refused = await home.owner.submit(form.modal, space=SPACE)
        assert "does not answer right now" in seen(refused)
        assert "4 of 6" in seen(page)
        await home.owner.submit(form.modal, space=SPACE)
        assert SPACE in seen(page)
        home.worlds.snapshot.faults.server_error(on="hub", status=503, times=1)
        again = await begin(home)
        assert "its rules cannot be shown" in seen(again)


async def test_a_governor_is_shown_for_confirmation_and_followed_after_finish(home: Home) -> None:
    dao = await home.worlds.chain.braintrust()
    other = await home.worlds.chain.openzeppelin()
    async with awake(home):
        await home.set_up()
        page = await begin(home)
        for _ in range(4):
            await home.owner.press(page, "Next")
        for address in (dao.governor_address, other.governor_address):
            form = await home.owner.press(page, "setup:do:governor:name")
            found = await home.owner.submit(form.modal, address=address)
            assert "Is this the one?" in seen(found)
            for fact in ("Token: ", "Voting delay: ", "Voting period: ", "Timelock: "):
                assert fact in seen(found)
            assert "Quorum: " in seen(found)
            assert "does not say" not in seen(found)
            await home.owner.press(page, "Add it")
        assert home.rows("SELECT * FROM governors") == []
        await home.owner.press(page, "Next")
        await home.owner.press(page, "Finish")
        assert len(home.rows("SELECT * FROM governors")) == 2
        again = await begin(home)
        for _ in range(4):
            await home.owner.press(again, "Next")
        chain = home.worlds.chain.chain_id
        await home.owner.choose(
            again, "Remove a governor", values=[f"{chain}:{other.governor_address}"]
        )
        await home.owner.press(again, "Next")
        await home.owner.press(again, "Finish")
        assert home.rows("SELECT address FROM governors") == [(dao.governor_address,)]


async def test_a_governor_that_is_not_confirmed_is_not_followed(home: Home) -> None:
    dao = await home.worlds.chain.braintrust()
    async with awake(home):
        page = await begin(home)
        for _ in range(4):
            await home.owner.press(page, "Next")
        form = await home.owner.press(page, "Add a governor…")
        await home.owner.submit(form.modal, address=dao.governor_address)
        await home.owner.press(page, "Next")
        await home.owner.press(page, "Back")
        assert "no governor yet" in seen(page)


async def test_a_chain_that_does_not_answer_at_finish_leaves_everything_as_it_was(
    home: Home,
) -> None:
    dao = await home.worlds.chain.braintrust()
    async with awake(home):
        page = await begin(home)
        await choose_what_is_needed(home, page)
        await home.owner.press(page, "Back")
        form = await home.owner.press(page, "Add a governor…")
        await home.owner.submit(form.modal, address=dao.governor_address)
        await home.owner.press(page, "Add it")
        await home.owner.press(page, "Next")
        home.worlds.chain.faults.status(503, times=None)
        refused = await home.owner.press(page, "Finish")
        assert "does not answer right now" in seen(refused)
        assert home.rows("SELECT * FROM communities") == []
        home.worlds.chain.faults.clear()
        assert "Assent is set up" in seen(await home.owner.press(page, "Finish"))
        assert len(home.rows("SELECT * FROM governors")) == 1


async def test_finish_pressed_twice_and_on_an_old_message_breaks_nothing(home: Home) -> None:
    async with awake(home):
        page = await begin(home)
        await choose_what_is_needed(home, page)
        message = page.message
        assert message is not None
        components = list(message.components)
        await home.owner.press(page, "Finish")
        before = community(home)
        message.components = components
        assert "Assent is set up" in seen(await home.owner.press(page, "Finish"))
        assert community(home) == before


@pytest.mark.parametrize(
    ("preset", "words", "absent"),
    [
        ("braintrust", ["Temperature Check of 3 days", "Consensus Check of 7 days"], "chain under"),
        ("single-vote", ["put to a Vote of 7 days"], "Temperature"),
        ("onchain-only", ["no vote on Snapshot"], "Consensus"),
        ("watch-only", ["next proposal on chain", "voting opens"], "/idea new"),
    ],
)
async def test_the_six_lines_are_those_of_the_preset(
    home: Home, preset: str, words: list[str], absent: str
) -> None:
    async with awake(home):
        reply = await walk_through_setup(
            home.owner,
            home.general,
            ideas=home.ideas,
            voting=home.votes,
            moderator_role=home.moderator_role,
            preset=preset,
        )
        text = seen(reply)
        assert all(word in text for word in words)
        assert absent not in text
        assert (
            sum(row[:2] in {f"{number}." for number in range(1, 7)} for row in text.splitlines())
            == 6
        )


async def test_nothing_is_posted_when_the_bot_is_invited(home: Home) -> None:
    async with awake(home):
        other = Home(home.worlds, "Another server")
        reply = await other.mara.run("/idea new", other.general)
        assert "an administrator runs /governance setup" in reply.text
        assert reply.ephemeral
        assert [each for each in home.world.messages() if not each.ephemeral_to] == []


async def test_rights_that_are_not_needed_are_warned_of(home: Home) -> None:
    role = home.guild.bot_role
    async with awake(home):
        await home.set_up()
        assert "More than it needs" not in seen(
            await home.owner.run("/governance check", home.general)
        )
        home.guild.change_role(role, permissions=role.permissions | Permission.MANAGE_MESSAGES)
        home.guild.allow(home.votes, role, Permission.MENTION_EVERYONE)
        text = seen(await home.owner.run("/governance check", home.general))
        assert "whole server: **Manage Messages**" in text
        assert f"{home.votes.mention}: **Mention @everyone" in text
        home.guild.change_role(role, permissions=role.permissions | Permission.ADMINISTRATOR)
        text = seen(await home.owner.run("/governance check", home.general))
        assert "whole server: **Administrator**" in text
        assert "Manage Messages" not in text


async def test_what_a_forum_needs_is_not_too_much(home: Home) -> None:
    role = home.guild.bot_role
    home.guild.change_role(role, permissions=role.permissions | Permission.MANAGE_CHANNELS)
    async with awake(home):
        await home.set_up(ideas=home.forum)
        text = seen(await home.owner.run("/governance check", home.general))
        assert "More than it needs" not in text


async def test_the_check_leads_to_the_set_up_and_tells_of_a_space_that_is_gone(home: Home) -> None:
    space = home.worlds.snapshot.space("gone.eth", members=[home.worlds.bot_address])
    async with awake(home):
        await home.set_up(space="gone.eth")
        space.deleted = True
        check = await home.owner.run("/governance check", home.general)
        assert "knows no space gone.eth any more" in seen(check)
        page = await home.owner.press(check, "Run set-up")
        assert page.ephemeral
        assert "1 of 6" in seen(page)
        home.worlds.snapshot.faults.server_error(on="hub", status=503, times=1)
        check = await home.owner.run("/governance check", home.general)
        assert "Snapshot does not answer right now" in seen(check)


def community(home: Home) -> dict[str, Any]:
    """Give what is remembered of the server's set-up."""
    ((body,),) = home.rows("SELECT body FROM communities")
    return dict(json.loads(body))
