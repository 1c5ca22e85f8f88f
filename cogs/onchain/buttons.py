"""What can be pressed under a preparation; who may is asked each time."""

import json
from collections.abc import Awaitable, Callable

from typing_extensions import override

from bot.domain.errors import Refusal
from bot.domain.onchain.call_file import written_calls
from bot.domain.onchain.preparation import Prepared, call_at
from bot.interactions import Asked, Stateful, actor_of, guild_of, tell, values_of
from cogs.cards import text_file
from cogs.cards.chain.preparation import sending_words
from cogs.onchain.forms import CallForm, JsonForm, TitleForm
from cogs.onchain.shown import one_call_view, show_again, take

_FIELD_LIMIT = 4_000


class PrepareButton(
    Stateful, template=r"typed:(?P<id>[0-9]{1,18}):onchain:(?P<name>add|json|title|check|calldata)"
):
    """What is done with a preparation as a whole."""

    @override
    async def used(self, interaction: Asked) -> None:
        await _USES[self.state["name"]](interaction, int(self.state["id"]))


async def _add(interaction: Asked, typed_id: int) -> None:
    preparing, actor = interaction.client.services.preparing, await actor_of(interaction)
    await preparing.kept(guild_of(interaction), actor, typed_id)
    await CallForm(typed_id).open(interaction)


async def _json(interaction: Asked, typed_id: int) -> None:
    preparing, actor = interaction.client.services.preparing, await actor_of(interaction)
    await preparing.kept(guild_of(interaction), actor, typed_id)
    await JsonForm(typed_id).open(interaction)


async def _title(interaction: Asked, typed_id: int) -> None:
    preparing, actor = interaction.client.services.preparing, await actor_of(interaction)
    kept = await preparing.kept(guild_of(interaction), actor, typed_id)
    await TitleForm(typed_id, kept).open(interaction)


async def _check(interaction: Asked, typed_id: int) -> None:
    await take(interaction)
    await show_again(interaction, typed_id)


async def _calldata(interaction: Asked, typed_id: int) -> None:
    await interaction.response.defer(ephemeral=True, thinking=True)
    preparing, actor = interaction.client.services.preparing, await actor_of(interaction)
    prepared = await preparing.look(guild_of(interaction), actor, typed_id)
    if prepared.obstacles or not prepared.payload:
        raise Refusal(f"{' '.join(prepared.obstacles)} What you typed is kept.")
    await tell(
        interaction,
        sending_words(prepared),
        files=[
            text_file(prepared.payload, "calldata.txt"),
            text_file(_safe_file(prepared), "safe.json"),
            text_file(prepared.description, "description.md"),
            text_file(written_calls(prepared.preparation.calls), "calls.json"),
        ],
    )


_USES: dict[str, Callable[[Asked, int], Awaitable[None]]] = {
    "add": _add,
    "json": _json,
    "title": _title,
    "check": _check,
    "calldata": _calldata,
}


def _safe_file(prepared: Prepared) -> str:
    """Write the one transaction as the Safe transaction builder reads it."""
    governor = prepared.governor
    transaction = {"to": governor.address, "value": "0", "data": prepared.payload}
    written = {
        "version": "1.0",
        "chainId": str(governor.chain_id),
        "meta": {"name": prepared.preparation.title},
        "transactions": [transaction],
    }
    return json.dumps(written, indent=2, ensure_ascii=False)


class CallMenu(Stateful, template=r"typed:(?P<id>[0-9]{1,18}):calls:(?P<change>[0-9]{1,9})"):
    """Picks one call, to be changed, moved or removed."""

    @override
    async def used(self, interaction: Asked) -> None:
        """Offer what can be done with it."""
        typed_id, change = int(self.state["id"]), int(self.state["change"])
        preparing, actor = interaction.client.services.preparing, await actor_of(interaction)
        kept = await preparing.kept(guild_of(interaction), actor, typed_id)
        chosen = next(iter(values_of(interaction)), "")
        place = int(chosen) if chosen.isascii() and chosen.isdecimal() and len(chosen) < 4 else -1  # noqa: PLR2004 - digits of a place
        call_at(kept, place, change)
        await interaction.response.edit_message(
            content=f"Call {place + 1} of {len(kept.calls)}: what shall be done with it?",
            view=one_call_view(typed_id, place, change),
        )


class OneCallButton(
    Stateful,
    template=r"typed:(?P<id>[0-9]{1,18}):call:(?P<place>[0-9]{1,3}):(?P<change>[0-9]{1,9}):"
    r"(?P<name>edit|up|drop)",
):
    """What is done with one call."""

    @override
    async def used(self, interaction: Asked) -> None:
        """Do it; a form opens for a change."""
        typed_id = int(self.state["id"])
        place = (int(self.state["place"]), int(self.state["change"]))
        preparing, actor = interaction.client.services.preparing, await actor_of(interaction)
        guild_id = guild_of(interaction)
        if self.state["name"] == "edit":
            call = call_at(await preparing.kept(guild_id, actor, typed_id), *place)
            if len(call.arguments) > _FIELD_LIMIT:
                raise Refusal(
                    "These arguments are longer than a form's field. Remove the call, and give it "
                    "anew as JSON."
                )
            await CallForm(typed_id, call, place).open(interaction)
            return
        await take(interaction)
        act = preparing.move_call_up if self.state["name"] == "up" else preparing.remove_call
        await act(guild_id, actor, typed_id, place)
        await show_again(interaction, typed_id)
