"""Who may come into question to propose on chain, as far as we know of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.onchain.governor import Governor
from bot.domain.types import Address, GuildId, UserId
from bot.storage.chain_schema import governor_proposals
from bot.storage.schema import wallets
from bot.storage.votes_cast import VotesCast

MOST_KNOWN = 100  # proposers, and as many voters
MOST_LINKED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Electorate:
    """Addresses to ask a governor about; the same stands in one of the three only."""

    own: tuple[Address, ...]  # the asker's
    known: tuple[Address, ...]  # have proposed or voted here: public
    linked: tuple[Address, ...]  # other members': whose they are is nobody else's business


class Electorates:
    """Find the addresses that we know to care about a governor."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(
        self, guild_id: GuildId, governor: Governor, user_id: UserId, given: Sequence[Address] = ()
    ) -> Electorate:
        """Give them, for a member who asks; `given` are addresses to be counted as theirs."""
        rows = (
            await self._connection.execute(
                select(wallets.c.user_id, wallets.c.address)
                .where(wallets.c.guild_id == guild_id)
                .order_by(wallets.c.linked_at)
            )
        ).all()
        own = given or [Address(row.address) for row in rows if row.user_id == user_id]
        known = [each for each in await self._known(governor) if each not in own]
        others = [Address(row.address) for row in rows if row.user_id != user_id]
        linked = [each for each in others if each not in own and each not in known]
        return Electorate(
            own=tuple(dict.fromkeys(own)),
            known=tuple(known),
            linked=tuple(dict.fromkeys(linked))[:MOST_LINKED],
        )

    async def _known(self, governor: Governor) -> list[Address]:
        proposer = func.json_extract(governor_proposals.c.body, "$.proposer")
        proposed = (
            select(proposer)
            .where(
                governor_proposals.c.chain_id == governor.chain_id,
                governor_proposals.c.governor == governor.address,
            )
            .distinct()
            .limit(MOST_KNOWN)
        )
        proposers = [Address(each) for each in (await self._connection.execute(proposed)).scalars()]
        on = governor.chain_id, governor.address
        voters = await VotesCast(self._connection).heaviest_voters(MOST_KNOWN, on)
        return list(dict.fromkeys([*proposers, *voters]))
