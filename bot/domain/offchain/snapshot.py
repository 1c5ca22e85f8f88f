"""Snapshot's side of a vote: what is signed, what the space demands, what the hub tells."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from bot.domain.types import (
    Address,
    BlockNumber,
    ChainId,
    Seconds,
    SnapshotProposalId,
    SpaceId,
    UnixSeconds,
)

TITLE_LIMIT = 256  # code points
CHOICE_LIMIT = 256  # characters of one choice
DISCUSSION_LIMIT = 256  # characters of the URL
ENVELOPE_LIMIT = 100_000  # UTF-16 units of the whole JSON text
LABELS_LIMIT = 10  # of one proposal
LABEL_ID_LIMIT = 8  # letters and digits


class VotingType(StrEnum):
    """The voting systems a space may use, as Snapshot spells them."""

    SINGLE_CHOICE = "single-choice"
    APPROVAL = "approval"
    RANKED_CHOICE = "ranked-choice"
    QUADRATIC = "quadratic"
    COPELAND = "copeland"
    WEIGHTED = "weighted"
    CUSTOM = "custom"
    BASIC = "basic"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedEnvelope:
    """A signed message, kept as the very text that is posted.

    `id` is the EIP-712 digest of the message and the proposal's id on Snapshot: it is known before
    anything is sent, and the same text sent twice is one proposal.
    """

    id: SnapshotProposalId
    text: str


class Verdict(StrEnum):
    """What the sequencer's answer means for us."""

    STORED = "stored"
    ALREADY_KNOWN = "already known"  # `duplicate message`, or 425 while it is being processed
    TRY_AGAIN = "try again"  # nothing was stored and the same text may be sent again
    REFUSED = "refused"  # final for this text


@dataclass(frozen=True, slots=True, kw_only=True)
class SequencerAnswer:
    """An answer of the sequencer: its meaning, and its own words (`""` when it accepted)."""

    verdict: Verdict
    text: str = ""
    retry_after_seconds: Seconds | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A word a space sorts its proposals by."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """A space's rules, as far as they bind what we post. `None` means: the space does not say."""

    id: SpaceId
    name: str
    network: str  # a chain id, as text
    symbol: str
    members: tuple[Address, ...]  # may always propose ("authors")
    moderators: tuple[Address, ...]
    admins: tuple[Address, ...]
    only_members: bool
    voting_delay: Seconds | None
    voting_period: Seconds | None
    voting_type: VotingType | None
    privacy: str
    quorum: Decimal | None  # in the unit of scores
    hibernated: bool
    verified: bool
    turbo: bool
    labels: tuple[Label, ...] = ()
    quorum_type: str = ""  # `rejection`: the quorum is one of votes against; else `default` or `""`
    flagged: bool = False
    validation: str = ""  # who may propose, by name; `any` is nobody's check, `""` is unread
    vote_validation: str = ""  # who may vote, likewise
    strategies: tuple[str, ...] = ()  # what voting power is made of, by name

    @property
    def plan(self) -> str:
        """The plan that decides which limits hold, as the service's options call it."""
        if self.turbo:
            return "turbo"
        if self.verified:
            return "verified"
        return "flagged" if self.flagged else "default"

    def is_of_team(self, address: Address) -> bool:
        """Say whether an address may always propose; the hub writes some in lower case."""
        team = (*self.members, *self.moderators, *self.admins)
        return address.lower() in {each.lower() for each in team}

    def may_delete(self, address: Address) -> bool:
        """Say whether an address may delete what others have proposed in the space."""
        return address.lower() in {each.lower() for each in (*self.moderators, *self.admins)}


def labels_of(space: Space, topic: str) -> tuple[str, ...]:
    """Give the ids of the space's labels that bear the topic's name, as far as Snapshot takes them.

    Source: the schema of the proposal's payload, at most ten unique ids of up to eight letters and
    digits.
    """
    wanted = topic.strip().casefold()
    fitting = [label.id for label in space.labels if label.name.strip().casefold() == wanted]
    taken = [each for each in dict.fromkeys(fitting) if wanted and _is_label_id(each)]
    return tuple(taken[:LABELS_LIMIT])


