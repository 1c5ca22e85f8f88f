"""What a draft has to keep to before it is put to a vote: one list, of which some items block."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.drafting.draft import DISCUSSION, QUESTION, Draft
from bot.domain.drafting.question import doubts
from bot.domain.drafting.review import Review
from bot.domain.offchain.snapshot import (
    CHOICE_LIMIT,
    DISCUSSION_LIMIT,
    TITLE_LIMIT,
    Space,
    SpaceLimits,
)
from bot.domain.policy import Policy, Step
from bot.domain.proposal import Proposal
from bot.domain.text import utf16_units
from bot.domain.types import Address, UnixSeconds

DEFAULT_BODY_UNITS = 10_000  # UTF-16 units; what Snapshot documents where its options are silent
DEFAULT_CHOICES = 20
NO_LIMITS = SpaceLimits(body_units=None, choices=None)
_EMPTY_NAMED = 6


class CheckState(StrEnum):
    """What an item of the list says."""

    DONE = "done"
    MISSING = "missing"  # keeps the draft from being published
    OPEN = "open"  # advice, or what is still to come


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One item of the list: what is looked at, how it stands, and why or what to do."""

    name: str
    state: CheckState
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a draft is held against."""

    policy: Policy
    limits: SpaceLimits
    discussion: str  # the address of the thread, or `""`
    review: Review


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftView:
    """A draft with what belongs beside it."""

    proposal: Proposal
    draft: Draft
    policy: Policy
    limits: SpaceLimits
    review: Review
    checks: tuple[Check, ...]
    opens_at: UnixSeconds  # when the vote would open if the notice were given now

    @property
    def findings(self) -> tuple[str, ...]:
        """Give what keeps it from being published, each with what to do."""
        return findings(self.checks)


def findings(checks: tuple[Check, ...]) -> tuple[str, ...]:
    """Give what keeps a draft from being published."""
    return tuple(check.detail for check in checks if check.state is CheckState.MISSING)


def checklist(draft: Draft, around: Around) -> tuple[Check, ...]:
    """Go through everything that a draft has to keep to, or should."""
    policy = around.policy
    return (
        _sections(draft),
        *_title(draft, policy),
        *_body(draft, around.limits),
        *_choices(draft, policy, around.limits),
        *([_question(draft)] if draft.step is Step.TEMPERATURE else []),
        _discussion(around.discussion),
        *_approvals(around.review),
        _notice(policy.step(draft.step).notice_business_days),
        Check(
            name="Voting power",
            state=CheckState.OPEN,
            detail=(
                "Counted at the block in which the vote opens: by then tokens have to be in the "
                "wallet that votes."
            ),
        ),
    )


def _judged(name: str, missing: list[str], done: str) -> list[Check]:
    if missing:
        return [Check(name=name, state=CheckState.MISSING, detail=each) for each in missing]
    return [Check(name=name, state=CheckState.DONE, detail=done)]


def _sections(draft: Draft) -> Check:
    asked = [each for each in draft.sections if each.name != DISCUSSION]
    empty = [each.name or "the text" for each in asked if not each.text.strip()]
    detail = f"{len(asked) - len(empty)} of {len(asked)} are written"
    if empty:
        more = "" if len(empty) <= _EMPTY_NAMED else f" and {len(empty) - _EMPTY_NAMED} more"
        detail += f"; empty, and left out of what is posted: {', '.join(empty[:_EMPTY_NAMED])}"
        detail += more
    state = CheckState.OPEN if empty else CheckState.DONE
    return Check(name="Sections", state=state, detail=f"{detail}.")


def _title(draft: Draft, policy: Policy) -> list[Check]:
    found = []
    prefix = policy.step(draft.step).title_prefix
    if not draft.title.startswith(prefix):
        found.append(f"The title has to begin with “{prefix}”.")
    if not draft.title.removeprefix(prefix).strip():
        found.append("The title is empty.")
    if len(draft.title) > TITLE_LIMIT:
        over = len(draft.title) - TITLE_LIMIT
        found.append(f"The title is {over} characters too long: Snapshot takes {TITLE_LIMIT}.")
    return _judged("Title", found, f"{len(draft.title)} of {TITLE_LIMIT} characters.")


def _body(draft: Draft, limits: SpaceLimits) -> list[Check]:
    most = DEFAULT_BODY_UNITS if limits.body_units is None else limits.body_units
    units = utf16_units(draft.body)
    found = []
    if not any(section.text.strip() for section in draft.sections):
        found.append("The text is empty: say what should change, and why.")
    elif units > most:
        found.append(f"The text is {units - most:,} characters too long: the space takes {most:,}.")
    return _judged("Text", found, f"{units:,} of {most:,} characters.")


def _choices(draft: Draft, policy: Policy, limits: SpaceLimits) -> list[Check]:
    rules = policy.step(draft.step)
    most = DEFAULT_CHOICES if limits.choices is None else limits.choices
    found = []
    if rules.choices_are_fixed and draft.choices != rules.choices:
        found.append(f"The choices of a {rules.name} are {', '.join(rules.choices)}.")
    if not rules.choices_are_fixed and draft.step is Step.TEMPERATURE and len(draft.choices) != 2:  # noqa: PLR2004 - yes and no
        found.append(f"A {rules.name} has exactly two choices: for and against.")
    elif not 2 <= len(draft.choices) <= most:  # noqa: PLR2004 - a vote is between at least two
        found.append(f"There have to be 2 to {most} choices, one a line.")
    if len(set(draft.choices)) < len(draft.choices):
        found.append("Two choices read the same.")
    if any(len(choice) > CHOICE_LIMIT for choice in draft.choices):
        found.append(f"A choice is longer than {CHOICE_LIMIT} characters.")
    if draft.step is Step.CONSENSUS and policy.no_change_choice not in draft.choices:
        found.append(f"One of the choices has to be “{policy.no_change_choice}”.")
    said = f"{len(draft.choices)}, as a {draft.voting_type} vote"
    if draft.step is Step.CONSENSUS:
        said += f"; one is “{policy.no_change_choice}”"
    return _judged("Choices", found, f"{said}.")


def _question(draft: Draft) -> Check:
    doubt = doubts(draft.section(QUESTION))
    if doubt:
        return Check(name=QUESTION, state=CheckState.OPEN, detail=" ".join(doubt))
    return Check(name=QUESTION, state=CheckState.DONE, detail="It reads as a neutral question.")


def _discussion(address: str) -> Check:
    name = "Discussion link"
    if len(address) > DISCUSSION_LIMIT:
        detail = f"The discussion link is longer than {DISCUSSION_LIMIT} characters."
        return Check(name=name, state=CheckState.MISSING, detail=detail)
    if not address:
        detail = "There is no thread yet; without one the vote is posted without a link to it."
        return Check(name=name, state=CheckState.OPEN, detail=detail)
    return Check(name=name, state=CheckState.DONE, detail="It leads to the thread.")


def _approvals(review: Review) -> list[Check]:
    if not review.needed:
        return []
    given, needed = len(review.approved_by), review.needed
    if review.is_approved:
        detail = f"{given} of {needed} for revision {review.revision}."
        return [Check(name="Approvals", state=CheckState.DONE, detail=detail)]
    whose = "another moderator approves" if needed == 1 else f"{needed} other moderators approve"
    how = (
        f"{whose} it with /draft approve"
        if review.submitted_by is not None
        else "its author or a moderator submits it with /draft submit, then "
        f"{whose} it with /draft approve"
    )
    detail = f"{given} of {needed} for revision {review.revision}: {how}."
    return [Check(name="Approvals", state=CheckState.MISSING, detail=detail)]


def _notice(days: int) -> Check:
    detail = (
        f"The vote opens {days} business {'day' if days == 1 else 'days'} after it is announced."
        if days
        else "The vote opens as soon as it is announced."
    )
    return Check(name="Notice", state=CheckState.OPEN, detail=detail)


def space_checks(found: list[str]) -> tuple[Check, ...]:
    """Put into the list what a look at the space has found."""
    return tuple(_judged("Snapshot space", found, "It takes this vote, by its rules of now."))


def space_findings(draft: Draft, policy: Policy, space: Space, author: Address) -> list[str]:
    """List what the space's own rules have against posting this draft as `author`."""
    found = []
    allowed = {*space.members, *space.moderators, *space.admins}
    if space.hibernated:
        found.append(f"The space {space.id} is hibernated; an admin has to reactivate it.")
    if space.only_members and author not in allowed:
        found.append(f"Only authors may propose in {space.id}: add {author} as an author there.")
    if space.voting_type not in (None, draft.voting_type):
        found.append(f"The space only takes votes of the type “{space.voting_type}”.")
    if space.privacy not in ("", "any"):
        found.append("The space wants shielded votes, which this bot does not post yet.")
    period = policy.step(draft.step).voting_period
    if space.voting_period not in (None, period):
        found.append(
            f"The space fixes the voting period at {space.voting_period} s, the policy says "
            f"{period} s: make them agree."
        )
    return found
