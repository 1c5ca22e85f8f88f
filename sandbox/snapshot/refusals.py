"""All that the sequencer may answer a message with: its words, in the order of its checks."""

import re
from dataclasses import dataclass

from sandbox.snapshot.kinds import MESSAGES

ALL = tuple(MESSAGES.values())
_OF_SPACE = tuple(kind for kind in ALL if kind != "alias")
_PROPOSE = ("proposal",)
_UPDATE = ("update-proposal",)
_DELETE = ("delete-proposal",)
_FLAG = ("flag-proposal",)
_VOTE = ("vote",)
_ALIAS = ("alias",)
_FOLLOW = ("follow",)
_ON_PROPOSAL = (*_UPDATE, *_DELETE, *_FLAG, *_VOTE)
_SETTINGS = "invalid space settings: "


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One answer. `words` may have one varying part, `{}`, of which `example` is one."""

    words: str
    kinds: tuple[str, ...]  # of the messages it may answer
    example: str = ""
    status: int = 400
    passes: bool = False  # whether the same message may be accepted a little later

    @property
    def text(self) -> str:
        """The words as a client sees them."""
        return self.words.format(self.example)

    def is_said_by(self, text: str) -> bool:
        """Tell whether a text is this refusal, whatever its varying part."""
        return re.fullmatch(re.escape(self.words).replace(r"\{\}", ".+"), text) is not None


def _said(kinds: tuple[str, ...], *texts: str) -> list[Refusal]:
    return [Refusal(words=text, kinds=kinds) for text in texts]


def _varying(kinds: tuple[str, ...], words: str, example: str) -> Refusal:
    return Refusal(words=words, kinds=kinds, example=example)


def _passing(kinds: tuple[str, ...], text: str, status: int = 400) -> Refusal:
    return Refusal(words=text, kinds=kinds, status=status, passes=True)


# The order is the sequencer's: of two refusals that are true of a message, it says the earlier.
REFUSALS: tuple[Refusal, ...] = (
    _passing(
        ALL, "too many requests, refer to https://docs.snapshot.org/tools/api/api-keys#limits", 429
    ),
    _passing(ALL, "request already being processed", 425),
    _passing(ALL, "update in progress, try later", 503),
    *_said(ALL, "unauthorized", "wrong envelope format", "too large message", "wrong timestamp"),
    *_said(_ON_PROPOSAL, "proposal cannot contain whitespace"),
    *_said(ALL, "wrong domain", "wrong types"),
    *_said(_OF_SPACE, "Invalid space id", "unknown space"),
    _varying(_ALIAS, "alias not allowed for the type: {}", "alias"),
    *_said(_OF_SPACE, "wrong alias"),
    *_said(ALL, "signature validation failed", "duplicate message"),
    # A new proposal
    *_said(
        _PROPOSE,
        _SETTINGS + "unknown space",
        _SETTINGS + "space hibernated",
        _SETTINGS + "space deleted, contact admin",
        _SETTINGS + "wrong space format",
        _SETTINGS + "network not allowed",
        _SETTINGS + "space cannot be its own parent",
        _SETTINGS + "space cannot be its own child",
        _SETTINGS + "space with ticket requires voting validation",
        _SETTINGS + "space missing proposal validation",
    ),
    _varying(_PROPOSE, _SETTINGS + "strategy '{}' is not a valid strategy", "no-such-strategy"),
    _varying(_PROPOSE, _SETTINGS + "strategy '{}' is not available anymore", "multichain"),
    _varying(_PROPOSE, _SETTINGS + "strategy '{}' is only available for pro spaces", "math"),
    *_said(_PROPOSE, "space is using a non-premium network"),
    *_said((*_PROPOSE, *_UPDATE), "wrong proposal format"),
    *_said(
        _PROPOSE,
        "proposal end date must be in the future",
        "wrong choices for basic type voting",
        "invalid voting delay",
        "invalid voting period",
        "invalid voting type",
    ),
    # A message about a proposal; what comes before and after does not meet.
    *_said(_VOTE, "too large metadata"),
    *_said(_ON_PROPOSAL, "unknown proposal"),
    *_said(_UPDATE, "proposal already started"),
    _varying(_UPDATE, 'wrong choices for "{}" type voting', "basic"),
    *_said(_UPDATE, "Not the author"),
    *_said((*_PROPOSE, *_UPDATE), "not allowed to set privacy"),
    *_said(_UPDATE, "space voting type mismatch"),
    *_said(_DELETE, "not authorized to archive proposal"),
    *_said(_FLAG, "proposal already flagged", "not authorized to flag proposal"),
    *_said(
        _VOTE,
        "invalid choice",
        "wrong vote format",
        "not in voting window",
        "reason not allowed with shutter",
        "failed vote validation",
    ),
    _passing(_VOTE, "failed to check vote validation"),
    *_said(_VOTE, "no voting power"),
    _passing(_VOTE, "failed to check voting power"),
    # A new proposal, further on
    *_said(
        _PROPOSE,
        "invalid proposal content",
        "invalid proposal, please contact support",
        "only space authors can propose",
        "validation failed",
    ),
    _passing(_PROPOSE, "failed to check validation"),
    *_said(_PROPOSE, "proposal snapshot must be after network start"),
    _passing(_PROPOSE, "unable to fetch block"),  # so nobody knows whether the block exists
    *_said(
        _PROPOSE,
        "invalid snapshot block",
        "proposal limit reached",
        "active proposal limit reached for author",
    ),
    _passing(_PROPOSE, "failed to check proposals limit"),
    _varying(_PROPOSE, "proposal body length can not exceed {} characters", "10000"),
    _varying(_PROPOSE, "number of choices can not exceed {}", "20"),
    # Others
    *_said(
        _ALIAS,
        "wrong alias format",
        "alias cannot be the same as the address",
        "alias is already linked to another address",
    ),
    *_said(_FOLLOW, "you are already following this space"),
    _varying(_FOLLOW, "you can join max {} spaces", "25"),
    _varying(_FOLLOW, "network {} is not allowed", "s-tn"),
    # All checks are passed
    _passing(ALL, "pinning failed"),
    _passing(_PROPOSE, "unable to get quorum"),
    *_said(_VOTE, "already voted at later time", "already voted same time with lower index"),
)


def refusals_of(kind: str) -> tuple[Refusal, ...]:
    """List what may answer one kind of message."""
    return tuple(refusal for refusal in REFUSALS if kind in refusal.kinds)


def refusal_of(text: str) -> Refusal | None:
    """Find a refusal by its text; `None` for words that the sequencer does not use."""
    return next((refusal for refusal in REFUSALS if refusal.is_said_by(text)), None)


def comes_before(text: str, other: str) -> bool:
    """Tell whether a check that says `text` is made before one that says `other`."""
    return _place(text) < _place(other)


def _place(text: str) -> int:
    """Give the place of the check; of unknown words after all others, before storing."""
    return next(
        (place for place, refusal in enumerate(REFUSALS) if refusal.is_said_by(text)),
        len(REFUSALS),
    )
