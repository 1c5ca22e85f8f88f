"""How a collision is settled: mine, theirs, or the form once more; for the one who typed it."""

from typing_extensions import override

from bot.interactions import Asked, Stateful, actor_of, guild_of, tell
from cogs.cards import text_file
from cogs.drafts.collisions import ACTS
from cogs.drafts.forms import SectionForm, told


class TypedButton(
    Stateful,
    template=rf"typed:(?P<id>\d+):(?P<act>{'|'.join(ACTS)}):(?P<seen>\d+)",
):
    """One of the choices; it knows what was typed and the revision it was shown against."""

    @override
    async def used(self, interaction: Asked) -> None:
        """Do what was chosen, for the one who typed it alone."""
        typed_id, act = int(self.state["id"]), self.state["act"]
        revisions = interaction.client.services.revisions
        guild_id, actor = guild_of(interaction), await actor_of(interaction)
        if act == "again":
            typed, view = await revisions.typed(guild_id, actor, typed_id)
            await SectionForm(view, typed.section, typed.text).open(interaction)
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        if act == "mine":
            await told(
                interaction,
                await revisions.use_mine(guild_id, actor, typed_id, int(self.state["seen"])),
            )
            return
        text = await revisions.keep_theirs(guild_id, actor, typed_id)
        await tell(
            interaction,
            "Theirs stays. Here is yours once more; it is not kept any longer.",
            file=text_file(text, "your-text.md"),
        )
