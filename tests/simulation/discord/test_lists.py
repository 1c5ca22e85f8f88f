"""Lists of ideas and proposals, turned page by page by anybody, also after a restart."""

import pytest

from tests.simulation.discord.home import Assent, Home, awake


async def test_ideas_are_listed_by_support_with_a_link_to_each(assent: Assent, home: Home) -> None:
    await home.speak(title="The first")
    await home.speak(title="The second")
    await assent.support(home.card("BTRST-1"), home.kofi)
    reply = await home.joel.run("/idea list", home.general)
    assert reply.ephemeral
    text = reply.text.replace("\\", "")
    assert "Ideas · 2" in text
    assert text.index("The first") < text.index("The second")
    assert "1 of 2 supporters" in text
    card = home.card("BTRST-1")
    assert f"/{home.guild.id}/{card.channel.id}/{card.id})" in text
    newest = await home.joel.run("/idea list", home.general, order="newest")
    text = newest.text.replace("\\", "")
    assert text.index("The second") < text.index("The first")


async def test_pages_turn_and_each_is_asked_anew_also_after_a_restart(home: Home) -> None:
    async with awake(home) as assent:
        await home.set_up()
        for number in range(12):
            await home.speak(title=f"Idea number {number}.")
        first = await home.joel.run("/idea list", home.general, order="newest")
        assert "number 11" in first.text
        assert "number 1\\." not in first.text
        await home.speak(title="One more")
        await assent.drain()
    async with awake(home):
        second = await home.joel.press(first, "Next page ▶")
        assert "page 2 of 2" in second.text
        assert "number 2" in second.text
        assert "number 11" not in second.text
        back = await home.joel.press(second, "◀ Earlier page")
        assert "One more" in back.text


async def test_a_list_is_filtered_by_author_status_and_topic(assent: Assent, home: Home) -> None:
    await home.speak(title="Of Mara")
    await home.speak(home.kofi, title="Of Kofi")
    await home.ana.run("/idea park", home.general, idea="BTRST-1", reason="Later.")
    theirs = await home.joel.run("/idea list", home.general, options={"author": home.kofi})
    assert "Of Kofi" in theirs.text
    assert "Of Mara" not in theirs.text
    parked = await home.joel.run("/idea list", home.general, status="parked")
    assert "Of Mara" in parked.text
    empty = await home.joel.run("/idea list", home.general, topic="treasury")
    assert "Nothing fits" in empty.text
    offered = await home.joel.autocomplete("/idea list", home.general, topic="FE")
    assert [each.value for each in offered] == ["fees"]
    wrong = await home.joel.run("/idea list", home.general, topic="football")
    assert "no such topic" in wrong.text
    offered = await home.joel.autocomplete("/proposal list", home.general, topic="plat")
    assert [each.value for each in offered] == ["platform rules"]
    assert assent.bot.is_ready()


async def test_an_empty_list_says_what_to_do(assent: Assent, home: Home) -> None:
    for command in ("/idea list", "/proposal list"):
        reply = await home.joel.run(command, home.general)
        assert "`/idea new`" in reply.text
    assert assent.bot.is_ready()


async def test_an_idea_is_shown_privately_as_it_stands_with_its_link(
    assent: Assent, home: Home
) -> None:
    await home.speak()
    await assent.support(home.card(), home.kofi)
    reply = await home.joel.run("/idea show", home.general, idea="BTRST-1")
    assert reply.ephemeral
    assert "1 of 2" in reply.text
    assert f"/{home.ideas.id}/{home.card().id}" in reply.text
    offered = await home.joel.autocomplete("/idea show", home.general, idea="fee")
    assert [each.value for each in offered] == ["BTRST-1"]


@pytest.mark.parametrize(
    "forged",
    [
        "list:ideas:all:newest:99999::",
        "list:proposals:all:support:0:99999999999999999999:",
        "list:ideas:all:newest:0::ffffffff",
    ],
)
async def test_a_forged_page_is_answered_and_changes_nothing(
    assent: Assent, home: Home, forged: str
) -> None:
    await home.speak()
    before = home.memory()
    answer = await home.joel.forge_component(home.general, forged)
    assert "Something went wrong" not in answer.text
    assert home.memory() == before
    assert assent.bot.is_ready()
