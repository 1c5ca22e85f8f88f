"""What is said once of a technical review, one value for each kind."""

from dataclasses import dataclass
from hashlib import blake2s
from typing import Literal

from bot.domain.announcement import Subject
from bot.domain.onchain.governor import ProposalKey
from bot.domain.review.comparison import Comparison
from bot.domain.review.review_card import review_prefix
from bot.domain.types import UnixSeconds, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsDiffer:
    """What is proposed on chain is not, or may not be, what was approved off chain."""

    kind: Literal["calls differ"] = "calls differ"
    subject: Subject
    governor_key: ProposalKey
    governor_name: str
    title: str  # on chain
    comparison: Comparison
    is_queued: bool  # it has passed already, and only its timelock holds it back
    at: UnixSeconds

    @property
    def key(self) -> str:
        """Once for each proposal and difference."""
        return f"{review_prefix(self.governor_key)}differs:{fingerprint(self.comparison)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecksMissing:
    """Soon anybody may execute it, and not every check of the review is signed."""

    kind: Literal["checks missing"] = "checks missing"
    subject: Subject | None  # `None`: it carries out no proposal of ours
    governor_key: ProposalKey
    governor_name: str = ""  # said by a version that knew subjects alone
    title: str = ""  # on chain; as above
    missing: tuple[str, ...]
    count: int  # of all checks
    eta: UnixSeconds

    @property
    def key(self) -> str:
        """Once for each time it is queued."""
        return f"{review_prefix(self.governor_key)}missing:{self.eta}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernRaised:
    """Somebody has found what should be looked at before anybody executes it."""

    kind: Literal["concern raised"] = "concern raised"
    subject: Subject | None  # as of missing checks
    governor_key: ProposalKey
    governor_name: str = ""
    title: str = ""
    by: UserId
    text: str
    eta: UnixSeconds | None
    at: UnixSeconds

    @property
    def key(self) -> str:
        """One for each time that somebody raises one."""
        return f"{review_prefix(self.governor_key)}concern:{self.by}:{self.at}"


def fingerprint(comparison: Comparison) -> str:
    """Give a short code that is the same only for the same differences.

    That a call is known better later, its arguments by name, is no other difference.
    """
    parts = ["" if comparison.has_same_title else comparison.approved_title]
    for each in (*comparison.different, *comparison.unknown):
        parts += [each.likeness, str(each.number), each.named]
        if each.on_chain is not None:
            parts += [each.on_chain.target, each.on_chain.selector, str(each.on_chain.value)]
    text = "\n".join(parts).encode("utf-8", "replace")
    return blake2s(text, digest_size=8).hexdigest()
