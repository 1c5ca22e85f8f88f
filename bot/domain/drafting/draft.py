"""The draft of an off-chain vote: what it starts from, what it must keep to, what is signed."""

from dataclasses import dataclass

from bot.domain.offchain.messages import ProposalMessage
from bot.domain.offchain.snapshot import Space, VotingType, labels_of, privacy_of
from bot.domain.policy import Policy, Step
from bot.domain.proposal import Idea, Proposal
from bot.domain.types import Address, BlockNumber, ProposalId, UnixSeconds, UserId

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """What is decided at the moment of signing."""

    author: Address
    discussion: str
    snapshot_block: BlockNumber
    now: UnixSeconds
    topic: str = ""  # the proposal's; a space that has a label of that name shows it


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
        labels=labels_of(space, posting.topic),
        privacy=privacy_of(space),
    )


def parse_choices(text: str) -> tuple[str, ...]:
    """Read choices from a form's field: one a line, blank lines do not count."""
    return tuple(" ".join(row.split()) for row in text.splitlines() if row.strip())
