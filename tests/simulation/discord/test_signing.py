"""Wallets in Discord: a link that nobody else sees, the page behind it, and what is known then."""

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import httpx
import pytest

from sandbox.browser import Browser, PageRefusedError
from sandbox.discord import Reply
from sandbox.ports import free_port
from sandbox.snapshot.provider import Provider
from tests.simulation.discord.home import DAY, SPACE, Assent, Home, awake, read


@pytest.fixture
async def signing(home: Home) -> AsyncIterator[Assent]:
    """Run the bot with its page in a server that is set up."""
    port = str(free_port())
    address = f"http://127.0.0.1:{port}/assent"
    async with awake(home, PAGE_URL=address, PAGE_PORT=port) as assent:
        await home.set_up()
        yield assent


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient() as client:
        yield client


def link_in(reply: Reply) -> str:
    """Give the address that the answer's button opens."""
    assert reply.ephemeral
    (row,) = reply.messages[0].components
    (button,) = row["components"]
    return str(button["url"])


def wallet(home: Home, name: str) -> Provider:
    return Provider(wallet=home.worlds.snapshot.wallet(name))


@pytest.mark.usefixtures("signing")
async def test_a_member_links_lists_and_unlinks_a_wallet(
    home: Home, http: httpx.AsyncClient
) -> None:
    mine = wallet(home, "Kofi")
    link = link_in(await home.kofi.run("/wallet link", home.general))
    assert urlsplit(link).path == "/assent/s"
    done = await Browser(link, http).sign(mine)
    assert mine.wallet.address in done["text"]
    listed = await home.kofi.run("/wallet list", home.general)
    assert listed.ephemeral
    assert mine.wallet.address in listed.text
    assert "no wallet" in (await home.joel.run("/wallet list", home.general)).text
    options = {"address": mine.wallet.address}
    refused = await home.joel.run("/wallet unlink", home.general, options=options)
    assert "No wallet of yours" in refused.text
    gone = await home.kofi.run("/wallet unlink", home.general, options=options)
    assert "Forgotten" in gone.text
    assert home.rows("SELECT * FROM wallets") == []


@pytest.mark.usefixtures("signing")
async def test_the_message_names_the_member_as_the_server_knows_them(
    home: Home, http: httpx.AsyncClient
) -> None:
    link = link_in(await home.kofi.run("/wallet link", home.general))
    address = wallet(home, "Kofi").wallet.address
    prepared = await Browser(link, http).ask("prepare", address=address)
    assert f"Kofi (id {home.kofi.id}) in the server with the id {home.guild.id}" in prepared["text"]


@pytest.mark.usefixtures("signing")
async def test_who_leaves_before_they_sign_links_nothing(
    home: Home, http: httpx.AsyncClient
) -> None:
    link = link_in(await home.kofi.run("/wallet link", home.general))
    home.guild.leave(home.kofi)
    with pytest.raises(PageRefusedError, match="not in it any more"):
        await Browser(link, http).sign(wallet(home, "Kofi"))
    assert home.rows("SELECT * FROM wallets") == []


async def test_who_cannot_be_looked_up_just_now_has_not_left(
    signing: Assent, home: Home, http: httpx.AsyncClient
) -> None:
    browser = Browser(link_in(await home.kofi.run("/wallet link", home.general)), http)
    gone = signing.bot.wait_for("guild_unavailable", timeout=5)
    home.faults.begin_outage(home.guild.guild)
    await gone
    with pytest.raises(PageRefusedError, match="does not answer right now") as refused:
        await browser.sign(wallet(home, "Kofi"))
    assert refused.value.problem == "unavailable"
    back = signing.bot.wait_for("guild_available", timeout=5)
    home.faults.end_outage(home.guild.guild)
    await back
    await browser.sign(wallet(home, "Kofi"))


