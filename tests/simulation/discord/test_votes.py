"""What people look up about votes in Discord, privately."""

from sandbox.discord import Reply
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
