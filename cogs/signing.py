"""Signing in the browser: links to the page, and the wallets that members have linked."""

from discord import app_commands
from typing_extensions import override

from bot.client import GovernanceBot
from bot.domain.errand import LinkWallet, PageErrand, SignAlias, SignChange, SignProposal
from bot.domain.errors import Refusal
from bot.domain.policy import Step
from bot.domain.types import UserId
from bot.interactions import (
    CHOICES_LIMIT,
    Asked,
    ProposalButton,
    Stateful,
    actor_of,
    guild_of,
    tell,
)
from cogs.cards.buttons import Link
from cogs.cards.buttons import view as buttons_view
from cogs.cards.wallets import wallets_page

_YOURS = (
    "The link is yours alone, works once and for 30 minutes: show it to nobody. "
    "Open it in the browser in which your wallet is, or in your wallet's own browser."
)


async def send_to_page(interaction: Asked, errand: PageErrand, what: str, label: str) -> None:
    """Give the person a link to the page, which nobody else sees.

    Raises:
        Refusal: There is no page, or there is nothing to sign.
    """
    page_url = interaction.client.settings.page_url
    if page_url is None:
        raise Refusal(
            "Assent has no page here on which you could sign. Whoever runs it sets PAGE_URL, as "
            "its readme says; nothing was changed."
        )
    secret = await interaction.client.services.page_links.make(
        guild_of(interaction), await actor_of(interaction), errand
    )
    row = buttons_view([Link(label=label, address=f"{page_url}/s#{secret}")])
    assert row is not None, "the settings take no address that a button does not"
    await tell(interaction, f"{what} {_YOURS}", view=row)


class SignButton(
    ProposalButton,
    template=rf"proposal:(?P<id>\d+):sign:(?P<step>{'|'.join(Step)}):(?P<round>\d+)",
):
    """“Sign with your wallet”: whose wallet may propose in the space may sign the vote."""

    @override
    async def pressed(self, interaction: Asked, reference: str) -> None:
        await send_to_page(
            interaction,
            SignProposal(
                proposal_id=self.proposal_id,
                step=Step(self.state["step"]),
                round=int(self.state["round"]),
            ),
            f"You can sign the vote on {reference} with a wallet that may propose in the space.",
            "Read and sign",
        )


class SignChangeButton(Stateful, template=r"typed:(?P<id>\d{1,19}):wallet"):
    """“Sign with your wallet”: the edit or the deletion that was shown, to who asked for it."""

    @override
    async def used(self, interaction: Asked) -> None:
        await send_to_page(
            interaction,
            SignChange(typed_id=int(self.state["id"])),
            "On the page the wallet that may change the vote signs what you were shown.",
            "Read and sign",
        )


class WalletCommands(
    app_commands.Group, name="wallet", description="Your wallets, as Assent knows them here"
):
    """What a member tells Assent of their own wallets; nobody else ever sees it."""

    @app_commands.command()
    async def link(self, interaction: Asked) -> None:
        """Show with a free signature that a wallet is yours, so that its voting power is known."""
        await send_to_page(
            interaction,
            LinkWallet(),
            "On the page you show with a free signature that a wallet is yours.",
            "Link a wallet",
        )

    @app_commands.command(name="list")
    async def list_(self, interaction: Asked) -> None:
        """See which wallets you have linked in this server; nobody else sees it."""
        wallets = interaction.client.services.wallets
        mine = await wallets.of(guild_of(interaction), UserId(interaction.user.id))
        await tell(interaction, wallets_page(mine))

    @app_commands.command()
    @app_commands.describe(address="Which")
    async def unlink(self, interaction: Asked, address: app_commands.Range[str, 1, 100]) -> None:
        """Let Assent forget a wallet of yours at once."""
        wallets = interaction.client.services.wallets
        gone = await wallets.unlink(guild_of(interaction), UserId(interaction.user.id), address)
        await tell(
            interaction,
            f"Forgotten: `{gone}`. Assent knows nothing of it any more in this server.",
        )

    @unlink.autocomplete("address")
    async def _mine(self, interaction: Asked, current: str) -> list[app_commands.Choice[str]]:
        wallets = interaction.client.services.wallets
        mine = await wallets.of(guild_of(interaction), UserId(interaction.user.id))
        return [
            app_commands.Choice(name=each.address, value=each.address)
            for each in mine
            if current.strip().casefold() in each.address.casefold()
        ][:CHOICES_LIMIT]


@app_commands.command(name="link")
async def link_alias(interaction: Asked) -> None:
    """Let Assent propose in your wallet's name for thirty days (moderators)."""
    await send_to_page(
        interaction,
        SignAlias(),
        "On the page your wallet lets Assent propose in its name, for thirty days.",
        "Read and sign",
    )


async def setup(bot: GovernanceBot) -> None:
    """Add the commands and the button."""
    bot.tree.add_command(WalletCommands())
    bot.extend("governance alias", link_alias)
    bot.add_dynamic_items(SignButton, SignChangeButton)
