"""Edits and deletions of posted votes on the page, over a real socket."""

import json
from dataclasses import replace

import pytest

from bot.domain.errand import SignChange
from bot.domain.errors import Denial, Refusal
from sandbox.browser import PageRefusedError, signed
from tests.builders import AUTHOR, MEMBER, MODERATOR
from tests.simulation.signing.conftest import Desk

REASON = "The numbers \u202e in it are <b>wrong</b>."
TEXT = "Another text, with <i>marks</i>."


async def test_an_edit_shows_the_whole_text_and_the_difference_and_is_made(desk: Desk) -> None:
    idea = await desk.posted()
    title = "[Temperature Check] - Another title"
    browser = await desk.browser(await desk.edit(idea, title=title, body=TEXT), AUTHOR)
    words = await browser.ask("errand")
    assert words["title"] == "Change the vote on BTRST-1"
    assert words["about"] == "[Temperature Check] - Lower the marketplace fee"
    assert desk.address("Mara") in words["lead"]
    (difference,) = words["facts"]
    rows = difference["text"].split("\n")
    assert f"+ Title: {title}" in rows
    assert "- Title: [Temperature Check] - Lower the marketplace fee" in rows
    assert f"+ {TEXT}" in rows
    prepared = await browser.ask("prepare", address=desk.address("Mara"))
    data = json.loads(prepared["text"])
    assert data["primaryType"] == "UpdateProposal"
    assert (data["message"]["title"], data["message"]["body"]) == (title, TEXT)
    record = await desk.town.record(idea)
    assert data["message"]["proposal"] == record.id
    signature = signed(desk.wallet("Mara"), prepared)
    done = await browser.ask("finish", address=desk.address("Mara"), signature=signature)
    assert "on its way to Snapshot" in done["text"]
    await desk.town.dispatch.tick()
    assert (record.title, record.body) == (title, TEXT)
    with pytest.raises(PageRefusedError, match="used already"):
        await browser.ask("errand")


async def test_a_deletion_shows_what_its_message_leaves_out_and_is_made(desk: Desk) -> None:
    idea = await desk.posted()
    browser = await desk.browser(await desk.deletion(idea, REASON), AUTHOR)
    words = await browser.ask("errand")
    assert words["title"] == "Delete the vote on BTRST-1"
    facts = {each["name"]: each["text"] for each in words["facts"]}
    assert facts["What is deleted"] == "[Temperature Check] - Lower the marketplace fee"
    assert "<b>wrong</b>" in facts["Why, for everybody to read"]
    assert "for good" in facts["What is lost"]
    await browser.sign(desk.wallet("Mara"))
    await desk.town.dispatch.tick()
    assert not desk.town.world.proposals


async def test_the_votes_that_a_deletion_loses_are_counted(desk: Desk) -> None:
    idea = await desk.posted()
    record = await desk.town.record(idea)
    desk.town.clock.time = record.start
    for number, words in ((1, "the 1 vote that was cast"), (2, "the 2 votes that were cast")):
        await desk.town.voter(number).vote(record.id, 1)
        await desk.town.tallies.tick()
        browser = await desk.browser(await desk.deletion(idea, REASON), AUTHOR)
        facts = (await browser.ask("errand"))["facts"]
        assert words in facts[-1]["text"]
        desk.town.clock.wait(60)


async def test_another_wallet_is_told_whose_it_has_to_be_and_the_link_stays_good(
    desk: Desk,
) -> None:
    idea = await desk.posted()
    browser = await desk.browser(await desk.edit(idea, body=TEXT), AUTHOR)
    with pytest.raises(PageRefusedError, match=desk.address("Mara")):
        await browser.ask("prepare", address=desk.address("Ana"))
    prepared = await browser.ask("prepare", address=desk.address("Mara"))
    by = signed(desk.wallet("Mara"), prepared)
    with pytest.raises(PageRefusedError, match="another account"):
        await browser.ask("finish", address=desk.address("Ana"), signature=by)
    with pytest.raises(PageRefusedError, match="not the signature of"):
        await browser.ask("finish", address=desk.address("Mara"), signature="0x" + "1" * 130)
    await browser.ask("finish", address=desk.address("Mara"), signature=by)


async def test_a_link_is_made_for_who_typed_it_and_has_the_right_at_every_step(desk: Desk) -> None:
    idea = await desk.posted()
    errand = await desk.edit(idea, MODERATOR, body=TEXT)
    with pytest.raises(Denial, match="not yours"):
        await desk.link(errand, MEMBER)
    former = replace(MODERATOR, is_moderator=False)
    with pytest.raises(Denial, match="Only the author"):
        await desk.link(errand, former)
    browser = await desk.browser(errand, MODERATOR)
    prepared = await browser.ask("prepare", address=desk.address("Mara"))
    desk.members[MODERATOR.user_id] = former
    by = signed(desk.wallet("Mara"), prepared)
    for what in ("prepare", "finish"):
        with pytest.raises(PageRefusedError, match="Only the author"):
            await browser.ask(what, address=desk.address("Mara"), signature=by)
    assert (await desk.town.record(idea)).body != TEXT


async def test_of_two_links_for_one_change_one_is_used(desk: Desk) -> None:
    errand = await desk.edit(await desk.posted(), body=TEXT)
    first, second = await desk.browser(errand, AUTHOR), await desk.browser(errand, AUTHOR)
    await first.sign(desk.wallet("Mara"))
    with pytest.raises(PageRefusedError, match="dealt with already"):
        await second.ask("errand")


async def test_what_was_typed_for_something_else_or_is_past_opens_nothing(desk: Desk) -> None:
    idea = await desk.posted()
    browser = await desk.browser(await desk.deletion(idea, REASON), AUTHOR)
    other = await desk.browser(await desk.deletion(idea, REASON, MODERATOR), MODERATOR)
    await other.sign(desk.wallet("Mara"))
    for job in (desk.town.dispatch.tick, desk.town.tallies.tick):
        await job()
    with pytest.raises(PageRefusedError, match="is past"):
        await browser.ask("errand")
    with pytest.raises(Refusal, match="dealt with already"):
        await desk.link(SignChange(typed_id=2**62), AUTHOR)
