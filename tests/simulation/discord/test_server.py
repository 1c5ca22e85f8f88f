"""Setting a server up, looking things up, and what Discord is told of our commands."""

import json
from types import SimpleNamespace
from typing import Any

import discord
import pytest
from structlog.typing import EventDict

from bot import client
from sandbox.discord import Permission
from sandbox.story.setting_up import walk_through_setup
from tests.simulation.discord.home import DAY, Assent, Home, awake


def discord_failure(status: int) -> discord.HTTPException:
    """Make what discord.py raises."""
    response = SimpleNamespace(status=status, reason="")
    return discord.HTTPException(response, "no")  # type: ignore[arg-type] # all it reads of it


@pytest.mark.parametrize(
    ("permission", "words", "place"),
    [
        (Permission.SEND_MESSAGES, "Send Messages", "votes"),
        (Permission.EMBED_LINKS, "Embed Links", "announcements"),
        (Permission.READ_MESSAGE_HISTORY, "Read Message History", "moderators"),
        (Permission.ADD_REACTIONS, "Add Reactions", "ideas"),
        (Permission.CREATE_PUBLIC_THREADS, "Create Public Threads", "ideas"),
        (Permission.SEND_MESSAGES_IN_THREADS, "Send Messages in Threads", "ideas"),
    ],
)
async def test_a_missing_permission_is_named_with_its_channel_in_discords_words(
    assent: Assent, home: Home, permission: Permission, words: str, place: str
) -> None:
    channel = home.guild.channel(place)
    home.faults.take_permission(permission, channel)
    await assent.sync()
    reply = await home.owner.run("/governance check", home.general)
    assert reply.ephemeral
    assert words in reply.text
    assert f"<#{channel.id}>" in reply.text
    home.faults.give_permission(permission, channel)
    await assent.sync()
    assert words not in (await home.owner.run("/governance check", home.general)).text


async def test_a_channel_that_cannot_be_seen_any_more_is_named(assent: Assent, home: Home) -> None:
    home.faults.take_permission(Permission.VIEW_CHANNEL, home.votes)
    ready = assent.bot.wait_for("ready", timeout=10)
    await home.faults.drop_session(resumable=False)
    await ready
    reply = await home.owner.run("/governance check", home.general)
    assert "View Channel" in reply.text
    assert f"<#{home.votes.id}>" in reply.text


async def test_a_deleted_channel_is_named_with_what_to_do(assent: Assent, home: Home) -> None:
    home.faults.delete_channel(home.votes)
    await assent.sync()
    reply = await home.owner.run("/governance check", home.general)
    assert f"<#{home.votes.id}>" in reply.text
    assert "if it was deleted, run `/governance setup`" in reply.text


async def test_a_role_that_cannot_be_called_is_named(assent: Assent, home: Home) -> None:
    home.guild.change_role(home.voter_role, mentionable=False)
    await assent.sync()
    reply = await home.owner.run("/governance check", home.general)
    assert reply.text.count("Allow anyone to @mention this role") == 2
    assert home.votes.mention in reply.text
    assert home.announcements.mention in reply.text


async def test_a_set_up_with_everything_in_its_place_misses_nothing(home: Home) -> None:
    async with awake(home):
        reply = await home.set_up()
        assert reply.ephemeral
        assert "nothing is missing" in reply.text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"space": "nobody.eth"}, "Snapshot knows no space"),
        ({"governor": "not an address", "chain": 31_337}, "address"),
        ({"governor": "0x" + "11" * 20, "chain": 31_337}, "0x"),
    ],
)
async def test_what_is_wrong_in_a_set_up_is_said_plainly(
    home: Home, wrong: dict[str, Any], words: str
) -> None:
    async with awake(home):
        reply = await home.set_up(**wrong)
        assert reply.ephemeral
        assert words in reply.text
        assert "Something went wrong" not in reply.text


@pytest.mark.parametrize("option", ["moderator_role", "announcement_role"])
async def test_the_role_that_everybody_has_is_refused(home: Home, option: str) -> None:
    async with awake(home):
        wrong: dict[str, Any] = {option: home.guild.everyone}
        reply = await home.set_up(**wrong)
        assert reply.ephemeral
        assert "@everyone cannot be the" in reply.text
        assert home.rows("SELECT * FROM communities") == []


@pytest.mark.parametrize(
    ("role", "words"), [("Moderators", "Moderators"), ("Governance", "Called for votes")]
)
async def test_a_deleted_role_is_named_with_what_to_do(
    assent: Assent, home: Home, role: str, words: str
) -> None:
    home.guild.delete_role(next(each for each in home.guild.roles if each.name == role))
    await assent.sync()
    reply = await home.owner.run("/governance check", home.general)
    assert f"**{words}**: the role was deleted: run `/governance setup`" in reply.text


