"""What moderators look at: how it runs, who did what, and everything as a file."""

import csv
import io
import json

import pytest

from tests.simulation.discord.home import Assent, Home
from tests.simulation.discord.test_authority import forged, read_reply


async def test_the_status_tells_what_runs_and_what_is_open(assent: Assent, home: Home) -> None:
    await assent.draft()
    await assent.run("publishing", "tallies")
    await home.speak(title="Another one")
    reply = read_reply(await home.ana.run("/governance status", home.general))
    for words in (
        "Everything runs",
        "Snapshot, publishing",
        "1 idea · 1 draft",
        "no dry run",
        "said ",
        "Assent 0.1.0",
        "no governor is watched",
    ):
        assert words in reply, words


async def test_failures_are_counted_without_their_words(assent: Assent, home: Home) -> None:
    await assent.noticed_vote()
    home.clock.jump(10 * 86_400)
    for _ in range(2):
        home.worlds.snapshot.faults.graphql_error()
        with pytest.raises(Exception, match=r".+"):
            await assent.run("publishing")
    reply = read_reply(await home.ana.run("/governance status", home.general))
    assert "2 failures in a row, SnapshotError" in reply
    assert "Something needs a look" in reply


async def test_the_audit_tells_who_did_what_in_pages_and_as_a_file(
    assent: Assent, home: Home
) -> None:
    await assent.draft()
    for number in range(14):
        await home.speak(title=f"Idea number {number}")
    reply = await home.ana.run("/governance audit", home.general)
    assert "page 1 of 2" in reply.text
    assert reply.button("Older →")
    rows = list(csv.DictReader(io.StringIO(reply.files["audit.csv"].decode())))
    assert len(rows) > 15
    assert rows[-1]["what"].startswith("set up")
    await home.ana.press(reply, "Older →")
    assert "page 2 of 2" in reply.text
    await home.ana.press(reply, "← Newer")
    assert "page 1 of 2" in reply.text


async def test_the_audit_can_be_asked_for_one_proposal_or_one_member(
    assent: Assent, home: Home
) -> None:
    await assent.draft()
    await home.speak(home.joel, title="Joel's idea")
    reply = read_reply(
        await home.ana.run("/governance audit", home.general, proposal="BTRST-1", member=home.ana)
    )
    assert "ready → temperature draft" in reply
    assert "spoken" not in reply


async def test_refused_attempts_are_in_the_audit(assent: Assent, home: Home) -> None:
    await assent.draft()
    await home.joel.run("/governance audit", home.general)
    reply = read_reply(await home.ana.run("/governance audit", home.general))
    assert "refused: /governance audit" in reply


@pytest.mark.parametrize("custom_id", ["audit:0:0:0", f"audit:999999:{10**8}:{'9' * 19}"])
async def test_a_made_up_page_of_the_audit_shows_nothing_it_should_not(
    assent: Assent, home: Home, custom_id: str
) -> None:
    await assent.draft()
    member = await home.joel.press(forged(home, custom_id), "Press me")
    assert "Only moderators may do this" in member.text


@pytest.mark.parametrize("what", ["ideas", "proposals", "votes", "announcements"])
async def test_everything_of_a_kind_comes_as_csv_and_as_json(
    assent: Assent, home: Home, what: str
) -> None:
    await assent.open_vote()
    await home.speak(title="=1+1 is a formula", text='Quotes "and", commas\nand lines')
    as_csv = await home.ana.run("/governance export", home.general, what=what, format="csv")
    as_json = await home.ana.run("/governance export", home.general, what=what, format="json")
    text = as_csv.files[f"{what}.csv"].decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    objects = json.loads(as_json.files[f"{what}.json"])
    assert len(rows) == len(objects) > 0
    assert {row["reference"] for row in rows} <= {"BTRST-1", "BTRST-2", ""}  # The board has none
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
    assert text.count("\r\n") >= len(rows)
