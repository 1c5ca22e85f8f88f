"""Who carries a decision out, until when, and that it was done, as people read it."""

from typing import assert_never

from bot.domain.implementation import (
    Implementation,
    ImplementationAgreed,
    ImplementationDue,
    Implemented,
    Implementer,
    Reminder,
)
from bot.domain.text import line
from cogs.cards.fitting import Colour, Page
from cogs.cards.markup import many, member, quoted, when
from cogs.cards.proposals.announcements import named

_WHO_SHOWN = 120
_EVIDENCE_SHOWN = 700


def page(news: ImplementationAgreed | ImplementationDue | Implemented) -> Page:
    """Write the announcement."""
    match news:
        case ImplementationAgreed():
            return _agreed(news)
        case ImplementationDue():
            return _due(news)
        case Implemented():
            return _implemented(news)
        case _:
            assert_never(news)


def who(implementer: Implementer) -> str:
    """Name whoever carries it out."""
    if implementer.user_id is not None:
        return member(implementer.user_id)
    return line(implementer.name, _WHO_SHOWN)


def field(agreed: Implementation) -> tuple[str, str]:
    """Say on a proposal's card what is agreed, as it stands now or stood in the end."""
    until = f"until {when(agreed.due_at)}" if agreed.due_at else "no date was given"
    done = f"\n✔ done {when(agreed.done_at)}" if agreed.done_at else ""
    return ("Carried out by", f"{who(agreed.who)} · {until}{done}")


def _agreed(news: ImplementationAgreed) -> Page:
    reference, title = named(news.subject)
    until = f" until {when(news.due_at)}" if news.due_at else "; no date was given"
    reports = (
        f"{who(news.who)} or a moderator"
        if news.may_report and news.who.user_id is not None
        else "A moderator"
    )
    return Page(
        title=f"🔧 {'Changed: w' if news.is_change else 'W'}ho carries it out: {title}",
        lines=(
            f"{reference} has passed and needs no contract: {who(news.who)} carries it out{until}.",
            f"Agreed by {member(news.by)}.",
        ),
        next_step=(
            f"{reports} says with `/proposal implemented` that it is done, and where to see it."
        ),
        source=news.subject.reference,
        colour=Colour.WAIT,
    )


def _due(news: ImplementationDue) -> Page:
    reference, title = named(news.subject)
    what, words = {
        Reminder.COMING: ("⏳ To be done soon", "has to be carried out by"),
        Reminder.DUE: ("⏰ To be done now", "was to be carried out by"),
        Reminder.OVERDUE: (
            f"⚠ Overdue for {many(max(news.week, 1), 'week')}",
            "was to be carried out by",
        ),
    }[news.reminder]
    return Page(
        title=f"{what}: {title}",
        lines=(f"{reference} {words} {who(news.who)} until {when(news.due_at)}.",),
        next_step=(
            "If it is done, say so with `/proposal implemented`. If it takes longer, a moderator "
            "sets another date with `/proposal implement`."
        ),
        source=news.subject.reference,
        colour=Colour.BAD if news.reminder is Reminder.OVERDUE else Colour.WAIT,
    )


def _implemented(news: Implemented) -> Page:
    reference, title = named(news.subject)
    by = "" if news.who is None else f" Carried out by {who(news.who)}."
    return Page(
        title=f"✔ Carried out: {title}",
        lines=(
            f"{reference} is in effect, says {member(news.by)}.{by} This shows it:",
            quoted(news.evidence, _EVIDENCE_SHOWN),
        ),
        next_step="Everybody: have a look. Thank you to everybody who took part.",
        source=news.subject.reference,
        colour=Colour.GOOD,
    )
