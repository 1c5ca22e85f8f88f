"""A governor's side of a vote: the contracts, their events, and proposals as stored facts."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Literal

from bot.domain.types import (
    Address,
    BlockHash,
    BlockNumber,
    ChainId,
    GovernorProposalId,
    OperationId,
    Seconds,
    Timepoint,
    TokenUnits,
    TransactionHash,
    UnixSeconds,
    Wei,
)


class Flavour(StrEnum):
    """The families of governors Assent can follow."""

    GOVERNOR_ALPHA = "GovernorAlpha"
    OPENZEPPELIN = "OpenZeppelin Governor"


class TimelockKind(StrEnum):
    """What holds a passed proposal back."""

    NONE = "none"
    COMPOUND = "Compound Timelock"
    CONTROLLER = "TimelockController"


class ClockMode(StrEnum):
    """What the governor's timepoints count (ERC-6372); without `CLOCK_MODE` it is blocks."""

    BLOCK_NUMBER = "blocknumber"
    TIMESTAMP = "timestamp"


class QuorumRule(StrEnum):
    """Which votes count towards the quorum."""

    FOR = "for"  # GovernorAlpha, and `quorum=bravo`
    FOR_AND_ABSTAIN = "for,abstain"  # OpenZeppelin's simple counting


class Support(IntEnum):
    """A vote's side. Source: OpenZeppelin `GovernorCountingSimple.VoteType`, Compound alike."""

    AGAINST = 0
    FOR = 1
    ABSTAIN = 2


class GovernorState(StrEnum):
    """`IGovernor.ProposalState`, in the order of the enum; the same in all flavours."""

    PENDING = "pending"
    ACTIVE = "active"
    CANCELED = "canceled"
    DEFEATED = "defeated"
    SUCCEEDED = "succeeded"
    QUEUED = "queued"
    EXPIRED = "expired"
    EXECUTED = "executed"
    UNKNOWN = "unknown"  # a number this version does not know: shown as such, never guessed


STATE_BY_NUMBER: tuple[GovernorState, ...] = tuple(GovernorState)[:8]


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
    timelock_address: Address | None
    timelock_delay: Seconds | None
    grace_period: Seconds | None  # `None`: what is queued never expires
    quorum: TokenUnits | None = None  # when the parameters were read; `None`: it did not tell


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockId:
    """A block by number and hash."""

    number: BlockNumber
    hash: BlockHash


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A block's header, as far as Assent looks at it."""

    id: BlockId
    parent_hash: BlockHash
    timestamp: UnixSeconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where an event stands; with the chain this identifies it for ever."""

    block: BlockId
    block_time: UnixSeconds
    transaction_hash: TransactionHash
    log_index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of a proposal. With a `signature`, `calldata` has no selector (Compound's way)."""

    target: Address
    value: Wei
    signature: str
    calldata: str  # `0x` and hex


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedCall:
    """A call in words. Where the function is not known, `function` is `""` and `selector` tells."""

    target: Address
    value: Wei
    function: str
    arguments: tuple[tuple[str, str], ...]  # type and value of each, as text
    selector: str  # `0x` and 8 hex digits, or `""` for a plain transfer


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractEvent:
    """What every event of a governor or a timelock tells: who raised it, and where it stands."""

    emitter: Address
    position: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalCreated(ContractEvent):
    """A proposal was made on a governor; `vote_start` and `vote_end` are in its clock."""

    kind: Literal["proposal created"] = "proposal created"
    id: GovernorProposalId
    proposer: Address
    calls: tuple[Call, ...]
    vote_start: Timepoint
    vote_end: Timepoint
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteCast(ContractEvent):
    """A vote was cast; `weight` in token base units. `support` is the number on the wire."""

    kind: Literal["vote cast"] = "vote cast"
    id: GovernorProposalId
    voter: Address
    support: int
    weight: TokenUnits
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalQueued(ContractEvent):
    """A proposal was queued; it may be executed from `eta`."""

    kind: Literal["proposal queued"] = "proposal queued"
    id: GovernorProposalId
    eta: UnixSeconds


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalExecuted(ContractEvent):
    """A proposal was executed."""

    kind: Literal["proposal executed"] = "proposal executed"
    id: GovernorProposalId


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalCanceled(ContractEvent):
    """A proposal was canceled on the governor."""

    kind: Literal["proposal canceled"] = "proposal canceled"
    id: GovernorProposalId


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationScheduled(ContractEvent):
    """A call of a TimelockController operation was scheduled (one event for each call)."""

    kind: Literal["operation scheduled"] = "operation scheduled"
    operation_id: OperationId
    index: int
    delay: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationExecuted(ContractEvent):
    """A call of a TimelockController operation was executed."""

    kind: Literal["operation executed"] = "operation executed"
    operation_id: OperationId
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationCancelled(ContractEvent):
    """A TimelockController operation was cancelled (its own spelling)."""

    kind: Literal["operation cancelled"] = "operation cancelled"
    operation_id: OperationId


GovernorEvent = (
    ProposalCreated
    | VoteCast
    | ProposalQueued
    | ProposalExecuted
    | ProposalCanceled
    | OperationScheduled
    | OperationExecuted
    | OperationCancelled
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalKey:
    """Which proposal of which governor."""

    chain_id: ChainId
    governor: Address
    id: GovernorProposalId


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What a governor answers about one proposal, asked at one block.

    `None` means the contract did not tell (a call reverted): unknown, never zero. Votes and quorum
    are token base units. `eta` is what the governor or its TimelockController says, unix seconds.
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
