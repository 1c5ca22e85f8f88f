"""What moderators mend by hand: a status, a link, an announcement that was not heard."""

import sqlite3
from contextlib import closing
from typing import Any

import pytest

from tests.simulation.discord.home import DAY, Assent, Home, read
from tests.simulation.discord.test_authority import read_reply

REASON = "The count was taken by hand."


async def set_status(home: Home, status: str, reason: str = REASON) -> str:
    reply = await home.ana.run(
        "/proposal set-status",
        home.general,
        proposal="BTRST-1",
        status=status,
        reason=reason,
    )
    return read_reply(reply)


async def test_a_status_is_set_with_its_reason_in_thread_and_history(
    assent: Assent, home: Home
) -> None:
    await assent.ready_idea()
    assert "stands at “temperature draft”" in await set_status(home, "temperature draft")
    await assent.settle()
    assert home.phase() == "temperature draft"
    (said,) = home.saying(home.thread(), "Status set by a moderator")
    assert REASON in read(said)
    shown = await home.kofi.run("/draft show", home.general, proposal="BTRST-1")
    assert "Lower the marketplace fee" in shown.text
    history = await home.ana.run("/proposal history", home.general, proposal="BTRST-1")
    assert f"status set: ready → temperature draft: {REASON}" in read_reply(history)


async def test_a_consensus_draft_is_written_from_the_temperature_draft(
    assent: Assent, home: Home
) -> None:
    await assent.draft()
    await set_status(home, "consensus draft")
    shown = await home.kofi.run("/draft show", home.general, proposal="BTRST-1")
    assert "[Consensus Check] - Lower the marketplace fee" in read_reply(shown)


async def test_an_announced_vote_is_called_off(assent: Assent, home: Home) -> None:
    await assent.noticed_vote()
    await set_status(home, "parked")
    await assent.settle()
    assert home.rows("SELECT status FROM votes") == [("postponed",)]
    assert home.saying(home.votes, "The vote is postponed", REASON)
    home.clock.jump(9 * DAY)
    await assent.run("publishing", "publishing")
    assert not home.worlds.snapshot.proposals


async def test_an_open_vote_is_set_aside_and_moves_nothing_any_more(
    assent: Assent, home: Home
) -> None:
    await assent.open_vote()
    await set_status(home, "temperature draft")
    await assent.settle()
    assert home.rows("SELECT status FROM votes") == [("set aside",)]
    assert home.saying(home.votes, "set aside ✖", "does not count here")
    home.clock.jump(30 * DAY)
    await assent.run("tallies", "publishing", "tallies")
    await assent.settle()
    assert home.phase() == "temperature draft"
    assert not home.saying(home.votes, "Did not pass")
    offer = await home.ana.press(home.card(), "Publish…")
    await home.ana.press(offer, "Announce the vote")
    assert home.rows("SELECT round, status FROM votes") == [(1, "set aside"), (2, "noticed")]


async def test_a_signed_vote_is_set_aside_before_it_is_sent(assent: Assent, home: Home) -> None:
    await assent.noticed_vote()
    await home.worlds.chain.mine(14)
    home.clock.jump(5 * DAY)
    await assent.run("publishing")
    await set_status(home, "rejected")
    await assent.run("publishing", "publishing")
    assert home.rows("SELECT status FROM votes") == [("set aside",)]
    assert not home.worlds.snapshot.proposals
    assert home.phase() == "rejected"


@pytest.mark.parametrize(
    ("status", "why"),
    [
        ("temperature check", "only Snapshot opens a vote"),
        ("consensus notice", "/proposal publish"),
        ("on chain", "/proposal relink"),
        ("merged", "/idea merge"),
        ("ready", "already"),
    ],
)
async def test_what_only_facts_can_bring_is_refused_with_the_reason(
    assent: Assent, home: Home, status: str, why: str
) -> None:
    await assent.ready_idea()
    before = home.memory()
    assert why in await set_status(home, status)
    assert home.memory() == before


async def test_a_community_without_a_step_has_no_draft_of_it(assent: Assent, home: Home) -> None:
    await assent.ready_idea()
    await home.owner.run(
        "/governance policy set", home.general, name="votes.steps", value="consensus"
    )
    assert "no Temperature Check" in await set_status(home, "temperature draft")
    assert "stands at “consensus draft”" in await set_status(home, "consensus draft")


