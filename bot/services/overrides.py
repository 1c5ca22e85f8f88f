"""A moderator's word against the rules: a proposal is put where it should be, with the reason."""

from dataclasses import replace

from bot.clock import Clock
from bot.domain.announcement import StatusSet
from bot.domain.card import subject, vote_round
from bot.domain.drafting.draft import first_draft, refined_draft
from bot.domain.lifecycle import DRAFTING, STEP_OF, Phase
from bot.domain.live_card import TallyCard
from bot.domain.offchain.announcement import VotePostponed
from bot.domain.offchain.followed import FollowStatus, tally_key
from bot.domain.offchain.vote import OffChainVote, VoteStatus
from bot.domain.override import check_override
from bot.domain.policy import Policy, Step
from bot.domain.proposal import (
    Actor,
    Community,
    Proposal,
    checked_reason,
    require_moderator,
    thread_link,
)
from bot.domain.types import GuildId, UnixSeconds
from bot.storage.database import Database
from bot.storage.store import Store

_UNDER_WAY = frozenset({VoteStatus.SIGNED, VoteStatus.POSTED})


class Overrides:
    """Sets a status that no rule would have brought."""

    def __init__(self, database: Database, now: Clock) -> None:
        self._database = database
        self._now = now

    async def set_status(
        self, guild_id: GuildId, reference: str, phase: Phase, actor: Actor, reason: str
    ) -> Proposal:
        """Put a proposal into a phase; what is under way is called off or set aside.

        Raises:
            Refusal: The actor is no moderator, or the phase would not be true.
        """
        require_moderator(actor)
        reason = checked_reason(reason)
        now = self._now()
        async with self._database.transaction() as store:
            proposal = await store.proposals.by_reference(guild_id, reference)
            community = await store.communities.of(guild_id)
            check_override(proposal, phase, community.policy)
            await self._end_votes(store, community, proposal, actor, reason)
            if phase in DRAFTING:
                await self._write_draft(store, proposal, community.policy, STEP_OF[phase], actor)
            moved = await self._moved(store, proposal, phase, actor, reason)
            said = StatusSet(
                subject=subject(moved),
                before=proposal.phase,
                phase=phase,
                by=actor.user_id,
                reason=reason,
                move_number=moved.move_count,
            )
            await store.outbox.say(community, said, now, proposal_id=moved.id)
            await store.show(moved.id, now)
        return moved

    async def _moved(
        self, store: Store, proposal: Proposal, phase: Phase, actor: Actor, reason: str
    ) -> Proposal:
        now = self._now()
        if proposal.governor_key is not None:
            await store.proposals.keep_apart(proposal)
        moved = replace(
            proposal,
            phase=phase,
            phase_since=now,
            move_count=proposal.move_count + 1,
            moved_by=actor.user_id,
            reason=reason,
            merged_into=None,
            governor_key=None,
        )
        await store.proposals.save(moved)
        what = f"status set: {proposal.phase} → {phase}: {reason}"
        await store.note(moved, now, what, by=actor)
        return moved

    async def _end_votes(
        self, store: Store, community: Community, proposal: Proposal, actor: Actor, reason: str
    ) -> None:
        now = self._now()
        for vote in await store.votes.of(proposal.id):
            if vote.status is VoteStatus.NOTICED:
                await store.votes.save(replace(vote, status=VoteStatus.POSTPONED))
                news = vote_round(community, proposal, vote)
                off = VotePostponed(**news, by=actor.user_id, reason=reason)
                await store.outbox.say(community, off, now, proposal_id=proposal.id)
            elif vote.status in _UNDER_WAY:
                await store.votes.save(replace(vote, status=VoteStatus.SET_ASIDE))
                await store.note(proposal, now, f"the {vote.step} vote is set aside", by=actor)
                await self._shut_tally(store, community, vote, now)

    async def _shut_tally(
        self, store: Store, community: Community, vote: OffChainVote, now: UnixSeconds
    ) -> None:
        if vote.snapshot_id is None:
            return
        followed = await store.follows.vote(community.guild_id, vote.snapshot_id)
        if followed is None:
            return  # It was signed, and is not known to be on Snapshot.
        await store.follows.save_vote(replace(followed, status=FollowStatus.SET_ASIDE))
        card = await store.reports.card(community.guild_id, tally_key(followed))
        if isinstance(card, TallyCard):
            shut = replace(card, is_set_aside=True, is_open=False)
            await store.outbox.say(community, shut, now, proposal_id=vote.proposal_id)

    async def _write_draft(
        self, store: Store, proposal: Proposal, policy: Policy, step: Step, actor: Actor
    ) -> None:
        """Write the draft that the phase needs, from what there is; one that is there is kept."""
        if await store.drafts.newest(proposal.id, step) is not None:
            return
        now = self._now()
        before = await store.drafts.newest(proposal.id, Step.TEMPERATURE)
        if before is not None:
            draft = refined_draft(before, policy, "", now)
        else:
            alone = replace(policy, steps=(step,))
            draft = first_draft(proposal, alone, thread_link(proposal), actor.user_id, now)
        await store.drafts.save(draft)
