"""The draft of an off-chain vote: what it starts from, what it must keep to, what is signed."""

from dataclasses import dataclass

from bot.domain.errors import Refusal
from bot.domain.policy import Policy, Step
from bot.domain.proposal import Idea, Proposal
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


QUESTION = "The question"  # of a temperature check: what a yes or a no answers
RESULT = "Temperature check"  # of a consensus check: how the first vote went
DISCUSSION = "Discussion"  # quotations from the thread


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a draft under its heading; without a text it is left out of what is posted."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A draft as it stands; `title` carries the step's prefix, so it is exactly what is posted."""

    proposal_id: ProposalId
    step: Step
    title: str
    sections: tuple[Section, ...]  # in the order in which they are read
    credit: str  # the last line: whose proposal it is, and where it was discussed
    choices: tuple[str, ...]
    voting_type: VotingType
    revision: int
    edited_by: UserId
    edited_at: UnixSeconds
    change: str = ""  # what this revision changed, in a few words

    @property
    def body(self) -> str:
        """The text that is posted."""
        parts = [_written(section) for section in self.sections if section.text.strip()]
        return "\n\n".join([*parts, f"---\n\n{self.credit}"] if self.credit else parts)

    def section(self, name: str) -> str:
        """Give the text of a section; `""` where there is none of that name."""
        return next((each.text for each in self.sections if each.name == name), "")

    def with_section(self, name: str, text: str) -> tuple[Section, ...]:
        """Give the sections with this one changed, or added at the end."""
        section = Section(name=name, text=text)
        if name not in {each.name for each in self.sections}:
            return (*self.sections, section)
        return tuple(section if each.name == name else each for each in self.sections)


def _written(section: Section) -> str:
    return f"## {section.name}\n\n{section.text.strip()}" if section.name else section.text.strip()


def first_draft(
    proposal: Proposal, policy: Policy, discussion: str, editor: UserId, now: UnixSeconds
) -> Draft:
    """Write the draft of a community's first vote from the idea."""
    step = policy.steps[0]
    rules = policy.step(step)
    sections = _from_idea(proposal.idea, policy)
    if step is Step.TEMPERATURE:
        question = "Should the community go ahead with this?"
        sections = (*sections, Section(name=QUESTION, text=question))
    credit = f"Proposed by {proposal.author_name} as {proposal.reference}."
    return Draft(
        proposal_id=proposal.id,
        step=step,
        title=rules.title_prefix + proposal.title,
        sections=sections,
        credit=credit + (f" Discussion: {discussion}" if discussion else ""),
        choices=rules.choices,
        voting_type=rules.voting_type,
        revision=1,
        edited_by=editor,
        edited_at=now,
        change="written from the idea",
    )


def _from_idea(idea: Idea, policy: Policy) -> tuple[Section, ...]:
    """Put the idea's answers under the headings of the community's template that fit them.

    What no heading fits comes first, so that nothing is lost.
    """
    motivation = "\n\n".join(answer for answer in (idea.problem, idea.why_now) if answer)
    answers = {"motivation": motivation, "specification": idea.change}
    names = policy.sections or ("",)
    known = {name.casefold() for name in names}
    homeless = [answer for name, answer in answers.items() if answer and name not in known]
    first, *others = (answers.get(name.casefold(), "") for name in names)
    texts = ["\n\n".join([*homeless, first]).strip(), *others]
    return tuple(Section(name=name, text=text) for name, text in zip(names, texts, strict=True))


def refined_draft(temperature: Draft, policy: Policy, result: str, now: UnixSeconds) -> Draft:
    """Write the consensus check's draft from the temperature check's, with its result."""
    rules = policy.consensus
    bare = temperature.title.removeprefix(policy.temperature.title_prefix)
    kept = tuple(each for each in temperature.sections if each.name != QUESTION)
    return Draft(
        proposal_id=temperature.proposal_id,
        step=Step.CONSENSUS,
        title=rules.title_prefix + bare,
        sections=(*kept, Section(name=RESULT, text=result)),
        credit=temperature.credit,
        choices=rules.choices,
        voting_type=rules.voting_type,
        revision=1,
        edited_by=temperature.edited_by,
        edited_at=now,
        change="written from the temperature check",
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
