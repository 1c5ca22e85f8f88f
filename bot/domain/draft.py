"""The draft of an off-chain vote: what it starts from, what it must keep to, what is signed."""

from dataclasses import dataclass

from bot.domain.errors import Refusal
from bot.domain.policy import Policy, Step
from bot.domain.proposal import Proposal
from bot.domain.snapshot import (
    CHOICE_LIMIT,
    DISCUSSION_LIMIT,
    TITLE_LIMIT,
    ProposalMessage,
    Space,
    SpaceLimits,
    VotingType,
)
from bot.domain.text import utf16_units
from bot.domain.types import Address, BlockNumber, ProposalId, UnixSeconds, UserId

DEFAULT_BODY_UNITS = 10_000  # UTF-16 units; what Snapshot documents where its options are silent
DEFAULT_CHOICES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A draft as it stands; `title` carries the step's prefix, so it is exactly what is posted."""

    proposal_id: ProposalId
    step: Step
    title: str
    body: str
    choices: tuple[str, ...]
    voting_type: VotingType
    revision: int
    edited_by: UserId
    edited_at: UnixSeconds


def first_draft(
    proposal: Proposal, policy: Policy, discussion: str, editor: UserId, now: UnixSeconds
) -> Draft:
    """Write the temperature check's draft from the idea."""
    rules = policy.temperature
    body = (
        f"{proposal.idea}\n\n"
        f"## The question\n\nShould the community go ahead with this?\n\n"
        f"---\n\nProposed by {proposal.author_name} as {proposal.reference}."
    )
    return Draft(
        proposal_id=proposal.id,
        step=Step.TEMPERATURE,
        title=rules.title_prefix + proposal.title,
        body=body + (f" Discussion: {discussion}" if discussion else ""),
        choices=rules.choices,
        voting_type=rules.voting_type,
        revision=1,
        edited_by=editor,
        edited_at=now,
    )


def refined_draft(temperature: Draft, policy: Policy, result: str, now: UnixSeconds) -> Draft:
    """Write the consensus check's draft from the temperature check's, with its result."""
    rules = policy.consensus
    bare = temperature.title.removeprefix(policy.temperature.title_prefix)
    return Draft(
        proposal_id=temperature.proposal_id,
        step=Step.CONSENSUS,
        title=rules.title_prefix + bare,
        body=f"{temperature.body}\n\n## Temperature check\n\n{result}",
        choices=rules.choices,
        voting_type=rules.voting_type,
        revision=1,
        edited_by=temperature.edited_by,
        edited_at=now,
    )


def bare_title(title: str, policy: Policy) -> str:
    """Give the title without a step's prefix: the title the on-chain proposal has to bear."""
    for rules in (policy.temperature, policy.consensus):
        title = title.removeprefix(rules.title_prefix)
    return title.strip()


def findings(draft: Draft, policy: Policy, limits: SpaceLimits, discussion: str) -> list[str]:
    """List everything that keeps the draft from being published, each with what to do."""
    return [
        *_title_findings(draft, policy),
        *_body_findings(draft, limits),
        *_choice_findings(draft, policy, limits),
        *(
            [f"The discussion link is longer than {DISCUSSION_LIMIT} characters."]
            if len(discussion) > DISCUSSION_LIMIT
            else []
        ),
    ]


def _title_findings(draft: Draft, policy: Policy) -> list[str]:
    found = []
    prefix = policy.step(draft.step).title_prefix
    if not draft.title.startswith(prefix):
        found.append(f"The title has to begin with “{prefix}”.")
    if not draft.title.removeprefix(prefix).strip():
        found.append("The title is empty.")
    if len(draft.title) > TITLE_LIMIT:
        over = len(draft.title) - TITLE_LIMIT
        found.append(f"The title is {over} characters too long: Snapshot takes {TITLE_LIMIT}.")
    return found


def _body_findings(draft: Draft, limits: SpaceLimits) -> list[str]:
    most = DEFAULT_BODY_UNITS if limits.body_units is None else limits.body_units
    over = utf16_units(draft.body) - most
    if not draft.body.strip():
        return ["The text is empty: say what should change, and why."]
    return [f"The text is {over:,} characters too long: the space takes {most:,}."] * (over > 0)


def _choice_findings(draft: Draft, policy: Policy, limits: SpaceLimits) -> list[str]:
    rules = policy.step(draft.step)
    most = DEFAULT_CHOICES if limits.choices is None else limits.choices
    found = []
    if rules.choices_are_fixed and draft.choices != rules.choices:
        found.append(f"The choices of a {rules.name} are {', '.join(rules.choices)}.")
    if not 2 <= len(draft.choices) <= most:  # noqa: PLR2004 - a vote is between at least two
        found.append(f"There have to be 2 to {most} choices, one a line.")
    if len(set(draft.choices)) < len(draft.choices):
        found.append("Two choices read the same.")
    if any(len(choice) > CHOICE_LIMIT for choice in draft.choices):
        found.append(f"A choice is longer than {CHOICE_LIMIT} characters.")
    if draft.step is Step.CONSENSUS and policy.no_change_choice not in draft.choices:
        found.append(f"One of the choices has to be “{policy.no_change_choice}”.")
    return found


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """What is decided at the moment of signing."""

    author: Address
    discussion: str
    snapshot_block: BlockNumber
    now: UnixSeconds


def message(draft: Draft, policy: Policy, space: Space, posting: Posting) -> ProposalMessage:
    """Make the message to be signed.

    A space with a voting delay demands `start = timestamp + delay` exactly, and one with a period
    `end - start = period`: all three come from the one `now`.
    """
    start = UnixSeconds(posting.now + (space.voting_delay or 0))
    return ProposalMessage(
        author=posting.author,
        space=space.id,
        timestamp=posting.now,
        type=draft.voting_type,
        title=draft.title,
        body=draft.body,
        discussion=posting.discussion,
        choices=draft.choices,
        start=start,
        end=UnixSeconds(start + policy.step(draft.step).voting_period),
        snapshot_block=posting.snapshot_block,
    )


def parse_choices(text: str) -> tuple[str, ...]:
    """Read choices from a form's field: one a line, blank lines do not count."""
    return tuple(" ".join(row.split()) for row in text.splitlines() if row.strip())


def check_edit(draft: Draft, step: Step, revision: int) -> None:
    """Refuse an edit that started from an older revision, or from the draft of another vote.

    Raises:
        Refusal: Somebody else has changed the draft meanwhile.
    """
    if (draft.step, draft.revision) != (step, revision):
        raise Refusal(
            "Somebody has changed this draft since you opened the form. "
            "Your text comes back below: open the form again and put in what still holds."
        )
