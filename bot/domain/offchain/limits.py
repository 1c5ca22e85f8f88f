"""What Snapshot takes of a text: every rule in one place, each finding with what to do."""

import re

from bot.domain.offchain.snapshot import (
    CHOICE_LIMIT,
    DISCUSSION_LIMIT,
    ENVELOPE_LIMIT,
    LABEL_ID_LIMIT,
    LABELS_LIMIT,
    TITLE_LIMIT,
    SpaceLimits,
    VotingType,
)
from bot.domain.text import utf16_units

DEFAULT_BODY_UNITS = 10_000  # UTF-16 units; what Snapshot documents, where its options are unread
DEFAULT_CHOICES = 20
FEWEST_CHOICES = 2  # a vote is between at least two
_BASIC_CHOICES = 3  # for, against, abstain
_ADDRESS = re.compile(r"(?:https?|ipfs|ipns|snapshot)://\S+")
_LABEL = re.compile(rf"[a-zA-Z0-9]{{1,{LABEL_ID_LIMIT}}}")


def title_findings(title: str) -> list[str]:
    """Hold a title against what Snapshot takes: 1 to 256 code points."""
    if not title.strip():
        return ["The title is empty."]
    over = len(title) - TITLE_LIMIT
    if over > 0:
        return [f"The title is {over} characters too long: Snapshot takes {TITLE_LIMIT}."]
    return []


def body_limit(limits: SpaceLimits) -> int:
    """Give how many UTF-16 units a body may have in this space."""
    return DEFAULT_BODY_UNITS if limits.body_units is None else limits.body_units


def body_findings(body: str, limits: SpaceLimits) -> list[str]:
    """Hold a body against the space's plan, counted as JavaScript does."""
    most, units = body_limit(limits), utf16_units(body)
    if units <= most:
        return []
    return [f"The text is {units - most:,} characters too long: the space takes {most:,}."]


def choices_limit(limits: SpaceLimits) -> int:
    """Give how many choices a vote may have in this space."""
    return DEFAULT_CHOICES if limits.choices is None else limits.choices


def choice_findings(
    choices: tuple[str, ...], voting_type: VotingType, limits: SpaceLimits
) -> list[str]:
    """Hold choices against the space's plan and the voting system."""
    most = choices_limit(limits)
    found = []
    if not FEWEST_CHOICES <= len(choices) <= most:
        found.append(f"There have to be {FEWEST_CHOICES} to {most} choices, one a line.")
    elif voting_type is VotingType.BASIC and len(choices) > _BASIC_CHOICES:
        found.append(
            "A basic vote has two choices, for and against, or three with abstain: "
            "take others away, or use another voting system."
        )
    if len(set(choices)) < len(choices):
        found.append("Two choices read the same.")
    if any(len(choice) > CHOICE_LIMIT for choice in choices):
        found.append(f"A choice is longer than {CHOICE_LIMIT} characters.")
    if not all(choice.strip() for choice in choices):
        found.append("A choice is empty.")
    return found


def discussion_findings(address: str) -> list[str]:
    """Hold the discussion's address against the form that Snapshot demands; it may be empty."""
    if len(address) > DISCUSSION_LIMIT:
        return [f"The discussion link is longer than {DISCUSSION_LIMIT} characters."]
    if address and not _ADDRESS.fullmatch(address):
        return ["The discussion link is no address of the web, IPFS, IPNS or Snapshot."]
    return []


def label_findings(labels: tuple[str, ...]) -> list[str]:
    """Hold labels against the form of their ids."""
    is_right = (
        len(labels) <= LABELS_LIMIT
        and len(set(labels)) == len(labels)
        and all(_LABEL.fullmatch(label) for label in labels)
    )
    return [] if is_right else ["The space's label for the topic has a form Snapshot refuses."]


def envelope_findings(units: int) -> list[str]:
    """Hold the whole message, as it would be sent, against the size that Snapshot takes."""
    if units <= ENVELOPE_LIMIT:
        return []
    return [
        (
            f"As a whole the message is {units - ENVELOPE_LIMIT:,} characters too long: Snapshot "
            f"takes {ENVELOPE_LIMIT:,}. Shorten the text or the choices."
        )
    ]
