"""What Assent says, as Discord shows it: pure functions from domain values to messages."""

from cogs.cards.answers import (
    HistoryLine,
    draft_preview,
    history_page,
    proposal_list,
)
from cogs.cards.calls import call_lines
from cogs.cards.proposal_card import thread_name
from cogs.cards.rendering import Rendered, render, shown

__all__ = [
    "HistoryLine",
    "Rendered",
    "call_lines",
    "draft_preview",
    "history_page",
    "proposal_list",
    "render",
    "shown",
    "thread_name",
]
