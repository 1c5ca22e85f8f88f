"""What is said of governors, their proposals and their timelocks, one value for each kind.

Texts that came from contracts are raw here and made safe in `cogs/cards`.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from bot.domain.onchain.call import DecodedCall
from bot.domain.onchain.governor import ClockMode, Flavour, ProposalKey, QuorumRule, TimelockKind
from bot.domain.onchain.operation import OperationKey
from bot.domain.onchain.proposal import Moment
from bot.domain.onchain.story import Story
from bot.domain.types import Address, ChainId, Seconds, TransactionHash, UnixSeconds


@dataclass(frozen=True, slots=True, kw_only=True)
class GovernorNews:
    """A moment of an on-chain proposal's life."""

    kind: Literal["governor news"] = "governor news"
    moment: Moment
    governor_key: ProposalKey
    governor_name: str
    title: str
    reference: str  # `""`: no proposal of ours
    proposer: str
    calls: tuple[DecodedCall, ...]
    vote_starts_at: UnixSeconds
    vote_ends_at: UnixSeconds
    times_are_estimates: bool
    for_votes: Decimal | None  # whole tokens; `None`: not known
    against_votes: Decimal | None
    abstain_votes: Decimal | None
    quorum: Decimal | None
    unit: str
    eta: UnixSeconds | None
    expires_at: UnixSeconds | None
    transaction_hash: TransactionHash | None
    # When it happened, or was seen, by the chain's time: what it rests on, and no part of its text.
    at: UnixSeconds = field(compare=False)
    lead: Seconds | None = None  # of a reminder: how long before the end
    ordinal: int = 0  # how often the end of the vote was moved, or the text changed, by then
    proposer_name: str = ""  # `""`: none is known
    quorum_rule: QuorumRule | None = None  # `None`: said by a version that did not tell
    quorum_counted: Decimal | None = None
    quorum_missing: Decimal | None = None
    participation: Decimal | None = None  # what part of all tokens was cast, 0 to 1
    timelock_kind: TimelockKind | None = None  # as above
    token: Address | None = None
    delegate_until: UnixSeconds | None = None  # of a creation; `None`: it is too late for this vote
    counts_at_creation: bool = False  # votes weigh what they did when it was proposed
    is_objection: bool = False  # the vote goes on for votes against alone
    story: Story | None = None  # of an execution
    canceled_by: Address | None = None  # or vetoed: who sent the transaction; `None`: not known
    guardian: Address | None = None  # who may cancel beside the proposer, or veto
    needs_queuing: bool | None = None  # as of the proposal
    is_overridable: bool = False  # those who delegated can overrule their delegate's vote
    ended_in_timelock: bool = False  # the governor has no event to show for it

    @property
    def key(self) -> str:
        """One announcement a moment; of reminders one a lead, and anew for each end."""
        parts = [self.moment.replace(" ", "-")]
        parts += [] if self.lead is None else [str(self.lead)]
        parts += [f"no{self.ordinal}"] if self.ordinal else []
        return f"{governor_prefix(self.governor_key)}{'-'.join(parts)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LargeVote:
    """Somebody voted on chain with a share of the quorum that the community wants to hear of."""

    kind: Literal["large vote"] = "large vote"
    governor_key: ProposalKey
    governor_name: str
    title: str
    reference: str  # `""`: no proposal of ours
    voter: Address
    voter_name: str = ""  # `""`: none is known
    support: int  # the number on the wire
    weight: Decimal  # whole tokens
    fractions: tuple[Decimal, Decimal, Decimal] | None = None  # against, for, abstain
    reason: str = ""  # a stranger's words
    quorum: Decimal
    unit: str
    vote_ends_at: UnixSeconds
    times_are_estimates: bool
    transaction_hash: TransactionHash
    log_index: int = field(compare=False)  # a fork may move it, and the vote stays the same
    at: UnixSeconds = field(compare=False)  # when it was seen, by the chain's time
    is_over: bool = field(default=False, compare=False)  # nobody could vote by then any more
    # Which of its voter's on this proposal, from 1; `None`: said by a version that told votes apart
    # by where they stand.
    ordinal: int | None = None

    @property
    def key(self) -> str:
        """One announcement a vote: of each voter one, where the governor takes no more."""
        which = f"{self.transaction_hash}:{self.log_index}"
        if self.ordinal is not None:
            which = self.voter if self.ordinal == 1 else f"{self.voter}-no{self.ordinal}"
        return f"{governor_prefix(self.governor_key)}vote:{which}"


class OperationStep(StrEnum):
    """What happened to an operation of a timelock."""

    SCHEDULED = "scheduled"
    EXECUTED = "executed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationNews:
    """Something happened in a timelock that no proposal of its governor has brought about."""

    kind: Literal["operation news"] = "operation news"
    step: OperationStep
    operation_key: OperationKey
    life: int
    governor_name: str
    timelock_kind: TimelockKind
    calls: tuple[DecodedCall, ...]
    caller: Address | None  # `None`: the timelock does not tell
    ready_at: UnixSeconds | None
    is_seen_from_start: bool  # `False`: it was put in before Assent watched
    transaction_hash: TransactionHash
    at: UnixSeconds = field(compare=False)
    is_former: bool = False  # the governor has another timelock by now

    @property
    def key(self) -> str:
        """One for each step of each life of an operation."""
        prefix = timelock_prefix(self.operation_key.chain_id, self.operation_key.timelock)
        again = f"-no{self.life}" if self.life > 1 else ""
        return f"{prefix}{self.operation_key.id}:{self.step}{again}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterNews:
    """A governor, its timelock or its proxy works by another rule from now on."""

    kind: Literal["parameter news"] = "parameter news"
    chain_id: ChainId
    contract: Address
    is_timelock: bool
    governor_name: str
    name: str  # of the event
    before: str  # as it was emitted; `""`: the event does not tell
    after: str
    clock_mode: ClockMode
    decimals: int
    unit: str
    transaction_hash: TransactionHash
    number: int  # of this name in its transaction, from 1
    at: UnixSeconds = field(compare=False)
    is_former: bool = False  # of a timelock that the governor has left behind

    @property
    def key(self) -> str:
        """One for each change."""
        prefix = parameter_prefix(self.chain_id, self.contract)
        return f"{prefix}{self.transaction_hash}:{self.name}:{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyNews:
    """A governor is a contract of another family from now on, or of none that is known."""

    kind: Literal["family news"] = "family news"
    chain_id: ChainId
    governor: Address
    governor_name: str
    before: Flavour | None  # `None`: it could not be followed
    after: Flavour | None  # `None`: it cannot be
    why: str  # it cannot
    transaction_hash: TransactionHash | None
    at: UnixSeconds = field(compare=False)

    @property
    def key(self) -> str:
        """One for each change."""
        prefix = parameter_prefix(self.chain_id, self.governor)
        return f"{prefix}family:{self.transaction_hash or self.at}"


ChainNews = GovernorNews | LargeVote | OperationNews | ParameterNews | FamilyNews


def timelock_prefix(chain_id: ChainId, timelock: Address) -> str:
    """Give what the keys of all news of a timelock's operations begin with."""
    return f"timelock:{chain_id}:{timelock}:"


def parameter_prefix(chain_id: ChainId, contract: Address) -> str:
    """Give what the keys of all news of a contract's parameters begin with."""
    return f"parameter:{chain_id}:{contract}:"


def governor_prefix(key: ProposalKey) -> str:
    """Give what the keys of all news of one on-chain proposal begin with."""
    return f"governor:{key.chain_id}:{key.governor}:{key.id}:"