async def announcements(home: Home, typed: str = "") -> dict[str, str]:
    offered = await home.ana.autocomplete("/announcement resend", home.general, announcement=typed)
    return {each.name: each.value for each in offered}


async def resend(home: Home, name: str, **more: Any) -> str:
    offered = await announcements(home, name)
    reply = await home.ana.run(
        "/announcement resend", home.general, announcement=next(iter(offered.values())), **more
    )
    return read_reply(reply)


async def test_what_was_said_is_listed_with_links(assent: Assent, home: Home) -> None:
    await assent.noticed_vote()
    reply = await home.ana.run("/announcement list", home.general)
    (notice,) = home.saying(home.votes, "A vote is coming")
    assert f"/{home.votes.id}/{notice.id}" in reply.text
    assert "said, " in reply.text
    only = await home.ana.run("/announcement list", home.general, proposal="BTRST-1", state="gone")
    assert "Nothing of this kind" in only.text


async def test_an_announcement_is_said_once_more_and_calls_nobody(
    assent: Assent, home: Home
) -> None:
    await assent.noticed_vote()
    pings = home.pings()
    assert "is said again" in await resend(home, "said · voting · 📣 A vote is coming")
    await assent.settle()
    first, second = home.saying(home.votes, "A vote is coming")
    assert "Said again at a moderator's wish" in read(second)
    assert "Said again" not in read(first)
    assert home.pings() == pings
    history = await home.ana.run("/proposal history", home.general, proposal="BTRST-1")
    assert "is said again" in history.text


async def test_an_announcement_is_said_in_another_channel(assent: Assent, home: Home) -> None:
    await assent.noticed_vote()
    await resend(home, "said · voting · 📣", channel=home.announcements)
    await assent.settle()
    assert home.saying(home.announcements, "A vote is coming", "Said again")


def park(home: Home, post_id: int) -> None:
    error = "403 Forbidden (error code: 50013): Missing Permissions"
    with closing(sqlite3.connect(home.database_file)) as connection, connection:
        connection.execute(
            "UPDATE posts SET state = 'parked', message_id = NULL, channel_id = NULL, "
            "last_error = ? WHERE id = ?",
            (error, post_id),
        )


async def test_a_parked_announcement_is_first_and_tried_again(assent: Assent, home: Home) -> None:
    await assent.noticed_vote()
    (row,) = [each for each in home.outbox("notice") if each.channel_id == home.votes.id]
    park(home, row.id)
    reply = read_reply(await home.ana.run("/announcement list", home.general))
    assert reply.index("A vote is coming") < reply.index("said, ")
    assert "Assent lacks a permission there" in reply
    assert "is tried again" in await resend(home, "parked")
    await assent.settle()
    assert len(home.saying(home.votes, "A vote is coming")) == 1


async def test_a_card_is_edited_or_posted_anew(assent: Assent, home: Home) -> None:
    await assent.draft()
    assert "is edited" in await resend(home, "said · ideas")
    await assent.settle()
    assert len(home.saying(home.ideas, "Lower the marketplace fee")) == 1
    refused = await resend(home, "said · ideas", channel=home.general)
    assert "A card stays in its place" in refused
    for _ in range(2):
        await home.owner.delete(home.card())
        home.clock.jump(60)
        await resend(home, "said · ideas")
        await assent.settle()
    assert home.outbox(":card")[0].state == "gone"
    assert "is posted anew" in await resend(home, "gone · ideas")
    await assent.settle()
    assert len(home.saying(home.ideas, "Lower the marketplace fee")) == 1


@pytest.mark.parametrize("announcement", ["999999", "abc", "9" * 18, "9" * 40])
@pytest.mark.usefixtures("assent")
async def test_an_announcement_that_is_not_there_is_refused(home: Home, announcement: str) -> None:
    reply = await home.ana.run("/announcement resend", home.general, announcement=announcement)
    assert "from the list that appears while you type" in read_reply(reply)


async def test_members_are_offered_no_announcements(assent: Assent, home: Home) -> None:
    await assent.draft()
    assert not await home.kofi.autocomplete("/announcement resend", home.general, announcement="")
