"""What Snapshot remembers: spaces, proposals, votes, aliases, messages. Plain records, no rule."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

DAY_SECONDS = 86_400
ALIAS_SECONDS = 30 * DAY_SECONDS
SWEEPING_SECONDS = 60  # how long the votes on a deleted proposal are still listed

# The documented limits; the live ones are a table of the service's.
OPTIONS = {
    "space.active_proposal_limit_per_author": "10",
    "space.default.body_limit": "10000",
    "space.default.choices_limit": "20",
    "space.default.proposal_limit_per_day": "3",
    "space.default.proposal_limit_per_month": "15",
    "space.flagged.body_limit": "10000",
    "space.flagged.choices_limit": "20",
    "space.flagged.proposal_limit_per_day": "1",
    "space.flagged.proposal_limit_per_month": "5",
    "space.verified.body_limit": "10000",
    "space.verified.choices_limit": "20",
    "space.verified.proposal_limit_per_day": "20",
    "space.verified.proposal_limit_per_month": "100",
    "space.turbo.body_limit": "10000",
    "space.turbo.choices_limit": "1000",
    "space.turbo.proposal_limit_per_day": "40",
    "space.turbo.proposal_limit_per_month": "200",
}


@dataclass(slots=True, kw_only=True)
class SpaceRecord:
    """A space's settings. Of `voting` only what is set is there: delay, period, type, quorum."""

    id: str
    name: str
    network: str
    symbol: str
    members: list[str]
    moderators: list[str]
    admins: list[str]
    strategies: list[dict[str, Any]]
    voting: dict[str, Any]
    validation: dict[str, Any]
    vote_validation: dict[str, Any]
    only_members: bool
    verified: bool
    turbo: bool
    hibernated: bool
    created: int
    flagged: bool = False
    deleted: bool = False
    labels: list[dict[str, Any]] = field(default_factory=list)  # id, name, description, color

    @property
    def plan(self) -> str:
        """The plan that decides which limits hold."""
        if self.turbo:
            return "turbo"
        if self.verified:
            return "verified"
        return "flagged" if self.flagged else "default"

    def team(self) -> set[str]:
        """All addresses that may propose whatever their voting power, in lower case."""
        return {address.lower() for address in (*self.members, *self.admins, *self.moderators)}

    def stewards(self) -> set[str]:
        """The addresses that may delete and flag what others wrote, in lower case."""
        return {address.lower() for address in (*self.admins, *self.moderators)}


@dataclass(slots=True, kw_only=True)
class ProposalRecord:
    """A stored proposal. `scores` are parallel to `choices` and empty before the first vote."""

    id: str
    ipfs: str
    author: str
    created: int
    space: str
    network: str
    symbol: str
    type: str
    title: str
    body: str
    discussion: str
    choices: list[str]
    labels: list[str]
    start: int
    end: int
    snapshot: int
    plugins: Any
    privacy: str
    app: str
    strategies: list[dict[str, Any]]
    validation: dict[str, Any]
    quorum: Decimal
    quorum_type: str
    flagged: bool
    is_unsealed: bool = False  # whether the key of its shielded votes was released
    updated: int | None = None
    scores: list[Decimal] = field(default_factory=list)
    scores_by_strategy: list[list[Decimal]] = field(default_factory=list)
    scores_total: Decimal = Decimal(0)
    scores_total_value: Decimal = Decimal(0)  # in dollars
    scores_state: str = "pending"
    scores_updated: int = 0
    votes: int = 0

    def state(self, now: int) -> str:
        """Tell the hub's `state`, which is by the clock alone."""
        if now > self.end:
            return "closed"
        return "active" if now > self.start else "pending"


@dataclass(slots=True, kw_only=True)
class VoteRecord:
    """A stored vote: one for each voter and proposal, the latest."""

    id: str
    ipfs: str
    voter: str
    created: int
    space: str
    proposal: str
    choice: Any
    reason: str
    app: str
    metadata: Any
    vp: Decimal
    vp_by_strategy: list[Decimal]


@dataclass(slots=True, kw_only=True)
class AliasRecord:
    """An address that may sign for another, for thirty days from `created`."""

    id: str
    ipfs: str
    address: str
    alias: str
    created: int


@dataclass(slots=True, kw_only=True)
class MessageRecord:
    """An accepted message, whatever it was; `mci` counts them."""

    mci: int
    id: str
    address: str
    timestamp: int
    space: str
    type: str
    ipfs: str = ""
    sig: str = "0x"
    receipt: str = "0x"
    version: str = "0.1.4"


@dataclass(slots=True, kw_only=True)
class Ledger:
    """Everything stored. Proposals are by id, oldest first; `pins` are by IPFS address."""

    spaces: dict[str, SpaceRecord] = field(default_factory=dict)
    proposals: dict[str, ProposalRecord] = field(default_factory=dict)
    votes: dict[tuple[str, str], VoteRecord] = field(default_factory=dict)
    aliases: list[AliasRecord] = field(default_factory=list)
    messages: dict[str, MessageRecord] = field(default_factory=dict)
    pins: dict[str, Any] = field(default_factory=dict)
    options: dict[str, str] = field(default_factory=lambda: dict(OPTIONS))
    power: dict[tuple[str, str], int] = field(default_factory=dict)
    flagged_links: set[str] = field(default_factory=set)
    deleted: dict[str, int] = field(default_factory=dict)  # when; only while votes are kept

    def space(self, space_id: str) -> SpaceRecord | None:
        """Find a space that is not deleted; like the real database, whatever the case."""
        found = self.spaces.get(space_id.lower())
        return None if found is None or found.deleted else found

    def proposal(self, space_id: str, proposal_id: str) -> ProposalRecord | None:
        """Find a proposal of one space."""
        found = self.proposals.get(proposal_id)
        return found if found and found.space.lower() == space_id.lower() else None

    def votes_of(self, proposal_id: str) -> list[VoteRecord]:
        """List the votes on one proposal, in the order in which the voters first voted."""
        return [vote for (on, _), vote in self.votes.items() if on == proposal_id]

    def delete(self, proposal_id: str, now: int) -> None:
        """Forget a proposal; its votes are swept up later, and the messages stay."""
        self.proposals.pop(proposal_id, None)
        self.deleted[proposal_id] = now

    def sweep(self, now: int) -> None:
        """Forget the votes on proposals that were deleted long enough ago."""
        over = {key for key, since in self.deleted.items() if now >= since + SWEEPING_SECONDS}
        if over:
            self.votes = {key: vote for key, vote in self.votes.items() if key[0] not in over}
            self.deleted = {key: since for key, since in self.deleted.items() if key not in over}

    def limit(self, name: str) -> int:
        """Read a limit; the real service reads a missing one as nought."""
        return int(self.options.get(name, "0"))

    def may_sign_for(self, alias: str, principal: str, now: int) -> bool:
        """Tell whether `alias` is linked to `principal` and the link has not run out."""
        return any(
            record.alias == alias
            and record.address == principal
            and record.created > now - ALIAS_SECONDS
            for record in self.aliases
        )
