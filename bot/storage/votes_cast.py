"""The votes that were cast on governors: those that weigh much, and how many people voted.

They are kept in pages: some votes of one proposal in one row, as JSON. There are tens of thousands
of them, nobody reads them one by one, and a row for each would take ten times as long to write.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from msgspec import Struct
from msgspec.json import Decoder, encode
from sqlalchemy import ColumnElement, Float, Row, cast, delete, func, select, true
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.onchain.event import VoteCast
from bot.domain.onchain.governor import ProposalKey
from bot.domain.types import (
    Address,
    BlockNumber,
    ChainId,
    GovernorProposalId,
    TokenUnits,
    TransactionHash,
)
from bot.storage.chain_schema import governor_proposals, vote_pages

VOTES_EACH = 500  # at most on one page
REASON_KEPT = 4_000  # characters: there may be gas for a million, and pages are read whole
_BEFORE_ALL = BlockNumber(-1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turnout:
    """How many accounts voted, and with about how much together, in base units."""

    voters: int
    weight: float


class _Line(Struct, frozen=True, array_like=True):
    """A vote as it stands on a page; numbers that need more than 64 bits are decimal text."""

    block_number: BlockNumber
    log_index: int
    voter: Address
    support: int
    weight: str
    reason: str
    transaction_hash: TransactionHash
    fractions: tuple[str, str, str] | None = None


_LINES = Decoder(list[_Line])

# The same for SQLite, which counts without waking Python.
_LINE = func.json_each(vote_pages.c.votes).table_valued("value")
_VOTER = func.json_extract(_LINE.c.value, "$[2]")
_WEIGHT = cast(func.json_extract(_LINE.c.value, "$[4]"), Float)


class VotesCast:
    """Record votes and read them."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, chain_id: ChainId, votes: Sequence[VoteCast]) -> None:
        """Record votes, given in the order of the chain; one that is known already stays one.

        Of a reason the beginning is kept, which is more than is ever shown.
        """
        if not votes:
            return
        first, last = votes[0].block_number, votes[-1].block_number
        known = await self.places(chain_id, first, last)
        pages: dict[tuple[Address, GovernorProposalId], list[_Line]] = {}
        for vote in votes:
            if not known or (vote.block_number, vote.log_index) not in known:
                pages.setdefault((vote.emitter, vote.id), []).append(_line(vote))
        rows = [
            {"chain_id": chain_id, "governor": governor, "governor_proposal_id": str(id_)}
            | _page(lines[start : start + VOTES_EACH])
            for (governor, id_), lines in pages.items()
            for start in range(0, len(lines), VOTES_EACH)
        ]
        if rows:
            await self._connection.execute(insert(vote_pages), rows)

    async def places(
        self, chain_id: ChainId, first: BlockNumber, last: BlockNumber | None = None
    ) -> set[tuple[int, int]]:
        """Give where votes stand from one block to another: their blocks, and numbers in them."""
        wanted = (vote_pages.c.chain_id == chain_id) & (vote_pages.c.last_block >= first)
        if last is not None:
            wanted &= vote_pages.c.first_block <= last
        bodies = await self._connection.execute(select(vote_pages.c.votes).where(wanted))
        return {
            (line.block_number, line.log_index)
            for body in bodies.scalars()
            for line in _LINES.decode(body)
            if line.block_number >= first and (last is None or line.block_number <= last)
        }

    async def undo_above(self, chain_id: ChainId, number: BlockNumber) -> None:
        """Forget the votes above a block."""
        above = (vote_pages.c.chain_id == chain_id) & (vote_pages.c.last_block > number)
        cut = select(vote_pages).where(above, vote_pages.c.first_block <= number)
        kept = [
            dict(row)
            | _page([each for each in _LINES.decode(row["votes"]) if each.block_number <= number])
            for row in (await self._connection.execute(cut)).mappings()
        ]
        await self._connection.execute(delete(vote_pages).where(above))
        if kept:
            await self._connection.execute(insert(vote_pages), kept)

    async def of(self, key: ProposalKey, after: BlockNumber = _BEFORE_ALL) -> Sequence[VoteCast]:
        """Give the votes after a block, oldest first."""
        pages = select(vote_pages).where(_of(key), vote_pages.c.last_block > after)
        votes = [
            vote
            for row in await self._connection.execute(pages)
            for vote in _votes(row)
            if vote.block_number > after
        ]
        return sorted(votes)

    async def large(
        self, key: ProposalKey, after: BlockNumber, least: TokenUnits
    ) -> Mapping[VoteCast, int]:
        """Give the votes after a block that weigh at least so much, oldest first.

        Each with which of its voter's it is since that block: most governors take but one.
        """
        so_far: Counter[Address] = Counter()
        found: dict[VoteCast, int] = {}
        for vote in await self.of(key, after):
            so_far[vote.voter] += 1
            if vote.weight >= least:
                found[vote] = so_far[vote.voter]
        return found

    async def turnout(self, key: ProposalKey) -> Turnout:
        """Count who has voted, each account once."""
        query = (
            select(func.count(_VOTER.distinct()), func.coalesce(func.sum(_WEIGHT), 0.0))
            .join_from(vote_pages, _LINE, true())
            .where(_of(key))
        )
        voters, weight = (await self._connection.execute(query)).one()
        return Turnout(voters=voters, weight=weight)

    async def heaviest_voters(
        self, limit: int, on: tuple[ChainId, Address] | None = None
    ) -> Sequence[Address]:
        """Give those whose votes weigh the most: on one governor, or on whatever is live."""
        is_live = (
            select(governor_proposals.c.id)
            .where(
                governor_proposals.c.is_live,
                governor_proposals.c.chain_id == vote_pages.c.chain_id,
                governor_proposals.c.governor == vote_pages.c.governor,
                governor_proposals.c.id == vote_pages.c.governor_proposal_id,
            )
            .exists()
        )
        query = (
            select(_VOTER)
            .join_from(vote_pages, _LINE, true())
            .group_by(_VOTER)
            .order_by(func.max(_WEIGHT).desc())
            .limit(limit)
        )
        if on is None:
            query = query.where(is_live)
        else:
            query = query.where(vote_pages.c.chain_id == on[0], vote_pages.c.governor == on[1])
        return [Address(voter) for voter in (await self._connection.execute(query)).scalars()]


