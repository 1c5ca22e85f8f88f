"""A draft changed: section by section, as a whole, or back to what it was; nothing is lost."""

from dataclasses import dataclass, replace

from bot.domain.drafting.draft import DISCUSSION, Draft, Section, bare_title
from bot.domain.errors import Refusal
from bot.domain.offchain.snapshot import VotingType
from bot.domain.policy import Policy, Step
from bot.domain.proposal import Actor, checked_title
from bot.domain.text import clean, line, storable
from bot.domain.types import UnixSeconds

SECTION_NAME_LIMIT = 45  # characters of a name that travel in a button's or a form's id
WHOLE_LIMIT = 400_000  # bytes of a whole draft; Snapshot takes far less
MOST_REVISIONS = 5_000
_QUOTE_LIMIT = 1_000
_QUOTE_NAME_LIMIT = 60
_MARKUP = {character: f"\\{character}" for character in "\\`*_~<[]#|"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionEdit:
    """A section as somebody wants it, and the revision they had before them."""

    step: Step
    revision: int
    section: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadEdit:
    """A title, choices and a voting type as somebody wants them; `None`: they were not asked."""

    step: Step
    revision: int
    title: str  # without the step's prefix
    choices: tuple[str, ...] | None = None
    voting_type: VotingType | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """What somebody said in the thread."""

    author_name: str
    text: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Revising:
    """Who makes a revision, when, and what it changes."""

    actor: Actor
    now: UnixSeconds
    change: str


def written(text: str) -> str:
    """Give a text as drafts keep it: what a database holds, trimmed, one kind of line end."""
    whole = storable(text).replace("\ufeff", "").replace("\0", "")
    return whole.replace("\r\n", "\n").replace("\r", "\n").strip()


def every_section(draft: Draft, policy: Policy) -> tuple[Section, ...]:
    """Give every section that can be written: the draft's, the template's, the discussion."""
    known = {section.name for section in draft.sections}
    offered = dict.fromkeys([*policy.sections, DISCUSSION])
    new = (Section(name=name, text="") for name in offered if name not in known)
    return (*draft.sections, *new)


def known_section(draft: Draft, policy: Policy, name: str) -> str:
    """Give the section that is meant, however it is capitalised; an id holds a name's beginning.

    Raises:
        Refusal: The draft has no such section.
    """
    names = [section.name for section in every_section(draft, policy)]
    wanted = " ".join(name.split()).casefold()[:SECTION_NAME_LIMIT]
    for known in names:
        if " ".join(known.split()).casefold()[:SECTION_NAME_LIMIT] == wanted:
            return known
    shown = ", ".join(line(known, SECTION_NAME_LIMIT) or "the text" for known in names)
    raise Refusal(f"The draft has no section “{line(name, SECTION_NAME_LIMIT)}”. It has: {shown}.")


def revised(draft: Draft, revising: Revising, changed: Draft) -> Draft:
    """Make the next revision.

    Raises:
        Refusal: It would be too large, or there are too many already.
    """
    if len(changed.body.encode()) > WHOLE_LIMIT:
        raise Refusal(
            f"The whole draft would be larger than {WHOLE_LIMIT // 1_000} kB, and Snapshot takes "
            "far less. Put the details behind a link."
        )
    if draft.revision >= MOST_REVISIONS:
        raise Refusal(f"A draft has at most {MOST_REVISIONS:,} revisions; nothing was changed.")
    return replace(
        changed,
        revision=draft.revision + 1,
        edited_by=revising.actor.user_id,
        edited_at=revising.now,
        change=revising.change,
    )


def check_same_vote(draft: Draft, step: Step) -> None:
    """Refuse what was written for the draft of another vote.

    Raises:
        Refusal: The form was opened before the proposal moved on.
    """
    if draft.step is not step:
        raise Refusal(
            "Somebody has changed this draft since you opened the form: it is that of another "
            "vote by now. Open the form again and put in what still holds."
        )


def collides(base: Draft, now: Draft, section: str, text: str) -> bool:
    """Say whether somebody else has changed the same section since `base`, and otherwise."""
    theirs = now.section(section)
    return theirs not in (base.section(section), text)


def with_head(base: Draft, draft: Draft, edit: HeadEdit, policy: Policy) -> Draft:
    """Put in a title, choices and a voting type; what the person left alone stays as it is now.

    Raises:
        Refusal: The title is none, or somebody else has changed the very same meanwhile.
    """
    asked: dict[str, object] = {}
    title, rules = checked_title(edit.title), policy.step(draft.step)
    if title != bare_title(base.title, policy):
        asked["title"] = rules.title_prefix + title
    if not rules.choices_are_fixed and edit.choices is not None:
        asked["choices"] = tuple(storable(choice) for choice in edit.choices)
    if not rules.choices_are_fixed and edit.voting_type is not None:
        asked["voting_type"] = edit.voting_type
    wanted = {name: value for name, value in asked.items() if value != getattr(base, name)}
    for name, value in wanted.items():
        if getattr(draft, name) not in (getattr(base, name), value):
            raise Refusal(
                f"Somebody has changed the {name.replace('_', ' ')} since you opened the form. "
                "Open it again and put in what still holds."
            )
    return replace(draft, **wanted)  # type: ignore[arg-type] # by name, from above


def quoted_in(draft: Draft, quotation: Quotation) -> tuple[Section, ...]:
    """Put a quotation under the heading of the discussion.

    It can be no more than words: markup of any kind, pictures and disguised links are escaped.

    Raises:
        Refusal: It is quoted already.
    """
    before = draft.section(DISCUSSION)
    if quotation.address in before:
        raise Refusal("This message is quoted in the draft already; nothing was changed.")
    shown = clean(quotation.text, _QUOTE_LIMIT).strip()
    shown += "…" if len(quotation.text) > _QUOTE_LIMIT else ""
    rows = "".join(_MARKUP.get(character, character) for character in shown).split("\n")
    name = line(quotation.author_name, _QUOTE_NAME_LIMIT)
    quote = "\n".join([*(f"> {row}".rstrip() for row in rows), "", f"{name}, {quotation.address}"])
    return draft.with_section(DISCUSSION, "\n\n".join(part for part in (before, quote) if part))


def what_changed(before: Draft, after: Draft) -> str:
    """Say in a few words what differs between two revisions; `""`: nothing does."""
    names = dict.fromkeys(each.name for each in (*before.sections, *after.sections))
    changed = [name or "the text" for name in names if before.section(name) != after.section(name)]
    changed += [
        f"the {word.replace('_', ' ')}"
        for word in ("title", "choices", "voting_type")
        if getattr(before, word) != getattr(after, word)
    ]
    return ", ".join(changed)
