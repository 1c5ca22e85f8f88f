"""What Assent says, as Discord shows it: pure functions from domain values to messages."""

from cogs.cards.answers import (
    HistoryLine,
    draft_preview,
    history_page,
    proposal_list,
)
from cogs.cards.attachments import draft_attachment, text_attachment
from cogs.cards.calls import call_lines
from cogs.cards.permissions import MissingPermission, MissingRole
from cogs.cards.proposal_card import thread_name
from cogs.cards.rendering import Rendered, render, shown
from cogs.cards.setup_page import setup_page
from cogs.cards.speaking import idea_fields, idea_is_out, lookalikes, written_out

__all__ = [
    "HistoryLine",
    "MissingPermission",
    "MissingRole",
    "Rendered",
    "call_lines",
    "draft_attachment",
    "draft_preview",
    "history_page",
    "idea_fields",
    "idea_is_out",
    "lookalikes",
    "proposal_list",
    "render",
    "setup_page",
    "shown",
    "text_attachment",
    "thread_name",
    "written_out",
]
