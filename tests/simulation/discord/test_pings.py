"""Who is called: the announcement role where the policy says so, and nobody else, ever."""

import pytest

from tests.simulation.discord.home import DAY, Assent, Home, awake

HOSTILE = "@everyone @here <@&{role}> <@{user}> lower [fees](https://evil.example)"


@pytest.fixture
def hostile(home: Home) -> str:
    return HOSTILE.format(role=home.voter_role.id, user=home.joel.id)


async def test_a_vote_calls_the_announcement_role_in_its_channel_and_nowhere_else(
    assent: Assent, home: Home
) -> None:
    proposal = await assent.open_vote()
    home.clock.jump(proposal.end - home.clock.now() - DAY + 60)
    await assent.run("tallies", "outbox")
    home.clock.jump(2 * DAY)
    await assent.run("tallies", "outbox")
    await assent.settle()
    called = [each for each in home.pings().values() if each.pinged_roles]
    assert [message.channel.name for message in called] == ["votes"] * 3
    assert all(message.pinged_roles == {home.voter_role.id} for message in called)
    assert all(not message.pinged_users for message in called)
    assert not any(message.pinged_everyone for message in called)
    titles = [message.embeds[0]["title"] for message in called]
    assert [title.partition(" ")[2].split(":")[0] for title in titles] == [
        "A vote is coming",
        "Voting is open",
        "Voting ends in 1 day",
    ]
    home.check_that_all_is_said_once()


async def test_hostile_words_call_nobody_though_the_bot_may_call_everybody(
    assent: Assent, home: Home, hostile: str
) -> None:
    home.guild.change_role(
        home.guild.bot_role, permissions=home.guild.bot_role.permissions | 1 << 17
    )
    reply = await home.speak(title=hostile, text=hostile)
    assert reply.ephemeral
    card = home.card()
    await assent.support(card, home.joel, home.kofi)
    await assent.settle()
    await home.ana.press(card, "Promote")
    await home.ana.run("/idea reject", home.general, idea="BTRST-1", reason=hostile)
    await home.joel.run("/proposal show", home.general, proposal="BTRST-1")
    await home.joel.run("/proposal history", home.general, proposal="BTRST-1")
    await home.joel.run("/proposal list", home.general)
    await home.joel.run("/proposal show", home.general, proposal=hostile)
    calls_of_the_author = [
        {user.id if hasattr(user, "id") else user for user in each.pinged_users}
        for each in home.pings().values()
    ]
    assert all(called == {home.mara.id} for called in calls_of_the_author)
    every = [each for place in home.world.state.places.values() for each in place.log.values()]
    ours = [each for each in every if each.author.bot]
    assert not any(each.pinged_roles or each.pinged_everyone for each in ours)
    assert not any("](https://evil" in each.text for each in ours)


async def test_a_thread_is_named_by_a_hostile_title_without_calling_anybody(
    assent: Assent, home: Home, hostile: str
) -> None:
    await home.speak(title=hostile)
    assert len(home.thread().name) <= 100
    assert not home.pings()
    assert assent.bot.allowed_mentions is not None
    assert dict(assent.bot.allowed_mentions.to_dict()) == {"parse": []}


async def test_without_an_announcement_role_nobody_is_called(home: Home) -> None:
    async with awake(home) as assent:
        await home.set_up(announcement_role=None)
        await assent.noticed_vote()
        assert len(home.saying(home.votes, "A vote is coming")) == 1
        assert not [each for each in home.pings().values() if each.pinged_roles]


async def test_every_message_says_on_the_wire_who_may_be_called(assent: Assent, home: Home) -> None:
    await assent.noticed_vote()
    sent = [
        *home.calls("POST", r"/channels/\d+/messages$"),
        *home.calls("PATCH", r"/channels/\d+/messages/\d+$"),
    ]
    assert len(sent) > 6
    for call in sent:
        allowed = call["request_json"]["allowed_mentions"]
        assert allowed["parse"] == []
        assert allowed.get("roles", []) in ([], [home.voter_role.id], [str(home.voter_role.id)])
        assert allowed.get("users", []) in ([], [home.mara.id], [str(home.mara.id)])
