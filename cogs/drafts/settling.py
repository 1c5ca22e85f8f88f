"""How a collision is settled: mine, theirs, or the form once more; for the one who typed it."""

import re
from typing import Any, Self

import discord
from typing_extensions import override

from bot.interactions import Asked, actor_of, answering, guild_of, tell
from cogs.cards import text_file
from cogs.drafts.collisions import ACTS
from cogs.drafts.forms import SectionForm, told


class TypedButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=rf"typed:(?P<id>\d+):(?P<act>{'|'.join(ACTS)}):(?P<seen>\d+)",
):
    """One of the choices; it knows what was typed and the revision it was shown against."""

    def __init__(self, match: re.Match[str]) -> None:
        super().__init__(discord.ui.Button(custom_id=match.string))
        self.typed_id, self.act, self.seen = int(match["id"]), match["act"], int(match["seen"])

    @classmethod
    @override
    async def from_custom_id(
        cls,
        interaction: discord.Interaction[Any],
        item: discord.ui.Item[Any],
        match: re.Match[str],
        /,
    ) -> Self:
        return cls(match)

    @override
    async def callback(self, interaction: Asked) -> None:  # type: ignore[override]
        """Do what was chosen, for the one who typed it alone."""
        async with answering(interaction):
            revisions = interaction.client.services.revisions
            guild_id, actor = guild_of(interaction), await actor_of(interaction)
            if self.act == "again":
                typed, view = await revisions.typed(guild_id, actor, self.typed_id)
                await SectionForm(view, typed.section, typed.text).open(interaction)
                return
            await interaction.response.defer(ephemeral=True, thinking=True)
            if self.act == "mine":
                await told(
                    interaction,
                    await revisions.use_mine(guild_id, actor, self.typed_id, self.seen),
                )
                return
            text = await revisions.keep_theirs(guild_id, actor, self.typed_id)
            await tell(
                interaction,
                "Theirs stays. Here is yours once more; it is not kept any longer.",
                file=text_file(text, "your-text.md"),
            )
