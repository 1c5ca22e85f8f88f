"""A governor: its family, its parameters, and what it answers about one proposal."""

from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum

from bot.domain.types import (
    Address,
    BlockNumber,
    ChainId,
    GovernorProposalId,
    Seconds,
    Timepoint,
    TokenUnits,
    TransactionHash,
    UnixSeconds,
)


class Flavour(StrEnum):
    """The families of governors Assent can follow; this is all that is known of them by name."""

    GOVERNOR_ALPHA = "GovernorAlpha"
    GOVERNOR_BRAVO = "GovernorBravo"
    OPENZEPPELIN = "OpenZeppelin Governor"
    NOUNS = "Nouns DAO"

    @property
    def is_proposed_to_as_compounds(self) -> bool:
        """Whether `propose` takes signatures apart from arguments, and more than the threshold.

        OpenZeppelin's takes whole calldata, and the threshold is enough.
        """
        return self in (Flavour.GOVERNOR_ALPHA, Flavour.GOVERNOR_BRAVO, Flavour.NOUNS)


class TimelockKind(StrEnum):
    """What holds a passed proposal back."""

    NONE = "none"
    COMPOUND = "Compound Timelock"
    CONTROLLER = "TimelockController"
    ACCESS_MANAGER = "AccessManager"


class ClockMode(StrEnum):
    """What the governor's timepoints count (ERC-6372); without `CLOCK_MODE` it is blocks."""

    BLOCK_NUMBER = "blocknumber"
    TIMESTAMP = "timestamp"


class QuorumRule(StrEnum):
    """Which votes count towards the quorum."""

    FOR = "for"  # GovernorAlpha, and `quorum=bravo`
    FOR_AND_ABSTAIN = "for,abstain"  # OpenZeppelin's simple counting
    ALL = "against,for,abstain"  # Optimism's


class Support(IntEnum):
    """A vote's side. Source: OpenZeppelin `GovernorCountingSimple.VoteType`, Compound alike."""

    AGAINST = 0
    FOR = 1
    ABSTAIN = 2


class GovernorState(StrEnum):
    """`IGovernor.ProposalState`, in the order of the enum; the same in all flavours.

    Nouns goes on where the others end.
    """

    PENDING = "pending"
    ACTIVE = "active"
    CANCELED = "canceled"
    DEFEATED = "defeated"
    SUCCEEDED = "succeeded"
    QUEUED = "queued"
    EXPIRED = "expired"
    EXECUTED = "executed"
    VETOED = "vetoed"
    OBJECTION_PERIOD = "objection period"
    UPDATABLE = "updatable"
    UNKNOWN = "unknown"  # a number this version does not know: shown as such, never guessed


STATE_BY_NUMBER: tuple[GovernorState, ...] = tuple(GovernorState)[:11]


EVERY_ID = GovernorProposalId(0)  # what holds from this id on holds for all


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyChange:
    """Other code has made another kind of contract of a governor; `None`: one nobody here knows."""

    before: Flavour | None
    after: Flavour | None
    why: str = ""  # it cannot be followed any more
    transaction_hash: TransactionHash | None  # `None`: no event told of it
    block: BlockNumber
    at: UnixSeconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Governor:
    """A governor contract and its parameters, as read from the chain."""

    chain_id: ChainId
    address: Address
    name: str
    flavour: Flavour
    clock_mode: ClockMode
    quorum_rule: QuorumRule
    token_address: Address | None
    token_symbol: str
    token_decimals: int
    voting_delay: Timepoint  # in the governor's clock
    voting_period: Timepoint  # in the governor's clock
    proposal_threshold: TokenUnits
    timelock_kind: TimelockKind
    timelock_address: Address | None  # the AccessManager's, where there is one
    timelock_delay: Seconds | None
    grace_period: Seconds | None  # `None`: what is queued never expires
    quorum: TokenUnits | None = None  # when the parameters were read; `None`: it did not tell
    version: str = ""  # of its family, as far as it shows: `5.x`; `""`: there is but one
    implementation: Address | None = None  # where the address is a proxy or a delegator
    counting_mode: str = ""  # COUNTING_MODE as it is; `""`: the flavour has none
    late_quorum_extension: Timepoint | None = None  # what a late quorum adds to the vote
    guardian: Address | None = None  # who may cancel or veto beside the proposer
    is_sequential: bool = False  # its ids count up, so proposals can be enumerated
    counts_l1_blocks: bool = False  # its blocks are those of the chain below it
    former_timelocks: tuple[Address, ...] = ()  # they may hold operations that it left behind
    # From this id on votes weigh what they did when the vote began, before when it was proposed;
    # `None`: always when it was proposed.
    first_counted_at_start: GovernorProposalId | None = EVERY_ID
    family_change: FamilyChange | None = None  # the last one; `None`: it is what it was

    @property
    def is_overridable(self) -> bool:
        """Whether those who delegated can overrule what their delegate has voted."""
        return "override" in self.counting_mode

    @property
    def family(self) -> Flavour | None:
        """The family that it is known to be of now; `None`: it is still read as what it was."""
        return self.family_change.after if self.family_change else self.flavour

    def succeeding(self, before: "Governor") -> "Governor":
        """Give it as it is, with what only its past tells."""
        is_same = before.family is self.flavour
        return replace(
            self,
            former_timelocks=self.left_behind(*before.former_timelocks, before.timelock_address),
            family_change=before.family_change if is_same else None,
        )

    def left_behind(self, *owned: Address | None) -> tuple[Address, ...]:
        """Give which of the timelocks that were its own are so no longer, once each."""
        left = (each for each in owned if each and each != self.timelock_address)
        return tuple(dict.fromkeys(left))

    @property
    def can_abstain(self) -> bool:
        """Whether there is a third choice."""
        return self.flavour is not Flavour.GOVERNOR_ALPHA

    @property
    def timelocks(self) -> tuple[Address, ...]:
        """Its timelock, and those that it has left behind: operations may wait in each."""
        now = () if self.timelock_address is None else (self.timelock_address,)
        return (*now, *self.former_timelocks)

    @property
    def contracts(self) -> frozenset[Address]:
        """Every contract whose events are about it."""
        return frozenset({self.address, *self.timelocks})


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalKey:
    """Which proposal of which governor."""

    chain_id: ChainId
    governor: Address
    id: GovernorProposalId


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What a governor answers about one proposal, asked at one block.

    `None` means the contract did not tell (a call reverted): unknown, never zero. Votes, quorum
    and supply are token base units. `eta` is what the governor or its TimelockController says, unix
    seconds.
    `created_in` is the block of its creation, which few families tell.
    """

    key: ProposalKey
    state: GovernorState
    for_votes: TokenUnits | None
    against_votes: TokenUnits | None
    abstain_votes: TokenUnits | None
    quorum: TokenUnits | None
    vote_start: Timepoint | None
    vote_end: Timepoint | None
    eta: UnixSeconds | None
    supply: TokenUnits | None = None  # of the token when votes were counted; or not asked for
    created_in: BlockNumber | None = None
    needs_queuing: bool | None = None  # asked only where some of a governor's do and some do not
