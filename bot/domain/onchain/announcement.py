"""What is said of governors, their proposals and their timelocks, one value for each kind.

Texts that came from contracts are raw here and made safe in `cogs/cards`.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from bot.domain.onchain.call import DecodedCall
from bot.domain.onchain.governor import ProposalKey
from bot.domain.onchain.proposal import Moment
from bot.domain.types import TransactionHash, UnixSeconds


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
    at: UnixSeconds  # when it happened, by the chain's time

    @property
    def key(self) -> str:
        """One announcement a moment."""
        return f"{governor_prefix(self.governor_key)}{self.moment.replace(' ', '-')}"


def governor_prefix(key: ProposalKey) -> str:
    """Give what the keys of all news of one on-chain proposal begin with."""
    return f"governor:{key.chain_id}:{key.governor}:{key.id}:"
