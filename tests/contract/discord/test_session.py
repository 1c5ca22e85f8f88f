"""A session with the gateway: how it begins, survives a drop, or is lost."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import aiohttp
import discord
import pytest

from sandbox.clock import SandboxClock
from sandbox.discord import Channel, Community, DiscordWorld, Intent, Permission, Person, Rules
from sandbox.discord.client import ListeningBot, connected, pointed_at

Connect = Callable[..., AbstractAsyncContextManager[ListeningBot]]


async def test_the_bot_logs_in_and_sees_its_server(
    connect: Connect, guild: Community, ideas: Channel, world: DiscordWorld
) -> None:
    async with connect() as bot:
        assert bot.user is not None
        assert bot.user.id == world.application_id
        (seen,) = bot.guilds
        assert (seen.id, seen.name, seen.owner_id) == (guild.id, "Braintrust", guild.owner.id)
        assert [channel.id for channel in seen.text_channels] == [ideas.id]
        assert seen.me.guild_permissions.send_messages
        assert world.connected
    assert not world.connected


async def test_a_wrong_token_is_refused(world: DiscordWorld, intents: discord.Intents) -> None:
    bot = ListeningBot(intents)
    with pointed_at(world), pytest.raises(discord.LoginFailure):
        await bot.start("somebody else's")
    await bot.close()


async def test_a_token_revoked_between_login_and_identify_closes_with_4004(
    world: DiscordWorld, intents: discord.Intents
) -> None:
    bot = ListeningBot(intents)
    with pointed_at(world):
        await bot.login(world.token)
        world.faults.revoke_token()
        with pytest.raises(discord.ConnectionClosed) as refusal:
            await bot.connect()
    assert refusal.value.code == 4004
    await bot.close()


async def test_a_privileged_intent_that_was_not_granted_closes_with_4014(
    world: DiscordWorld, guild: Community
) -> None:
    bot = ListeningBot(discord.Intents(guilds=True, message_content=True))
    with pointed_at(world), pytest.raises(discord.PrivilegedIntentsRequired):
        await bot.start(world.token)
    await bot.close()
    assert guild.bot_member is not None


async def test_events_missed_during_a_drop_are_replayed(
    connect: Connect, world: DiscordWorld, ideas: Channel, mara: Person
) -> None:
    async with connect() as bot:
        await world.faults.drop_session(resumable=True)
        await world.until(lambda: not world.connected)
        message = await mara.say(ideas, "while you were away")
        await mara.react(message, "👍")
        await bot.hears("resumed", timeout_seconds=20)
        assert (await bot.hears("message")).id == message.id
        assert (await bot.hears("raw_reaction_add")).user_id == mara.id
        assert bot.heard("ready") == 0


async def test_after_a_lost_session_nothing_is_replayed_and_the_bot_begins_anew(
    connect: Connect, world: DiscordWorld, ideas: Channel, mara: Person
) -> None:
    async with connect() as bot:
        message = await mara.say(ideas, "an idea")
        assert (await bot.hears("message")).id == message.id
        await world.faults.drop_session(resumable=False)
        await world.until(lambda: not world.connected)
        await mara.react(message, "👍")
        await bot.hears("ready", timeout_seconds=20)
        await mara.say(ideas, "after")
        await bot.hears("message")
        assert bot.heard("raw_reaction_add") == 0
        assert bot.heard("resumed") == 0


async def test_a_session_is_forgotten_after_a_few_minutes_away(
    connect: Connect, world: DiscordWorld, clock: SandboxClock
) -> None:
    async with connect() as bot:
        await world.faults.drop_session(resumable=True)
        await world.until(lambda: not world.connected)
        clock.jump(3600)
        await bot.hears("ready", timeout_seconds=20)
        assert bot.heard("resumed") == 0


async def test_the_bot_resumes_when_it_is_asked_to_reconnect(
    connect: Connect, world: DiscordWorld
) -> None:
    async with connect() as bot:
        await world.faults.ask_to_reconnect()
        await bot.hears("resumed", timeout_seconds=20)


async def test_a_goodbye_with_1000_ends_the_session_and_any_other_leaves_it_resumable(
    world: DiscordWorld,
) -> None:
    async with aiohttp.ClientSession() as session:
        for code, left in ((4000, 1), (1000, 1)):
            socket = await session.ws_connect(world.gateway_url + "/?v=10&encoding=json")
            assert (await socket.receive_json())["op"] == 10
            identify = {"token": world.token, "intents": 0, "properties": {}}
            await socket.send_json({"op": 2, "d": identify})
            assert (await socket.receive_json())["t"] == "READY"
            await socket.close(code=code)
            await world.until(lambda: not world.connected)
            assert len(world.gateway.sessions) == left


async def test_without_acknowledged_heartbeats_the_bot_reconnects(
    connect: Connect, world: DiscordWorld
) -> None:
    async with connect(heartbeat_timeout=0.2) as bot:
        world.faults.deaf = True
        await bot.hears("disconnect")
        world.faults.heal()
        await bot.hears("resumed")


async def test_only_events_of_the_intents_arrive(
    world: DiscordWorld, ideas: Channel, mara: Person
) -> None:
    bot = ListeningBot(discord.Intents(guilds=True, guild_messages=True))
    async with connected(world, bot):
        message = await mara.say(ideas, "one")
        await mara.react(message, "👍")
        await mara.say(ideas, "two")
        await bot.hears("message")
        await bot.hears("message")
        assert bot.heard("raw_reaction_add") == 0


async def test_events_of_hidden_channels_do_not_arrive(
    connect: Connect, guild: Community, world: DiscordWorld, mara: Person
) -> None:
    secret, public = guild.text_channel("secret"), guild.text_channel("public")
    guild.deny(secret, guild.bot_member, Permission.VIEW_CHANNEL)
    async with connect() as bot:
        assert bot.get_channel(secret.id) is None
        await mara.say(secret, "unseen")
        said = await mara.say(public, "seen")
        assert (await bot.hears("message")).id == said.id
    assert world.messages()[-1] is said


async def test_the_content_of_others_is_blank_without_the_intent(
    connect: Connect, world: DiscordWorld, ideas: Channel, mara: Person
) -> None:
    async with connect() as bot:
        await mara.say(ideas, "secret thoughts")
        assert (await bot.hears("message")).content == ""
        await mara.say(ideas, f"<@{world.application_id}> look")
        assert (await bot.hears("message")).content.endswith("look")
        await bot.get_partial_messageable(ideas.id).send("my own words")
        assert (await bot.hears("message")).content == "my own words"
        history = [m.content async for m in bot.get_partial_messageable(ideas.id).history()]
        assert history == ["my own words", f"<@{world.application_id}> look", ""]


class TestWithMessageContent:
    @pytest.fixture
    def rules(self) -> Rules:
        privileged = Intent.MESSAGE_CONTENT | Intent.GUILD_MEMBERS
        return Rules(rate_limits=False, privileged_intents=privileged)

    @pytest.fixture
    def intents(self) -> discord.Intents:
        return discord.Intents(guilds=True, guild_messages=True, message_content=True, members=True)

    async def test_the_content_of_others_is_there(
        self, connect: Connect, ideas: Channel, mara: Person
    ) -> None:
        async with connect() as bot:
            await mara.say(ideas, "open thoughts")
            assert (await bot.hears("message")).content == "open thoughts"

    async def test_all_members_are_known_and_newcomers_announced(
        self, connect: Connect, guild: Community, mara: Person
    ) -> None:
        async with connect() as bot:
            seen = bot.guilds[0]
            assert seen.get_member(mara.id) is not None
            await seen.chunk()
            joel = guild.member("Joel")
            assert (await bot.hears("member_join")).id == joel.id
