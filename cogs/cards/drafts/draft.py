"""Drafts as they are read: rendered page by page, with what is still to be done before the vote."""

from collections.abc import Sequence

import discord

from bot.domain.drafting.checklist import Check, CheckState, DraftView
from bot.domain.drafting.draft import Draft
from bot.domain.drafting.review import Review
from bot.domain.lifecycle import DRAFTING
from bot.domain.text import line
from bot.domain.types import ProposalId
from cogs.cards.buttons import Action
from cogs.cards.drafts.difference import difference_block
from cogs.cards.fitting import FIELD_VALUE_LIMIT, Colour, Page, embed
from cogs.cards.markdown import markdown_pages
from cogs.cards.markup import member
from cogs.cards.proposals.announcements import NO_TITLE, REFERENCE_SHOWN, TITLE_SHOWN

PAGE_LIMIT = (
    1_700  # units; beside the checklist, the choices and the title there is room for so many
)
_DIFFERENCE_LIMIT = 3_500
_CHOICES_SHOWN = 20
_CHOICE_LIMIT = 60
_DETAIL_LIMIT = 240
_NAME_LIMIT = 60
_CHANGE_LIMIT = 160
_MEMBERS_SHOWN = 12
_SYMBOLS = {CheckState.DONE: "✔", CheckState.MISSING: "✖", CheckState.OPEN: "○"}


def draft_pages(draft: Draft) -> tuple[str, ...]:
    """Render the text of a draft; of hostile text it takes a while, so call it in a thread."""
    return markdown_pages(draft.body, PAGE_LIMIT)


def draft_page(view: DraftView, pages: Sequence[str], number: int) -> discord.Embed:
    """Show a page of a draft; the first has also its choices and what it lacks.

    The exact bytes that Snapshot gets are for a file beside it.
    """
    draft = view.draft
    number = min(max(number, 1), len(pages))
    where = f" · page {number} of {len(pages)}" if len(pages) > 1 else ""
    return embed(
        Page(
            title=f"Draft · {line(draft.title, TITLE_SHOWN) or NO_TITLE}",
            lines=(
                (
                    f"Revision {draft.revision:,}, edited by {member(draft.edited_by)} "
                    f"<t:{int(draft.edited_at)}:R>{where}"
                ),
                "",
                pages[number - 1],
            ),
            fields=_beside(view) if number == 1 else (),
            next_step=_next(view),
            source=view.proposal.reference,
            colour=Colour.BAD if view.findings else Colour.GOOD,
        )
    )


def page_buttons(view: DraftView, count: int, number: int) -> tuple[Action, ...]:
    """Make the buttons that turn the page; each knows the revision, so it stays what it was."""
    step, revision = view.draft.step, view.draft.revision
    return turning(view.proposal.id, f"page:{step}:{revision}", count, number)


def turning(proposal_id: ProposalId, name: str, count: int, number: int) -> tuple[Action, ...]:
    """Make the buttons to the page before and the page after."""
    turns = [("◀ Page before", number - 1)] if number > 1 else []
    turns += [("Page after ▶", number + 1)] if number < count else []
    return tuple(
        Action(label=label, proposal_id=proposal_id, name=f"{name}:{there}")
        for label, there in turns
    )


def check_fields(checks: Sequence[Check]) -> tuple[tuple[str, str], ...]:
    """List what was checked: first what keeps the draft from being published."""
    missing = [check for check in checks if check.state is CheckState.MISSING]
    others = [check for check in checks if check.state is not CheckState.MISSING]
    return (*_listed("To be put right first", missing), *_listed("Checked", others))


def _listed(name: str, checks: Sequence[Check]) -> list[tuple[str, str]]:
    """Write a list of checks into as many fields as it needs, so that none is cut off."""
    fields = [""]
    for row in map(_row, checks):
        if len(fields[-1]) + len(row) >= FIELD_VALUE_LIMIT:
            fields.append("")
        fields[-1] += f"\n{row}" if fields[-1] else row
    return [(name if place == 0 else f"{name}, more", text) for place, text in enumerate(fields)]


