"""The page over HTTP, as a browser and as somebody else would ask it."""

import asyncio
import json
import re
import zlib
from dataclasses import replace
from http import HTTPStatus
from urllib.parse import urlsplit

import httpx
import pytest

from bot.domain.errand import SignAlias, SignProposal
from bot.domain.errors import Denial
from bot.domain.offchain.vote import VoteStatus
from bot.pages import PageError, PagePlace, open_page
from bot.pages.guard import BODY_LIMIT, REQUESTS_A_MINUTE
from sandbox.browser import Browser, PageRefusedError, signed
from sandbox.ports import free_port
from tests.builders import AUTHOR, GUILD, MEMBER, MODERATOR
from tests.simulation.signing.conftest import Desk

NO_SIGNATURE = "0x" + "1" * 130


async def refusal(browser: Browser, what: str, **fields: str) -> PageRefusedError:
    with pytest.raises(PageRefusedError) as refused:
        await browser.ask(what, **fields)
    assert str(refused.value).endswith(".")
    return refused.value


async def post(desk: Desk, what: str, content: bytes | str, **headers: str) -> httpx.Response:
    """Ask the page something that its own script would not."""
    given = {
        "Origin": desk.place.origin,
        "Content-Type": "application/json",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    kept = {name: value for name, value in given.items() if value}
    return await desk.http.post(f"{desk.place.url}/api/{what}", content=content, headers=kept)


async def test_a_wallet_is_linked(desk: Desk) -> None:
    address = desk.address("Ana")
    browser = await desk.browser()
    assert (await browser.ask("errand"))["title"] == "Link your wallet"
    done = await browser.sign(desk.wallet("Ana"))
    assert address in done["text"]
    (linked,) = await desk.town.wallets.of(GUILD, MEMBER.user_id)
    assert str(linked.address) == address
    assert await desk.town.wallets.of(GUILD, AUTHOR.user_id) == []


async def test_a_wallet_that_is_unlinked_is_nowhere_any_more(desk: Desk) -> None:
    address = desk.address("Ana")
    await (await desk.browser()).sign(desk.wallet("Ana"))
    assert any(address in row for row in desk.town.dump())
    await desk.town.wallets.unlink(GUILD, MEMBER.user_id, address)
    assert not [row for row in desk.town.dump() if address.lower() in row.lower()]


async def test_the_message_is_bound_to_the_page_and_to_the_chain_of_the_space(desk: Desk) -> None:
    browser = await desk.browser()
    prepared = await browser.ask("prepare", address=desk.address("Ana"))
    assert prepared["method"] == "personal_sign"
    assert prepared["text"].startswith(f"{urlsplit(desk.place.url).netloc} wants you to sign in")
    assert f"URI: {desk.place.url}/s\n" in prepared["text"]
    assert "Chain ID: 1\n" in prepared["text"]


async def test_a_proposal_signed_in_the_browser_is_posted_like_one_of_ours(desk: Desk) -> None:
    errand, author = await desk.to_be_signed(), desk.author()
    browser = await desk.browser(errand, AUTHOR)
    words = await browser.ask("errand")
    assert words["title"] == "Sign the vote on BTRST-1"
    assert words["about"] == "Lower the marketplace fee"
    await browser.sign(author)
    idea = await desk.proposal(errand)
    assert (await desk.town.vote(idea)).status is VoteStatus.SIGNED
    await desk.town.publishing.tick()
    assert (await desk.town.record(idea)).author == author.wallet.address
    assert (await desk.town.vote(idea)).status is VoteStatus.POSTED


async def test_what_was_shown_is_what_is_posted_to_the_letter(desk: Desk) -> None:
    errand, author = await desk.to_be_signed(text="Ünïcode \u202e ¼ 🗳"), desk.author()
    browser = await desk.browser(errand, AUTHOR)
    prepared = await browser.ask("prepare", address=author.wallet.address)
    signature = signed(author, prepared)
    await browser.ask("finish", address=author.wallet.address, signature=signature)
    shown = json.loads(prepared["text"])
    envelope = (await desk.town.vote(await desk.proposal(errand))).envelope
    assert envelope is not None
    posted = json.loads(envelope.text)["data"]
    assert posted["message"] == shown["message"]
    assert posted["domain"] == shown["domain"]
    assert posted["types"] == {"Proposal": shown["types"]["Proposal"]}


async def test_a_wallet_that_may_not_propose_in_the_space_is_told_so_before_it_signs(
    desk: Desk,
) -> None:
    browser = await desk.browser(await desk.to_be_signed(), AUTHOR)
    refused = await refusal(browser, "prepare", address=desk.address("Nobody"))
    assert (refused.status, refused.problem) == (HTTPStatus.UNPROCESSABLE_ENTITY, "refused")
    assert "propose" in str(refused) or "author" in str(refused)


async def test_before_the_notice_is_over_nothing_is_signed(desk: Desk) -> None:
    idea = await desk.town.noticed()
    vote, author = await desk.town.vote(idea), desk.author()
    errand = SignProposal(proposal_id=idea.id, step=vote.step, round=vote.round)
    browser = await desk.browser(errand, AUTHOR)
    refused = await refusal(browser, "prepare", address=author.wallet.address)
    assert f"<t:{vote.opens_at}:R>" in str(refused)  # which the page shows as a time


async def test_of_two_who_sign_the_same_vote_one_does(desk: Desk) -> None:
    errand, author = await desk.to_be_signed(), desk.author()
    first, second = await desk.browser(errand, AUTHOR), await desk.browser(errand, MEMBER)
    await second.ask("prepare", address=author.wallet.address)
    await first.sign(author)
    assert "signed already" in str(await refusal(second, "errand"))
    refused = await refusal(second, "finish", address=author.wallet.address, signature=NO_SIGNATURE)
    assert author.wallet.address in str(refused)


async def test_a_moderators_wallet_lets_assent_propose_for_it(desk: Desk) -> None:
    async with desk.with_a_key() as key:
        browser = await desk.browser(SignAlias(), MODERATOR)
        assert "30 days" in (await browser.ask("errand"))["lead"]
        prepared = await browser.ask("prepare", address=desk.address("Joel"))
        message = json.loads(prepared["text"])["message"]
        assert message["alias"] == key
        await browser.sign(desk.wallet("Joel"))
    alias = await desk.town.aliases.current(GUILD)
    assert alias is not None
    assert (alias.principal, alias.user_id) == (desk.address("Joel"), MODERATOR.user_id)


async def test_who_is_no_moderator_any_more_signs_no_alias(desk: Desk) -> None:
    browser = await desk.browser(SignAlias(), MODERATOR)
    desk.members[MODERATOR.user_id] = replace(MODERATOR, is_moderator=False)
    assert "Only moderators" in str(await refusal(browser, "prepare", address="0x"))
    with pytest.raises(Denial):
        await desk.browser(SignAlias(), MEMBER)


async def test_a_link_works_once(desk: Desk) -> None:
    browser, address = await desk.browser(), desk.address("Ana")
    await browser.sign(desk.wallet("Ana"))
    for what in ("errand", "prepare", "finish"):
        refused = await refusal(browser, what, address=address, signature="0x00")
        assert (refused.status, refused.problem) == (HTTPStatus.GONE, "used")
        assert refused.title == "This link was used already"


async def test_a_link_expires_and_another_was_never_one(desk: Desk) -> None:
    browser = await desk.browser()
    unknown = Browser(f"{desk.place.url}/s#made-up", desk.http)
    desk.town.clock.wait(1_800)
    assert (await refusal(browser, "errand")).title == "This link has expired"
    assert (await refusal(unknown, "errand")).title == "This link is not known"


async def test_a_wrong_signature_spends_no_link(desk: Desk) -> None:
    browser, address = await desk.browser(), desk.address("Ana")
    prepared = await browser.ask("prepare", address=address)
    for wrong in (
        "",
        "0x",
        "0x" + "00" * 65,
        desk.wallet("Mara").wallet.sign_text(prepared["text"]),
    ):
        refused = await refusal(browser, "finish", address=address, signature=wrong)
        assert "Nothing was linked" in str(refused)
    other = desk.address("Mara")
    refused = await refusal(browser, "finish", address=other, signature=NO_SIGNATURE)
    assert "another account" in str(refused)
    await browser.ask("finish", address=address, signature=signed(desk.wallet("Ana"), prepared))


async def test_what_was_never_prepared_cannot_be_finished(desk: Desk) -> None:
    browser = await desk.browser()
    refused = await refusal(browser, "finish", address=desk.address("Ana"), signature=NO_SIGNATURE)
    assert "connect your wallet first" in str(refused)


async def test_a_nonce_is_good_for_one_message(desk: Desk) -> None:
    browser, address = await desk.browser(), desk.address("Ana")
    old = await browser.ask("prepare", address=address)
    new = await browser.ask("prepare", address=address)
    assert old["text"] != new["text"]
    signature = signed(desk.wallet("Ana"), old)
    assert "not the signature" in str(
        await refusal(browser, "finish", address=address, signature=signature)
    )


async def test_who_has_left_the_server_signs_nothing_more(desk: Desk) -> None:
    browser, address = await desk.browser(), desk.address("Ana")
    prepared = await browser.ask("prepare", address=address)
    del desk.members[MEMBER.user_id]
    signature = signed(desk.wallet("Ana"), prepared)
    for what in ("prepare", "finish"):
        refused = await refusal(browser, what, address=address, signature=signature)
        assert "not in it any more" in str(refused)
    assert await desk.town.wallets.of(GUILD, MEMBER.user_id) == []


async def test_when_discord_does_not_answer_the_link_stays_good(desk: Desk) -> None:
    browser, address = await desk.browser(), desk.address("Ana")
    prepared = await browser.ask("prepare", address=address)
    signature = signed(desk.wallet("Ana"), prepared)
    desk.discord_is_down = True
    refused = await refusal(browser, "finish", address=address, signature=signature)
    assert (refused.status, refused.problem) == (HTTPStatus.SERVICE_UNAVAILABLE, "unavailable")
    desk.discord_is_down = False
    await browser.ask("finish", address=address, signature=signature)


@pytest.mark.parametrize("path", ["s", "page.css", "page.js", "nothing", "api/errand"])
async def test_every_answer_forbids_what_is_not_ours(desk: Desk, path: str) -> None:
    answer = await desk.http.get(f"{desk.place.url}/{path}")
    policy = answer.headers["Content-Security-Policy"]
    assert policy == (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Server" not in answer.headers
    assert "Set-Cookie" not in answer.headers


async def test_the_page_brings_all_it_needs_and_nothing_inline(desk: Desk) -> None:
    page = (await desk.http.get(f"{desk.place.url}/s")).text
    assert 'src="page.js"' in page
    assert "//" not in page
    assert not re.search(r"<style|style=|javascript:|\son\w+=|<script>", page)
    for path in ("page.js", "page.css"):
        assert "http:" not in (await desk.http.get(f"{desk.place.url}/{path}")).text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": ""}, HTTPStatus.FORBIDDEN),
        ({"Origin": "null"}, HTTPStatus.FORBIDDEN),
        ({"Origin": "https://evil.example"}, HTTPStatus.FORBIDDEN),
        ({"Sec_Fetch_Site": "cross-site"}, HTTPStatus.FORBIDDEN),
        ({"Sec_Fetch_Site": "same-site"}, HTTPStatus.FORBIDDEN),
        ({"Content_Type": "text/plain"}, HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
        ({"Content_Type": "application/x-www-form-urlencoded"}, HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
        ({"Content_Type": ""}, HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
        ({"Content_Type": "application/json; charset=nonsense"}, HTTPStatus.BAD_REQUEST),
    ],
)
async def test_another_site_gets_nothing_done(
    desk: Desk, headers: dict[str, str], status: HTTPStatus
) -> None:
    secret = (await desk.link()).partition("#")[2]
    answer = await post(desk, "errand", json.dumps({"secret": secret}), **headers)
    assert answer.status_code == status
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", HTTPStatus.BAD_REQUEST),
        (b"{", HTTPStatus.BAD_REQUEST),
        (b"null", HTTPStatus.BAD_REQUEST),
        (b"[]", HTTPStatus.BAD_REQUEST),
        (b'{"secret": 1}', HTTPStatus.BAD_REQUEST),
        (b'{"secret": null}', HTTPStatus.BAD_REQUEST),
        (b'{"secret": ["a"]}', HTTPStatus.BAD_REQUEST),
        (b"[" * 8_000, HTTPStatus.BAD_REQUEST),
        (b"\xff\xfe", HTTPStatus.BAD_REQUEST),
        (b'{"secret": "' + b"a" * 12_000 + b'"}', HTTPStatus.BAD_REQUEST),
        (b'{"secret": "' + b"a" * 20_000 + b'"}', HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
        (b'{"secret": "\\ud800"}', HTTPStatus.GONE),
        (b'{"secret": "\\u0000"}', HTTPStatus.GONE),
        (b'{"secret": ""}', HTTPStatus.GONE),
    ],
)
async def test_nonsense_is_answered_in_a_sentence(
    desk: Desk, content: bytes, status: HTTPStatus
) -> None:
    answer = await post(desk, "errand", content)
    assert answer.status_code == status
    said = answer.json()
    assert said["text"].endswith(".")
    assert said["title"]


@pytest.mark.parametrize(
    "fields",
    [
        {"address": "0x\ud800", "signature": "0x"},
        {"address": "\0", "signature": "\0"},
        {"address": "0x" + "1" * 7_000, "signature": "0x" + "1" * 7_000},
        {"address": "<script>alert(1)</script>", "signature": "<script>"},
    ],
)
async def test_hostile_fields_are_refused(desk: Desk, fields: dict[str, str]) -> None:
    secret = (await desk.link()).partition("#")[2]
    for what in ("prepare", "finish"):
        answer = await post(desk, what, json.dumps({"secret": secret, **fields}))
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY, answer.text


async def test_one_address_asks_at_a_persons_pace(desk: Desk) -> None:
    browser = await desk.browser()
    for _ in range(REQUESTS_A_MINUTE):
        await browser.ask("errand")
    refused = await refusal(browser, "errand")
    assert refused.status == HTTPStatus.TOO_MANY_REQUESTS
    secret = (await desk.link()).partition("#")[2]
    asked = json.dumps({"secret": secret})
    other = await post(desk, "errand", asked, X_Forwarded_For="1.1.1.1, 203.0.113.9")
    assert other.status_code == HTTPStatus.OK
    for made_up in ("not an address", "203.0.113.7, 127.0.0.1", "203.0.113.7, ::ffff:127.0.0.1"):
        same = await post(desk, "errand", asked, X_Forwarded_For=made_up)
        assert same.status_code == HTTPStatus.TOO_MANY_REQUESTS, made_up
    desk.town.clock.wait(60)
    await browser.ask("errand")


async def test_who_has_a_network_of_addresses_has_one_pace(desk: Desk) -> None:
    asked = json.dumps({"secret": (await desk.link()).partition("#")[2]})
    answers = [
        await post(desk, "errand", asked, X_Forwarded_For=f"2001:db8:1:2::{number:x}")
        for number in range(REQUESTS_A_MINUTE + 1)
    ]
    assert [answer.status_code for answer in answers].count(HTTPStatus.OK) == REQUESTS_A_MINUTE
    assert answers[-1].status_code == HTTPStatus.TOO_MANY_REQUESTS
    other = await post(desk, "errand", asked, X_Forwarded_For="2001:db8:1:3::1")
    assert other.status_code == HTTPStatus.OK


async def test_a_body_that_does_not_come_is_not_waited_for(desk: Desk) -> None:
    port = free_port()
    place = PagePlace(url=f"http://127.0.0.1:{port}", host="127.0.0.1", port=port)
    head = (
        f"POST /api/errand HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: {place.origin}\r\n"
        "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
    )
    async with open_page(place, desk.errands(), desk.town.clock, patience_seconds=0.01):
        reader, writer = await asyncio.open_connection(place.host, port)
        writer.write(head.encode())
        answer = await reader.readuntil(b"}")
        writer.close()
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"took too long" in answer


async def test_what_is_large_when_unpacked_is_too_large(desk: Desk) -> None:
    packed = zlib.compress(b'{"secret": "' + b"a" * 5_000_000 + b'"}')
    assert len(packed) < BODY_LIMIT
    answer = await post(desk, "errand", packed, Content_Encoding="deflate")
    assert answer.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


async def test_a_name_that_was_bent_to_this_machine_asks_nothing(desk: Desk) -> None:
    secret = (await desk.link()).partition("#")[2]
    bent = f"http://evil.example:{desk.place.port}"
    answer = await post(desk, "errand", json.dumps({"secret": secret}), Host=bent[7:], Origin=bent)
    assert answer.status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("prefix", ["/assent"])
async def test_behind_a_proxy_the_page_is_under_its_path_and_without_it(desk: Desk) -> None:
    browser = await desk.browser()
    await browser.ask("errand")
    with_path = await desk.http.get(f"{desk.place.url}/s")
    taken_off = await desk.http.get(f"{desk.place.origin}/s")
    assert with_path.text == taken_off.text
    assert with_path.status_code == HTTPStatus.OK


async def test_the_secret_is_in_no_path_and_in_no_log(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    link = await desk.link()
    secret = urlsplit(link).fragment
    assert secret
    assert secret not in link.partition("#")[0]
    browser = Browser(link, desk.http)
    await browser.sign(desk.wallet("Ana"))
    said = capsys.readouterr()
    assert secret not in said.out + said.err


async def test_a_port_that_is_taken_is_named(desk: Desk) -> None:
    with pytest.raises(PageError, match=f"PAGE_PORT {desk.place.port}: something else"):
        async with open_page(desk.place, desk.errands(), desk.town.clock):
            pytest.fail("it must not open")
