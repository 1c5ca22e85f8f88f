"""A dry run: everything is computed and shown to moderators, nothing is public, nothing is sent."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from sandbox.discord import Message
from tests.simulation.discord.home import DAY, Assent, Home, awake, read
from tests.simulation.discord.test_authority import read_reply


async def switch(home: Home, word: str) -> str:
    reply = await home.owner.run("/governance dryrun", home.general, switch=word)
    return read_reply(reply)


def posted(home: Home, since: int = 0) -> list[dict[str, Any]]:
    """Give every request of the bot that writes into a channel, but for answers to people."""
    return [
        call
        for call in home.world.calls[since:]
        if call["method"] in {"POST", "PATCH", "PUT", "DELETE"} and "/channels/" in call["path"]
    ]


def check_only_moderators_heard(home: Home, since: int = 0) -> None:
    calls = posted(home, since)
    assert calls
    elsewhere = [each for each in calls if f"/channels/{home.moderators.id}" not in each["path"]]
    assert not elsewhere
    assert not any(each["path"].endswith("/threads") for each in calls)


def rehearsed(home: Home, *words: str) -> Sequence[Message]:
    return home.saying(home.moderators, "Dry run:", *words)


async def draft_in_dry_run(assent: Assent, home: Home) -> Message:
    await switch(home, "on")
    await home.speak()
    card = rehearsed(home, "Lower the marketplace fee")[0]
    await assent.support(card, home.joel, home.kofi)
    await assent.settle()
    await home.ana.press(card, "Promote")
    await assent.settle()
    return card


async def test_a_whole_way_to_the_vote_is_rehearsed_before_moderators_alone(
    assent: Assent, home: Home
) -> None:
    since = len(home.world.calls)
    card = await draft_in_dry_run(assent, home)
    assert home.phase() == "temperature draft"
    offer = await home.ana.press(card, "Publish…")
    await home.ana.press(offer, "Announce the vote")
    await assent.settle()
    assert rehearsed(home, "A vote is coming", f"<#{home.votes.id}> and the thread")
    assert len(rehearsed(home, "A vote is coming")) == 1
    await home.worlds.chain.mine(14)
    home.clock.jump(5 * DAY)
    await assent.run("publishing", "publishing")
    await assent.settle()
    assert home.phase() == "temperature draft"
    assert not home.worlds.snapshot.proposals
    assert home.rows("SELECT status, envelope FROM votes") == [("rehearsed", None)]
    check_only_moderators_heard(home, since)
    assert not home.pings()
    assert home.rows("SELECT thread_id FROM proposals") == [(None,)]


async def test_moderators_see_the_very_data_that_would_be_signed(
    assent: Assent, home: Home
) -> None:
    card = await draft_in_dry_run(assent, home)
    offer = await home.ana.press(card, "Publish…")
    await home.ana.press(offer, "Announce the vote")
    home.clock.jump(5 * DAY)
    await assent.run("publishing")
    await assent.settle()
    (shown,) = home.saying(home.moderators, "Nothing was signed and nothing was sent")
    data = json.loads(shown.files["vote.json"])
    assert data["message"]["title"] == "[Temperature Check] - Lower the marketplace fee"
    assert data["message"]["from"] == home.worlds.bot_address
    assert data["domain"]["name"] == "snapshot"
    history = await home.ana.run("/proposal history", home.general, proposal="BTRST-1")
    assert "the vote was built and shown, and not sent" in read_reply(history)


async def test_support_is_tried_on_the_rehearsed_card(assent: Assent, home: Home) -> None:
    await switch(home, "on")
    await home.speak()
    (card,) = rehearsed(home, "would be said in", f"<#{home.ideas.id}>")
    await assent.support(card, home.joel)
    await assent.settle()
    assert "1 of 2" in read(card)
    await assent.run("recount")
    assert home.rows("SELECT count(*) FROM reactions WHERE counts") == [(1,)]


async def test_the_end_posts_cards_and_says_nothing_again(assent: Assent, home: Home) -> None:
    await draft_in_dry_run(assent, home)
    before = len(home.said_in(home.moderators))
    assert "for real" in await switch(home, "off")
    await assent.settle()
    card = home.card()
    assert "Dry run" not in read(card)
    assert card.thread is not None
    assert not home.said_in(card.thread)
    assert len(home.said_in(home.moderators)) == before
    await home.ana.run("/proposal show", home.general, proposal="BTRST-1")
    assert home.phase() == "temperature draft"


async def test_what_was_public_before_stands_still_and_goes_on_afterwards(
    assent: Assent, home: Home
) -> None:
    await assent.ready_idea()
    public = read(home.card())
    await switch(home, "on")
    since = len(home.world.calls)
    await home.ana.press(home.card(), "Promote")
    await assent.settle()
    check_only_moderators_heard(home, since)
    assert read(home.card()) == public
    await switch(home, "off")
    await assent.settle()
    assert "temperature" in read(home.card()).casefold()
    assert not home.saying(home.thread(), "Now a proposal")


async def test_a_signed_vote_waits_for_the_end_of_a_dry_run(assent: Assent, home: Home) -> None:
    await assent.noticed_vote()
    await home.worlds.chain.mine(14)
    home.clock.jump(5 * DAY)
    await assent.run("publishing")
    assert home.rows("SELECT status FROM votes") == [("signed",)]
    await switch(home, "on")
    await assent.run("publishing", "publishing")
    assert not home.worlds.snapshot.proposals
    await switch(home, "off")
    await assent.run("publishing", "publishing")
    assert len(home.worlds.snapshot.proposals) == 1


@pytest.mark.usefixtures("assent")
async def test_only_administrators_switch_it(home: Home) -> None:
    for person in (home.kofi, home.ana):
        reply = await person.run("/governance dryrun", home.general, switch="on")
        assert "Manage Server" in reply.text


@pytest.mark.usefixtures("assent")
async def test_switching_twice_is_refused(home: Home) -> None:
    assert "off already" in await switch(home, "off")
    await switch(home, "on")
    assert "on already" in await switch(home, "on")


async def test_without_a_moderators_channel_it_is_refused_with_the_reason(home: Home) -> None:
    async with awake(home):
        await home.set_up(moderators=None)
        assert "there is none" in await switch(home, "on")


@pytest.mark.usefixtures("assent")
async def test_a_new_set_up_does_not_end_it(home: Home) -> None:
    await switch(home, "on")
    await home.set_up()
    assert "on already" in await switch(home, "on")


async def test_the_operator_can_want_it_for_all_servers(home: Home) -> None:
    async with awake(home, ASSENT_DRY_RUN="true") as assent:
        await home.set_up()
        since = len(home.world.calls)
        await home.speak()
        await assent.settle()
        check_only_moderators_heard(home, since)
        assert "off already" in await switch(home, "off")
        await switch(home, "on")
        assert "ASSENT_DRY_RUN" in await switch(home, "off")


async def test_without_a_moderators_channel_the_operators_dry_run_is_recorded(home: Home) -> None:
    async with awake(home, ASSENT_DRY_RUN="true") as assent:
        await home.set_up(moderators=None)
        await home.speak()
        await assent.settle()
        assert {row.state for row in home.outbox()} == {"skipped"}
        assert not home.said_in(home.ideas)
        await home.set_up()
        await assent.settle()
        assert rehearsed(home, "Lower the marketplace fee")
