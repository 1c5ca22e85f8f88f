"""What slash commands answer with, for the eyes of the one who asked."""

from collections.abc import Sequence
from dataclasses import dataclass

import discord

from bot.domain.draft import DEFAULT_BODY_UNITS, DEFAULT_CHOICES, Draft
from bot.domain.snapshot import TITLE_LIMIT, SpaceLimits
from bot.domain.text import line, utf16_units
from bot.domain.types import UnixSeconds, UserId
from cogs.cards.announcements import NO_TITLE, REFERENCE_SHOWN, TITLE_SHOWN
from cogs.cards.fitting import Colour, Page, embed
from cogs.cards.markup import many, member, quoted

_HISTORY_SHOWN = 20
_ENTRY_LIMIT = 150
_EXCERPT = 900
_CHOICES_SHOWN = 20
_CHOICE_LIMIT = 60
_FINDINGS_SHOWN = 10
_FINDING_LIMIT = 240
_NO_LIMITS = SpaceLimits(body_units=None, choices=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """One thing that happened; `actor_id` is `None` for Assent, Snapshot and the chains."""

    at: UnixSeconds
    actor_id: UserId | None
    what: str


def history_page(entries: Sequence[HistoryLine], reference: str = "") -> discord.Embed:
    """Show what happened, oldest first; of many the last ones."""
    shown = entries[-_HISTORY_SHOWN:]
    earlier = len(entries) - len(shown)
    rows = [f"… {many(earlier, 'earlier entry', 'earlier entries')}"] if earlier else []
    rows += [
        f"<t:{int(entry.at)}:f> · {_actor(entry)}: {line(entry.what, _ENTRY_LIMIT)}"
        for entry in shown
    ]
    name = line(reference, REFERENCE_SHOWN)
    return embed(
        Page(
            title=f"History of {name}" if name else "History",
            lines=tuple(rows) or ("Nothing has happened yet.",),
            next_step="`/proposal show` tells where it stands now and who acts next.",
            source=reference,
            colour=Colour.TALK,
        )
    )


def _actor(entry: HistoryLine) -> str:
    return "Assent" if entry.actor_id is None else member(entry.actor_id)


def draft_preview(
    draft: Draft, findings: Sequence[str], limits: SpaceLimits = _NO_LIMITS
) -> discord.Embed:
    """Show a draft, how much room its limits leave, and what keeps it from being published.

    The exact bytes that Snapshot gets are for a file beside it; this is an excerpt.
    """
    return embed(
        Page(
            title=f"Draft · {line(draft.title, TITLE_SHOWN) or NO_TITLE}",
            lines=(
                (
                    f"Revision {draft.revision:,}, edited by {member(draft.edited_by)} "
                    f"<t:{int(draft.edited_at)}:R>. The file has the whole text as Snapshot gets "
                    "it."
                ),
                "",
                quoted(draft.body, _EXCERPT),
            ),
            fields=(
                (f"Choices · {draft.voting_type}", _choices(draft)),
                ("Room", _room(draft, limits)),
                ("To be put right first", _findings(findings)),
            ),
            next_step=(
                "Put right what is listed above with `/draft edit`."
                if findings
                else "It can be published: `/proposal publish` announces the vote."
            ),
            source="",
            colour=Colour.BAD if findings else Colour.GOOD,
        )
    )


def _choices(draft: Draft) -> str:
    rows = [
        f"{number}. {line(choice, _CHOICE_LIMIT)}"
        for number, choice in enumerate(draft.choices[:_CHOICES_SHOWN], 1)
    ]
    more = len(draft.choices) - _CHOICES_SHOWN
    rows += [f"… and {more} more"] if more > 0 else []
    return "\n".join(rows) or "none yet"


def _room(draft: Draft, limits: SpaceLimits) -> str:
    body = DEFAULT_BODY_UNITS if limits.body_units is None else limits.body_units
    choices = DEFAULT_CHOICES if limits.choices is None else limits.choices
    return "\n".join(
        (
            _used("title", len(draft.title), TITLE_LIMIT),
            _used("text", utf16_units(draft.body), body),
            _used("choices", len(draft.choices), choices),
        )
    )


def _used(what: str, count: int, limit: int) -> str:
    symbol = "✔" if count <= limit else "✖ too much:"
    return f"{symbol} {what} {count:,} of {limit:,}"


def _findings(findings: Sequence[str]) -> str:
    rows = [f"✖ {line(finding, _FINDING_LIMIT)}" for finding in findings[:_FINDINGS_SHOWN]]
    more = len(findings) - _FINDINGS_SHOWN
    return "\n".join(rows + ([f"… and {more} more"] if more > 0 else []))
