"""Votes of others, and votes made without Assent, as people see them in Discord."""

import pytest

from sandbox.chain.deploy import Family
from tests.simulation.discord.home import SPACE, Assent, Home

OTHER = "ens.eth"


async def test_a_watched_space_is_listed_once_and_then_told_of(assent: Assent, home: Home) -> None:
    home.open_space()
    await home.set_up()
    snapshot = home.worlds.snapshot
    snapshot.space(OTHER)
    snapshot.place(OTHER, "Fund @everyone [here](https://evil.example)")
    denied = await home.kofi.run("/watch add snapshot", home.general, options={"space": OTHER})
    assert "Only moderators" in denied.text
    reply = await home.ana.run("/watch add snapshot", home.general, options={"space": OTHER})
    assert "What is open there now was listed once" in reply.text
    (listed,) = home.saying(home.votes, "Followed from now on")
    assert "1. [Fund \\@everyone" in listed.text
    assert not listed.pinged_everyone
    snapshot.place(OTHER, "Renew the stewards")
    home.clock.jump(60)
    for _ in range(3):
        await assent.run("tallies", "outbox")
    (opened,) = home.saying(home.votes, "Voting is open")
    assert "Renew the stewards" in opened.text
    assert OTHER in opened.text
    assert not opened.pinged_roles
    shown = await home.kofi.run("/watch list", home.general)
    assert f"{OTHER}**: 2 votes are told about now" in shown.text.replace("\\", "")
    reply = await home.ana.run("/watch remove", home.general, options={"space": OTHER})
    assert "not announced here any more" in reply.text
    home.check_that_all_is_said_once()


async def test_a_vote_made_without_assent_is_linked_and_unlinked_by_hand(
    assent: Assent, home: Home
) -> None:
    home.open_space()
    await home.set_up()
    await assent.run("tallies")
    await assent.draft()
    vote = home.worlds.snapshot.place(SPACE, "Something about money")
    home.clock.jump(60)
    await assent.run("tallies", "outbox")
    (tally,) = [each for each in home.said_in(home.votes) if "VOTE" in each.text]
    assert "Made outside Assent" in tally.text
    assert "not a member of the space" in tally.text
    options = {"vote": vote.id, "proposal": "BTRST-1", "reason": "Its author says so."}
    reply = await home.ana.run("/vote link", home.general, options=options)
    assert "This is the vote of BTRST-1 now" in reply.text
    await assent.settle()
    (thread,) = home.guild.threads
    (linked,) = home.saying(thread, "A vote made outside Assent")
    assert "Its author says so." in linked.text
    assert not home.saying(thread, "Voting is open")
    assert "TEMPERATURE CHECK" in tally.text
    options = {
        "vote": f"https://snapshot.box/#/s:{SPACE}/proposal/{vote.id}",
        "reason": "It is not.",
    }
    reply = await home.ana.run("/vote unlink", home.general, options=options)
    assert "back at its draft" in reply.text
    for _ in range(3):
        await assent.run("tallies")
        await assent.settle()
    assert len(home.saying(thread, "Not its vote")) == 1
    assert len(home.saying(home.votes, "Voting is open")) == 1
    home.check_that_all_is_said_once()


@pytest.mark.usefixtures("assent")
async def test_a_governor_is_shown_before_it_is_followed_and_may_be_left_again(home: Home) -> None:
    await home.set_up()
    chain = home.worlds.chain
    dao = await chain.dao(Family.BRAVO)
    options = {"address": dao.governor_address}
    denied = await home.kofi.run("/watch add governor", home.general, options=options)
    assert "Only moderators" in denied.text
    found = await home.ana.run("/watch add governor", home.general, options=options)
    assert found.ephemeral
    for words in ("GovernorBravo", "20 blocks", "500 SAND", "(for votes count", "waits 7 days"):
        assert words in found.text
    assert "expires 14 days later" in found.text
    assert "can be replaced" in found.text, "It stands behind a delegator."
    shown = await home.kofi.run("/watch list", home.general)
    assert dao.governor_address not in shown.text
    followed = await home.ana.press(found, "Follow it")
    assert "is followed from now on" in followed.text
    again = await home.ana.press(found, "Follow it")
    assert "watched here already" in again.text
    shown = await home.kofi.run("/watch list", home.general)
    assert f"`{dao.governor_address}`" in shown.text
    options = {"space": f"{chain.chain_id}:{dao.governor_address}"}
    left = await home.ana.run("/watch remove", home.general, options=options)
    assert "not followed here any more" in left.text
    missing = await home.ana.run("/watch remove", home.general, options=options)
    assert "No governor at" in missing.text


@pytest.mark.usefixtures("assent")
async def test_what_cannot_be_followed_is_refused_with_what_it_is(home: Home) -> None:
    await home.set_up()
    dao = await home.worlds.chain.braintrust()
    options = {"address": dao.timelock_address}
    refused = await home.ana.run("/watch add governor", home.general, options=options)
    assert "Compound Timelock, not the governor" in refused.text
    assert dao.governor_address in refused.text
    options = {"address": dao.governor_address, "chain": "42161"}
    refused = await home.ana.run("/watch add governor", home.general, options=options)
    assert "the operator adds it to RPC_URLS" in refused.text
    options = {"address": dao.governor_address, "chain": "the moon"}
    refused = await home.ana.run("/watch add governor", home.general, options=options)
    assert "Which chain is that?" in refused.text
