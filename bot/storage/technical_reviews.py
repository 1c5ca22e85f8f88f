"""Technical reviews, and who has signed which of their checks."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Table, delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.onchain.governor import ProposalKey
from bot.domain.review.technical_review import SignOff, TechnicalReview
from bot.domain.types import Address, ChainId, GovernorProposalId, GuildId, UnixSeconds, UserId
from bot.storage.chain_schema import sign_offs, technical_reviews
from bot.storage.codec import TECHNICAL_REVIEW

_PLACE = ["guild_id", "chain_id", "governor", "governor_proposal_id"]


class TechnicalReviews:
    """Load and save reviews; one for each server and on-chain proposal."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, guild_id: GuildId, key: ProposalKey) -> TechnicalReview | None:
        """Give the review of a proposal in a server."""
        query = select(technical_reviews.c.body).where(_is(technical_reviews, guild_id, key))
        body = (await self._connection.execute(query)).scalar_one_or_none()
        return TECHNICAL_REVIEW.load(body) if body else None

    async def open(self) -> Sequence[TechnicalReview]:
        """Give every review that has not ended."""
        query = select(technical_reviews.c.body).where(technical_reviews.c.is_open)
        return [TECHNICAL_REVIEW.load(body) for body in await self._connection.scalars(query)]

    async def keys_in(self, guild_id: GuildId) -> Sequence[ProposalKey]:
        """Give what there is a review of in a server, open or ended."""
        table = technical_reviews.c
        query = select(table.chain_id, table.governor, table.governor_proposal_id)
        rows = await self._connection.execute(query.where(table.guild_id == guild_id))
        return [
            ProposalKey(
                chain_id=ChainId(chain_id),
                governor=Address(governor),
                id=GovernorProposalId(int(proposal_id)),
            )
            for chain_id, governor, proposal_id in rows
        ]

    async def save(self, review: TechnicalReview) -> None:
        """Write a review, new or known."""
        values = {"is_open": review.is_open, "body": TECHNICAL_REVIEW.dump(review)}
        await self._connection.execute(
            insert(technical_reviews)
            .values(**_place(review.guild_id, review.key), **values)
            .on_conflict_do_update(index_elements=_PLACE, set_=values)
        )

    async def forget(self, review: TechnicalReview) -> None:
        """Forget a review and its signatures: what was reviewed is something else now."""
        for table in (sign_offs, technical_reviews):
            await self._connection.execute(
                delete(table).where(_is(table, review.guild_id, review.key))
            )

    async def signed(self, review: TechnicalReview) -> Sequence[SignOff]:
        """Give who has signed what, the first first."""
        query = select(sign_offs).where(_is(sign_offs, review.guild_id, review.key))
        rows = await self._connection.execute(query.order_by(sign_offs.c.at, sign_offs.c.user_id))
        return [
            SignOff(
                check=row.check, user_id=UserId(row.user_id), name=row.name, at=UnixSeconds(row.at)
            )
            for row in rows
        ]

    async def sign(self, review: TechnicalReview, signatures: Collection[SignOff]) -> None:
        """Write signatures; one that is there stays as it was."""
        for each in signatures:
            await self._connection.execute(
                insert(sign_offs)
                .values(
                    **_place(review.guild_id, review.key),
                    check=each.check,
                    user_id=each.user_id,
                    name=each.name,
                    at=each.at,
                )
                .on_conflict_do_nothing()
            )

    async def withdraw(
        self, review: TechnicalReview, user_id: UserId, checks: Collection[str]
    ) -> None:
        """Take a member's signatures back."""
        await self._connection.execute(
            delete(sign_offs).where(
                _is(sign_offs, review.guild_id, review.key),
                sign_offs.c.user_id == user_id,
                sign_offs.c.check.in_(checks),
            )
        )


def _place(guild_id: GuildId, key: ProposalKey) -> dict[str, object]:
    values = (guild_id, key.chain_id, key.governor, str(key.id))
    return dict(zip(_PLACE, values, strict=True))


def _is(table: Table, guild_id: GuildId, key: ProposalKey) -> ColumnElement[bool]:
    return (
        (table.c.guild_id == guild_id)
        & (table.c.chain_id == key.chain_id)
        & (table.c.governor == key.governor)
        & (table.c.governor_proposal_id == str(key.id))
    )
