"""Who carries a decision out, and that it was done, as people read it."""

from dataclasses import replace

import pytest

from bot.domain.announcement import Subject
from bot.domain.implementation import (
    Implementation,
    ImplementationAgreed,
    ImplementationDue,
    Implemented,
    Implementer,
    Reminder,
)
from bot.domain.lifecycle import Phase
from bot.domain.live_card import ProposalCard
from bot.domain.types import ProposalId, Seconds, UnixSeconds, UserId
from cogs.cards.fitting import Page
from cogs.cards.rendering import written

DUE = UnixSeconds(1_800_000_000)
JOEL = Implementer(user_id=UserId(7), name="")
TEAM = Implementer(user_id=None, name="the **web** team")


def read(page: Page) -> str:
    fields = [f"{name}\n{text}" for name, text in page.fields]
    return "\n".join([page.title, *page.lines, *fields, page.next_step]).replace("\\", "")


def agreed(subject: Subject, who: Implementer = JOEL, *, is_change: bool = False) -> str:
    news = ImplementationAgreed(
        subject=subject,
        who=who,
        due_at=DUE,
        by=UserId(501),
        is_change=is_change,
        may_report=True,
        at=UnixSeconds(1),
    )
    return read(written(news))


def test_everybody_reads_who_carries_it_out_and_who_may_say_that_it_is_done(
    subject: Subject,
) -> None:
    text = agreed(subject)
    assert f"<@7> carries it out until <t:{DUE}:F>" in text
    assert "<@7> or a moderator says with `/proposal implemented`" in text
    assert "Changed" not in text
    assert "Changed: who carries it out" in agreed(subject, is_change=True)
    assert "A moderator says with" in agreed(subject, TEAM)


@pytest.mark.parametrize(
    ("reminder", "words"),
    [
        (Reminder.COMING, "To be done soon"),
        (Reminder.DUE, "To be done now"),
        (Reminder.OVERDUE, "Overdue for 2 weeks"),
    ],
)
def test_a_reminder_says_how_far_the_date_is_away(
    subject: Subject, reminder: Reminder, words: str
) -> None:
    news = ImplementationDue(
        subject=subject, who=TEAM, reminder=reminder, due_at=DUE, lead=Seconds(60), week=2
    )
    text = read(written(news))
    assert words in text
    assert "carried out by the **web** team until" in text


def test_what_was_done_is_shown_with_its_evidence(subject: Subject) -> None:
    news = Implemented(
        subject=subject,
        who=JOEL,
        by=UserId(501),
        evidence="The page says 8 % now.",
        due_at=DUE,
        at=DUE,
        move_number=9,
    )
    text = read(written(news))
    assert "Carried out by <@7>." in text
    assert "> The page says 8 % now." in text
    assert "Carried out by" not in read(written(replace(news, who=None)))


def test_the_card_of_a_passed_proposal_says_who_and_until_when(card: ProposalCard) -> None:
    plan = Implementation(
        proposal_id=ProposalId(12), who=JOEL, due_at=DUE, set_by=UserId(501), set_at=UnixSeconds(1)
    )
    shown = read(written(replace(card, phase=Phase.PASSED, implementation=plan)))
    assert f"Carried out by\n<@7> · until <t:{DUE}:F>" in shown
    done = replace(plan, done_at=DUE, due_at=None)
    shown = read(written(replace(card, phase=Phase.IMPLEMENTED, implementation=done)))
    assert "no date was given" in shown
    assert f"✔ done <t:{DUE}:F>" in shown
    assert "Carried out by" not in read(written(replace(card, implementation=plan)))
