"""Merging by command: both threads, both cards, and the support of both."""

import re

from sandbox.discord import Message, Person
from tests.simulation.discord.home import TITLE, Assent, Home, read

OTHER = "Cut what the marketplace takes"
WHY = "They ask for the same."


async def pair(assent: Assent, home: Home) -> tuple[Message, Message]:
    """Let Mara and Kofi each speak an idea, with one supporter: Joel for one, Kofi's aunt too."""
    await home.speak()
    await home.speak(home.kofi, title=OTHER, text="Because it is more than elsewhere.")
    first, second = home.card("BTRST-1"), home.card("BTRST-2")
    await assent.support(first, home.joel)
    await assent.support(second, home.owner)
    await assent.settle()
    return first, second


async def merge(home: Home, person: Person, idea: str = "BTRST-1", into: str = "BTRST-2") -> str:
    options = {"idea": idea, "into": into, "reason": WHY}
    reply = await person.run("/idea merge", home.general, options=options)
    assert reply.ephemeral
    return reply.text.replace("\\", "")


async def test_a_merger_moves_the_support_and_leads_from_each_to_the_other(
    assent: Assent, home: Home
) -> None:
    first, second = await pair(assent, home)
    answer = await merge(home, home.ana)
    assert "BTRST-1 is merged into BTRST-2, which has 2 supporters now; 1 of them are new" in answer
    await assent.settle()
    assert "MERGED" in first.text
    assert f"BTRST-2 · {OTHER}" in read(first)
    here, into = home.thread("BTRST-1"), home.thread("BTRST-2")
    there = f"https://discord.com/channels/{home.guild.id}/{into.id}"
    assert [each["url"] for each in first.buttons if each.get("url")] == [there]
    assert "2 of 2" in second.text
    (gone,) = home.saying(here, "merged BTRST-1 into BTRST-2", WHY)
    assert [each["url"] for each in gone.buttons] == [there]
    (came,) = home.saying(into, "BTRST-1 was merged into this", WHY)
    assert [each["url"].rpartition("/")[2] for each in came.buttons] == [str(here.id)]
    home.check_that_all_is_said_once()


async def test_the_support_of_both_together_makes_the_other_ready(
    assent: Assent, home: Home
) -> None:
    await pair(assent, home)
    await merge(home, home.ana)
    await assent.settle()
    assert home.phase("BTRST-2") == "ready"
    assert len(home.saying(home.thread("BTRST-2"), "Enough support")) == 1


async def test_a_merger_done_twice_is_done_once_and_says_who_was_first(
    assent: Assent, home: Home
) -> None:
    await pair(assent, home)
    await merge(home, home.ana)
    before = home.memory()
    again = await merge(home, home.owner)
    assert re.search(rf"{home.ana.mention} merged BTRST-1 <t:\d+:R>", again)
    assert home.memory() == before
    assert assent.bot.is_ready()


async def test_a_member_merges_only_what_is_theirs(assent: Assent, home: Home) -> None:
    await pair(assent, home)
    assert "Only the author of BTRST-1 or a moderator" in await merge(home, home.kofi)
    assert "BTRST-1 is merged into BTRST-2" in await merge(home, home.mara)
    assert assent.bot.is_ready()


async def test_a_merged_idea_is_taken_up_again_by_a_moderator(assent: Assent, home: Home) -> None:
    first, _ = await pair(assent, home)
    await merge(home, home.ana)
    reply = await home.ana.run("/idea reopen", home.general, idea="BTRST-1", reason="They differ.")
    assert "gathers support again" in reply.text
    await assent.settle()
    assert "1 of 2" in first.text
    assert OTHER not in read(first)
    home.check_that_all_is_said_once()


async def test_suggestions_for_a_merger_are_what_can_be_merged_and_what_it_can_go_into(
    assent: Assent, home: Home
) -> None:
    await pair(assent, home)
    await home.speak(home.joel, title="Pay for audits", text="Because they are due.", change="Do.")
    await home.ana.run("/idea reject", home.general, idea="BTRST-3", reason="Not ours to pay.")
    for option in ("idea", "into"):
        choices = await home.ana.autocomplete("/idea merge", home.general, **{option: ""})
        assert [each.value for each in choices] == ["BTRST-2", "BTRST-1"]
    reopenable = await home.ana.autocomplete("/idea reopen", home.general, idea="")
    assert [each.value for each in reopenable] == ["BTRST-3"]
    assert TITLE in read(home.card("BTRST-1"))
    assert assent.bot.is_ready()