def review_field(review: Review) -> tuple[str, str]:
    """Say who submitted and approved the revision, and what is void."""
    rows = []
    if review.submitted_by is not None:
        rows.append(f"✔ submitted by {member(review.submitted_by)}")
    if review.approved_by:
        rows.append(f"✔ approved by {_members(review.approved_by)}")
    if review.void_revision is not None:
        whose = f" by {_members(review.void_approvals)}" if review.void_approvals else ""
        what = "approval" if review.void_approvals else "submission"
        rows.append(
            f"✖ the {what}{whose} of revision {review.void_revision:,} is void: "
            "the draft was changed after it"
        )
    return (f"Review of revision {review.revision:,}", "\n".join(rows))


def _members(users: Sequence[int]) -> str:
    shown = ", ".join(f"<@{int(user)}>" for user in users[:_MEMBERS_SHOWN])
    more = len(users) - _MEMBERS_SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


def _row(check: Check) -> str:
    name, detail = line(check.name, _NAME_LIMIT), line(check.detail, _DETAIL_LIMIT)
    return f"{_SYMBOLS[check.state]} {name}: {detail}"


def _beside(view: DraftView) -> tuple[tuple[str, str], ...]:
    draft = view.draft
    return (
        (f"Choices · {draft.voting_type}", _choices(draft)),
        *check_fields(view.checks),
        *([review_field(view.review)] if view.review.needed else []),
    )


def _choices(draft: Draft) -> str:
    rows = [
        f"{number}. {line(choice, _CHOICE_LIMIT)}"
        for number, choice in enumerate(draft.choices[:_CHOICES_SHOWN], 1)
    ]
    more = len(draft.choices) - _CHOICES_SHOWN
    rows += [f"… and {more} more"] if more > 0 else []
    return "\n".join(rows) or "none yet"


def _next(view: DraftView) -> str:
    review = view.review
    if view.proposal.phase not in DRAFTING:
        return "`/proposal show` tells where the proposal stands and who acts next."
    if not view.findings:
        opens = f"<t:{int(view.opens_at)}:F>"
        return (
            "It can be published: `/proposal publish` announces the vote. Announced now, it "
            f"would open {opens}."
        )
    if len(view.findings) == 1 and not review.is_approved:
        return (
            "Another moderator reads it and approves it: `/draft approve`."
            if review.submitted_by is not None
            else "Its author or a moderator submits it for review: `/draft submit`."
        )
    return "Put right what is listed above with `/draft edit`."


def compared(what: str, reference: str, old: str, new: str) -> discord.Embed:
    """Show what changed from one text to another; of long ones it takes a while: use a thread."""
    return embed(
        Page(
            title=f"What changes · {line(what, TITLE_SHOWN)}",
            lines=(difference_block(old, new, _DIFFERENCE_LIMIT),),
            next_step=(
                "A row with a minus is gone, one with a plus is new; within a row, what changed "
                "stands in ⟦ ⟧. The file has the whole text."
            ),
            source=reference,
            colour=Colour.TALK,
        )
    )


def revision_list(
    revisions: Sequence[Draft], reference: str, pages: tuple[int, int] = (1, 1)
) -> discord.Embed:
    """List revisions of a draft, the newest first: who made each, when, and what it changed."""
    rows = [
        f"**{draft.revision:,}** · <t:{int(draft.edited_at)}:f> · {member(draft.edited_by)}: "
        f"{line(draft.change, _CHANGE_LIMIT) or 'changed'}"
        for draft in revisions
    ]
    number, count = pages
    where = f" · page {number} of {count}" if count > 1 else ""
    return embed(
        Page(
            title=f"Revisions of {line(reference, REFERENCE_SHOWN)}{where}",
            lines=tuple(rows) or ("There is no such revision.",),
            next_step=(
                "`/draft diff` shows what changed between two of them; `/draft restore` makes a "
                "new revision that reads like an old one."
            ),
            source=reference,
            colour=Colour.TALK,
        )
    )
