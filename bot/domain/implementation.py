"""Who carries out what was decided off chain, until when, and what shows that it was done."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from bot.domain.announcement import Subject
from bot.domain.errors import Denial, Refusal
from bot.domain.policy import DAY, NONE, Policy
from bot.domain.proposal import Actor
from bot.domain.text import storable
from bot.domain.types import ProposalId, Seconds, UnixSeconds, UserId

WHO_LIMIT = 100
_WEEK = Seconds(7 * DAY)
_MENTION = re.compile(r"<@!?([0-9]{1,19})>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Implementer:
    """Who carries it out: a member, or whoever the words name."""

    user_id: UserId | None
    name: str  # as written; of a member `""`


@dataclass(frozen=True, slots=True, kw_only=True)
class Implementation:
    """What is agreed on carrying out a decision."""

    proposal_id: ProposalId
    who: Implementer
    due_at: UnixSeconds | None  # `None`: no date was given
    set_by: UserId
    set_at: UnixSeconds
    done_at: UnixSeconds | None = None


class Reminder(StrEnum):
    """How far the date is away."""

    COMING = "coming"
    DUE = "due"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImplementationAgreed:
    """It is known who carries it out, or somebody else does now, or by another date."""

    kind: Literal["implementation agreed"] = "implementation agreed"
    subject: Subject
    who: Implementer
    due_at: UnixSeconds | None
    by: UserId
    is_change: bool
    may_report: bool  # whoever was named may say themselves that it is done
    at: UnixSeconds

    @property
    def key(self) -> str:
        """One for each time that it is agreed."""
        return f"proposal:{self.subject.proposal_id}:implementation:agreed:{self.at}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImplementationDue:
    """The date comes nearer, is there, or is over."""

    kind: Literal["implementation due"] = "implementation due"
    subject: Subject
    who: Implementer
    reminder: Reminder
    due_at: UnixSeconds
    lead: Seconds = NONE  # of one that comes before the date
    week: int = 0  # how many are over since

    @property
    def key(self) -> str:
        """One for each date and reminder."""
        which = {
            Reminder.COMING: f"lead-{self.lead}",
            Reminder.DUE: "due",
            Reminder.OVERDUE: f"week-{self.week}",
        }[self.reminder]
        return f"proposal:{self.subject.proposal_id}:implementation:{self.due_at}:{which}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Implemented:
    """What was decided off chain was carried out; this shows it."""

    kind: Literal["implemented"] = "implemented"
    subject: Subject
    who: Implementer | None  # `None`: nobody was named
    by: UserId
    evidence: str
    due_at: UnixSeconds | None
    at: UnixSeconds
    move_number: int

    @property
    def key(self) -> str:
        """The natural key: the n-th move of this proposal."""
        return f"proposal:{self.subject.proposal_id}:move:{self.move_number}"


def implementer(text: str) -> Implementer:
    """Read who is meant: a member's mention, or any words.

    Raises:
        Refusal: The words say nothing, or too much.
    """
    written = " ".join(storable(text).split())
    found = _MENTION.fullmatch(written)
    if found and 0 < int(found[1]) < 2**63:
        return Implementer(user_id=UserId(int(found[1])), name="")
    if not any(character.isalnum() for character in written):
        raise Refusal("Please say who carries it out: a member (`@name`), or in a few words.")
    if len(written) > WHO_LIMIT:
        raise Refusal(f"Who has {len(written)} characters; at most {WHO_LIMIT} fit.")
    return Implementer(user_id=None, name=written)


def require_reporter(actor: Actor, agreed: Implementation | None, policy: Policy) -> None:
    """Refuse a report by anybody but a moderator, or by the policy whoever was named.

    Raises:
        Denial: The actor is neither.
    """
    is_named = agreed is not None and agreed.who.user_id == actor.user_id
    if actor.is_moderator or (is_named and policy.implementer_reports):
        return
    raise Denial(
        "Only moderators may say that it was carried out"
        + (", and the member who carries it out. " if policy.implementer_reports else ". ")
        + "Ask one of them; nothing was changed."
    )


def reminders(
    agreed: Implementation, subject: Subject, policy: Policy, now: UnixSeconds
) -> dict[ImplementationDue, bool]:
    """Give every reminder whose time has come, each with whether it is still news.

    Of several the last one is: nobody is told thrice after a pause. What lies before the moment in
    which the date was agreed is none: it was just announced.
    """
    if agreed.due_at is None or agreed.done_at is not None:
        return {}
    times = [each for each in _times(agreed.due_at, policy, now) if each[0] <= now]
    last = max((moment for moment, _, _ in times), default=0)
    return {
        ImplementationDue(
            subject=subject,
            who=agreed.who,
            reminder=reminder,
            due_at=agreed.due_at,
            lead=Seconds(size) if reminder is Reminder.COMING else NONE,
            week=size if reminder is Reminder.OVERDUE else 0,
        ): moment == last and moment > agreed.set_at
        for moment, reminder, size in times
    }


def _times(
    due_at: UnixSeconds, policy: Policy, now: UnixSeconds
) -> Iterator[tuple[int, Reminder, int]]:
    for lead in policy.implementation_leads:
        yield due_at - lead, Reminder.COMING, lead
    yield due_at, Reminder.DUE, 0
    if (weeks := (now - due_at) // _WEEK) > 0:
        yield due_at + weeks * _WEEK, Reminder.OVERDUE, weeks
