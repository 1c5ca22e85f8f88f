"""What is said of a draft's review: submitted, approved, and void after a change."""

from typing import assert_never

from bot.domain.announcement import DraftApproved, DraftSubmitted, ReviewNews, ReviewVoided
from bot.domain.text import line
from cogs.cards.fitting import Colour, Page
from cogs.cards.markup import many, member
from cogs.cards.proposals.announcements import named

ReviewSpeech = DraftSubmitted | DraftApproved | ReviewVoided
_CHANGE_LIMIT = 300
_MEMBERS_SHOWN = 12


def page(news: ReviewSpeech) -> Page:
    """Write the announcement."""
    match news:
        case DraftSubmitted():
            return _submitted(news)
        case DraftApproved():
            return _approved(news)
        case ReviewVoided():
            return _voided(news)
        case _:
            assert_never(news)


def _revision(news: ReviewNews) -> str:
    return f"revision {news.revision:,}"


def _submitted(news: DraftSubmitted) -> Page:
    reference, title = named(news.subject)
    approvals = many(news.approvals_needed, "approval")
    return Page(
        title=f"➜ Submitted for review: {title}",
        lines=(
            (
                f"{member(news.by)} submitted {_revision(news)} of the draft of {reference}. "
                f"It takes {approvals} by moderators who have not written it."
            ),
        ),
        next_step=(
            "Moderators: read it (`/draft show`) and approve it with the button on its card or "
            "`/draft approve`; or say here what should change."
        ),
        source=news.subject.reference,
        colour=Colour.TALK,
    )


def _approved(news: DraftApproved) -> Page:
    reference, title = named(news.subject)
    missing = max(news.approvals_needed - news.approvals, 0)
    return Page(
        title=f"✔ Approved: {title}",
        lines=(
            (
                f"{member(news.by)} approved {_revision(news)} of the draft of {reference} "
                f"({news.approvals:,} of {news.approvals_needed:,})."
            ),
        ),
        next_step=(
            f"It takes {many(missing, 'more approval')} by another moderator."
            if missing
            else "A moderator announces the vote: `/proposal publish`. A change before that makes "
            "the approval void."
        ),
        source=news.subject.reference,
        colour=Colour.TALK if missing else Colour.GOOD,
    )


def _voided(news: ReviewVoided) -> Page:
    reference, title = named(news.subject)
    changed = line(news.change, _CHANGE_LIMIT) or "the draft"
    return Page(
        title=f"✖ To be reviewed again: {title}",
        lines=(
            (
                f"The {_what(news)} of {_revision(news)} of {reference} is void: {member(news.by)} "
                f"changed {changed} (revision {news.new_revision:,})."
            ),
        ),
        next_step=(
            "When the draft is settled, its author or a moderator submits it again: "
            "`/draft submit`. `/draft diff` shows what has changed."
        ),
        source=news.subject.reference,
        colour=Colour.WAIT,
    )


def _what(news: ReviewVoided) -> str:
    if not news.approved_by:
        return "submission"
    shown = ", ".join(member(user) for user in news.approved_by[:_MEMBERS_SHOWN])
    more = len(news.approved_by) - _MEMBERS_SHOWN
    return f"approval by {shown}" + (f" and {more:,} more" if more > 0 else "")
