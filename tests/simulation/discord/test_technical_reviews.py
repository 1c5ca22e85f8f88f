"""The technical review in a proposal's thread: compared, tried, signed, and closed."""

import sqlite3
from contextlib import closing

from sandbox.chain.daos import OpenZeppelinDao
from sandbox.chain.wallet import Wallet
from sandbox.discord import Message
from tests.simulation.discord.home import TITLE, Assent, Home, read

CONFIRMED = 14  # blocks: more than the policy wants on top of a block


async def catch_up(assent: Assent, home: Home) -> None:
    """Let blocks pass until everything is believed, and the bot read, review and say it."""
    chain = home.worlds.chain
    await chain.mine(CONFIRMED)
    for _ in range(3):
        await assent.run(f"chain {chain.chain_id}", "reviews", "outbox")
    await assent.settle()


async def proposed(assent: Assent, home: Home, percent: int) -> tuple[OpenZeppelinDao, Wallet, int]:
    """Let an idea that names its call be carried out on chain by a proposal of its title."""
    chain = home.worlds.chain
    dao, ana = await chain.openzeppelin(), chain.wallet("ana")
    await dao.give(ana, 200_000)
    await chain.mine(CONFIRMED)
    await home.set_up(governor=dao.governor_address, chain=chain.chain_id)
    await home.speak(change=f"call: {dao.target_address}: setMarketplaceFee(uint8) 8")
    await assent.settle()
    id_ = await dao.propose(ana, [dao.set_fee(percent)], f"# {TITLE}")
    with closing(sqlite3.connect(home.database_file)) as connection, connection:
        connection.execute(
            "UPDATE proposals SET phase = 'on chain', chain_id = ?, governor = ?, "
            "governor_proposal_id = ?",
            (chain.chain_id, dao.governor_address, str(id_)),
        )
    return dao, ana, id_


async def queued(assent: Assent, home: Home) -> tuple[OpenZeppelinDao, int, Message]:
    """Bring it into the timelock, and give its review's card."""
    dao, ana, id_ = await proposed(assent, home, percent=8)
    await dao.open_voting(id_)
    await dao.vote(ana, id_, 1)
    await dao.close_voting(id_)
    await dao.queue(id_)
    await catch_up(assent, home)
    (card,) = home.saying(home.thread(), "final technical review", "Simulation")
    return dao, id_, card


async def test_a_review_is_signed_in_its_thread_and_closed_by_the_execution(
    assent: Assent, home: Home
) -> None:
    dao, id_, card = await queued(assent, home)
    assert "✔ call 1" in read(card)
    assert "✔ would succeed" in read(card)
    assert "0 of 4 checks signed" in read(card)
    refused = await home.joel.press(card, "Sign checks")
    assert "Only moderators sign" in refused.text
    offer = await home.ana.press(card, "Sign checks")
    chosen = await home.ana.choose(
        offer, "The checks that you have made", values=["calls", "amounts"]
    )
    assert "You have signed 2 of 4 checks" in chosen.text
    await assent.settle()
    assert "2 of 4 checks signed" in read(card)
    assert f"✔ calls: <@{home.ana.id}>" in read(card)
    offer = await home.ana.press(card, "Sign checks")
    await home.ana.choose(offer, "The checks that you have made", values=["calls"])
    await assent.settle()
    assert "1 of 4 checks signed" in read(card)
    raw = await home.kofi.press(card, "Raw calls")
    text = raw.files["BTRST-1-calls.txt"].decode()
    assert f"target    {dao.target_address}" in text
    assert "calldata  0x" in text
    await dao.wait_for_eta(id_)
    await dao.execute(id_)
    await catch_up(assent, home)
    assert "executed ✔" in read(card)
    assert "1 of 4 checks signed" in read(card)
    assert [button["label"] for button in card.buttons] == ["Raw calls"]
    home.check_that_all_is_said_once()


async def test_what_differs_from_what_was_approved_is_a_warning_to_everybody_at_once(
    assent: Assent, home: Home
) -> None:
    await proposed(assent, home, percent=9)
    await catch_up(assent, home)
    (warning,) = home.saying(home.announcements, "Not what was approved")
    assert "call 1 differs" in read(warning)
    assert "You can still vote against it" in read(warning)
    assert warning.id in home.pings()
    assert len(home.saying(home.thread(), "Not what was approved")) == 1
    await catch_up(assent, home)
    assert len(home.saying(home.announcements, "Not what was approved")) == 1
    home.check_that_all_is_said_once()


