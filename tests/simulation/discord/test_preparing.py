"""A proposal prepared in Discord, sent by a person, and known again; and power on chain."""

import json
import sqlite3
from contextlib import closing

import pytest

from sandbox.chain.daos import AlphaDao
from sandbox.discord import Person, Reply, Upload
from tests.simulation.discord.home import TITLE, Assent, Home, awake, read

CONFIRMED = 14  # blocks: more than the policy wants on top of a block
MENU = "Change, move or remove a call"


async def found(home: Home) -> AlphaDao:
    """Deploy a governor, follow it, and give Ana's wallet enough to propose."""
    chain = home.worlds.chain
    dao = await chain.braintrust()
    await dao.give(chain.wallet("ana"), 200_000)
    await chain.mine(CONFIRMED)
    reply = await home.set_up(governor=dao.governor_address, chain=chain.chain_id)
    assert dao.governor_address in reply.text
    return dao


def link(home: Home, person: Person, address: str) -> None:
    with closing(sqlite3.connect(home.database_file)) as connection, connection:
        connection.execute(
            "INSERT INTO wallets VALUES (?, ?, ?, 1, ?)",
            (home.guild.id, person.id, address, home.clock.now()),
        )


async def passed(home: Home, assent: Assent) -> None:
    await home.speak()
    await assent.settle()
    with closing(sqlite3.connect(home.database_file)) as connection, connection:
        connection.execute("UPDATE proposals SET phase = 'passed'")


async def add(person: Person, page: Reply, label: str, *call: str) -> Reply:
    names = ("target", "function", "arguments", "value")
    form = await person.press(page, label)
    return await person.submit(form.modal, dict(zip(names, call, strict=False)))


async def test_what_is_prepared_is_proposed_by_a_person_and_known_again(
    assent: Assent, home: Home
) -> None:
    dao = await found(home)
    chain, wallet = home.worlds.chain, home.worlds.chain.wallet("ana")
    link(home, home.ana, wallet.address)
    await passed(home, assent)
    page = await home.ana.run("/onchain prepare", home.general, proposal="BTRST-1")
    assert page.ephemeral
    assert "There is no call yet" in read(page)
    await add(home.ana, page, "Add a call", dao.target_address, "setMarketplaceFee(uint8)", "300")
    assert "300 does not fit uint8" in read(page)
    assert "1 cannot be encoded yet" in read(page)
    chosen = await home.ana.choose(page, MENU, values=["0"])
    assert chosen.updated
    form = await home.ana.press(page, "Change it")
    assert form.modal is not None
    assert [field.value for field in form.modal.fields][2] == "300"
    await home.ana.submit(form.modal, arguments="8")
    assert "✔ would succeed" in read(page)
    assert "1. Set the marketplace fee to **8**" in read(page)
    assert f"1. setMarketplaceFee of `{dao.target_address}`: ✔ would succeed" in read(page)
    assert f"tried from `{wallet.address}`: ✔ would succeed" in read(page)
    assert "More than 500 BTRST" in read(page).replace("*", "")
    given = await home.ana.press(page, "Get the calldata")
    assert given.ephemeral
    assert dao.governor_address in given.text
    calldata = given.files["calldata.txt"].decode()
    (safe,) = json.loads(given.files["safe.json"])["transactions"]
    assert safe == {"to": dao.governor_address, "value": "0", "data": calldata}
    await chain.transact(wallet, dao.governor_address, bytes.fromhex(calldata[2:]))
    await chain.mine(CONFIRMED)
    for _ in range(3):
        await assent.run(f"chain {chain.chain_id}", "outbox")
    await assent.settle()
    (said,) = home.saying(home.votes, "Proposed on chain")
    assert TITLE in read(said)
    assert "setMarketplaceFee" in read(said)
    (description,) = home.rows(
        "SELECT json_extract(body, '$.description') FROM governor_proposals"
    )[0]
    assert description == given.files["description.md"].decode()
    assert f"# {TITLE}\n\nDiscussion: https://discord.com/channels/" in description


async def test_the_title_is_that_of_the_vote_without_what_its_step_put_before_it(
    assent: Assent, home: Home
) -> None:
    await found(home)
    vote = await assent.open_vote()
    assert vote.title == f"[Temperature Check] - {TITLE}"
    page = await home.ana.run("/onchain prepare", home.general, proposal="BTRST-1")
    assert f"**{TITLE}**" in read(page)
    assert f"/proposal/{vote.id}" in read(page)
    assert "BTRST-1 has not passed its votes off chain yet" in read(page)
    form = await home.ana.press(page, "Title and text")
    await home.ana.submit(form.modal, title="Something else")
    assert f"The title is not that of the vote off chain, “{TITLE}”" in read(page)


