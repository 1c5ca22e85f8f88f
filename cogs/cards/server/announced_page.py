"""What was said where, as moderators look through it."""

from collections.abc import Sequence

import discord

from bot.domain.outbox import PostState, Said
from bot.domain.text import bare
from bot.domain.types import GuildId
from cogs.cards.fitting import Colour, Page, cut, embed
from cogs.cards.markup import ago, many
from cogs.cards.rendering import written
from cogs.cards.server.status_page import error_in_words

_LISTED = 12
_TITLE_SHOWN = 90
_NAME_LIMIT = 100  # of an offered choice
_SYMBOLS = {
    PostState.DUE: "…",
    PostState.SENDING: "…",
    PostState.SAID: "✔",
    PostState.SKIPPED: "○",
    PostState.PARKED: "✖",
    PostState.GONE: "✖",
}
_WORDS = {
    PostState.DUE: "on its way",
    PostState.SENDING: "tried; it is looked up",
    PostState.SAID: "said",
    PostState.SKIPPED: "not said: it was no news",
    PostState.PARKED: "parked: it cannot be said",
    PostState.GONE: "deleted by somebody",
}


def announced_page(said: Sequence[Said], guild_id: GuildId) -> discord.Embed:
    """List what was said, in the order given."""
    rows = [_row(each, guild_id) for each in said[:_LISTED]]
    if (more := len(said) - _LISTED) > 0:
        rows.append(f"… and {more} more: choose a state or a proposal to see fewer.")
    parked = sum(each.state is PostState.PARKED for each in said)
    return embed(
        Page(
            title="What Assent has said here",
            lines=tuple(rows) or ("Nothing of this kind was said yet.",),
            next_step=(
                f"{many(parked, 'announcement is', 'announcements are')} parked: mend the cause "
                "(`/governance check` names it), then `/announcement resend`."
                if parked
                else "`/announcement resend` says one of them again."
            ),
            source="",
            colour=Colour.BAD if parked else Colour.TALK,
        )
    )


def _row(said: Said, guild_id: GuildId) -> str:
    title = cut(written(said.speech).title, _TITLE_SHOWN)
    where = f"for {said.audience}"
    if said.channel_id is not None and said.message_id is not None:
        where = f"https://discord.com/channels/{guild_id}/{said.channel_id}/{said.message_id}"
    error = f"\n> {error_in_words(said.error)}" if said.error else ""
    return (
        f"{_SYMBOLS[said.state]} **{said.id}** · {title}\n"
        f"{_WORDS[said.state]}, {ago(said.at)} · {where}{error}"
    )


def announced_name(said: Said) -> str:
    """Name a message in a list of choices, where no Markdown is read."""
    title = written(said.speech).title.replace("\\", "")
    return bare(f"{said.id} · {said.state} · {said.audience} · {title}", _NAME_LIMIT)
