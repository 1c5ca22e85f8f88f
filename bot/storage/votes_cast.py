"""The votes that were cast on governors: those that weigh much, and how many people voted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Float, Row, cast, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.onchain.block import BlockId, Place
from bot.domain.onchain.event import VoteCast
from bot.domain.onchain.governor import ProposalKey
from bot.domain.types import (
    Address,
    BlockHash,
    BlockNumber,
    GovernorProposalId,
    TokenUnits,
    TransactionHash,
)
from bot.storage.chain_schema import votes_cast


@dataclass(frozen=True, slots=True, kw_only=True)
class Turnout:
    """How many accounts voted, and with about how much together, in base units."""

    voters: int
    weight: float


class VotesCast:
    """Read votes; they are recorded with the other events."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def large(
        self, key: ProposalKey, least: TokenUnits, after: BlockNumber
    ) -> Sequence[VoteCast]:
        """Give the votes after a block that weigh at least so much, oldest first."""
        weight, digits = votes_cast.c.weight, str(least)
        # As text a longer number is the larger one; of the same length, the later in order.
        is_longer = func.length(weight) > len(digits)
        is_large = is_longer | ((func.length(weight) == len(digits)) & (weight >= digits))
        query = (
            select(votes_cast)
            .where(_of(key), votes_cast.c.block_number > after, is_large)
            .order_by(votes_cast.c.block_number, votes_cast.c.log_index)
        )
        return [_vote(row) for row in await self._connection.execute(query)]

    async def turnout(self, key: ProposalKey) -> Turnout:
        """Count who has voted, each account once."""
        query = select(
            func.count(votes_cast.c.voter.distinct()),
            func.coalesce(func.sum(cast(votes_cast.c.weight, Float)), 0.0),
        ).where(_of(key))
        voters, weight = (await self._connection.execute(query)).one()
        return Turnout(voters=voters, weight=weight)


def _of(key: ProposalKey) -> ColumnElement[bool]:
    return (
        (votes_cast.c.chain_id == key.chain_id)
        & (votes_cast.c.governor == key.governor)
        & (votes_cast.c.governor_proposal_id == str(key.id))
    )


def _vote(row: Row[Any]) -> VoteCast:
    fractions = None
    if row.fractions is not None:
        against, for_, abstain = (TokenUnits(int(part)) for part in row.fractions.split(","))
        fractions = (against, for_, abstain)
    return VoteCast(
        emitter=Address(row.governor),
        position=Place(
            block=BlockId(number=BlockNumber(row.block_number), hash=BlockHash(row.block_hash)),
            transaction_hash=TransactionHash(row.transaction_hash),
            log_index=row.log_index,
        ),
        id=GovernorProposalId(int(row.governor_proposal_id)),
        voter=Address(row.voter),
        support=row.support,
        weight=TokenUnits(int(row.weight)),
        reason=row.reason,
        fractions=fractions,
    )
