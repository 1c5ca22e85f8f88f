"""What people look up about votes in Discord, privately."""

import csv
import io
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from structlog.typing import EventDict

from bot.charts import canvas
from sandbox.discord import Person, Reply
from sandbox.snapshot.ledger import ProposalRecord
from tests.simulation.discord.home import Assent, Home


def told(reply: Reply) -> str:
    """Give what a person reads: the text without the backslashes that keep it plain."""
    return reply.text.replace("\\", "")


async def test_a_vote_is_shown_as_it_is_now(assent: Assent, home: Home) -> None:
    record = await assent.open_vote()
    home.clock.jump(60)
    await home.worlds.snapshot.wallet("ana", power=1_000).vote(record.id, 1)
    reply = await home.joel.run("/vote show", home.general, vote="BTRST-1")
    assert reply.ephemeral
    text = told(reply)
    assert "100 %" in text
    assert "as of" not in text
    offered = await home.joel.autocomplete("/vote show", home.general, vote="fee")
    assert [each.value for each in offered] == [record.id]
    assert offered[0].name.startswith("BTRST-1 · ")


async def test_a_silent_hub_is_told_and_the_last_tally_shown(assent: Assent, home: Home) -> None:
    await assent.open_vote()
    home.worlds.snapshot.faults.server_error("hub", times=3)
    reply = await home.joel.run("/vote show", home.general, vote="BTRST-1")
    assert "Snapshot does not answer just now; this is as of <t:" in told(reply)


async def test_open_votes_are_listed_with_how_they_stand(assent: Assent, home: Home) -> None:
    empty = await home.joel.run("/vote list", home.general)
    assert "No vote is open here now." in told(empty)
    record = await assent.open_vote()
    home.clock.jump(60)
    await home.worlds.snapshot.wallet("ana", power=1_000).vote(record.id, 2)
    await assent.run("tallies")
    reply = await home.joel.run("/vote list", home.general)
    text = told(reply)
    assert reply.ephemeral
    assert "[BTRST-1](https://" in text
    assert "“No” leads with 100 %" in text
    assert "1 vote" in text
    assert "missing" in text


def link(home: Home, person: Person, address: str) -> None:
    """Let a member have shown that a wallet is theirs."""
    with closing(sqlite3.connect(home.database_file)) as connection, connection:
        row = (home.guild.id, person.id, address, home.worlds.chain.chain_id, 1)
        connection.execute("INSERT INTO wallets VALUES (?, ?, ?, ?, ?)", row)


async def voted(assent: Assent, home: Home) -> ProposalRecord:
    """Open a vote in which two people have voted, and let it be noticed after each."""
    record = await assent.open_vote()
    for number, (name, choice, reason) in enumerate(
        [("ana", 1, "Fees **eat** us. @everyone"), ("kofi", 2, "=HYPERLINK(1)")]
    ):
        home.clock.jump(3_600)
        wallet = home.worlds.snapshot.wallet(name, power=30_000 - 9_000 * number)
        await wallet.vote(record.id, choice, reason=reason)
        await assent.run("tallies")
    await assent.settle()
    return record


async def test_who_voted_is_told_with_addresses_only_and_safe_reasons(
    assent: Assent, home: Home
) -> None:
    await voted(assent, home)
    ana = home.worlds.snapshot.wallet("ana")
    link(home, home.ana, ana.address)
    reply = await home.joel.run("/vote voters", home.general, vote="BTRST-1")
    text = told(reply)
    assert reply.ephemeral
    assert f"1. {ana.address[:6]}…{ana.address[-4:]} · 30K BTRST" in text.replace("*", "")
    assert "“Yes”" in text
    assert "> Fees **eat** us. @everyone" in text
    assert "Fees \\*\\*eat\\*\\* us. \\@everyone" in reply.text
    assert home.ana.name not in text
    assert str(home.ana.id) not in text


async def test_buttons_under_a_tally_give_its_numbers_its_voters_and_its_picture(
    assent: Assent, home: Home
) -> None:
    await voted(assent, home)
    shown = await home.joel.run("/vote show", home.general, vote="BTRST-1")
    exact = await home.joel.press(shown, "Exact numbers")
    assert exact.ephemeral
    rows = list(csv.DictReader(io.StringIO(exact.files["scores.csv"].decode(), newline="")))
    assert (rows[0]["name"], rows[0]["score"]) == ("Yes", "30000")
    assert (rows[-2]["name"], rows[-2]["score"]) == ("total of all votes", "51000")
    voters = await home.joel.press(shown, "Votes")
    assert "Who voted · 2 votes" in told(voters)
    chart = await home.joel.press(shown, "Chart")
    assert chart.files["vote.png"].startswith(b"\x89PNG")


