"""The deadlines of each server: as they were recorded, and as the facts have them now."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.deadlines.deadline import Deadline
from bot.domain.deadlines.entry import Entry, with_event_of
from bot.domain.deadlines.facts import Ours, of_followed, of_governor, of_round
from bot.domain.offchain.followed import FollowedVote, FollowStatus
from bot.domain.offchain.snapshot import SnapshotProposal
from bot.domain.offchain.vote import VoteStatus
from bot.domain.onchain.governor import Governor
from bot.domain.onchain.proposal import GovernorProposal
from bot.domain.proposal import Community
from bot.domain.types import GuildId, ProposalId, UnixSeconds
from bot.storage.chain_schema import governor_proposals
from bot.storage.codec import DEADLINE_ENTRY, GOVERNOR_PROPOSAL
from bot.storage.schema import deadlines, proposals, votes

if TYPE_CHECKING:
    from bot.storage.store import Store

_UNDER_WAY = (VoteStatus.NOTICED, VoteStatus.SIGNED, VoteStatus.POSTED)


class Deadlines:
    """Load and save recorded deadlines, and make them anew from everything that is known."""

    def __init__(self, store: "Store", connection: AsyncConnection) -> None:
        self._store = store
        self._connection = connection

    async def entries(self, guild_id: GuildId) -> Sequence[Entry]:
        """Give what was recorded of a server, the earliest end first."""
        query = select(deadlines.c.body).where(deadlines.c.guild_id == guild_id)
        order = (deadlines.c.ends_at, deadlines.c.key)
        rows = await self._connection.execute(query.order_by(*order))
        return [DEADLINE_ENTRY.load(body) for body in rows.scalars()]

    async def save(self, guild_id: GuildId, entries: Iterable[Entry]) -> None:
        """Write entries, new or known."""
        for entry in entries:
            values = {"ends_at": entry.deadline.end, "body": DEADLINE_ENTRY.dump(entry)}
            await self._connection.execute(
                insert(deadlines)
                .values(guild_id=guild_id, key=entry.deadline.key, **values)
                .on_conflict_do_update(index_elements=["guild_id", "key"], set_=values)
            )

    async def save_event(self, guild_id: GuildId, entry: Entry) -> None:
        """Write how a deadline stands in Discord; what is known of the deadline stays as it is."""
        here = (deadlines.c.guild_id == guild_id) & (deadlines.c.key == entry.deadline.key)
        query = select(deadlines.c.body).where(here)
        body = (await self._connection.execute(query)).scalar_one_or_none()
        if body is not None:
            known = DEADLINE_ENTRY.load(body)
            await self.save(guild_id, [with_event_of(known, entry)])

    async def forget(self, before: UnixSeconds) -> None:
        """Forget what ended before then."""
        await self._connection.execute(delete(deadlines).where(deadlines.c.ends_at < before))

    async def found(
        self, community: Community, known: Iterable[Entry], now: UnixSeconds
    ) -> list[Deadline]:
        """Make the deadlines of a server anew: what is under way, and what was recorded as ahead.

        What was recorded is looked for by what it was made from, so that its end is told from its
        cancellation.
        """
        ahead = [entry.deadline for entry in known if entry.deadline.end > now]
        return [
            *await self._of_rounds(community, ahead),
            *await self._of_followed(community, ahead),
            *await self._of_governors(community, ahead),
        ]

    async def _of_rounds(self, community: Community, ahead: Sequence[Deadline]) -> list[Deadline]:
        query = (
            select(votes.c.proposal_id)
            .join(proposals, proposals.c.id == votes.c.proposal_id)
            .where(proposals.c.guild_id == community.guild_id, votes.c.status.in_(_UNDER_WAY))
            .distinct()
        )
        rows = await self._connection.execute(query.order_by(votes.c.proposal_id))
        recorded = [each.proposal_id for each in ahead if each.proposal_id is not None]
        under_way = [ProposalId(each) for each in rows.scalars()]
        made = []
        for proposal_id in dict.fromkeys([*under_way, *recorded]):
            proposal = await self._store.proposals.of(proposal_id)
            rounds = await self._store.votes.of(proposal_id)
            made += [of_round(each, proposal, community.policy) for each in rounds]
        return [each for each in made if each is not None]

    async def _of_followed(self, community: Community, ahead: Sequence[Deadline]) -> list[Deadline]:
        follows = self._store.follows
        recorded = [each.snapshot_id for each in ahead if each.snapshot_id is not None]
        guild_id = community.guild_id
        looked = [
            *await follows.votes(guild_id=guild_id, statuses=[FollowStatus.OPEN]),
            *await follows.votes(guild_id=guild_id, ids=recorded),
        ]
        by_id = {each.snapshot_id: each for each in looked}
        seen = await self._store.hub.proposals(list(by_id))
        made = [
            await self._of_vote(community, followed, seen[snapshot_id])
            for snapshot_id, followed in by_id.items()
            if snapshot_id in seen
        ]
        return [each for each in made if each is not None]

    async def _of_vote(
        self, community: Community, followed: FollowedVote, seen: SnapshotProposal
    ) -> Deadline | None:
        vote = await self._store.votes.on_snapshot(seen.id)
        if vote is None or vote.status is VoteStatus.UNLINKED:
            return of_followed(followed, seen, community.policy)
        proposal = await self._store.proposals.of(vote.proposal_id)
        if proposal.guild_id != community.guild_id:
            return of_followed(followed, seen, community.policy)
        if vote.envelope is not None:
            return None  # A round of ours, which has a key of its own from its notice on.
        return of_followed(
            followed, seen, community.policy, Ours(proposal=proposal, step=vote.step)
        )

    async def _of_governors(
        self, community: Community, ahead: Sequence[Deadline]
    ) -> list[Deadline]:
        made: list[Deadline] = []
        recorded = {each.governor_key for each in ahead if each.governor_key is not None}
        for watched in await self._store.communities.watched(guild_id=community.guild_id):
            governor = watched.governor
            found = await self._live(governor)
            keys = {each.key for each in found}
            for key in recorded - keys:
                if (key.chain_id, key.governor) == (governor.chain_id, governor.address):
                    proposal = await self._store.chain.proposal(key)
                    found += [proposal] if proposal is not None else []
            for each in found:
                made += await self._of_governor(community, governor, each)
        return made

    async def _live(self, governor: Governor) -> list[GovernorProposal]:
        row = governor_proposals.c
        query = select(row.body).where(
            row.chain_id == governor.chain_id, row.governor == governor.address, row.is_live
        )
        rows = await self._connection.execute(query)
        return [GOVERNOR_PROPOSAL.load(body) for body in rows.scalars()]

    async def _of_governor(
        self, community: Community, governor: Governor, proposal: GovernorProposal
    ) -> Iterator[Deadline]:
        linked = await self._store.proposals.linked_to(proposal.key)
        ours = [each for each in linked if each.guild_id == community.guild_id]
        return of_governor(proposal, governor, ours[0] if ours else None)
