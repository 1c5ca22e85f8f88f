"""What of votes on Snapshot has to be read again: the light look that spares the whole one."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from bot.domain.offchain.snapshot import SnapshotProposal, SnapshotState
from bot.domain.types import SnapshotProposalId, SpaceId, UnixSeconds

PROPOSAL = "proposal"
DELETION = "delete-proposal"
# The sequencer takes what was signed up to six days ago, or a little ahead of its own clock.
SIGNED_BEFORE = 6 * 86_400 + 300  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class HubMessage:
    """An accepted message about a proposal; the hub tells the kind of it, and not what it says."""

    mci: int  # counts all messages
    id: SnapshotProposalId  # of what was signed: of a proposal it is the proposal's own
    space: SpaceId
    timestamp: UnixSeconds  # when it was signed
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """What changes of a proposal without anybody writing it; fields as in `SnapshotProposal`."""

    id: SnapshotProposalId
    created: UnixSeconds
    updated: UnixSeconds | None
    state: SnapshotState
    scores_final: bool
    scores_updated: UnixSeconds | None
    votes: int
    flagged: bool


def pulse_of(seen: SnapshotProposal) -> Pulse:
    """Give what a proposal showed of this when it was last read."""
    return Pulse(
        id=seen.id,
        created=seen.created,
        updated=seen.updated,
        state=seen.state,
        scores_final=seen.scores_final,
        scores_updated=seen.scores_updated,
        votes=seen.votes,
        flagged=seen.flagged,
    )


def to_read(
    followed: Iterable[SnapshotProposalId],
    known: Mapping[SnapshotProposalId, SnapshotProposal],
    pulses: Mapping[SnapshotProposalId, Pulse],
    missing: Collection[SnapshotProposalId] = (),
) -> list[SnapshotProposalId]:
    """Give the votes that have to be read as a whole.

    That is what differs, and what the light look does not show: what was never read, what is over
    and not final, and what is missing, or was at the last look. What the clock brings about, the
    hub shows as a state.
    """
    return [
        each
        for each in followed
        if each not in known
        or each not in pulses
        or each in missing
        or pulses[each] != pulse_of(known[each])
    ]
