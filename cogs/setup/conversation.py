"""The conversation that sets a server up: its buttons and menus, and the one message of it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Self

import discord
from typing_extensions import override

from bot.domain.errors import Refusal
from bot.domain.offchain.author import Author, author_of
from bot.domain.offchain.snapshot import Space
from bot.domain.onchain.chains import chain_name
from bot.domain.policy import preset
from bot.domain.proposal import Actor
from bot.domain.setting_up import (
    Duty,
    Place,
    Question,
    SetupChoices,
    channel_for,
    community_of,
    missing,
    with_channel,
    with_found,
    with_role,
    without_governor,
)
from bot.domain.types import ChainId, ChannelId, RoleId
from bot.interactions import Asked, Form, Stateful, administrator_of, guild_of, values_of
from cogs.cards import setup_page
from cogs.cards.server.permissions import excessive_here, missing_here
from cogs.cards.server.setting_up import IDEAS_IN, SPOKEN_IN, Surroundings, asking
from cogs.setup.channels import ChannelMaker, guild_here, require_may_make

_MOST_OPTIONS = 25  # of a menu, by Discord's word
_MOST_TYPED = 200


async def defer(interaction: Asked) -> None:
    """Promise an answer: it changes the message of the conversation, or is one of its own."""
    if interaction.message is None:
        await interaction.response.defer(ephemeral=True, thinking=True)
    else:
        await interaction.response.defer()


async def show(interaction: Asked, choices: SetupChoices, *, offers_channels: bool = False) -> None:
    """Show the question at which the conversation stands, in the one message of it."""
    around = await _around(interaction, choices)
    page = asking(choices, replace(around, offers_channels=offers_channels))
    await interaction.edit_original_response(embed=page.embed, view=page.view)


async def _around(interaction: Asked, choices: SetupChoices) -> Surroundings:
    service, guild = interaction.client.services.setup, guild_here(interaction)
    places = [channel_for(choices, place) for place in Place]
    roles = [choices.moderator_role_id, choices.announcement_role_id]
    around = Surroundings(
        known=[
            *(each for each in places if each and guild.get_channel(each)),
            *(each for each in roles if each and guild.get_role(each)),
        ],
        author=await author_here(interaction),
    )
    if choices.question is Question.SPACE and choices.space is not None:
        space, was_read = await space_now(interaction, choices.space)
        return replace(around, space=space, space_is_unread=not was_read)
    if choices.question is Question.SUMMARY and not missing(choices):
        community = community_of(choices, await service.community(choices.guild_id))
        lacks = missing_here(community, guild)
        return replace(around, community=community, missing=tuple(lacks))
    return around


async def author_here(interaction: Asked) -> Author | None:
    """Say in whose name votes are posted in this server, as it is at this moment."""
    bot = interaction.client
    alias = await bot.services.aliases.current(guild_of(interaction))
    can_sign = bot.settings.has_page
    return author_of(bot.services.setup.author, alias, can_sign_in_browser=can_sign)


async def space_now(interaction: Asked, name: str) -> tuple[Space | None, bool]:
    """Give the space as Snapshot has it, and whether Snapshot has answered."""
    try:
        return await interaction.client.services.setup.space(name), True
    except Refusal:
        return None, True
    except interaction.client.world_failures:
        return None, False


class SetupButton(Stateful, template=r"setup:do:(?P<act>[a-z:]+)"):
    """A button of the conversation; it says all that it does."""

    @override
    async def used(self, interaction: Asked) -> None:
        """Do what the button says, with the rights the person has now."""
        await press(interaction, self.state["act"])


class SetupMenu(Stateful, template=r"setup:(?P<what>role|channel|option):(?P<name>[a-z]+)"):
    """A menu of the conversation: what is chosen in it is an answer, and kept at once."""

    @override
    async def used(self, interaction: Asked) -> None:
        """Keep the answer; what was chosen is looked up in this server."""
        await interaction.response.defer()
        actor, values = await administrator_of(interaction), values_of(interaction)
        change = _answer(guild_here(interaction), self.state["what"], self.state["name"], values)
        service = interaction.client.services.setup
        await show(interaction, await service.choose(guild_of(interaction), actor, change))


def _answer(
    guild: discord.Guild, what: str, name: str, values: list[str]
) -> Callable[[SetupChoices], SetupChoices]:
    """Give what an answer changes.

    Raises:
        Refusal: There is no such thing in this server, or it does not fit.
    """
    first = values[0] if values else None
    number = int(first) if first and first.isascii() and first.isdigit() else 0
    if what == "role" and name in set(Duty):
        if first and guild.get_role(number) is None:
            raise Refusal("There is no such role in this server any more; choose another.")
        return partial(with_role, duty=Duty(name), role_id=RoleId(number) if first else None)
    if what == "channel" and name in set(Place):
        place = Place(name)
        channel = guild.get_channel(number)
        if first and (channel is None or channel.type not in _kinds(place)):
            raise Refusal(
                "Assent cannot see that channel, or cannot speak in one of its kind. Give it "
                "“View Channel” there, or choose another."
            )
        return partial(
            with_channel,
            place=place,
            channel_id=ChannelId(channel.id) if channel else None,
            is_forum=channel is not None and channel.type is discord.ChannelType.forum,
        )
    if what == "option" and name == "unwatch":
        return partial(without_governor, name=first or "")
    if what == "option" and name == "preset":
        policy = preset(first or "")
        return lambda choices: replace(choices, preset=policy.preset)
    raise _unknown()


def _kinds(place: Place) -> list[discord.ChannelType]:
    return IDEAS_IN if place is Place.IDEAS else SPOKEN_IN


def _unknown() -> Refusal:
    return Refusal("This is not in use any more: run `/governance setup`; nothing was changed.")


async def press(interaction: Asked, act: str) -> None:
    """Do what a button of the conversation says."""
    service = interaction.client.services.setup
    if act.endswith(":name"):
        await administrator_of(interaction)
        await _form(act, await service.choices(guild_of(interaction)), service.chain_ids).open(
            interaction
        )
        return
    if act == "begin":
        await begin(interaction)
        return
    await interaction.response.defer()
    actor, guild_id = await administrator_of(interaction), guild_of(interaction)
    change = _change(act)
    if change is not None:
        await show(interaction, await service.choose(guild_id, actor, change))
        return
    match act:
        case "over":
            await show(interaction, await service.start_over(guild_id, actor))
        case "create":
            require_may_make(interaction)
            await show(interaction, await service.choices(guild_id), offers_channels=True)
        case "create:yes":
            require_may_make(interaction)
            cog = interaction.client.get_cog(ChannelMaker.__cog_name__)
            assert isinstance(cog, ChannelMaker), "both are added together"
            await show(interaction, await cog.make(guild_here(interaction), actor))
        case "finish":
            await finish(interaction, actor)
        case _:
            raise _unknown()


def _change(act: str) -> Callable[[SetupChoices], SetupChoices] | None:
    """Give what a button changes of the answers, if it is no more than that."""
    step, _, name = act.partition(":")
    if step == "go" and name in set(Question):
        return lambda choices: replace(choices, question=Question(name), found=None)
    if act == "space:none":
        return lambda choices: replace(choices, space=None)
    return with_found if act == "governor:add" else None


async def begin(interaction: Asked) -> None:
    """Begin the conversation, or go on where it was left, in a message of its own."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    await administrator_of(interaction)
    await show(interaction, await interaction.client.services.setup.choices(guild_of(interaction)))


