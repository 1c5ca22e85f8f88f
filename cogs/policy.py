"""/governance policy: every rule of a community, shown, set, exported and imported."""

import discord
from discord import app_commands
from typing_extensions import override

from bot.client import GovernanceBot
from bot.domain.errors import Refusal
from bot.domain.policy import Policy
from bot.domain.policy.file import FILE_LIMIT
from bot.domain.policy.row import PolicyValue
from bot.domain.policy.values import VALUES, named
from bot.domain.text import bare
from bot.interactions import (
    CHOICE_NAME_LIMIT,
    CHOICES_LIMIT,
    Asked,
    Stateful,
    administrator_of,
    guild_of,
    tell,
)
from bot.services.policies import PolicyChange, PolicyOffer
from cogs.cards import (
    changes_page,
    policy_attachment,
    policy_page,
    value_page,
)


async def _done(interaction: Asked, change: PolicyChange) -> None:
    """Let everything follow the new policy, and say what it is."""
    bot = interaction.client
    if change.moves_support:
        await bot.scheduler.run("recount")
    await bot.scheduler.run("outbox")
    await tell(interaction, "", embed=changes_page(change.differences, is_done=True))


class ConfirmPolicyButton(
    Stateful, template=r"policy:(?P<id>\d{1,18}):confirm:(?P<shown>[0-9a-f]{16})"
):
    """The confirmation: change exactly what was shown, to exactly what was shown."""

    @override
    async def used(self, interaction: Asked) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        actor = await administrator_of(interaction)
        change = await interaction.client.services.policies.confirm(
            guild_of(interaction), actor, int(self.state["id"]), self.state["shown"]
        )
        await _done(interaction, change)


def _confirmation(offer: PolicyOffer) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    view.add_item(
        discord.ui.Button(
            label="Change the policy so",
            style=discord.ButtonStyle.primary,
            custom_id=f"policy:{offer.typed_id}:confirm:{offer.fingerprint}",
        )
    )
    view.stop()  # Answered by its dynamic item, also after a restart.
    return view


class PolicyCommands(
    app_commands.Group, name="policy", description="The rules of this community, every one of them"
):
    """What a community has decided: everybody reads it, administrators change it."""

    @app_commands.command()
    @app_commands.describe(name="One value, to have it explained")
    async def show(self, interaction: Asked, name: str | None = None) -> None:
        """See the rules of this community, all of them or one explained."""
        policy = await interaction.client.services.policies.policy(guild_of(interaction))
        if name is not None:
            await tell(interaction, "", embed=value_page(named(name), policy))
            return
        await tell(interaction, "", embed=policy_page(policy), file=policy_attachment(policy))

    @app_commands.command(name="set")
    @app_commands.describe(name="Which value", value="What it shall be")
    async def set_(
        self, interaction: Asked, name: str, value: app_commands.Range[str, 1, 4_000]
    ) -> None:
        """Change one rule of this community (administrators)."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        actor = await administrator_of(interaction)
        policies = interaction.client.services.policies
        await _done(interaction, await policies.change(guild_of(interaction), actor, name, value))

    @app_commands.command()
    async def export(self, interaction: Asked) -> None:
        """Get the rules of this community as a file: to read, to vote on, to import."""
        policy = await interaction.client.services.policies.policy(guild_of(interaction))
        await tell(
            interaction,
            "The policy of this community, with what each value means. "
            "`/governance policy import` takes it back.",
            file=policy_attachment(policy),
        )

    @app_commands.command(name="import")
    @app_commands.describe(file="A policy as `/governance policy export` writes it")
    async def import_(self, interaction: Asked, file: discord.Attachment) -> None:
        """See what a file would change in the rules, and confirm it (administrators)."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        actor = await administrator_of(interaction)
        text = await _text(file)
        policies = interaction.client.services.policies
        offer = await policies.offer(guild_of(interaction), actor, text)
        await tell(
            interaction,
            "",
            embed=changes_page(offer.differences, is_done=False),
            view=_confirmation(offer),
        )

    @show.autocomplete("name")
    @set_.autocomplete("name")
    async def _names(self, _interaction: Asked, current: str) -> list[app_commands.Choice[str]]:
        words = current.casefold().split()
        fitting = [
            row
            for row in VALUES
            if all(word in f"{row.name} {row.means}".casefold() for word in words)
        ]
        fitting.sort(key=lambda row: not row.name.startswith(current.casefold()))
        return [
            app_commands.Choice(
                name=bare(f"{row.name} · {row.means}", CHOICE_NAME_LIMIT), value=row.name
            )
            for row in fitting[:CHOICES_LIMIT]
        ]

    @set_.autocomplete("value")
    async def _values(self, interaction: Asked, current: str) -> list[app_commands.Choice[str]]:
        try:
            row = named(str(interaction.namespace.name or ""))
        except Refusal:
            return []
        policy = await interaction.client.services.policies.policy(guild_of(interaction))
        return _offered(row, policy, current)


def _offered(row: PolicyValue, policy: Policy, current: str) -> list[app_commands.Choice[str]]:
    """Offer what is typed if it is a value, then the current value, choices and examples."""
    now = row.written(policy)
    names = {now: f"{now} (as it is now)"}
    names |= {each: each for each in row.kind.examples if each != now}
    fitting = {
        value: name for value, name in names.items() if current.casefold() in name.casefold()
    }
    if current.strip() and current not in names and _is_value(row, current):
        fitting = {current: current, **fitting}
    return [
        app_commands.Choice(name=bare(name, CHOICE_NAME_LIMIT), value=value)
        for value, name in fitting.items()
        if len(value) <= CHOICE_NAME_LIMIT and bare(name, CHOICE_NAME_LIMIT)
    ][:CHOICES_LIMIT]


def _is_value(row: PolicyValue, text: str) -> bool:
    try:
        row.kind.read(text)
    except Refusal:
        return False
    return True


async def _text(file: discord.Attachment) -> str:
    """Read a file that a person uploaded.

    Raises:
        Refusal: It is too large, or no text.
    """
    if file.size > FILE_LIMIT:
        raise Refusal(
            f"This file has {file.size:,} bytes; a policy has at most {FILE_LIMIT:,}. "
            "Nothing was changed."
        )
    try:
        return (await file.read()).decode()
    except UnicodeDecodeError:
        raise Refusal(
            "This file is no text (UTF-8). Take the one from /governance policy export, and "
            "change that. Nothing was changed."
        ) from None


async def setup(bot: GovernanceBot) -> None:
    """Add the commands and the button."""
    bot.extend("governance", PolicyCommands())
    bot.add_dynamic_items(ConfirmPolicyButton)