async def test_set_up_again_keeps_what_it_does_not_name(assent: Assent, home: Home) -> None:
    named: dict[str, Any] = {
        "ideas": home.forum,
        "voting": home.guild.text_channel("elsewhere"),
        "moderator_role": home.moderator_role,
    }
    before = community(home)
    reply = await walk_through_setup(home.owner, home.general, **named)
    assert home.forum.mention in reply.text
    changed = {name for name, value in community(home).items() if value != before[name]}
    assert changed == {"ideas_channel_id", "ideas_channel_is_forum", "voting_channel_id"}
    assert assent.bot.is_ready()


async def test_announcements_stay_with_the_votes_until_a_channel_of_their_own_is_named(
    home: Home,
) -> None:
    async with awake(home):
        await home.set_up(announcements=None)
        await home.set_up(announcements=None, voting=home.general)
        assert community(home)["announcements_channel_id"] == home.general.id


def community(home: Home) -> dict[str, Any]:
    """Give what is remembered of the server's set-up."""
    ((body,),) = home.rows("SELECT body FROM communities")
    return dict(json.loads(body))


async def test_set_up_again_keeps_every_proposal_and_moves_what_comes_next(
    assent: Assent, home: Home
) -> None:
    await assent.draft()
    elsewhere = home.guild.text_channel("elsewhere")
    await home.set_up(voting=elsewhere)
    offer = await home.ana.press(home.card(), "Publish…")
    await home.ana.press(offer, "Announce the vote")
    assert len(home.saying(elsewhere, "A vote is coming")) == 1
    assert not home.said_in(home.votes)
    home.check_that_all_is_said_once()


async def test_commands_are_told_to_discord_when_they_changed_and_not_at_every_start(
    home: Home,
) -> None:
    for _ in range(3):
        async with awake(home):
            assert home.world.commands()
    assert len(home.calls("PUT", r"/applications/\d+/commands$")) == 1


async def test_discord_is_told_what_the_commands_are_called_in_german(home: Home) -> None:
    async with awake(home):
        told = {command["name"]: command for command in home.world.commands()}
    idea, menu = told["idea"], told["Make this an idea"]
    assert idea["name_localizations"] == {"de": "idee"}
    assert menu["name_localizations"] == {"de": "Daraus eine Idee machen"}
    [park] = [each for each in idea["options"] if each["name"] == "park"]
    assert park["description_localizations"]["de"].startswith("Eine Idee für später")
    [reason] = [each for each in park["options"] if each["name"] == "reason"]
    assert reason["name_localizations"] == {"de": "grund"}
    [listing] = [each for each in told["proposal"]["options"] if each["name"] == "list"]
    [parked] = [each for each in listing["options"][0]["choices"] if each["value"] == "parked"]
    assert parked["name_localizations"] == {"de": "geparkt"}