def privacy_of(space: Space) -> str:
    """Give the privacy that a vote in this space is posted with: the space's demand decides.

    The hub shows `""` both for a space that wants none and for one that leaves it open.
    """
    return "" if space.privacy == "any" else space.privacy


def _is_label_id(text: str) -> bool:
    return 1 <= len(text) <= LABEL_ID_LIMIT and text.isascii() and text.isalnum()


def excess_rights(space: Space, address: Address) -> str | None:
    """Say what a key may do in a space beyond posting; `None`: nothing.

    Whoever has the key of an admin can change the space's settings, and of a moderator delete what
    others wrote; neither is needed to propose.
    """
    wanted = address.lower()
    if wanted in (each.lower() for each in space.admins):
        return (
            f"The key of {address} may change the settings of “{space.id}”, because it is one of "
            "its admins. Posting does not need that: use a key that is an author of the space."
        )
    if wanted in (each.lower() for each in space.moderators):
        return (
            f"The key of {address} may delete what others have proposed in “{space.id}”, because "
            "it is one of its moderators. Posting does not need that: use a key that is an author."
        )
    return None


def network_chain(space: Space) -> ChainId | None:
    """Give the chain on which a space weighs votes; `None` where it is no EVM chain."""
    return ChainId(int(space.network)) if space.network.isdecimal() else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpaceLimits:
    """What the service allows a space of this plan; read live, a missing option is `None`."""

    body_units: int | None  # UTF-16 units of the body
    choices: int | None
    proposals_a_day: int | None = None  # of the space, in the last 24 hours
    proposals_a_month: int | None = None  # of the space, in the last 30 days
    open_of_author: int | None = None  # of one author, in all spaces


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What the hub has of proposals already, as far as Snapshot limits their number."""

    created: tuple[UnixSeconds, ...]  # when those of the space's last 30 days were made
    open_until: tuple[UnixSeconds, ...]  # when the open ones of the author end, in all spaces
    hub_time: UnixSeconds | None  # the hub's own clock as it answered; `None`: it did not say


class SnapshotState(StrEnum):
    """The hub's `state`: by the clock alone, so `closed` is not a result."""

    PENDING = "pending"
    ACTIVE = "active"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Strategy:
    """One way to weigh a vote; the weights of all of them are added up by Snapshot."""

    name: str  # such as `erc20-balance-of`
    network: str  # a chain id, as text
    token: str = ""  # the address that its parameters name, or `""`
    symbol: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotProposal:
    """A proposal as the hub shows it. Scores are exact decimals in the space's voting unit.

    `scores` is parallel to `choices`, and empty before the first vote: empty means unknown, not
    zero. They are final only when `scores_final`.
    """

    id: SnapshotProposalId
    space: SpaceId
    author: str
    type: str  # a `VotingType`, or what a newer hub calls it
    title: str
    body: str
    discussion: str
    choices: tuple[str, ...]
    created: UnixSeconds
    start: UnixSeconds
    end: UnixSeconds
    snapshot_block: BlockNumber | None
    state: SnapshotState
    scores: tuple[Decimal, ...]
    scores_total: Decimal
    scores_final: bool
    votes: int  # number of ballots, not their weight
    quorum: Decimal
    flagged: bool
    privacy: str
    link: str
    updated: UnixSeconds | None = None  # when its author last changed it; `None`: never
    scores_updated: UnixSeconds | None = None  # when the scores were last computed
    scores_by_strategy: tuple[tuple[Decimal, ...], ...] = ()  # by choice, then by strategy
    strategies: tuple[Strategy, ...] = ()  # what voting power is made of
    network: str = ""  # the chain id on which it is weighed, as text
    quorum_type: str = ""  # `rejection`: the quorum is one of votes against; else `default` or `""`
    symbol: str = ""  # the unit of the scores; `""`: not known
    is_by_member: bool | None = None  # its author belongs to the space; `None`: not known

    @property
    def unit(self) -> str:
        """What voting power is counted in."""
        return self.symbol or "VP"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorePoint:
    """The scores of a vote as they were at one moment; `scores` is empty where none were shown."""

    at: UnixSeconds
    scores: tuple[Decimal, ...]
    scores_total: Decimal
    votes: int
