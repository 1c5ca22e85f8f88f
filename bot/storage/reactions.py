"""Who reacted to an idea, in which way, and whether it counts."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Text, bindparam, cast, delete, distinct, func, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.support import SHOWN, Reaction, Stance, SupportCount, Via
from bot.domain.types import MessageId, ProposalId, UserId
from bot.storage.codec import COMMUNITY
from bot.storage.schema import communities, posts, proposals, reactions

_KEY = ("proposal_id", "user_id", "stance", "via")
_ADD = insert(reactions).on_conflict_do_update(
    index_elements=_KEY, set_={"counts": insert(reactions).excluded.counts}
)
_REMOVE = delete(reactions).where(*(reactions.c[name] == bindparam(f"the_{name}") for name in _KEY))


class Reactions:
    """Load and save reactions: facts about members, of which some count. Never a counter."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, proposal_id: ProposalId) -> dict[Reaction, bool]:
        """Give every reaction to a proposal, and whether it counts."""
        query = select(reactions).where(reactions.c.proposal_id == proposal_id)
        return {
            Reaction(
                user_id=UserId(row.user_id), stance=Stance(row.stance), via=Via(row.via)
            ): row.counts
            for row in await self._connection.execute(query)
        }

    async def change(
        self,
        proposal_id: ProposalId,
        *,
        added: Mapping[Reaction, bool],
        removed: Collection[Reaction],
    ) -> None:
        """Note reactions, with whether they count, and forget others."""
        if removed:
            gone = [
                {f"the_{name}": value for name, value in _key(proposal_id, each).items()}
                for each in removed
            ]
            await self._connection.execute(_REMOVE, gone)
        if added:
            rows = [{**_key(proposal_id, each), "counts": c} for each, c in added.items()]
            await self._connection.execute(_ADD, rows)

    async def replace(
        self,
        proposal_id: ProposalId,
        before: Mapping[Reaction, bool],
        after: Mapping[Reaction, bool],
    ) -> None:
        """Write what differs from before."""
        await self.change(
            proposal_id,
            added={each: c for each, c in after.items() if before.get(each) is not c},
            removed=before.keys() - after.keys(),
        )

    async def give(self, proposal_id: ProposalId, user_id: UserId, via: Via) -> None:
        """Note the support of a member who counts and gave it otherwise than by a reaction."""
        given = Reaction(user_id=user_id, stance=Stance.SUPPORT, via=via)
        await self.change(proposal_id, added={given: True}, removed=())

    async def move(self, source: ProposalId, target: ProposalId) -> None:
        """Let who supports the one proposal support the other as well; the first keeps its own.

        The other's author does not count for themselves, unless the policy says so.
        """
        query = (
            select(proposals.c.author_id, communities.c.body)
            .join(communities, communities.c.guild_id == proposals.c.guild_id)
            .where(proposals.c.id == target)
        )
        row = (await self._connection.execute(query)).one()
        author_counts = COMMUNITY.load(row.body).policy.author_counts
        moved = {
            Reaction(user_id=each.user_id, stance=Stance.SUPPORT, via=Via.MERGE): (
                author_counts or each.user_id != row.author_id
            )
            for each, c in (await self.of(source)).items()
            if c and each.stance is Stance.SUPPORT
        }
        await self.change(target, added=moved, removed=())

    async def count(self, proposal_id: ProposalId) -> SupportCount:
        """Count the members for and against whose reactions count."""
        query = (
            select(reactions.c.stance, func.count(distinct(reactions.c.user_id)))
            .where(reactions.c.proposal_id == proposal_id, reactions.c.counts)
            .group_by(reactions.c.stance)
        )
        rows = await self._connection.execute(query)
        members = {row.stance: row[1] for row in rows}
        return SupportCount(
            supporters=members.get(Stance.SUPPORT, 0), opposers=members.get(Stance.OPPOSITION, 0)
        )

    async def supporter_count(self, proposal_id: ProposalId) -> int:
        """Count the members who support."""
        return (await self.count(proposal_id)).supporters

    async def shown(self, proposal_id: ProposalId) -> dict[Stance, int]:
        """Count what Discord shows as far as we know, whether it counts or not."""
        query = (
            select(reactions.c.stance, func.count())
            .where(reactions.c.proposal_id == proposal_id, reactions.c.via.in_(SHOWN))
            .group_by(reactions.c.stance)
        )
        rows = await self._connection.execute(query)
        return {Stance(stance): number for stance, number in rows}

    async def cards(self, messages: Iterable[MessageId]) -> dict[MessageId, ProposalId]:
        """Say which of the messages are cards of proposals."""
        query = select(posts.c.message_id, posts.c.proposal_id).where(
            posts.c.message_id.in_(messages),
            # Those of a dry run as well, which want no thread.
            posts.c.key == "proposal:" + cast(posts.c.proposal_id, Text) + ":card",
        )
        rows = await self._connection.execute(query)
        return {MessageId(row.message_id): ProposalId(row.proposal_id) for row in rows}


def _key(proposal_id: ProposalId, reaction: Reaction) -> dict[str, Any]:
    return {
        "proposal_id": proposal_id,
        "user_id": reaction.user_id,
        "stance": reaction.stance,
        "via": reaction.via,
    }