async def test_a_concern_stands_on_the_card_until_it_is_withdrawn(
    assent: Assent, home: Home
) -> None:
    _, _, card = await queued(assent, home)
    form = await home.ana.press(card, "Raise a concern")
    told = await home.ana.submit(form.modal, text="@everyone The **fee** is too low.")
    assert "stands on the card" in told.text
    await assent.settle()
    assert "has a concern" in read(card)
    assert "@everyone The **fee** is too low." in read(card)
    assert not card.pinged_everyone
    assert len(home.saying(home.moderators, "A concern about BTRST-1")) == 1
    form = await home.ana.press(card, "Raise a concern")
    told = await home.ana.submit(form.modal, text="")
    assert "is withdrawn" in told.text
    await assent.settle()
    assert "has a concern" not in read(card)
    home.check_that_all_is_said_once()


async def test_what_is_none_of_ours_is_reviewed_where_it_is_announced(
    assent: Assent, home: Home
) -> None:
    chain = home.worlds.chain
    dao, ana = await chain.openzeppelin(), chain.wallet("ana")
    await dao.give(ana, 200_000)
    await chain.mine(CONFIRMED)
    await home.set_up(governor=dao.governor_address, chain=chain.chain_id)
    id_ = await dao.propose(ana, [dao.set_fee(8)], "# A stranger's idea")
    await dao.open_voting(id_)
    await dao.vote(ana, id_, 1)
    await dao.close_voting(id_)
    await dao.queue(id_)
    await catch_up(assent, home)
    (card,) = home.saying(home.announcements, "final technical review", "Simulation")
    refused = await home.joel.press(card, "Sign checks")
    assert "Only moderators sign" in refused.text
    offer = await home.ana.press(card, "Sign checks")
    chosen = await home.ana.choose(offer, "The checks that you have made", values=["calls"])
    assert "You have signed 1 of 4 checks of “A stranger's idea”" in chosen.text
    form = await home.ana.press(card, "Raise a concern")
    await home.ana.submit(form.modal, text="@everyone Nobody has decided this.")
    await assent.settle()
    assert "1 of 4 checks signed" in read(card)
    assert "Nobody has decided this." in read(card)
    (concern,) = home.saying(home.announcements, "A concern about A proposal of")
    assert not concern.pinged_everyone
    assert len(home.saying(home.moderators, "A concern about A proposal of")) == 1
    raw = await home.kofi.press(card, "Raw calls")
    (text,) = raw.files.values()
    assert f"target    {dao.target_address}" in text.decode()
    home.clock.jump(120)
    told = await home.ana.press(card, "Simulate again")
    assert "Tried just now: it would succeed" in told.text
    home.check_that_all_is_said_once()


async def test_a_moderator_has_the_calls_tried_again(assent: Assent, home: Home) -> None:
    _, _, card = await queued(assent, home)
    refused = await home.kofi.press(card, "Simulate again")
    assert "Only moderators" in refused.text
    home.clock.jump(120)
    told = await home.ana.press(card, "Simulate again")
    assert "Tried just now: it would succeed" in told.text
    again = await home.ana.press(card, "Simulate again")
    assert "in a minute" in again.text
    await assent.settle()
    home.check_that_all_is_said_once()


async def test_who_carries_a_decision_out_is_seen_by_everybody_and_says_that_it_is_done(
    assent: Assent, home: Home
) -> None:
    await home.set_up()
    await home.speak()
    await assent.settle()
    with closing(sqlite3.connect(home.database_file)) as connection, connection:
        connection.execute("UPDATE proposals SET phase = 'passed'")
    reply = await home.ana.run(
        "/proposal implement",
        home.general,
        proposal="BTRST-1",
        who=f"<@{home.kofi.id}>",
        until="in 10 days",
    )
    assert f"<@{home.kofi.id}> carries it out until" in reply.text
    await assent.settle()
    assert len(home.saying(home.announcements, "carries it out")) == 1
    assert f"Carried out by\n<@{home.kofi.id}>" in read(home.card())
    home.clock.jump(11 * 86_400)
    await assent.run("implementations")
    await assent.settle()
    assert len(home.saying(home.thread(), "To be done now")) == 1
    refused = await home.joel.run(
        "/proposal implemented", home.general, proposal="BTRST-1", evidence="Done."
    )
    assert "Only moderators" in refused.text
    done = await home.kofi.run(
        "/proposal implemented", home.general, proposal="BTRST-1", evidence="The page says 8 %."
    )
    assert "BTRST-1 is implemented" in done.text
    await assent.settle()
    (said,) = home.saying(home.announcements, "Carried out:")
    assert "The page says 8 %." in read(said)
    home.check_that_all_is_said_once()
