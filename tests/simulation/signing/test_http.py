"""The page over HTTP, as a browser and as somebody else would ask it."""

from http import HTTPStatus

import pytest

from bot.domain.offchain.vote import VoteStatus
from sandbox.browser import PageRefusedError, signing_with
from sandbox.snapshot.wallet import key_of
from tests.builders import AUTHOR, GUILD, MEMBER
from tests.simulation.signing.conftest import Desk, person


async def test_a_wallet_is_linked(desk: Desk) -> None:
    wallet = person("Ana")
    browser = await desk.browser()
    errand = await browser.ask("errand")
    assert errand["title"] == "Link your wallet"
    done = await browser.sign(wallet.address, signing_with(key_of("Ana")))
    assert wallet.address in done["text"]
    (linked,) = await desk.town.wallets.of(GUILD, MEMBER.user_id)
    assert linked.address == wallet.address
    assert await desk.town.wallets.of(GUILD, AUTHOR.user_id) == []


async def test_a_proposal_signed_in_the_browser_is_posted_like_one_of_ours(desk: Desk) -> None:
    errand = await desk.to_be_signed()
    author = desk.author()
    browser = await desk.browser(errand, AUTHOR)
    await browser.sign(author.address, signing_with(key_of("Mara")))
    idea = await desk.proposal(errand)
    vote = await desk.town.vote(idea)
    assert vote.status is VoteStatus.SIGNED
    await desk.town.publishing.tick()
    record = await desk.town.record(idea)
    assert record.author == author.address
    assert (await desk.town.vote(idea)).status is VoteStatus.POSTED


async def test_a_link_works_once(desk: Desk) -> None:
    browser = await desk.browser()
    wallet = person("Ana")
    await browser.sign(wallet.address, signing_with(key_of("Ana")))
    for what in ("errand", "prepare", "finish"):
        with pytest.raises(PageRefusedError) as refused:
            await browser.ask(what, address=wallet.address, signature="0x00")
        assert (refused.value.status, refused.value.problem) == (HTTPStatus.GONE, "used")
        assert refused.value.title == "This link was used already"