async def test_a_changed_translation_is_told_to_discord(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with awake(home):
        pass
    french = {discord.Locale.french: {"idea": {"name": "idée"}}}
    monkeypatch.setattr(client, "catalogs", lambda: french)
    for _ in range(2):
        async with awake(home):
            told = {command["name"]: command for command in home.world.commands()}
    assert told["idea"]["name_localizations"] == {"fr": "idée"}
    assert told["draft"].get("name_localizations", {}) == {}
    assert len(home.calls("PUT", r"/applications/\d+/commands$")) == 2


async def test_suggestions_show_this_servers_proposals_that_the_command_can_act_on(
    assent: Assent, home: Home
) -> None:
    await assent.draft("The first")
    await home.speak(title="The second")
    both = await home.joel.autocomplete("/proposal show", home.general, proposal="")
    assert [choice.value for choice in both] == ["BTRST-2", "BTRST-1"]
    by_title = await home.joel.autocomplete("/proposal show", home.general, proposal="second")
    assert [choice.value for choice in by_title] == ["BTRST-2"]
    drafts = await home.joel.autocomplete("/draft edit", home.general, proposal="")
    assert [choice.value for choice in drafts] == ["BTRST-1"]
    parkable = await home.joel.autocomplete("/idea park", home.general, idea="BTRST")
    assert [choice.value for choice in parkable] == ["BTRST-2"]
    assert not await home.joel.autocomplete("/idea reopen", home.general, idea="")
    nothing = await home.joel.autocomplete("/proposal show", home.general, proposal="%_'\"")
    assert nothing == []


async def test_a_history_tells_who_did_what_in_the_order_it_happened(
    assent: Assent, home: Home
) -> None:
    await assent.draft()
    await home.ana.run("/idea reject", home.general, idea="BTRST-1", reason="No consent.")
    reply = await home.kofi.run("/proposal history", home.general, proposal="BTRST-1")
    assert reply.ephemeral
    places = [
        reply.text.index(words) for words in ("spoken", "ready", "temperature draft", "No consent")
    ]
    assert places == sorted(places)
    assert home.mara.mention in reply.text
    assert home.ana.mention in reply.text


async def test_without_a_key_publishing_says_what_the_operator_has_to_do(home: Home) -> None:
    async with awake(home, SNAPSHOT_KEY_FILE="") as assent:
        await home.set_up()
        await assent.draft()
        before = home.memory()
        reply = await home.ana.press(home.card(), "Publish…")
        assert reply.ephemeral
        assert "SNAPSHOT_KEYSTORE" in reply.text
        assert home.memory() == before


async def test_without_a_space_publishing_says_what_an_administrator_has_to_do(
    home: Home,
) -> None:
    async with awake(home) as assent:
        await home.set_up(space=None)
        await assent.draft()
        reply = await home.ana.press(home.card(), "Publish…")
        assert reply.ephemeral
        assert "/governance setup" in reply.text


async def test_a_passed_proposal_without_a_contract_change_is_called_implemented(
    assent: Assent, home: Home
) -> None:
    await pass_votes(assent, home)
    early = await home.ana.run("/proposal link", home.general, proposal="BTRST-1", on_chain="12345")
    assert "have no proposal 12345" in early.text
    reply = await home.ana.run(
        "/proposal implemented", home.general, proposal="BTRST-1", evidence="The page says 8 % now."
    )
    assert "BTRST-1 is implemented" in reply.text
    await assent.settle()
    assert "The page says 8 % now." in home.saying(home.thread(), "Carried out")[0].text
    again = await home.ana.run(
        "/proposal implemented", home.general, proposal="BTRST-1", evidence="Once more."
    )
    assert "it stands at “implemented” now" in again.text
    home.check_that_all_is_said_once()


async def pass_votes(assent: Assent, home: Home) -> None:
    """Let an idea pass both votes."""
    first = await assent.open_vote()
    voter = home.worlds.snapshot.wallet("voter", power=200_000)
    await voter.vote(first.id, 1)
    home.clock.jump(first.end + 61 - home.clock.now())
    await assent.run("tallies", "outbox")
    await assent.settle()
    offer = await home.ana.press(home.card(), "Publish…")
    await home.ana.press(offer, "Announce the vote")
    home.clock.jump(5 * DAY)
    await assent.run("publishing", "publishing", "outbox")
    second = home.worlds.snapshot.proposals[-1]
    assert second.id != first.id
    await voter.vote(second.id, 1)
    home.clock.jump(second.end + 61 - home.clock.now())
    await assent.run("tallies", "outbox")
    await assent.settle()
    assert home.phase() == "passed"


async def test_while_snapshot_does_not_answer_people_are_told_to_try_again(
    assent: Assent, home: Home, said_to_operators: list[EventDict]
) -> None:
    await assent.draft()
    before = home.memory()
    home.worlds.snapshot.faults.server_error(on="hub", status=503, times=20)
    reply = await home.ana.press(home.card(), "Publish…")
    assert reply.ephemeral
    assert "does not answer right now. Nothing was changed; please try again" in reply.text
    assert home.memory() == before
    (line,) = [each for each in said_to_operators if "failed an interaction" in each["event"]]
    assert line["log_level"] == "warning"
    assert f"(code {line['code']})" in reply.text
    assert "exc_info" not in line


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError("reset"), "does not answer right now. Look whether it was done"),
        (discord_failure(502), "does not answer right now. Look whether it was done"),
        (discord_failure(400), "Something went wrong on our side"),
    ],
    ids=["reset", "failed", "refused"],
)
async def test_where_discord_failed_after_the_deed_people_are_told_to_look_first(
    assent: Assent,
    home: Home,
    said_to_operators: list[EventDict],
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    words: str,
) -> None:
    async def broken(*_arguments: object) -> None:
        raise error

    monkeypatch.setattr(assent.bot.services.records, "find", broken)
    reply = await home.joel.run("/proposal show", home.general, proposal="BTRST-1")
    assert words in reply.text
    said_to_operators[:] = [each for each in said_to_operators if each["log_level"] != "error"]


async def test_what_goes_wrong_on_our_side_is_noted_under_a_code_that_the_person_gets(
    assent: Assent,
    home: Home,
    said_to_operators: list[EventDict],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def broken(*_arguments: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(assent.bot.services.records, "find", broken)
    reply = await home.joel.run("/proposal show", home.general, proposal="BTRST-1")
    assert reply.ephemeral
    (line,) = [line for line in said_to_operators if line["log_level"] == "error"]
    assert f"(code {line['code']})" in reply.text
    said_to_operators.remove(line)