async def test_without_any_key_a_member_signs_a_vote_that_then_is_posted(
    home: Home, http: httpx.AsyncClient
) -> None:
    ana = wallet(home, "Ana")
    home.worlds.snapshot.ledger.spaces[SPACE].members = [ana.wallet.address]
    port = str(free_port())
    page = f"http://127.0.0.1:{port}"
    async with awake(home, PAGE_URL=page, PAGE_PORT=port, SNAPSHOT_KEY_FILE="") as assent:
        await home.set_up()
        await assent.noticed_vote()
        await home.worlds.chain.mine(14)
        home.clock.jump(5 * DAY)
        await assent.run("publishing")
        await assent.settle()
        (wanted,) = home.saying(home.moderators, "A signature is wanted")
        link = link_in(await home.ana.press(wanted, "Sign with your wallet"))
        shown = await Browser(link, http).ask("errand")
        assert shown["title"] == "Sign the vote on BTRST-1"
        done = await Browser(link, http).sign(ana)
        assert "on its way to Snapshot" in done["text"]
        await assent.run("publishing", "publishing")
        await assent.settle()
        (posted,) = home.worlds.snapshot.proposals
        assert posted.author == ana.wallet.address
        assert home.phase() == "temperature check"
        late = await home.ana.press(wanted, "Sign with your wallet")
        assert "signed already" in late.text
        home.check_that_all_is_said_once()


async def test_without_any_key_a_vote_is_changed_and_then_deleted_by_its_wallet(
    home: Home, http: httpx.AsyncClient
) -> None:
    mara = wallet(home, "Mara")
    space = home.worlds.snapshot.ledger.spaces[SPACE]
    space.members, space.voting["delay"] = [mara.wallet.address], 30 * DAY
    port = str(free_port())
    page = f"http://127.0.0.1:{port}"
    async with awake(home, PAGE_URL=page, PAGE_PORT=port, SNAPSHOT_KEY_FILE="") as assent:
        await home.set_up()
        await assent.noticed_vote()
        await home.worlds.chain.mine(14)
        home.clock.jump(5 * DAY)
        await assent.run("publishing", "outbox")
        (wanted,) = home.saying(home.moderators, "A signature is wanted")
        link = link_in(await home.ana.press(wanted, "Sign with your wallet"))
        await Browser(link, http).sign(mara)
        await assent.run("publishing", "publishing", "outbox")
        (record,) = home.worlds.snapshot.proposals

        options = {"proposal": "BTRST-1"}
        form = await home.mara.run("/proposal edit", home.general, options=options)
        assert form.modal is not None, form.text
        offer = await home.mara.submit(form.modal, body="Another text.")
        (button,) = offer.messages[0].buttons
        assert button["label"] == "Sign with your wallet"
        link = link_in(await home.mara.press(offer, "Sign with your wallet"))
        assert record.body != "Another text."
        done = await Browser(link, http).sign(mara)
        assert "on its way to Snapshot" in done["text"]
        await assent.run("changes", "tallies", "outbox")
        assert record.body == "Another text."
        (news,) = home.saying(home.votes, "The vote was changed")
        assert f"<@{home.mara.id}> has changed" in read(news)
        again = await home.mara.press(offer, "Sign with your wallet")
        assert "dealt with already" in again.text

        options["reason"] = "The numbers in it are wrong."
        offer = await home.mara.run("/proposal delete", home.general, options=options)
        link = link_in(await home.mara.press(offer, "Sign with your wallet"))
        await Browser(link, http).sign(mara)
        await assent.run("changes", "tallies", "outbox")
        assert not home.worlds.snapshot.proposals
        (news,) = home.saying(home.votes, "The vote was deleted")
        assert options["reason"] in read(news)
        assert home.phase() == "temperature draft"
        await assent.settle()
        home.check_that_all_is_said_once()


async def test_without_a_page_it_is_said_what_is_missing(assent: Assent, home: Home) -> None:
    assert assent.bot.settings.page_url is None
    reply = await home.kofi.run("/wallet link", home.general)
    assert reply.ephemeral
    assert "PAGE_URL" in reply.text
    assert home.rows("SELECT * FROM page_links") == []


async def test_the_page_closes_with_the_bot_and_a_link_outlives_the_restart(
    home: Home, http: httpx.AsyncClient
) -> None:
    port = str(free_port())
    address = f"http://127.0.0.1:{port}"
    async with awake(home, PAGE_URL=address, PAGE_PORT=port):
        await home.set_up()
        link = link_in(await home.kofi.run("/wallet link", home.general))
    with pytest.raises(httpx.ConnectError):
        await http.get(link)
    async with awake(home, PAGE_URL=address, PAGE_PORT=port):
        await Browser(link, http).sign(wallet(home, "Kofi"))
    assert home.rows("SELECT address FROM wallets") == [(wallet(home, "Kofi").wallet.address,)]
