"""What a draft has to keep to before it is put to a vote: one list, of which some items block."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.drafting.draft import DISCUSSION, QUESTION, Draft
from bot.domain.drafting.question import doubts
from bot.domain.drafting.review import Review
from bot.domain.offchain.limits import (
    body_findings,
    body_limit,
    choice_findings,
    discussion_findings,
    title_findings,
)
from bot.domain.offchain.snapshot import TITLE_LIMIT, SpaceLimits
from bot.domain.policy import Policy, Step
from bot.domain.proposal import Proposal
from bot.domain.review.named_call import named_calls
from bot.domain.text import utf16_units
from bot.domain.types import UnixSeconds

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
        _question(draft) if draft.step is Step.TEMPERATURE else _calls(draft),
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


def judged(name: str, missing: list[str], done: str) -> list[Check]:
    """Make an item of each finding, or one that says that all is well."""
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
    if draft.title.strip() and not draft.title.removeprefix(prefix).strip():
        found.append("The title is empty.")
    found += title_findings(draft.title)
    return judged("Title", found, f"{len(draft.title)} of {TITLE_LIMIT} characters.")


def _body(draft: Draft, limits: SpaceLimits) -> list[Check]:
    found = body_findings(draft.body, limits)
    if not any(section.text.strip() for section in draft.sections):
        found = ["The text is empty: say what should change, and why."]
    units, most = utf16_units(draft.body), body_limit(limits)
    return judged("Text", found, f"{units:,} of {most:,} characters.")


def _choices(draft: Draft, policy: Policy, limits: SpaceLimits) -> list[Check]:
    rules = policy.step(draft.step)
    found = choice_findings(draft.choices, draft.voting_type, limits)
    if rules.choices_are_fixed and draft.choices != rules.choices:
        found.append(f"The choices of a {rules.name} are {', '.join(rules.choices)}.")
    if not rules.choices_are_fixed and draft.step is Step.TEMPERATURE and len(draft.choices) != 2:  # noqa: PLR2004 - yes and no
        found = [f"A {rules.name} has exactly two choices: for and against."]
    if draft.step is Step.CONSENSUS and policy.no_change_choice not in draft.choices:
        found.append(f"One of the choices has to be “{policy.no_change_choice}”.")
    said = f"{len(draft.choices)}, as a {draft.voting_type} vote"
    if draft.step is Step.CONSENSUS:
        said += f"; one is “{policy.no_change_choice}”"
    return judged("Choices", found, f"{said}.")


def _question(draft: Draft) -> Check:
    doubt = doubts(draft.section(QUESTION))
    if doubt:
        return Check(name=QUESTION, state=CheckState.OPEN, detail=" ".join(doubt))
    return Check(name=QUESTION, state=CheckState.DONE, detail="It reads as a neutral question.")


def _calls(draft: Draft) -> Check:
    """Say which calls on chain the draft names, so that they can be compared with what comes."""
    name = "Calls on chain"
    count = len(named_calls(draft.body))
    if count:
        detail = f"{count} named; what is proposed on chain is compared with them."
        return Check(name=name, state=CheckState.DONE, detail=detail)
    detail = (
        "None is named. If it changes a contract, give each call a row of its own, such as "
        "“call: 0x… (the whole address): setMarketplaceFee(uint8) 8”: then a difference is seen."
    )
    return Check(name=name, state=CheckState.OPEN, detail=detail)


def _discussion(address: str) -> Check:
    name = "Discussion link"
    for finding in discussion_findings(address):
        return Check(name=name, state=CheckState.MISSING, detail=finding)
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
