"""/help: the phases in plain words, where the server stands, and what one can do."""

from sandbox.discord import Reply
from sandbox.discord.messages import Message
from tests.simulation.discord.home import Assent, Home, awake


def seen(reply: Reply) -> str:
    assert reply.ephemeral
    return reply.text.replace("\\", "")


def labels(reply: Reply) -> list[str]:
    message = reply.message
    assert isinstance(message, Message)
    return [str(button.get("label")) for button in message.buttons]


async def test_before_the_set_up_an_administrator_is_led_to_it_and_a_member_told_whom_to_ask(
    home: Home,
) -> None:
    async with awake(home):
        theirs = await home.joel.run("/help", home.general)
        assert "Ask somebody who manages this server" in seen(theirs)
        assert labels(theirs) == []
        mine = await home.owner.run("/help", home.general)
        assert labels(mine) == ["Run set-up"]
        page = await home.owner.press(mine, "Run set-up")
        assert "1 of 6" in seen(page)


async def test_a_newcomer_reads_the_four_phases_and_how_to_begin(
    assent: Assent, home: Home
) -> None:
    await assent.sync()
    text = seen(await home.kofi.run("/help", home.general))
    for words in ("1 · Ideas", "2 · Drafts", "3 · Votes", "4 · Timelock", "no open idea now"):
        assert words in text
    assert "Temperature Check of 3 days, then a Consensus Check of 7 days" in text
    assert "`/idea new`" in text
    assert len(text) < 2_000


async def test_an_idea_is_offered_for_support_and_its_thread_is_one_press_away(
    assent: Assent, home: Home
) -> None:
    await home.speak()
    await assent.settle()
    reply = await home.joel.run("/help", home.general)
    assert "1 open idea" in seen(reply)
    assert f"Read BTRST-1 <#{home.thread().id}>" in seen(reply)
    assert labels(reply) == ["Open its thread"]


async def test_an_author_is_led_to_their_draft_and_a_moderator_to_what_waits(
    assent: Assent, home: Home
) -> None:
    await assent.draft()
    assert "Your draft BTRST-1" in seen(await home.mara.run("/help", home.general))
    assert "waits to be announced" in seen(await home.ana.run("/help", home.general))
    other = seen(await home.kofi.run("/help", home.general))
    assert "1 draft" in other
    assert "Your draft" not in other


async def test_an_open_vote_is_said_with_its_end_and_leads_to_snapshot(
    assent: Assent, home: Home
) -> None:
    vote = await assent.open_vote()
    await assent.run("tallies")
    reply = await home.joel.run("/help", home.general)
    assert "1 open vote" in seen(reply)
    assert f"ends <t:{vote.end}:R>" in seen(reply)
    assert labels(reply) == ["Vote"]


async def test_what_waits_in_the_timelock_is_said(home: Home) -> None:
    dao = await home.worlds.chain.braintrust()
    chain = home.worlds.chain
    async with awake(home) as assent:
        await home.set_up(governor=dao.governor_address)
        wallet = chain.wallet("mara")
        await dao.give(wallet, 200_000)
        number = await dao.propose(wallet, [dao.set_fee(8)], "# Lower *it*\n\nNow.")
        await dao.open_voting(number)
        await dao.vote(wallet, number, 1)
        await chain.mine(14)
        await assent.run(f"chain {chain.chain_id}")
        await dao.close_voting(number)
        await dao.queue(number)
        await chain.mine(14)
        await assent.run(f"chain {chain.chain_id}")
        text = seen(await home.joel.run("/help", home.general))
        assert "1 proposal in the timelock" in text
        assert "Lower *it*" in text
        assert "executable <t:" in text
