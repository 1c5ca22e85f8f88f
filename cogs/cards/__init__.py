"""What Assent says, as Discord shows it: pure functions from domain values to messages."""

from cogs.cards.answers import (
    HistoryLine,
    history_page,
)
from cogs.cards.attachments import draft_attachment, text_attachment, text_file
from cogs.cards.calls import call_lines
from cogs.cards.draft_parts import section_label
from cogs.cards.drafts import compared, draft_page, draft_pages, page_buttons, revision_list
from cogs.cards.list_page import list_page
from cogs.cards.proposal_card import thread_name
from cogs.cards.rendering import Rendered, render, shown
from cogs.cards.setup_page import MissingPermission, MissingRole, setup_page
from cogs.cards.speaking import idea_fields, idea_is_out, lookalikes, written_out

__all__ = [
    "HistoryLine",
    "MissingPermission",
    "MissingRole",
    "Rendered",
    "call_lines",
    "compared",
    "draft_attachment",
    "draft_page",
    "draft_pages",
    "history_page",
    "idea_fields",
    "idea_is_out",
    "list_page",
    "lookalikes",
    "page_buttons",
    "render",
    "revision_list",
    "section_label",
    "setup_page",
    "shown",
    "text_attachment",
    "text_file",
    "thread_name",
    "written_out",
]