async def test_a_preparation_outlives_a_restart(home: Home) -> None:
    async with awake(home):
        dao = await found(home)
        page = await home.ana.run("/onchain prepare", home.general)
        form = await home.ana.press(page, "Title and text")
    async with awake(home):
        await home.ana.submit(form.modal, title="# Lower the fee", text="As we said.")
        assert "**Lower the fee**" in read(page)
        pasted = await home.ana.press(page, "Calls as JSON")
        call = {"target": dao.target_address, "function": "setMarketplaceFee(uint8)"}
        calls = [call | {"arguments": [percent]} for percent in (8, 101)]
        await home.ana.submit(pasted.modal, json=json.dumps(calls))
        assert "a fee is at most 100 percent" in read(page)
        assert "call 2 would revert" in read(page)
        await home.ana.choose(page, MENU, values=["1"])
        await home.ana.press(page, "Remove it")
        assert "would revert" not in read(page)
        given = await home.ana.press(page, "Get the calldata")
        assert given.files["description.md"].decode() == "# Lower the fee\n\nAs we said."


async def test_what_cannot_be_taken_comes_back_as_a_file(assent: Assent, home: Home) -> None:
    await found(home)
    page = await home.ana.run("/onchain prepare", home.general)
    form = await home.ana.press(page, "Calls as JSON")
    refused = await home.ana.submit(form.modal, json="{not json")
    assert "This file cannot be used" in read(refused)
    assert refused.files["your-text.txt"] == b"{not json"
    assert assent.bot.guilds


async def test_power_on_chain_is_own_delegated_and_needed(assent: Assent, home: Home) -> None:
    dao = await found(home)
    chain = home.worlds.chain
    nobody = await home.joel.run("/vote power", home.general)
    assert "/wallet link" in read(nobody)
    wallet = chain.wallet("joel")
    await dao.give(wallet, 300)
    await chain.mine()
    link(home, home.joel, wallet.address)
    link(home, home.ana, chain.wallet("ana").address)
    shown = await home.joel.run("/vote power", home.general)
    assert shown.ephemeral
    text = read(shown).replace("*", "")
    assert "own 300 BTRST · votes 300 BTRST" in text
    assert "delegated to itself" in text
    assert "It cannot propose: more than 200 BTRST of further votes are needed" in text
    assert "1 wallet that other members have linked" in text
    assert chain.wallet("ana").address not in text
    assert "No vote is open here now" in text
    await dao.delegate(wallet, to=chain.wallet("ana"))
    text = read(await home.joel.run("/vote power", home.general)).replace("*", "")
    assert "own 300 BTRST · votes 0" in text
    assert f"delegated to `{chain.wallet('ana').address}`" in text
    mistyped = await home.joel.run("/vote power", home.general, address="0x12")
    assert "is no address" in read(mistyped)
    assert assent.bot.guilds


async def test_a_file_is_taken_with_the_command_and_one_that_is_none_is_refused(
    assent: Assent, home: Home
) -> None:
    dao = await found(home)
    written = {
        "chainId": str(home.worlds.chain.chain_id),
        "transactions": [{"to": dao.governor_address, "value": "0", "data": "0x12345678"}],
    }
    file = Upload(name="safe.json", content=json.dumps(written).encode())
    page = await home.ana.run("/onchain prepare", home.general, file=file)
    assert f"of `{dao.governor_address}`: ✖ would revert" in read(page)
    form = await home.ana.press(page, "Title and text")
    await home.ana.submit(form.modal, title="Lower the fee")
    given = await home.ana.press(page, "Get the calldata")
    again = Upload(name="calls.json", content=given.files["calls.json"])
    page = await home.ana.run("/onchain prepare", home.general, file=again)
    assert f"of `{dao.governor_address}`: ✖ would revert" in read(page)
    for content, words in (
        (b"\xff\xfe", "no UTF-8 text"),
        (b"", "cannot be used"),
        (b"[" * 300_000, "more than 256 kB"),
    ):
        file = Upload(name="calls.json", content=content)
        refused = await home.ana.run("/onchain prepare", home.general, file=file)
        assert words in read(refused)
    assert assent.bot.guilds


async def test_the_governors_are_offered_by_name_and_chain(assent: Assent, home: Home) -> None:
    dao = await found(home)
    chain = home.worlds.chain.chain_id
    for typed, offered in (("", 1), ("GOVERNOR", 1), (dao.governor_address, 1), ("nothing", 0)):
        choices = await home.ana.autocomplete("/onchain prepare", home.general, governor=typed)
        assert [each.value for each in choices] == [f"{chain}:{dao.governor_address}"] * offered
    await passed(home, assent)
    choices = await home.ana.autocomplete("/onchain prepare", home.general, proposal="")
    assert [each.value for each in choices] == ["BTRST-1"]


async def test_nothing_can_be_sent_before_it_is_right(assent: Assent, home: Home) -> None:
    dao = await found(home)
    page = await home.ana.run("/onchain prepare", home.general)
    await add(home.ana, page, "Add a call", dao.target_address, "setMarketplaceFee(uint8)", "8")
    assert "It has no title yet" in read(page)
    with pytest.raises(LookupError):
        page.button("Get the calldata")
    # A button that is still on an older message.
    state = page.button("Check again")["custom_id"].replace("check", "calldata")
    refused = await home.ana.forge_component(home.general, state)
    assert "It has no title yet" in read(refused)
    assert assent.bot.guilds
    moved = await home.ana.choose(page, MENU, values=["0"])
    with pytest.raises(LookupError):
        moved.button("Make it earlier")
    await home.ana.press(page, "Back")
    assert "In preparation" in read(page)
