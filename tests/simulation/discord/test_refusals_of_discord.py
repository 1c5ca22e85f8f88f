"""What becomes of the outbox when Discord fails or refuses, and people delete things."""

import pytest
from aiohttp import web

from sandbox.discord import Permission, rest
from sandbox.discord.calls import Answer
from tests.simulation.discord.home import DAY, Assent, Home

MESSAGES = r"/channels/\d+/messages$"


async def test_what_discord_could_not_take_is_said_when_it_can_again(
    assent: Assent, home: Home
) -> None:
    home.faults.fail("POST", MESSAGES, status=503, times=20)
    await home.speak()
    await assent.settle(seconds=700, turns=10)
    assert not home.said_in(home.ideas)
    assert home.outbox("card")[0].state == "sending"
    home.faults.heal()
    await assent.settle(seconds=700)
    home.check_that_all_is_said_once()


async def test_a_block_of_cloudflare_is_waited_for_and_never_parks_anything(
    assent: Assent, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = rest._reply

    def as_cloudflare(answer: Answer, headers: dict[str, str]) -> web.Response:
        if answer.status == 429:
            return web.Response(status=429, text="error code: 1015", content_type="text/html")
        return usual(answer, headers)

    monkeypatch.setattr(rest, "_reply", as_cloudflare)
    home.faults.fail("POST", MESSAGES, status=429, times=12)
    await home.speak()
    await assent.settle(seconds=700, turns=14)
    home.check_that_all_is_said_once()


async def test_a_missing_permission_parks_one_channel_and_not_the_others(
    assent: Assent, home: Home
) -> None:
    await assent.draft()
    home.faults.take_permission(Permission.SEND_MESSAGES, home.votes)
    offer = await home.ana.press(home.card(), "Publish…")
    await home.ana.press(offer, "Announce the vote")
    assert len(home.saying(home.thread(), "A vote is coming")) == 1
    await assent.settle(seconds=700, turns=10)
    (row,) = [row for row in home.outbox("notice") if row.state != "said"]
    assert row.state == "parked"
    assert len(home.calls("POST", f"/channels/{home.votes.id}/messages$")) == 8
    await assent.settle(seconds=700)
    assert len(home.calls("POST", f"/channels/{home.votes.id}/messages$")) == 8


async def test_a_refused_reaction_holds_neither_the_card_nor_its_thread_up(
    assent: Assent, home: Home
) -> None:
    home.guild.deny(home.ideas, home.guild.everyone, Permission.ADD_REACTIONS)
    home.faults.take_permission(Permission.ADD_REACTIONS, home.ideas)
    await home.speak()
    assert home.thread().name.startswith("BTRST-1")
    assert [row.state for row in home.outbox("card")] == ["said"]
    assert home.card().count("👍") == 0
    await assent.settle()
    assert len(home.calls("PUT", "/reactions/")) == 1
    home.check_that_all_is_said_once()


async def test_what_was_parked_is_said_once_an_administrator_has_mended_the_cause(
    assent: Assent, home: Home
) -> None:
    await assent.draft()
    home.faults.take_permission(Permission.SEND_MESSAGES, home.votes)
    offer = await home.ana.press(home.card(), "Publish…")
    await home.ana.press(offer, "Announce the vote")
    await assent.settle(seconds=700, turns=10)
    reply = await home.owner.run("/governance check")
    assert "Send Messages" in reply.text
    home.faults.give_permission(Permission.SEND_MESSAGES, home.votes)
    reply = await home.owner.run("/governance check")
    assert "Send Messages" not in reply.text
    await assent.settle()
    assert len(home.saying(home.votes, "A vote is coming")) == 1
    home.check_that_all_is_said_once()


async def test_a_deleted_channel_keeps_nothing_else_from_being_said(
    assent: Assent, home: Home
) -> None:
    await assent.draft()
    home.faults.delete_channel(home.votes)
    offer = await home.ana.press(home.card(), "Publish…")
    await home.ana.press(offer, "Announce the vote")
    await assent.settle(seconds=700, turns=10)
    assert len(home.saying(home.thread(), "A vote is coming")) == 1
    assert "announced" in home.card().text
    assert [row.state for row in home.outbox("notice")] == ["parked", "said"]


async def test_in_a_thread_that_discord_has_archived_news_are_said_all_the_same(
    assent: Assent, home: Home
) -> None:
    await assent.draft()
    home.clock.jump(30 * DAY)
    thread = home.thread()
    await home.ana.run(
        "/idea reject", home.general, idea="BTRST-1", reason="There was no time for it."
    )
    assert len(home.saying(thread, "no time for it")) == 1
    assert not thread.archived
    await assent.settle()
    home.check_that_all_is_said_once()


async def test_a_card_in_an_archived_forum_post_is_reopened_to_be_edited(
    assent: Assent, home: Home
) -> None:
    await home.set_up(ideas=home.forum)
    await home.speak()
    (post,) = home.posts()
    await home.owner.archive(post)
    await home.ana.run("/idea park", home.general, idea="BTRST-1", reason="After the audit.")
    await assent.settle()
    assert "PARKED" in home.said_in(post)[0].text
    home.check_that_all_is_said_once()


async def test_a_locked_forum_post_is_reopened_too_where_assent_may_manage_threads(
    assent: Assent, home: Home
) -> None:
    home.faults.give_permission(Permission.MANAGE_THREADS, home.forum)
    await home.set_up(ideas=home.forum)
    await home.speak()
    (post,) = home.posts()
    await home.owner.archive(post, locked=True)
    await home.ana.run("/idea park", home.general, idea="BTRST-1", reason="After the audit.")
    await assent.settle()
    assert "PARKED" in home.said_in(post)[0].text
    home.check_that_all_is_said_once()


async def test_a_deleted_thread_is_opened_again_and_hears_what_was_meant_for_it(
    assent: Assent, home: Home
) -> None:
    await assent.ready_idea()
    home.faults.delete_thread(home.thread())
    await home.ana.press(home.card(), "Promote")
    await assent.settle(turns=6)
    assert not home.thread().deleted
    assert len(home.saying(home.thread(), "Now a proposal")) == 1
    assert all(row.state == "said" for row in home.outbox())


async def test_a_deleted_card_is_restored_once_and_keeps_its_discussion(
    assent: Assent, home: Home
) -> None:
    card = await assent.ready_idea()
    thread = home.thread()
    home.faults.delete_message(card)
    await home.ana.run("/idea promote", home.general, idea="BTRST-1")
    await assent.settle(turns=6)
    restored = home.card()
    assert restored.id != card.id
    assert "TEMPERATURE" in restored.text
    assert len(home.saying(thread, "Now a proposal")) == 1
    home.faults.delete_message(restored)
    await home.ana.run("/idea reject", home.general, idea="BTRST-1", reason="No consent.")
    await assent.settle(turns=6)
    assert not home.said_in(home.ideas)
    assert [row.state for row in home.outbox("card")] == ["gone"]
    assert len(home.saying(thread, "No consent")) == 1


async def test_a_deleted_forum_post_is_restored_once_with_its_thread(
    assent: Assent, home: Home
) -> None:
    await home.set_up(ideas=home.forum)
    await home.speak()
    (post,) = home.posts()
    home.faults.delete_thread(post)
    await home.ana.run("/idea park", home.general, idea="BTRST-1", reason="After the audit.")
    await assent.settle(turns=8)
    (restored,) = home.posts()
    assert "PARKED" in home.said_in(restored)[0].text
    assert len(home.saying(restored, "After the audit")) == 2
    home.check_that_all_is_said_once()


async def test_a_deleted_announcement_is_not_repeated(assent: Assent, home: Home) -> None:
    await assent.noticed_vote()
    (said,) = home.saying(home.votes, "A vote is coming")
    home.faults.delete_message(said)
    await assent.settle()
    assert not home.saying(home.votes, "A vote is coming")


async def test_a_card_that_reads_the_same_is_not_edited(assent: Assent, home: Home) -> None:
    card = await assent.ready_idea()
    before = len(home.calls("PATCH", r"/messages/"))
    for _ in range(3):
        await assent.run("recount")
        await assent.settle()
    await assent.run("publishing", "tallies", f"chain {home.worlds.chain.chain_id}")
    await assent.settle()
    assert len(home.calls("PATCH", r"/messages/")) == before
    assert "2 supporters" in card.text or "2 of 2" in card.text


async def test_what_follows_a_failure_in_the_same_channel_does_not_overtake_it(
    assent: Assent, home: Home
) -> None:
    home.faults.fail("POST", MESSAGES, status=503)
    await home.speak(title="The first")
    await home.speak(title="The second")
    assert not home.said_in(home.ideas)
    await assent.settle()
    assert [each.text.splitlines()[0] for each in home.said_in(home.ideas)] == [
        r"BTRST\-1 · The first",
        r"BTRST\-2 · The second",
    ]
    home.check_that_all_is_said_once()
