"""The author is told of each change of status: mentioned in the thread, or by direct message."""

from dataclasses import replace

import pytest

from bot.domain.types import GuildId
from sandbox.discord import Message
from tests.simulation.discord.home import Assent, Home, read

HOURS = 24


def called(home: Home) -> list[tuple[str, int]]:
    """Give the titles of what has called a member, and who that was."""
    return [
        (read(each).split(":")[0], user)
        for each in home.pings().values()
        for user in each.pinged_users
    ]


async def wants_direct_messages(home: Home) -> None:
    reply = await home.mara.run("/idea updates", home.general, how="as direct messages")
    assert reply.ephemeral
    assert "by direct message" in reply.text


def told(home: Home) -> list[Message]:
    return [each for each in home.mara.direct_messages if each.author.bot and each.embeds]


async def test_an_author_is_mentioned_in_the_thread_at_each_change_of_status(
    assent: Assent, home: Home
) -> None:
    await assent.draft()
    thread = home.thread()
    pinged = [each for each in home.pings().values() if each.pinged_users]
    assert all(each.channel.id == thread.id for each in pinged)
    assert all(each.content == home.mara.mention for each in pinged)
    assert len(pinged) == 2
    assert {user for _, user in called(home)} == {home.mara.id}


async def test_what_an_author_does_themselves_does_not_call_them(
    assent: Assent, home: Home
) -> None:
    await home.speak()
    await home.mara.run("/idea withdraw", home.general, idea="BTRST-1")
    await assent.settle()
    assert len(home.saying(home.thread(), "Withdrawn")) == 1
    assert not home.pings()


async def test_a_policy_may_call_no_authors(assent: Assent, home: Home) -> None:
    async with assent.bot.services.ideas._database.transaction() as store:
        community = await store.communities.of(GuildId(home.guild.id))
        policy = replace(community.policy, author_is_called=False)
        await store.communities.save(replace(community, policy=policy))
    await assent.draft()
    assert not home.pings()


async def test_who_asked_for_it_is_told_by_direct_message_and_not_called_in_the_thread(
    assent: Assent, home: Home
) -> None:
    await wants_direct_messages(home)
    await assent.draft()
    assert not home.pings()
    titles = [read(each).split(":")[0] for each in told(home)]
    assert len(titles) == 2
    assert "Enough support" in titles[0]
    assert "Now a proposal" in titles[1]
    assert len(home.saying(home.thread(), "Now a proposal")) == 1


async def test_an_unknown_outcome_of_a_direct_message_does_not_say_it_twice(
    assent: Assent, home: Home
) -> None:
    await wants_direct_messages(home)
    await home.speak()
    await home.ana.run("/idea park", home.general, idea="BTRST-1", reason="Later.")
    await assent.settle()
    (private,) = told(home)
    home.faults.lose_answer("POST", rf"/channels/{private.channel.id}/messages$", times=1)
    await home.ana.run("/idea reopen", home.general, idea="BTRST-1", reason="Now.")
    await assent.settle(seconds=700)
    assert len(told(home)) == 2


async def test_whoever_changes_their_mind_is_not_told_again_of_what_was_said(
    assent: Assent, home: Home
) -> None:
    await assent.draft()
    await wants_direct_messages(home)
    await assent.settle()
    assert not told(home)
    reply = await home.mara.run("/idea updates", home.general, how="in the thread")
    assert "in its thread" in reply.text
    await home.ana.run("/idea reject", home.general, idea="BTRST-1", reason="No.")
    await assent.settle()
    assert not told(home)
    assert len([each for each in home.pings().values() if each.pinged_users]) == 3


@pytest.mark.parametrize("why", ["closed", "left"])
async def test_closed_direct_messages_fall_back_to_the_thread_and_say_so(
    assent: Assent, home: Home, why: str
) -> None:
    await wants_direct_messages(home)
    await home.speak()
    if why == "closed":
        await home.mara.close_direct_messages()
    else:
        home.guild.leave(home.mara)
    await home.ana.run("/idea park", home.general, idea="BTRST-1", reason="After the audit.")
    await assent.settle()
    assert not told(home)
    (parked,) = home.saying(home.thread(), "Parked", "After the audit.")
    assert parked.content == home.mara.mention
    assert home.rows("SELECT wants_direct_messages FROM preferences") == [(0,)]
    history = await home.kofi.run("/proposal history", home.general, proposal="BTRST-1")
    assert "direct messages to Mara are closed" in history.text.replace("\\", "")
    home.check_that_all_is_said_once()


async def test_an_early_promotion_takes_a_reason_and_says_it(assent: Assent, home: Home) -> None:
    await home.set_up(discussion_hours=2 * HOURS)
    card = await assent.ready_idea()
    refused = await home.ana.press(card, "Promote")
    assert "`/idea promote` with `idea: BTRST-1` and `reason`" in refused.text
    options = {"idea": "BTRST-1", "reason": "The fee changes on Monday."}
    promoted = await home.ana.run("/idea promote", home.general, options=options)
    assert "is a draft now" in promoted.text
    await assent.settle()
    (said,) = home.saying(home.thread(), "Now a proposal")
    assert "promoted BTRST-1 early, because" in read(said)
    assert "> The fee changes on Monday." in read(said)
    assert "The fee changes on Monday." not in read(home.card())
    history = await home.kofi.run("/proposal history", home.general, proposal="BTRST-1")
    assert "ready → temperature draft, early: The fee changes" in history.text.replace("\\", "")


@pytest.mark.parametrize(
    ("preset", "phase", "answer", "headline"),
    [
        ("single-vote", "consensus draft", "is a draft now", "**VOTE** · being drafted"),
        ("onchain-only", "passed", "is accepted", "**ACCEPTED** · to be put on chain"),
    ],
)
async def test_with_fewer_votes_a_promotion_leads_further_and_says_so(
    assent: Assent, home: Home, preset: str, phase: str, answer: str, headline: str
) -> None:
    await home.set_up(preset=preset)
    await home.speak()
    await assent.support(home.card("GOV-1"), home.joel, home.kofi)
    await assent.settle()
    promoted = await home.ana.press(home.card("GOV-1"), "Promote")
    assert answer in promoted.text
    await assent.settle()
    assert home.phase("GOV-1") == phase
    said = "\n".join(
        [read(home.card("GOV-1")), *map(read, home.saying(home.thread("GOV-1"), "Now a proposal"))]
    )
    assert headline in said
    assert "Now a proposal" in said
    assert "temperature" not in said.lower()
    assert "consensus" not in said.lower()
