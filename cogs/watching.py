"""/watch: whose votes are told about here."""

import re
from collections.abc import Sequence

from discord import app_commands
from discord.ext import commands
from typing_extensions import override

from bot.client import GovernanceBot
from bot.domain.errors import Refusal
from bot.domain.onchain.chains import chain_name
from bot.domain.text import bare, line
from bot.domain.types import ChainId
from bot.interactions import (
    CHOICE_NAME_LIMIT,
    CHOICES_LIMIT,
    Asked,
    Stateful,
    actor_of,
    guild_of,
    tell,
)
from cogs.cards import found_governor, watched_page

_SHOWN = 80
_MOST_DIGITS = 18  # of a chain's number
_GOVERNOR = re.compile(r"(?:(?P<chain>\d{1,18}):)?(?P<address>0x[0-9a-fA-F]{40})")


class Watching(
    commands.GroupCog, group_name="watch", group_description="Follow votes of other communities"
):
    """What moderators let be told about here beside the community's own votes."""

    add = app_commands.Group(name="add", description="Follow something more")

    @add.command()
    @app_commands.describe(space="Its name, such as ens.eth, or its address")
    async def snapshot(self, interaction: Asked, space: str) -> None:
        """Follow the votes in a Snapshot space (moderators)."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        bot, actor = interaction.client, await actor_of(interaction)
        watched = await bot.services.watching.add(guild_of(interaction), space, actor)
        await bot.scheduler.run("outbox")
        already = (
            "What is open there now was listed once, in the voting channel."
            if watched.open_votes
            else "No vote is open there now, so nothing was said in public."
        )
        await tell(
            interaction,
            f"✔ {line(watched.space, _SHOWN)} is followed. {already}\n"
            "Each new vote there gets a card in the voting channel: when it opens, before it ends, "
            "and with its result. `/watch list` shows what is followed, `/watch remove` ends it.",
        )

    @add.command()
    @app_commands.describe(
        address="The contract's address, 0x…", chain="The chain it is on; by default the first one"
    )
    async def governor(self, interaction: Asked, address: str, chain: str = "") -> None:
        """Follow a governor contract on a chain (moderators)."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        services, actor = interaction.client.services, await actor_of(interaction)
        chain_id = _chain(chain, services.setup.chain_ids)
        found = await services.watching.find_governor(
            guild_of(interaction), address, chain_id, actor
        )
        page, buttons = found_governor(found)
        await tell(interaction, "", embed=page, view=buttons)

    @app_commands.command()
    @app_commands.describe(space="Which one: a Snapshot space, or a governor's address")
    async def remove(self, interaction: Asked, space: str) -> None:
        """Follow a Snapshot space or a governor no longer (moderators)."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        if (named := _GOVERNOR.fullmatch(space.strip())) is not None:
            await self._remove_governor(interaction, named)
            return
        removed = await interaction.client.services.watching.remove(
            guild_of(interaction), space, await actor_of(interaction)
        )
        await tell(
            interaction,
            f"New votes in {line(removed, _SHOWN)} are not announced here any more. Those that "
            "were announced are told about until they end.",
        )

    async def _remove_governor(self, interaction: Asked, named: re.Match[str]) -> None:
        chain_id = ChainId(int(named["chain"])) if named["chain"] else None
        removed = await interaction.client.services.watching.remove_governor(
            guild_of(interaction), named["address"], chain_id, await actor_of(interaction)
        )
        await tell(
            interaction,
            f"{line(removed.name, _SHOWN)} (`{removed.address}`) is not followed here any more. "
            "What is known of its proposals stays known.",
        )

    @app_commands.command(name="list")
    async def list_(self, interaction: Asked) -> None:
        """See whose votes are told about here."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        service, guild_id = interaction.client.services.watching, guild_of(interaction)
        watched = await service.listed(guild_id)
        await tell(interaction, "", embed=watched_page(watched, await service.governors(guild_id)))

    @remove.autocomplete("space")
    async def _watched(self, interaction: Asked, current: str) -> list[app_commands.Choice[str]]:
        service, guild_id = interaction.client.services.watching, guild_of(interaction)
        choices: dict[str, str] = {
            each.space: each.space for each in await service.listed(guild_id) if not each.is_own
        }
        for governor in await service.governors(guild_id):
            value = f"{governor.chain_id}:{governor.address}"
            choices[value] = f"{bare(governor.name, _SHOWN)} {governor.address[:10]}…"
        return [
            app_commands.Choice(name=bare(name, CHOICE_NAME_LIMIT), value=value)
            for value, name in choices.items()
            if current.casefold() in f"{name} {value}".casefold()
        ][:CHOICES_LIMIT]

    @governor.autocomplete("chain")
    async def _chains(self, interaction: Asked, current: str) -> list[app_commands.Choice[str]]:
        return [
            app_commands.Choice(name=chain_name(each), value=str(each))
            for each in interaction.client.services.setup.chain_ids
            if current.casefold() in chain_name(each).casefold()
        ][:CHOICES_LIMIT]


class FollowButton(
    Stateful, template=r"watch:governor:(?P<chain>\d{1,18}):(?P<address>0x[0-9a-fA-F]{40})"
):
    """“Follow it”, under what was found at an address."""

    @override
    async def used(self, interaction: Asked) -> None:
        """Follow it, if it is still there to be followed."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        followed = await interaction.client.services.watching.add_governor(
            guild_of(interaction),
            self.state["address"],
            ChainId(int(self.state["chain"])),
            await actor_of(interaction),
        )
        await tell(
            interaction,
            f"✔ {line(followed.name, _SHOWN)} is followed from now on. What is open there is shown "
            "without a ping; `/watch list` shows what is followed, `/watch remove` ends it.",
        )


def _chain(named: str, chain_ids: Sequence[ChainId]) -> ChainId:
    """Understand which chain is meant; by default the first that can be read.

    Raises:
        Refusal: It is no number of a chain, or no chain can be read.
    """
    text = named.strip()
    if not text and chain_ids:
        return chain_ids[0]
    if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS:
        return ChainId(int(text))
    for each in chain_ids:
        if text and chain_name(each).casefold().startswith(text.casefold()):
            return each
    if chain_ids:
        known = ", ".join(chain_name(each) for each in chain_ids)
        raise Refusal(f"Which chain is that? Assent reads {known}; the operator adds others.")
    raise Refusal("Assent reads no chain yet: the operator adds one to RPC_URLS and restarts it.")


async def setup(bot: GovernanceBot) -> None:
    """Add the cog."""
    bot.add_dynamic_items(FollowButton)
    await bot.add_cog(Watching())
