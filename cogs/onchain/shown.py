"""What a preparation shows beside its page: buttons, and a menu of its calls."""

from typing import Any

import discord

from bot.domain.onchain.preparation import Prepared
from bot.interactions import Asked, actor_of, guild_of
from cogs.cards.chain.preparation import call_option, preparation_page

_Style = discord.ButtonStyle


async def page_of(interaction: Asked, typed_id: int) -> dict[str, Any]:
    """Check a preparation and show it with everything that can be done with it."""
    preparing, actor = interaction.client.services.preparing, await actor_of(interaction)
    prepared = await preparing.look(guild_of(interaction), actor, typed_id)
    return {"embed": preparation_page(prepared), "view": _view(prepared)}


async def take(interaction: Asked) -> None:
    """Say that something has arrived, before the chain is asked.

    What follows takes the place of the page it was pressed under, if only this person sees that.
    """
    under = interaction.message
    if under is not None and under.flags.ephemeral:
        await interaction.response.defer()
    else:
        await interaction.response.defer(ephemeral=True, thinking=True)


async def show_again(interaction: Asked, typed_id: int) -> None:
    """Show a preparation in place of what was shown; the interaction was taken."""
    await interaction.edit_original_response(content=None, **await page_of(interaction, typed_id))


def _view(prepared: Prepared) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    is_ready = bool(prepared.payload) and not prepared.obstacles
    add = "Add another call" if prepared.calls else "Add a call"
    for name, label, style in (
        ("add", add, _Style.secondary if is_ready else _Style.primary),
        ("json", "Calls as JSON", _Style.secondary),
        ("title", "Title and text", _Style.secondary),
        ("check", "Check again", _Style.secondary),
    ):
        view.add_item(_button(prepared.typed_id, name, label, style))
    if is_ready:
        view.add_item(_button(prepared.typed_id, "calldata", "Get the calldata", _Style.primary))
    if prepared.calls:
        view.add_item(_menu(prepared))
    view.stop()  # Its dynamic items answer, also after a restart.
    return view


def _button(
    typed_id: int, name: str, label: str, style: discord.ButtonStyle
) -> discord.ui.Button[discord.ui.View]:
    return discord.ui.Button(label=label, style=style, custom_id=f"typed:{typed_id}:onchain:{name}")


def _menu(prepared: Prepared) -> discord.ui.Select[discord.ui.View]:
    menu: discord.ui.Select[discord.ui.View] = discord.ui.Select(
        custom_id=f"typed:{prepared.typed_id}:calls:{prepared.preparation.change}",
        placeholder="Change, move or remove a call",
    )
    for place, call in enumerate(prepared.calls):
        label, about = call_option(place + 1, call)
        menu.add_option(label=label, description=about, value=str(place))
    return menu


def one_call_view(typed_id: int, place: int, change: int) -> discord.ui.View:
    """Give what can be done with one call."""
    view = discord.ui.View(timeout=None)
    state = f"typed:{typed_id}:call:{place}:{change}"
    for name, label in (("edit", "Change it"), ("up", "Make it earlier"), ("drop", "Remove it")):
        if name == "up" and place == 0:
            continue
        view.add_item(
            discord.ui.Button(label=label, style=_Style.secondary, custom_id=f"{state}:{name}")
        )
    view.add_item(_button(typed_id, "check", "Back", _Style.secondary))
    view.stop()
    return view
