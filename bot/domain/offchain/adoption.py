"""Which proposal of ours a vote that was made elsewhere belongs to, as far as it says so itself."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.drafting.draft import bare_title
from bot.domain.offchain.snapshot import SnapshotProposal
from bot.domain.onchain.proposal import same_title
from bot.domain.policy import Policy
from bot.domain.proposal import Proposal, thread_link

_ID = re.compile(r"(?:0x[0-9a-fA-F]{64}|Qm[1-9A-HJ-NP-Za-km-z]{44})\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A proposal that waits for its vote, with the title that its draft gives the vote."""

    proposal: Proposal
    title: str


def belongs_to(
    seen: SnapshotProposal, waiting: Iterable[Waiting], policy: Policy
) -> Proposal | None:
    """Give the one proposal that a vote names; where it names several, a moderator has to decide.

    It names one by the address of its thread, by the title of its draft, or by its reference.
    """
    named = [each.proposal for each in waiting if _names(seen, each, policy)]
    return named[0] if len(named) == 1 else None


def _names(seen: SnapshotProposal, waiting: Waiting, policy: Policy) -> bool:
    link = thread_link(waiting.proposal)
    is_discussed_there = bool(link) and _has_word(link, f"{seen.discussion}\n{seen.body}")
    is_called_so = _has_word(waiting.proposal.reference, f"{seen.title}\n{seen.body}")
    is_titled_so = any(
        same_title(seen.title, title)
        for title in (waiting.title, bare_title(waiting.title, policy))
    )
    return is_discussed_there or is_called_so or is_titled_so


def _has_word(word: str, text: str) -> bool:
    """Say whether the text contains it and not only a longer one, such as BTRST-12 for BTRST-1."""
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w])", text, re.IGNORECASE) is not None


def id_in(text: str) -> str | None:
    """Read the id of a proposal on Snapshot, alone or at the end of its address; `None`: none."""
    last = text.strip().split("?")[0].rstrip("/").rsplit("/", 1)[-1]
    return last if _ID.match(last) else None
