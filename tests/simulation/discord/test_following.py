"""Votes of others, and votes made without Assent, as people see them in Discord."""

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
