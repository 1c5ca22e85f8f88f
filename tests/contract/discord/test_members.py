"""Members: asked for by id, come and gone."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import discord
import pytest

from sandbox.discord import Channel, Community, Intent, NotAllowedError, Person, Rules
from sandbox.discord.client import ListeningBot
from tests.contract.discord.conftest import START

Connect = Callable[..., AbstractAsyncContextManager[ListeningBot]]
pytestmark = pytest.mark.usefixtures("faithful")


async def test_members_are_asked_for_by_id_without_any_privileged_intent(
    connect: Connect, guild: Community, mara: Person
) -> None:
    gone = guild.member("Gone")
    guild.leave(gone)
    crowd = guild.crowd(120)
    async with connect() as bot:
        server = bot.guilds[0]
        ids = [mara.id, gone.id, 42]
        found = await server.query_members(user_ids=ids, cache=False)
        assert [member.id for member in found] == [mara.id]
        ids = [person.id for person in crowd]
        assert len(await server.query_members(user_ids=ids[:100], limit=100, cache=False)) == 100
        assert len(await server.query_members(user_ids=ids[:100], cache=False)) == 5
        assert server.get_member(mara.id) is None
        assert {member.name for member in await server.query_members("mar")} == {"mara"}
        await server.fetch_member(mara.id)


async def test_the_age_of_a_membership_can_be_set(
    connect: Connect, guild: Community, mara: Person
) -> None:
    old, known = guild.member("Old", joined_days_ago=3), guild.member("Known", joined_at=START - 60)
    async with connect() as bot:
        ages = []
        for person in (mara, old, known):
            member = await bot.guilds[0].fetch_member(person.id)
            assert member.joined_at is not None
            ages.append(START - round(member.joined_at.timestamp()))
    assert ages == [0, 3 * 86_400, 60]


async def test_who_left_is_an_unknown_member_and_does_nothing_more(
    connect: Connect, guild: Community, ideas: Channel, mara: Person
) -> None:
    voters = guild.role("Voters")
    guild.give(mara, voters)
    async with connect() as bot:
        server = bot.guilds[0]
        await server.fetch_member(mara.id)
        guild.leave(mara)
        with pytest.raises(discord.NotFound) as refusal:
            await server.fetch_member(mara.id)
        assert refusal.value.code == 10007
        with pytest.raises(NotAllowedError, match="not in"):
            await mara.say(ideas, "one more thing")
        with pytest.raises(NotAllowedError, match="not in"):
            await mara.forge_component(ideas, "vote:1")
        back = guild.rejoin(mara)
        member = await server.fetch_member(mara.id)
        assert member.roles == [server.default_role]
        assert bot.heard("raw_member_remove") == 0
    await back.say(ideas, "here I am")


async def test_the_members_intent_tells_who_leaves(
    connect: Connect, guild: Community, mara: Person
) -> None:
    intents = discord.Intents(guilds=True, members=True)
    async with connect(ListeningBot(intents)) as bot:
        guild.leave(mara)
        assert (await bot.hears("raw_member_remove")).user.id == mara.id
        await bot.fetch_guild(guild.id)


@pytest.fixture
def rules() -> Rules:
    return Rules(rate_limits=False, privileged_intents=Intent.GUILD_MEMBERS)