async def test_a_picture_comes_with_its_numbers_in_words(assent: Assent, home: Home) -> None:
    await voted(assent, home)
    reply = await home.joel.run("/vote chart", home.general, vote="BTRST-1")
    assert reply.message is not None
    (attachment,) = reply.message.attachments
    assert attachment.description is not None
    assert "Yes: 30K BTRST (58.8 %)" in attachment.description
    assert "The quorum of 100K BTRST is not reached." in attachment.description
    assert "Drawn as lines over time" in attachment.description
    assert "Yes: 30K BTRST" in told(reply)


async def test_every_vote_can_be_had_as_a_file_without_formulas(assent: Assent, home: Home) -> None:
    record = await voted(assent, home)
    reply = await home.joel.run("/vote export", home.general, vote="BTRST-1")
    text = reply.files[f"snapshot-votes-report-{record.id}.csv"].decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["choice"] for row in rows] == ["1", "2"]
    assert rows[1]["reason"] == "'=HYPERLINK(1)"
    assert "2 votes, in the form of Snapshot's own report." in told(reply)


async def test_power_and_what_is_left_to_do_are_told_for_linked_wallets(
    assent: Assent, home: Home
) -> None:
    await voted(assent, home)
    for command in ("/vote power", "/vote mine"):
        refused = await home.ana.run(command, home.general)
        assert "/wallet link" in told(refused)
    link(home, home.ana, home.worlds.snapshot.wallet("ana", power=30_000).address)
    link(home, home.mara, home.worlds.snapshot.wallet("mara", power=700).address)
    power = await home.ana.run("/vote power", home.general)
    assert power.ephemeral
    assert "Voting power · 30K BTRST" in told(power)
    mine = await home.ana.run("/vote mine", home.general)
    assert "You have voted" in told(mine)
    assert "✔ “Yes” with 30K BTRST" in told(mine)
    waiting = await home.mara.run("/vote mine", home.general)
    assert "Waiting for you · 1 open vote" in told(waiting)


async def test_a_shielded_vote_tells_no_choice_before_its_end(assent: Assent, home: Home) -> None:
    record = await voted(assent, home)
    record.privacy = "shutter"
    voters = await home.joel.run("/vote voters", home.general, vote="BTRST-1")
    assert "“Yes”" not in told(voters)
    assert "hidden until the end" in told(voters)
    for command in ("/vote chart", "/vote show"):
        reply = await home.joel.run(command, home.general, vote="BTRST-1")
        assert "hidden until" in told(reply)
        assert not reply.files
    exact = await home.joel.press(reply, "Exact numbers")
    assert "hidden until the vote is over" in told(exact)
    export = await home.joel.run("/vote export", home.general, vote="BTRST-1")
    assert "The choices are hidden until the end." in told(export)
    (file,) = export.files.values()
    rows = list(csv.DictReader(io.StringIO(file.decode(), newline="")))
    assert [row["choice"] for row in rows] == ["", ""]


async def test_the_result_is_announced_with_its_picture(assent: Assent, home: Home) -> None:
    record = await voted(assent, home)
    home.clock.jump(record.end - home.clock.now() + 120)
    await assent.run("tallies")
    await assent.settle()
    said = [each for each in home.world.messages() if each.files.get("vote.png")]
    assert said
    for message in said:
        (attachment,) = message.attachments
        assert (attachment.description or "").startswith("How the vote “")
    home.check_that_all_is_said_once()


async def test_what_goes_wrong_with_the_picture_keeps_no_result_back(
    assent: Assent,
    home: Home,
    monkeypatch: pytest.MonkeyPatch,
    said_to_operators: list[EventDict],
) -> None:
    monkeypatch.setattr(canvas, "_FACE", Path("/nowhere"))
    canvas._font.cache_clear()
    record = await voted(assent, home)
    home.clock.jump(record.end - home.clock.now() + 120)
    await assent.run("tallies")
    await assent.settle()
    assert not [each for each in home.world.messages() if each.files]
    assert home.outbox("decided")
    noted = [line for line in said_to_operators if line["event"] == "no picture could be drawn"]
    assert noted
    for line in noted:
        said_to_operators.remove(line)
    canvas._font.cache_clear()
    home.check_that_all_is_said_once()


async def test_a_member_of_another_server_sees_nothing_of_the_votes_here(
    assent: Assent, home: Home
) -> None:
    record = await voted(assent, home)
    other = Home(home.worlds, "Another server")
    await other.set_up()
    for state in (f"vote:exact:{record.id}", f"vote:voters:{record.id}:0"):
        reply = await other.joel.forge_component(other.general, state)
        assert reply.ephemeral
        assert "does not follow that vote" in told(reply)
    listed = await other.joel.run("/vote list", other.general)
    assert "No vote is open here now." in told(listed)
