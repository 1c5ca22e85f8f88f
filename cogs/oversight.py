"""/governance: how things stand here, who did what, everything as a file, and the dry run."""

from discord import app_commands

from bot.client import GovernanceBot
from bot.interactions import Asked, administrator_of, guild_of, tell
from cogs.cards.markup import channel

_ON = (
    "The dry run is on. What Assent would say is shown in {place}, and nothing is said anywhere "
    "else; votes are built and shown, and not sent to Snapshot. "
    "`/governance dryrun switch:off` ends it."
)
_OFF = (
    "The dry run is off. The cards of open proposals are posted now; "
    "what was rehearsed is not said again. From here on it is for real."
)


class Oversight(app_commands.Group, name="oversight", description="How governance runs here"):
    """What those who answer for a server look at; its commands belong to /governance."""

    @app_commands.command()
    @app_commands.describe(switch="on: show everything to moderators alone; off: for real")
    @app_commands.choices(
        switch=[app_commands.Choice(name=each, value=each) for each in ("on", "off")]
    )
    async def dryrun(self, interaction: Asked, switch: str) -> None:
        """Try everything with nothing public: moderators see what would be said."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        actor = await administrator_of(interaction)
        bot = interaction.client
        community = await bot.services.rehearsals.switch(
            guild_of(interaction), actor, is_on=switch == "on"
        )
        await bot.scheduler.run("outbox")
        place = community.moderators_channel_id
        await tell(
            interaction, _ON.format(place=channel(place)) if switch == "on" and place else _OFF
        )


async def setup(bot: GovernanceBot) -> None:
    """Add the commands."""
    bot.extend("governance", *Oversight().commands)
