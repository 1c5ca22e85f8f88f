"""What Assent says, as Discord shows it: pure functions from domain values to messages."""

from cogs.cards.attachments import data_attachment, draft_attachment, text_attachment, text_file
from cogs.cards.chain.calls import call_lines
from cogs.cards.drafts.draft import compared, draft_page, draft_pages, page_buttons, revision_list
from cogs.cards.drafts.parts import section_label
from cogs.cards.markup import channel
from cogs.cards.proposals.list_page import list_page
from cogs.cards.proposals.proposal_card import thread_name
from cogs.cards.proposals.speaking import idea_fields, idea_is_out, lookalikes, written_out
from cogs.cards.rendering import Rendered, render, shown
from cogs.cards.server.announced_page import announced_name, announced_page
from cogs.cards.server.answers import (
    HistoryLine,
    history_page,
)
from cogs.cards.server.audit_page import audit_page
from cogs.cards.server.calendar_page import calendar_page
from cogs.cards.server.permissions import MissingPermission, MissingRole
from cogs.cards.server.policy_page import changes_page, policy_attachment, policy_page, value_page
from cogs.cards.server.setup_page import setup_page
from cogs.cards.server.status_page import error_in_words, status_page
from cogs.cards.server.watched_page import found_governor, watched_page

__all__ = [
    "HistoryLine",
    "MissingPermission",
    "MissingRole",
    "Rendered",
    "announced_name",
    "announced_page",
    "audit_page",
    "calendar_page",
    "call_lines",
    "changes_page",
    "channel",
    "compared",
    "data_attachment",
    "draft_attachment",
    "draft_page",
    "draft_pages",
    "error_in_words",
    "found_governor",
    "history_page",
    "idea_fields",
    "idea_is_out",
    "list_page",
    "lookalikes",
    "page_buttons",
    "policy_attachment",
    "policy_page",
    "render",
    "revision_list",
    "section_label",
    "setup_page",
    "shown",
    "status_page",
    "text_attachment",
    "text_file",
    "thread_name",
    "value_page",
    "watched_page",
    "written_out",
]