def _of(key: ProposalKey) -> ColumnElement[bool]:
    return (
        (vote_pages.c.chain_id == key.chain_id)
        & (vote_pages.c.governor == key.governor)
        & (vote_pages.c.governor_proposal_id == str(key.id))
    )


def _page(lines: Sequence[_Line]) -> dict[str, Any]:
    return {
        "first_block": lines[0].block_number,
        "first_log_index": lines[0].log_index,
        "last_block": lines[-1].block_number,
        "votes": encode(lines).decode(),
    }


def _line(vote: VoteCast) -> _Line:
    number, index, _, _, voter, support, weight, reason, transaction_hash, fractions = vote
    parts = None
    if fractions is not None:
        parts = str(fractions[0]), str(fractions[1]), str(fractions[2])
    kept = reason[:REASON_KEPT]
    return _Line(number, index, voter, support, str(weight), kept, transaction_hash, parts)


def _votes(row: Row[Any]) -> Iterator[VoteCast]:
    for line in _LINES.decode(row.votes):
        fractions = None
        if line.fractions is not None:
            against, for_, abstain = (TokenUnits(int(part)) for part in line.fractions)
            fractions = (against, for_, abstain)
        yield VoteCast(
            block_number=line.block_number,
            log_index=line.log_index,
            emitter=Address(row.governor),
            id=GovernorProposalId(int(row.governor_proposal_id)),
            voter=line.voter,
            support=line.support,
            weight=TokenUnits(int(line.weight)),
            reason=line.reason,
            transaction_hash=line.transaction_hash,
            fractions=fractions,
        )
