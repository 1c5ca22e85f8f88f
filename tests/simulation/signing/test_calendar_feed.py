"""The calendar as apps fetch it: under its address alone, rarely whole, and true."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

import httpx
import pytest

from bot.domain.proposal import Proposal
from bot.pages import PagePlace, open_page
from bot.pages.guard import REQUESTS_A_MINUTE
from bot.services.deadlines import Deadlines
from sandbox.ports import free_port
from tests.builders import GUILD, MODERATOR
from tests.deadlines import read_back
from tests.simulation.signing.conftest import Desk


@asynccontextmanager
async def feed(desk: Desk, prefix: str = "") -> AsyncIterator[tuple[Deadlines, str]]:
    """Open the page with calendars; give the address of the town's."""
    port = free_port()
    place = PagePlace(url=f"http://127.0.0.1:{port}{prefix}", host="127.0.0.1", port=port)
    deadlines = Deadlines(desk.town.database, desk.town.clock)
    name = await deadlines.address_name(GUILD)
    async with open_page(place, desk.errands(), desk.town.clock, deadlines=deadlines):
        yield deadlines, f"{place.url}/calendar/{name}.ics"


async def noticed(desk: Desk, deadlines: Deadlines) -> Proposal:
    """Announce a vote, and record its window."""
    idea = await desk.town.noticed()
    await deadlines.record()
    return idea


async def test_an_app_gets_the_deadlines_as_the_standard_has_them(desk: Desk) -> None:
    async with feed(desk) as (deadlines, address):
        await noticed(desk, deadlines)
        answer = await desk.http.get(address)
    assert answer.status_code == HTTPStatus.OK
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, max-age=900"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Server" not in answer.headers
    [event] = read_back(answer.text)
    assert event["SUMMARY"] == "Temperature Check: BTRST-1 Lower the marketplace fee"


async def test_what_an_app_has_already_is_not_sent_again_until_it_changes(desk: Desk) -> None:
    async with feed(desk) as (deadlines, address):
        idea = await noticed(desk, deadlines)
        first = await desk.http.get(address)
        known = {"If-None-Match": first.headers["ETag"]}
        again = await desk.http.get(address, headers=known)
        assert (again.status_code, again.content) == (HTTPStatus.NOT_MODIFIED, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
        desk.town.clock.wait(60)
        await desk.town.drafts.postpone(GUILD, idea.reference, MODERATOR, "A mistake.")
        await deadlines.record()
        changed = await desk.http.get(address, headers=known)
    assert changed.status_code == HTTPStatus.OK
    [before], [after] = read_back(first.text), read_back(changed.text)
    assert after["UID"] == before["UID"]
    assert after["STATUS"] == "CANCELLED"
    assert after["SEQUENCE"] == before["SEQUENCE"] + 1
    assert after["DTSTAMP"].dt > before["DTSTAMP"].dt


@pytest.mark.parametrize(
    "name",
    [
        "",
        "x",
        "{guild}",
        "{guild}-",
        "{guild}-0000000000000000000000000000000000000000",
        "9999999999999999999-{code}",
        "1-{code}",
        "{guild}-{code}0",
        "{guild}-{CODE}",
        "..%2f..%2fassent.db",
        "%00",
        "٣-{code}",
    ],
)
async def test_any_other_address_has_nothing_and_says_no_more(desk: Desk, name: str) -> None:
    async with feed(desk) as (_, address):
        front, _, last = address.rpartition("/")
        guild, _, code = last.removesuffix(".ics").partition("-")
        other = name.format(guild=guild, code=code, CODE=code.upper())
        answer = await desk.http.get(f"{front}/{other}.ics")
    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert code not in answer.text
    assert guild not in answer.text


async def test_the_address_is_the_servers_own_and_stays_the_same(desk: Desk) -> None:
    deadlines = Deadlines(desk.town.database, desk.town.clock)
    name = await deadlines.address_name(GUILD)
    assert await Deadlines(desk.town.database, desk.town.clock).address_name(GUILD) == name
    other = await deadlines.address_name(type(GUILD)(GUILD + 1))
    assert other.partition("-")[2] != name.partition("-")[2]
    assert len(name.partition("-")[2]) * 4 >= 128
    code = name.partition("-")[2]
    assert not [row for row in desk.town.dump() if code in row]


async def test_the_address_is_in_no_log(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    async with feed(desk) as (deadlines, address):
        await noticed(desk, deadlines)
        await desk.http.get(address)
        await desk.http.get(address.replace(".ics", "0.ics"))
    said = capsys.readouterr()
    assert address.rpartition("-")[2].removesuffix(".ics") not in said.out + said.err


async def test_who_asks_too_often_has_to_wait(desk: Desk) -> None:
    async with feed(desk) as (_, address):
        answers = [(await desk.http.get(address)).status_code for _ in range(REQUESTS_A_MINUTE + 1)]
    assert answers[-2:] == [HTTPStatus.OK, HTTPStatus.TOO_MANY_REQUESTS]


async def test_it_is_only_read(desk: Desk) -> None:
    async with feed(desk) as (_, address):
        for method in ("POST", "PUT", "DELETE", "PATCH"):
            answer = await desk.http.request(method, address)
            assert answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED
        head = await desk.http.head(address)
    assert (head.status_code, head.content) == (HTTPStatus.OK, b"")


async def test_behind_a_proxy_it_is_under_the_pages_path(desk: Desk) -> None:
    async with feed(desk, "/assent") as (_, address):
        assert "/assent/calendar/" in address
        with_path = await desk.http.get(address)
        taken_off = await desk.http.get(address.replace("/assent/", "/"))
    assert with_path.content == taken_off.content
    assert isinstance(with_path, httpx.Response)
