"""What of a draft can be edited, offered in a menu."""

import discord

from bot.domain.drafting.checklist import DraftView
from bot.domain.drafting.revision import SECTION_NAME_LIMIT, every_section
from bot.domain.offchain.snapshot import VotingType
from bot.domain.text import bare
from cogs.cards.markup import many

HEAD = "head"
SECTION = "section:"
MOST_PARTS = 25
_LABEL_LIMIT = 100
UNNAMED = "The text"
# Snapshot's voting systems whose scores our rules can judge, in a few words each.
VOTING_TYPES: dict[VotingType, str] = {
    VotingType.SINGLE_CHOICE: "Each voter picks one choice",
    VotingType.APPROVAL: "Each voter picks as many choices as they like",
    VotingType.RANKED_CHOICE: "Each voter ranks the choices; the weakest drop out in turn",
    VotingType.WEIGHTED: "Each voter spreads their power over the choices",
    VotingType.QUADRATIC: "As weighted, and many voters count for more than much power",
}


def section_label(name: str, limit: int = _LABEL_LIMIT) -> str:
    """Name a section where Discord renders no Markdown."""
    return bare(name, limit) or UNNAMED


def part_options(view: DraftView) -> list[discord.SelectOption]:
    """Offer the title with the choices, and every section with its length."""
    head = discord.SelectOption(label=_head(view), value=HEAD, description=_title(view))
    sections = {
        f"{SECTION}{section.name[:SECTION_NAME_LIMIT]}": section
        for section in reversed(every_section(view.draft, view.policy))
    }
    return [
        head,
        *(
            discord.SelectOption(
                label=section_label(section.name), value=value, description=_length(section.text)
            )
            for value, section in reversed(sections.items())
        ),
    ][:MOST_PARTS]


def _head(view: DraftView) -> str:
    is_fixed = view.policy.step(view.draft.step).choices_are_fixed
    return "Title" if is_fixed else "Title, choices and voting type"


def _title(view: DraftView) -> str:
    return bare(view.draft.title, _LABEL_LIMIT) or "empty"


def _length(text: str) -> str:
    return many(len(text), "character") if text.strip() else "○ empty: left out of what is posted"
