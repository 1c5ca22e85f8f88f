"""The text of a vote that is on Snapshot: what may be changed until it starts, and its draft."""

from dataclasses import dataclass, replace

from bot.domain.drafting.checklist import CheckState, DraftView
from bot.domain.drafting.draft import Draft, Section
from bot.domain.drafting.file import from_file
from bot.domain.drafting.revision import written
from bot.domain.errors import Refusal
from bot.domain.offchain.messages import UpdateMessage
from bot.domain.offchain.snapshot import SnapshotProposal, Space, VotingType
from bot.domain.text import storable
from bot.domain.types import UnixSeconds

_TEXTUAL = ("Title", "Text", "Choices")  # the items of the checklist that an edit has to keep to
HAS_STARTED = (
    "The vote has started: its text stands, because people vote on it. A mistake in it is put "
    "right by deleting the vote (`/proposal delete`) and announcing it anew."
)
_BASIC = (2, 3)  # choices of a basic vote: for, against, and perhaps abstain


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteText:
    """What of a vote on Snapshot can be changed."""

    title: str
    body: str
    choices: tuple[str, ...]

    @property
    def whole(self) -> str:
        """All of it in one text, for people to compare."""
        choices = (f"- {each}" for each in self.choices)
        return "\n".join([f"Title: {self.title}", "Choices:", *choices, "", self.body])


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteEdit:
    """What somebody wants changed, and when what they had before them was changed last.

    `None`: they were not asked, and it stays.
    """

    updated: UnixSeconds | None
    title: str | None = None
    body: str | None = None
    choices: tuple[str, ...] | None = None


def text_of(seen: SnapshotProposal) -> VoteText:
    """Give what is on Snapshot now."""
    return VoteText(title=seen.title, body=seen.body, choices=seen.choices)


def edited(seen: SnapshotProposal, edit: VoteEdit) -> VoteText:
    """Give the text as it is wanted.

    Raises:
        Refusal: It reads as it does already, or was changed since they read it.
    """
    if seen.updated != edit.updated:
        raise Refusal(
            "The text was changed on Snapshot since you opened it, so nothing was changed now. "
            "Open `/proposal edit` again, and put in what still holds."
        )
    before = text_of(seen)
    after = VoteText(
        title=before.title if edit.title is None else " ".join(storable(edit.title).split()),
        body=before.body if edit.body in (None, before.body) else written(edit.body or ""),
        choices=before.choices
        if edit.choices is None
        else tuple(storable(choice) for choice in edit.choices),
    )
    if after == before:
        raise Refusal("This is how it reads on Snapshot already; nothing was changed.")
    return after


def redrafted(draft: Draft, text: VoteText) -> Draft:
    """Give the draft that reads like this text to the letter, in its sections where it has them."""
    body = text.body.strip()
    tail = f"\n\n---\n\n{draft.credit}"
    has_credit = bool(draft.credit) and body.endswith(tail)
    sections, absent = from_file(body.removesuffix(tail) if has_credit else body, draft.sections)
    changed = replace(
        draft,
        title=text.title,
        choices=text.choices,
        credit=draft.credit if has_credit else "",
        sections=tuple(
            replace(each, text="") if each.name in absent else each for each in sections
        ),
    )
    if changed.body == body:
        return changed
    return replace(changed, sections=(Section(name="", text=body),), credit="")


def change_findings(seen: SnapshotProposal, space: Space, now: UnixSeconds) -> list[str]:
    """List what Snapshot's rules have against any edit of a vote, in their order there."""
    found = []
    if now >= seen.start:
        found.append(HAS_STARTED)
    if seen.type == VotingType.COPELAND:
        found.append("Snapshot takes no edit of a vote of the type “copeland”.")
    if space.privacy not in ("", "any", seen.privacy):
        found.append("The space has changed its rule for shielded votes since it was posted.")
    if space.voting_type not in (None, seen.type):
        found.append(f"The space only takes votes of the type “{space.voting_type}” by now.")
    return found


def text_findings(before: DraftView, after: DraftView) -> list[str]:
    """List what a draft has to keep to and an edited text does not, unless it did not before."""
    known = set(_missing(before))
    found = [each for each in _missing(after) if each not in known]
    draft = after.draft
    if draft.voting_type is VotingType.BASIC and len(draft.choices) not in _BASIC:
        found.append("A basic vote has two or three choices.")
    return found


def _missing(view: DraftView) -> list[str]:
    return [
        check.detail
        for check in view.checks
        if check.state is CheckState.MISSING and check.name in _TEXTUAL
    ]


def is_shown(message: UpdateMessage, seen: SnapshotProposal) -> bool:
    """Say whether the hub shows an edit; one that was itself edited since was shown, too."""
    if seen.updated is None or seen.updated < message.timestamp:
        return False
    return seen.updated > message.timestamp or reads_so(message, seen)


def reads_so(message: UpdateMessage, seen: SnapshotProposal) -> bool:
    """Say whether the vote reads as an edit wants it."""
    wanted = VoteText(title=message.title, body=message.body, choices=message.choices)
    return wanted == text_of(seen)
