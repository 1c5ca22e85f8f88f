"""Mirrors the votes on Snapshot: their scores while open, their result when it is final."""

from collections.abc import Sequence
from dataclasses import replace

from bot.clock import Clock
from bot.domain.announcement import NextStep
from bot.domain.card import snapshot_tally, subject
from bot.domain.drafting.draft import bare_title, refined_draft
from bot.domain.lifecycle import Move
from bot.domain.offchain.announcement import VoteDecided, VoteGone
from bot.domain.offchain.followed import FollowStatus
from bot.domain.offchain.sighting import VoteSighting, named
from bot.domain.offchain.snapshot import SnapshotProposal
from bot.domain.offchain.vote import (
    OffChainVote,
    Outcome,
    VoteStatus,
    leader,
    outcome,
    quorum_of,
    quorum_reached,
)
from bot.domain.policy import Step
from bot.domain.types import SnapshotProposalId, SpaceId, UnixSeconds
from bot.gateways.snapshot.client import SnapshotClient
from bot.storage.database import Database
from bot.storage.store import Store

_PAGE = 100  # ids in one query; the hub takes no more
# A hub that lags, or answers from an older copy, misses a vote for a while; one that misses it so
# long has deleted it. Nobody can vote meanwhile, so nothing is lost by the wait.
_MISSED_FOR_GOOD = 3_600  # seconds
_PATIENCE = 300  # seconds after the end, and between two requests, before scores are asked for