async def finish(interaction: Asked, actor: Actor) -> None:
    """Set the server up as it was answered, and say how it stands now."""
    standing = await interaction.client.services.setup.finish(guild_of(interaction), actor)
    community, guild = standing.community, guild_here(interaction)
    for job in ("forums", "recount", "outbox"):  # Tags, support by the new rules, the board.
        await interaction.client.scheduler.run(job)
    page = setup_page(
        community,
        standing.governors,
        missing_here(community, guild),
        excessive_here(community, guild),
        await author_here(interaction),
    )
    await interaction.edit_original_response(embed=page, view=None)


def _form(act: str, choices: SetupChoices, chain_ids: tuple[ChainId, ...]) -> Form:
    if act == "space:name":
        return SpaceForm(choices.space or "")
    if act == "governor:name" and not chain_ids:
        raise Refusal("No chain is configured: the operator sets RPC_URLS, then this works.")
    if act == "governor:name":
        return GovernorForm(chain_ids)
    raise _unknown()


class SpaceForm(Form, title="The Snapshot space", template="setup:space"):
    """Asks for a space's name or address."""

    def __init__(self, current: str) -> None:
        super().__init__(custom_id="setup:space")
        field = discord.ui.TextInput[Self](
            custom_id="space",
            placeholder="usebraintrust.eth",
            default=current or None,
            max_length=_MOST_TYPED,
        )
        text = "Its name, or its address on Snapshot"
        self.add_item(discord.ui.Label[Self](text=text, component=field))

    @classmethod
    @override
    async def submitted(
        cls, interaction: Asked, state: re.Match[str], typed: Mapping[str, str]
    ) -> None:
        await defer(interaction)
        actor, service = await administrator_of(interaction), interaction.client.services.setup
        name = typed.get("space", "")
        await show(interaction, await service.choose_space(guild_of(interaction), actor, name))


class GovernorForm(Form, title="A governor contract", template="setup:governor"):
    """Asks for a governor's address and chain."""

    def __init__(self, chain_ids: tuple[ChainId, ...]) -> None:
        super().__init__(custom_id="setup:governor")
        address = discord.ui.TextInput[Self](
            custom_id="address", placeholder="0x…", max_length=_MOST_TYPED
        )
        chain = discord.ui.Select[Self](
            custom_id="chain",
            options=[
                discord.SelectOption(
                    label=chain_name(chain_id),
                    value=str(chain_id),
                    default=chain_id == chain_ids[0],
                )
                for chain_id in chain_ids[:_MOST_OPTIONS]
            ],
        )
        self.add_item(discord.ui.Label[Self](text="The contract's address", component=address))
        self.add_item(discord.ui.Label[Self](text="The chain it is on", component=chain))

    @classmethod
    @override
    async def submitted(
        cls, interaction: Asked, state: re.Match[str], typed: Mapping[str, str]
    ) -> None:
        await defer(interaction)
        actor, service = await administrator_of(interaction), interaction.client.services.setup
        named = typed.get("chain", "")
        chain_id = ChainId(int(named) if named.isascii() and named.isdigit() else 0)
        address = typed.get("address", "")
        guild_id = guild_of(interaction)
        await show(interaction, await service.find_governor(guild_id, actor, address, chain_id))
