"""One deadline: what happens from when to when, in words for any calendar."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.onchain.governor import ProposalKey
from bot.domain.types import ProposalId, Seconds, SnapshotProposalId, Timepoint, UnixSeconds

LATEST = UnixSeconds(253_402_300_799)  # the last second of the year 9999: no calendar goes further
SHORTEST = Seconds(60)


class DeadlineKind(StrEnum):
    """What a deadline is one of; the last part of its key."""

    VOTE = "vote"  # a vote off chain
    ON_CHAIN_VOTE = "on-chain vote"
    EXECUTABLE = "executable"  # the moment from which it may be executed
    EXPIRY = "expiry"  # the moment after which it never can be


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A deadline as it is known now. The key never changes for the same one.

    `cancelled` says in a sentence why it does not count any more; `""`: it stands.
    """

    key: str
    kind: DeadlineKind
    heading: str  # what it is, in a few words, such as the name of the vote
    title: str  # of the proposal, as its author wrote it
    reference: str = ""  # of the proposal of ours that it belongs to
    place: str  # where it happens: the space or the governor
    start: UnixSeconds
    end: UnixSeconds
    is_estimate: bool = False  # counted in blocks
    end_block: Timepoint | None = None  # of an estimate: the end as the governor counts it
    link: str = ""
    cancelled: str = ""
    # What it was made from, so that it can be looked at again.
    proposal_id: ProposalId | None = None
    snapshot_id: SnapshotProposalId | None = None
    governor_key: ProposalKey | None = None


_MEANS: dict[DeadlineKind, str] = {
    DeadlineKind.VOTE: "The vote is open on Snapshot in this time: vote before it ends.",
    DeadlineKind.ON_CHAIN_VOTE: "The vote is open on chain in this time: vote before it ends.",
    DeadlineKind.EXECUTABLE: "From the beginning of this hour anyone may execute what was decided.",
    DeadlineKind.EXPIRY: "It has to be executed before this hour is over, or it expires: then it "
    "never can be.",
}
_ESTIMATE = "The times are about right: this governor counts blocks, and blocks come as they come."


def meaning(deadline: Deadline) -> str:
    """Say in a sentence or two what it means for whoever reads it in a calendar."""
    if deadline.cancelled:
        return f"Cancelled: {deadline.cancelled}"
    said = _MEANS[deadline.kind]
    return f"{said} {_ESTIMATE}" if deadline.is_estimate else said


def caption(deadline: Deadline) -> str:
    """Name it in one line; strangers' words in it are as they wrote them."""
    about = " (about)" if deadline.is_estimate else ""
    return f"{deadline.heading}{about}: {_named(deadline)}"


def _named(deadline: Deadline) -> str:
    return f"{deadline.reference} {deadline.title}".strip()


def span(start: UnixSeconds, end: UnixSeconds) -> tuple[UnixSeconds, UnixSeconds] | None:
    """Give a length of time that a calendar can hold; `None`: no calendar goes that far."""
    if not 0 < start < LATEST - SHORTEST or end > LATEST:
        return None
    return start, max(end, UnixSeconds(start + SHORTEST))


def is_address(link: str) -> bool:
    """Say whether a link can be shown as it is: an address on the web, in plain ASCII."""
    is_plain = link.isascii() and link.isprintable() and " " not in link
    return is_plain and link.startswith(("https://", "http://"))
