"""The command that begins a preparation."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.errors import Refusal
from bot.domain.lifecycle import Phase
from bot.domain.onchain.call_file import LARGEST_FILE
from bot.domain.text import bare
from bot.interactions import (
    CHOICE_NAME_LIMIT,
    CHOICES_LIMIT,
    Asked,
    actor_of,
    guild_of,
    references,
    tell,
)
from cogs.onchain.shown import page_of

_ADDRESS_SHOWN = 10


class OnChain(
    commands.GroupCog, group_name="onchain", group_description="Prepare what is decided on chain"
):
    """What moderators make ready for a governor."""

    @app_commands.command()
    @app_commands.describe(
        proposal="Whose on-chain vote it is; its title and links are taken over",
        governor="For which governor, where there are several",
        file="The calls as JSON: a list, or a file of the Safe transaction builder",
    )
    async def prepare(
        self,
        interaction: Asked,
        proposal: str = "",
        governor: str = "",
        file: discord.Attachment | None = None,
    ) -> None:
        """Prepare an on-chain proposal: its calls, checked and encoded (moderators)."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        preparing, actor = interaction.client.services.preparing, await actor_of(interaction)
        text = await _text(file) if file else ""
        typed_id = await preparing.begin(guild_of(interaction), actor, proposal, governor, text)
        await tell(interaction, "", **await page_of(interaction, typed_id))

    @prepare.autocomplete("proposal")
    async def _passed(self, interaction: Asked, current: str) -> list[app_commands.Choice[str]]:
        return await references(interaction, current, [Phase.PASSED])

    @prepare.autocomplete("governor")
    async def _watched(self, interaction: Asked, current: str) -> list[app_commands.Choice[str]]:
        preparing = interaction.client.services.preparing
        choices = [
            app_commands.Choice(
                name=bare(
                    f"{each.name} · {each.address[:_ADDRESS_SHOWN]}… · chain {each.chain_id}",
                    CHOICE_NAME_LIMIT,
                ),
                value=f"{each.chain_id}:{each.address}",
            )
            for each in await preparing.governors(guild_of(interaction))
        ]
        typed = current.casefold()
        return [
            each
            for each in choices
            if typed in each.name.casefold() or typed in str(each.value).casefold()
        ][:CHOICES_LIMIT]


async def _text(file: discord.Attachment) -> str:
    """Read an attached JSON file.

    Raises:
        Refusal: It is too large, or no text.
    """
    if file.size > LARGEST_FILE:
        raise Refusal(f"The file has more than {LARGEST_FILE // 1024} kB; nothing was changed.")
    content = await file.read()
    try:
        return content[:LARGEST_FILE].decode("utf-8-sig") or "(empty)"
    except UnicodeDecodeError:
        raise Refusal("The file is no UTF-8 text, so it is no JSON; nothing was changed.") from None
