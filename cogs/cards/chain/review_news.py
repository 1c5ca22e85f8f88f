"""What is said once of a technical review."""

from typing import assert_never

from bot.domain.review.announcement import CallsDiffer, ChecksMissing, ConcernRaised
from bot.domain.text import line
from cogs.cards.chain.review import comparison_lines
from cogs.cards.fitting import Colour, Page
from cogs.cards.markup import many, member, quoted, when
from cogs.cards.proposals.announcements import REFERENCE_SHOWN, TITLE_SHOWN, named, named_as

_NAME_SHOWN = 60
_CHECK_SHOWN = 120
_CHECKS_SHOWN = 10
_CONCERN_SHOWN = 700


def page(news: CallsDiffer | ChecksMissing | ConcernRaised) -> Page:
    """Write the announcement."""
    match news:
        case CallsDiffer():
            return _calls_differ(news)
        case ChecksMissing():
            return _checks_missing(news)
        case ConcernRaised():
            return _concern_raised(news)
        case _:
            assert_never(news)


def _calls_differ(news: CallsDiffer) -> Page:
    reference = line(news.subject.reference, REFERENCE_SHOWN)
    governor = line(news.governor_name, _NAME_SHOWN)
    title = line(news.title, TITLE_SHOWN)
    what = "not what was approved off chain"
    heading, look = f"⚠ Not what was approved: {title}", "look whether the difference is meant"
    if not news.comparison.is_different:
        what = "not known to be what was approved off chain: a call of it cannot be compared"
        heading = f"⚠ Cannot be compared with what was approved: {title}"
        look = "whoever knows what that call does"
    now = (
        "It has passed and waits in the timelock; once that is over, anyone may execute it."
        if news.is_queued
        else "If it passes, the contracts carry out what is on chain, whatever was approved."
    )
    return Page(
        title=heading,
        lines=(f"{reference}: what was proposed at {governor} is {what}.", now),
        fields=(("On chain, compared", comparison_lines(news.comparison)),),
        next_step=(
            f"Everybody: {look}, and say so in the discussion. "
            + (
                "Whoever may cancel it on chain has to know now."
                if news.is_queued
                else "You can still vote against it."
            )
        ),
        source=news.subject.reference,
        colour=Colour.BAD,
    )


def _checks_missing(news: ChecksMissing) -> Page:
    reference, title = _named(news)
    missing = [f"○ {line(each, _CHECK_SHOWN)}" for each in news.missing[:_CHECKS_SHOWN]]
    where = "in its thread" if news.subject else "where this governor's proposals are announced"
    return Page(
        title=f"⏳ Checks are open: {title}",
        lines=(
            (
                f"{reference} can be executed by anyone from {when(news.eta)}, and "
                f"{len(news.missing)} of {many(news.count, 'check')} of its technical review "
                f"{'is' if len(news.missing) == 1 else 'are'} not signed:"
            ),
            *missing,
        ),
        next_step=(
            f"Moderators: make the checks and sign them on the card of the review {where}, or "
            "raise a concern there."
        ),
        source=_source(news),
        colour=Colour.WAIT,
    )


def _concern_raised(news: ConcernRaised) -> Page:
    reference, title = _named(news)
    return Page(
        title=f"⚠ A concern about {reference}: {title}",
        lines=(
            f"{member(news.by)} has found something in the technical review:",
            quoted(news.text, _CONCERN_SHOWN),
        ),
        next_step=(
            "Everybody: look into it, and answer in the discussion. It can be executed from "
            f"{when(news.eta)}."
        ),
        source=_source(news),
        colour=Colour.BAD,
    )


def _named(news: ChecksMissing | ConcernRaised) -> tuple[str, str]:
    if news.subject is not None:
        return named(news.subject)
    return named_as(f"A proposal of {news.governor_name}", news.title)


def _source(news: ChecksMissing | ConcernRaised) -> str:
    return news.subject.reference if news.subject else news.governor_name