class Tallies:
    """Follows every vote of ours that is on Snapshot until it is decided."""

    def __init__(self, database: Database, snapshot: SnapshotClient, now: Clock) -> None:
        self._database = database
        self._snapshot = snapshot
        self._now = now
        self._units: dict[SpaceId, str] = {}
        self._asked_at: dict[SnapshotProposalId, UnixSeconds] = {}

    async def tick(self) -> None:
        """Look at every open vote once, a hundred in a request."""
        async with self._database.reading() as store:
            posted = await store.votes.with_status([VoteStatus.POSTED])
        for first in range(0, len(posted), _PAGE):
            await self._mirror(posted[first : first + _PAGE])

    async def _mirror(self, votes: Sequence[OffChainVote]) -> None:
        by_id = {vote.snapshot_id: vote for vote in votes if vote.snapshot_id}
        found = {seen.id: seen for seen in await self._snapshot.proposals(list(by_id))}
        for snapshot_id, vote in by_id.items():
            if snapshot_id in found:
                await self._observed(vote, found[snapshot_id])
            elif await self._snapshot.proposal(snapshot_id) is None:
                await self._missed(vote)

    async def _missed(self, vote: OffChainVote) -> None:
        """Note since when the hub shows a vote no more; only a long absence is a deletion."""
        assert vote.snapshot_id is not None, "what is on Snapshot has an id"
        now = self._now()
        async with self._database.transaction() as store:
            since = await store.hub.miss(vote.snapshot_id, now)
        if now - since >= _MISSED_FOR_GOOD:
            await self._gone(vote)

    async def _unit(self, space_id: SpaceId) -> str:
        if space_id not in self._units:
            space = await self._snapshot.space(space_id)
            self._units[space_id] = space.symbol if space else "VP"
        return self._units[space_id]

    async def _observed(self, vote: OffChainVote, seen: SnapshotProposal) -> None:
        unit = await self._unit(seen.space)
        await self._ask_for_final_scores(vote, seen)
        async with self._database.transaction() as store:
            current = await store.votes.current(vote.proposal_id, vote.step)
            if current is None or current.status is not VoteStatus.POSTED:
                return
            now = self._now()
            await store.hub.save(seen, now)
            sighting = await _sighting(store, replace(current, observed=seen), seen, unit, now)
            await store.tell(sighting)
            judged = outcome(seen, sighting.community.policy, vote.step, sighting.supply)
            if judged and judged.is_final:
                await self._decide(store, sighting, judged)

    async def _rehearses(self, vote: OffChainVote) -> bool:
        async with self._database.reading() as store:
            proposal = await store.proposals.of(vote.proposal_id)
            return store.outbox.rehearses(await store.communities.of(proposal.guild_id))

    async def _ask_for_final_scores(self, vote: OffChainVote, seen: SnapshotProposal) -> None:
        """Ask for the final scores of a vote that is over, in case nobody else does."""
        now = self._now()
        waited = now - max(seen.end, self._asked_at.get(seen.id, UnixSeconds(0)))
        if not seen.scores_final and waited > _PATIENCE and not await self._rehearses(vote):
            self._asked_at[seen.id] = now
            await self._snapshot.ask_for_scores(seen.id)

    async def _decide(self, store: Store, look: VoteSighting, judged: Outcome) -> None:
        seen, proposal, vote = look.seen, look.proposal, look.vote
        assert proposal is not None, "a vote of ours is decided"
        assert vote is not None, "a vote of ours is decided"
        await store.votes.save(replace(vote, status=VoteStatus.DECIDED))
        await store.follows.save_vote(replace(look.followed, status=FollowStatus.DECIDED))
        decided = VoteDecided(
            **named(look),
            passed=judged.passed,
            why=judged.why,
            choices=seen.choices,
            scores=seen.scores if len(seen.scores) == len(seen.choices) else (),
            scores_total=seen.scores_total,
            votes=seen.votes,
            unit=look.unit,
            link=seen.link,
            leading=leader(seen),
            quorum=quorum_of(seen, look.community.policy, look.step, look.supply),
            quorum_reached=quorum_reached(seen, look.community.policy, look.step, look.supply),
            voting_type=seen.type,
        )
        await store.outbox.say(look.community, decided, look.now, proposal_id=proposal.id)
        if not judged.passed:
            await store.move(proposal, Move.FAIL, look.now)
            return
        title = await self._prepare_next(store, look, vote, judged)
        moved = await store.move(proposal, Move.PASS, look.now)
        step = NextStep(
            subject=subject(moved),
            phase=moved.phase,
            call_to_make=title,
            steps=look.community.policy.steps,
        )
        await store.outbox.say(look.community, step, look.now, proposal_id=moved.id)

    async def _prepare_next(
        self, store: Store, look: VoteSighting, vote: OffChainVote, judged: Outcome
    ) -> str:
        """Write the consensus draft, or give the title the on-chain proposal has to bear."""
        policy = look.community.policy
        if vote.step is Step.CONSENSUS:
            return bare_title(look.seen.title, policy)
        draft = await store.drafts.newest(vote.proposal_id, Step.TEMPERATURE)
        assert draft is not None, "a vote is made of a draft"
        earlier = await store.drafts.newest(vote.proposal_id, Step.CONSENSUS)
        if earlier is None:
            result = f"Passed: {judged.why}. {look.seen.link}"
            await store.drafts.save(refined_draft(draft, policy, result, look.now))
        return ""

    async def _gone(self, vote: OffChainVote) -> None:
        """Record that the vote was deleted on Snapshot; its draft can be announced again."""
        now = self._now()
        async with self._database.transaction() as store:
            current = await store.votes.current(vote.proposal_id, vote.step)
            if current is None or current.status is not VoteStatus.POSTED:
                return
            assert current.observed is not None, "what was posted was read back"
            unit = self._units.get(current.observed.space, "VP")
            look = await _sighting(store, current, current.observed, unit, now)
            proposal = await store.proposals.of(vote.proposal_id)
            await store.votes.save(replace(current, status=VoteStatus.DELETED))
            await store.follows.save_vote(replace(look.followed, status=FollowStatus.GONE))
            tally = snapshot_tally(look)
            shut = replace(tally, is_gone=True, is_open=False, passed=None)
            await store.outbox.say(look.community, shut, now, proposal_id=proposal.id)
            gone = VoteGone(**named(look))
            await store.outbox.say(look.community, gone, now, proposal_id=proposal.id)
            await store.move(proposal, Move.POSTPONE, now)


async def _sighting(
    store: Store, vote: OffChainVote, seen: SnapshotProposal, unit: str, now: UnixSeconds
) -> VoteSighting:
    proposal = await store.proposals.of(vote.proposal_id)
    followed = await store.follows.vote(proposal.guild_id, seen.id)
    assert followed is not None, "a vote of ours is followed from its read-back on"
    return VoteSighting(
        community=await store.communities.of(proposal.guild_id),
        followed=followed,
        seen=seen,
        unit=unit,
        now=now,
        proposal=proposal,
        vote=vote,
    )
