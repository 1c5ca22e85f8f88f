"""What governors and their timelocks emit: one closed union of facts, each with its place."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from bot.domain.onchain.block import Position
from bot.domain.onchain.call import Call
from bot.domain.types import (
    Address,
    BlockNumber,
    GovernorProposalId,
    OperationId,
    Seconds,
    Timepoint,
    TokenUnits,
    TransactionHash,
    UnixSeconds,
)


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
    voting_module: Address | None = None  # a vote among its options; its calls follow from them


class VoteCast(NamedTuple):
    """A vote was cast; `weight` in token base units. `support` is the number on the wire.

    There are tens of thousands of these, so they are tuples in the order of the chain, and do
    without the time of their block. Somebody who divides their voting power, or votes over a
    delegate, emits several.
    """

    block_number: BlockNumber
    log_index: int
    emitter: Address
    id: GovernorProposalId
    voter: Address
    support: int
    weight: TokenUnits
    reason: str
    transaction_hash: TransactionHash
    fractions: tuple[TokenUnits, TokenUnits, TokenUnits] | None = None  # against, for, abstain


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteReduced(ContractEvent):
    """Somebody voted over their delegate's head: what the delegate cast for them counts no more.

    Running totals of `VoteCast` go wrong here; the governor's own count does not.
    """

    kind: Literal["vote reduced"] = "vote reduced"
    id: GovernorProposalId
    delegate: Address
    support: int
    weight: TokenUnits  # by how much


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
    by: Address | None = None  # who sent the transaction; no event tells, and nodes may not either


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalExtended(ContractEvent):
    """A late quorum, or an objection period, has moved the end of the vote; in its clock."""

    kind: Literal["proposal extended"] = "proposal extended"
    id: GovernorProposalId
    vote_end: Timepoint


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalVetoed(ContractEvent):
    """A proposal was vetoed."""

    kind: Literal["proposal vetoed"] = "proposal vetoed"
    id: GovernorProposalId
    by: Address | None = None  # as of a cancellation


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalUpdated(ContractEvent):
    """A proposal that may still be changed was; `None`: that part was not."""

    kind: Literal["proposal updated"] = "proposal updated"
    id: GovernorProposalId
    calls: tuple[Call, ...] | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterChanged(ContractEvent):
    """A governor, a timelock or a proxy has a new parameter; values are as they were emitted."""

    kind: Literal["parameter changed"] = "parameter changed"
    name: str  # of the event: `VotingPeriodSet`
    before: str  # numbers in decimal, addresses checksummed; `""`: the event does not tell
    after: str  # several values, such as an account and until when, stand beside each other


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationScheduled(ContractEvent):
    """A call was put into a timelock.

    A TimelockController emits one for each call of an operation and gives the `delay`; a Compound
    Timelock (whose id is the transaction's hash) and an AccessManager give the `eta`.
    """

    kind: Literal["operation scheduled"] = "operation scheduled"
    operation_id: OperationId
    index: int
    delay: Seconds | None = None
    eta: UnixSeconds | None = None
    call: Call | None = None  # `None`: recorded by a version that did not keep it
    caller: Address | None = None  # whose it is, where the timelock serves many (AccessManager)

    @property
    def ready_at(self) -> UnixSeconds:
        """From when it may be executed, by the chain's time."""
        return self.eta or UnixSeconds(self.position.block_time + (self.delay or 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationExecuted(ContractEvent):
    """A call of a timelock was executed."""

    kind: Literal["operation executed"] = "operation executed"
    operation_id: OperationId
    index: int
    call: Call | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationCancelled(ContractEvent):
    """An operation of a timelock was cancelled (its own spelling)."""

    kind: Literal["operation cancelled"] = "operation cancelled"
    operation_id: OperationId


OperationEvent = OperationScheduled | OperationExecuted | OperationCancelled
ProposalEvent = (
    ProposalCreated
    | ProposalQueued
    | ProposalExecuted
    | ProposalCanceled
    | ProposalExtended
    | ProposalVetoed
    | ProposalUpdated
    | VoteReduced
)
GovernorEvent = ProposalEvent | ParameterChanged | OperationEvent
