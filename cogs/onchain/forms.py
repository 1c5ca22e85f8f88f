"""The forms of a preparation: a call, calls as JSON, the title and the text."""

import re
from collections.abc import Mapping
from typing import Self

import discord
from typing_extensions import override

from bot.domain.errors import Refusal
from bot.domain.onchain.preparation import TEXT_LIMIT, Preparation, TypedCall
from bot.domain.onchain.proposal import TITLE_CAP
from bot.interactions import Asked, Form, actor_of, answer_error, guild_of
from cogs.cards import text_file
from cogs.onchain.shown import show_again, take

_FIELD_LIMIT = 4_000  # what a modal's field holds
_SHORT_LIMIT = 300
_NEW = "new"


class CallForm(
    Form,
    template=r"onchain-call:(?P<id>[0-9]{1,18}):(?P<place>[0-9]{1,3}|new):(?P<change>[0-9]{1,9})",
):
    """One call, as it is typed; a call that does not fit the form is left to JSON."""

    def __init__(
        self, typed_id: int, call: TypedCall | None = None, place: tuple[int, int] | None = None
    ) -> None:
        at, change = place or (_NEW, 0)
        super().__init__(
            title="A new call" if place is None else f"Call {place[0] + 1}",
            custom_id=f"onchain-call:{typed_id}:{at}:{change}",
        )
        given = call or TypedCall(target="", function="", arguments="", value="")
        self._ask("target", "Target", "The contract's address", given.target)
        self._ask(
            "function",
            "Function",
            "Such as setMarketplaceFee(uint8); empty: raw calldata below, or a transfer",
            given.function,
        )
        self._ask(
            "arguments",
            "Arguments",
            "One a line, in order. A uint256 may be 8000e18 or 1.5 ether; lists are JSON",
            given.arguments,
        )
        self._ask("value", "Coin sent along", "Wei, or such as 1.5 ether; empty: none", given.value)

    def _ask(self, name: str, label: str, note: str, value: str) -> None:
        is_long = name == "arguments"
        limit = _FIELD_LIMIT if is_long else _SHORT_LIMIT
        field: discord.ui.TextInput[Self] = discord.ui.TextInput(
            custom_id=name,
            default=value[:limit],
            max_length=limit,
            required=name == "target",
            style=discord.TextStyle.paragraph if is_long else discord.TextStyle.short,
        )
        self.add_item(discord.ui.Label(text=label, description=note, component=field))

    @classmethod
    @override
    async def submitted(
        cls, interaction: Asked, state: re.Match[str], typed: Mapping[str, str]
    ) -> None:
        await take(interaction)
        place = None if state["place"] == _NEW else int(state["place"])
        call = TypedCall(**{name: typed[name] for name in _PARTS})
        preparing, actor = interaction.client.services.preparing, await actor_of(interaction)
        try:
            await preparing.write_call(
                guild_of(interaction),
                actor,
                int(state["id"]),
                call,
                (place, int(state["change"])),
            )
        except Refusal as refusal:
            await _give_back(interaction, refusal, "\n".join(typed[name] for name in _PARTS))
            return
        await show_again(interaction, int(state["id"]))


_PARTS = ("target", "function", "arguments", "value")


class JsonForm(Form, template=r"onchain-json:(?P<id>[0-9]{1,18})"):
    """Calls as JSON, pasted."""

    def __init__(self, typed_id: int) -> None:
        super().__init__(title="Calls as JSON", custom_id=f"onchain-json:{typed_id}")
        field: discord.ui.TextInput[Self] = discord.ui.TextInput(
            custom_id="json", max_length=_FIELD_LIMIT, style=discord.TextStyle.paragraph
        )
        note = "A list of calls, or a file of the Safe transaction builder; they are added"
        self.add_item(discord.ui.Label(text="JSON", description=note, component=field))

    @classmethod
    @override
    async def submitted(
        cls, interaction: Asked, state: re.Match[str], typed: Mapping[str, str]
    ) -> None:
        await take(interaction)
        preparing, actor = interaction.client.services.preparing, await actor_of(interaction)
        try:
            await preparing.add_file(guild_of(interaction), actor, int(state["id"]), typed["json"])
        except Refusal as refusal:
            await _give_back(interaction, refusal, typed["json"])
            return
        await show_again(interaction, int(state["id"]))


class TitleForm(Form, template=r"onchain-title:(?P<id>[0-9]{1,18})"):
    """The title and the text of the description; the links are added by themselves."""

    def __init__(self, typed_id: int, kept: Preparation) -> None:
        super().__init__(title="Title and text", custom_id=f"onchain-title:{typed_id}")
        title: discord.ui.TextInput[Self] = discord.ui.TextInput(
            custom_id="title", default=kept.title, max_length=TITLE_CAP
        )
        text: discord.ui.TextInput[Self] = discord.ui.TextInput(
            custom_id="text",
            default=kept.text[:TEXT_LIMIT],
            max_length=TEXT_LIMIT,
            required=False,
            style=discord.TextStyle.paragraph,
        )
        note = "As in the vote off chain, without what the step put before it"
        self.add_item(discord.ui.Label(text="Title", description=note, component=title))
        below = "Goes on chain below the title; the links follow by themselves"
        self.add_item(discord.ui.Label(text="Text", description=below, component=text))

    @classmethod
    @override
    async def submitted(
        cls, interaction: Asked, state: re.Match[str], typed: Mapping[str, str]
    ) -> None:
        await take(interaction)
        preparing, actor = interaction.client.services.preparing, await actor_of(interaction)
        try:
            await preparing.retitle(
                guild_of(interaction), actor, int(state["id"]), typed["title"], typed["text"]
            )
        except Refusal as refusal:
            await _give_back(interaction, refusal, f"{typed['title']}\n\n{typed['text']}")
            return
        await show_again(interaction, int(state["id"]))


async def _give_back(interaction: Asked, refusal: Refusal, typed: str) -> None:
    """Refuse, and give what was typed back as a file."""
    await answer_error(interaction, refusal, file=text_file(typed, "your-text.txt"))
