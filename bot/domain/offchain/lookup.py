"""What people are shown when they look up votes."""

from dataclasses import dataclass

from bot.domain.errors import Refusal
from bot.domain.offchain.ballot import Ballot, VotingPower, is_hidden
from bot.domain.offchain.sighting import VoteSighting
from bot.domain.offchain.snapshot import SnapshotProposal
from bot.domain.types import UnixSeconds

PAGE_SIZE = 10
_MOST_PAGES = 500  # of voters: the hub lists no more of them
HIDDEN = "The votes are shielded: how they stand is hidden until the vote is over."
UNKNOWN = "How this vote stands is not known yet: Snapshot has shown no scores so far."


def page_count(rows: int) -> int:
    """Say how many pages so many rows fill: at least one, which may be empty."""
    return max(-(-rows // PAGE_SIZE), 1)


def require_scores(seen: SnapshotProposal) -> None:
    """Refuse to give numbers that are hidden or not known.

    Raises:
        Refusal: They are; the message says which.
    """
    if is_hidden(seen):
        raise Refusal(HIDDEN)
    if len(seen.scores) != len(seen.choices):
        raise Refusal(UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A vote as it stands: read from the hub just now, or else as it was last seen."""

    sighting: VoteSighting
    as_of: UnixSeconds | None = None  # when it was last seen to change; `None`: read just now


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenVotes:
    """One page of the votes that are open here, ending soonest first."""

    rows: tuple[VoteSighting, ...]
    count: int  # on all pages
    page: int  # from 0

    @property
    def page_count(self) -> int:
        """How many pages there are."""
        return page_count(self.count)


@dataclass(frozen=True, slots=True, kw_only=True)
class Powers:
    """What some addresses can cast on one vote."""

    sighting: VoteSighting
    powers: tuple[VotingPower, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mine:
    """The open votes here, by whether the asker's wallets have voted on them."""

    missing: tuple[VoteSighting, ...]
    cast: tuple[tuple[VoteSighting, tuple[Ballot, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Voters:
    """One page of who has voted, the largest power first."""

    sighting: VoteSighting
    ballots: tuple[Ballot, ...]
    page: int  # from 0

    @property
    def page_count(self) -> int:
        """How many pages can be turned to."""
        return min(page_count(self.sighting.seen.votes), _MOST_PAGES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Who voted, as a file."""

    sighting: VoteSighting
    text: str
    written: int  # of all votes
