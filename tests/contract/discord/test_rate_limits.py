"""Asking too often: the client waits as it is told, and is refused as Discord refuses."""

import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import aiohttp
import discord
import pytest

from sandbox.clock import SandboxClock
from sandbox.discord import Channel, DiscordWorld, Rules
from sandbox.discord.client import ListeningBot

Connect = Callable[..., AbstractAsyncContextManager[ListeningBot]]


@pytest.fixture
def rules() -> Rules:
    return Rules(rate_speed=20.0)  # 5 messages in a quarter of a second, 3 old edits in 0.3 s


async def test_the_client_waits_when_a_bucket_is_empty(
    connect: Connect, ideas: Channel, world: DiscordWorld
) -> None:
    async with connect() as bot:
        channel = bot.get_partial_messageable(ideas.id)
        began = time.monotonic()
        for number in range(11):
            await channel.send(str(number))
        assert time.monotonic() - began >= 0.4
    assert len(ideas.messages) == 11
    assert all(call["status"] == 200 for call in world.calls)


async def test_who_does_not_wait_gets_a_429_with_via(world: DiscordWorld, ideas: Channel) -> None:
    url = f"{world.api_url}/channels/{ideas.id}/messages"
    headers = {"Authorization": f"Bot {world.token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        for left in (4, 3, 2, 1, 0):
            async with session.post(url, json={"content": "x"}) as response:
                assert response.status == 200
                assert response.headers["Content-Type"] == "application/json"
                assert response.headers["X-RateLimit-Remaining"] == str(left)
                assert response.headers["X-RateLimit-Limit"] == "5"
        async with session.post(url, json={"content": "x"}) as response:
            assert response.status == 429
            assert response.headers["Via"]
            said = await response.json()
            assert 0 < said["retry_after"] <= 0.25
            assert said["global"] is False


async def test_the_whole_bot_may_ask_fifty_times_a_second(clock: SandboxClock) -> None:
    slow = Rules(rate_speed=0.01)  # a "second" of a hundred seconds: nothing is due during the test
    paths = ("/users/@me", "/applications/@me", "/gateway/bot")
    async with (
        DiscordWorld(clock, rules=slow) as world,
        aiohttp.ClientSession(headers={"Authorization": f"Bot {world.token}"}) as session,
    ):
        for number in range(50):
            async with session.get(world.api_url + paths[number % 3]) as response:
                assert response.status == 200
        async with session.get(world.api_url + paths[0]) as response:
            assert response.status == 429
            assert response.headers["X-RateLimit-Global"] == "true"
            assert (await response.json())["global"] is True


async def test_edits_of_old_messages_are_held_to_three_in_six_seconds(
    connect: Connect, ideas: Channel, world: DiscordWorld, clock: SandboxClock
) -> None:
    async with connect() as bot:
        sent = await bot.get_partial_messageable(ideas.id).send("tally")
        clock.jump(3601)
        for number in range(5):
            await sent.edit(content=str(number))
    refused = [call for call in world.calls if call["status"] == 429]
    assert refused
    assert refused[0]["response_json"]["code"] == 30046
    assert ideas.messages[0].content == "4"


async def test_without_limits_there_are_no_headers(clock: SandboxClock) -> None:
    async with (
        DiscordWorld(clock, rules=Rules(rate_limits=False)) as world,
        aiohttp.ClientSession(headers={"Authorization": f"Bot {world.token}"}) as session,
        session.get(f"{world.api_url}/users/@me") as response,
    ):
        assert response.status == 200
        assert "X-RateLimit-Remaining" not in response.headers


async def test_without_the_token_everything_is_401(world: DiscordWorld) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{world.api_url}/users/@me") as response,
    ):
        assert response.status == 401
        assert (await response.json())["message"] == "401: Unauthorized"


async def test_a_body_that_is_no_json_is_50109(world: DiscordWorld, ideas: Channel) -> None:
    url = f"{world.api_url}/channels/{ideas.id}/messages"
    async with (
        aiohttp.ClientSession(headers={"Authorization": f"Bot {world.token}"}) as session,
        session.post(url, data=b"{", headers={"Content-Type": "application/json"}) as response,
    ):
        assert response.status == 400
        assert (await response.json())["code"] == 50109


async def test_an_unknown_route_is_a_404(connect: Connect) -> None:
    async with connect() as bot:
        with pytest.raises(discord.NotFound):
            await bot.http.request(discord.http.Route("GET", "/nowhere"))
