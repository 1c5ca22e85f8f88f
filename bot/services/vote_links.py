"""Which proposal of ours a vote that was made elsewhere belongs to, by a moderator's word."""

from dataclasses import replace

from bot.clock import Clock
from bot.domain.errors import Refusal
from bot.domain.lifecycle import STEP_OF, Move, transition
from bot.domain.offchain.adoption import id_in
from bot.domain.offchain.announcement import VoteUnlinked
from bot.domain.offchain.followed import FollowedVote, FollowStatus, news_key
from bot.domain.offchain.sighting import VoteSighting, is_own, named
from bot.domain.offchain.snapshot import SnapshotProposal
from bot.domain.offchain.vote import OffChainVote, VoteStatus
from bot.domain.proposal import Actor, Proposal, checked_reason, require_moderator
from bot.domain.text import line
from bot.domain.types import GuildId, SnapshotProposalId
from bot.gateways.snapshot.client import SnapshotClient
from bot.storage.database import Database
from bot.storage.store import Store

_SHOWN = 80
# A vote that Assent has not made and that counts for nothing here any more may be linked again.
_LET_GO = frozenset({VoteStatus.SET_ASIDE, VoteStatus.DELETED})


class VoteLinks:
    """Links votes that were made outside of Assent to proposals, and takes that back."""

    def __init__(self, database: Database, snapshot: SnapshotClient, now: Clock) -> None:
        self._database = database
        self._snapshot = snapshot
        self._now = now

    async def link(
        self, guild_id: GuildId, vote: str, reference: str, actor: Actor, reason: str
    ) -> Proposal:
        """Let a vote in the community's own space be the vote that a proposal waits for.

        `vote` is its id on Snapshot, or its address there.

        Raises:
            Refusal: The actor is no moderator, there is no such vote in the space, or it cannot be
                the vote of this proposal.
            IllegalTransitionError: The proposal does not wait for a vote.
            SnapshotError: The hub did not answer as it should.
        """
        require_moderator(actor)
        reason = checked_reason(reason)
        seen = await self._seen(guild_id, _id(vote))
        async with self._database.transaction() as store:
            proposal = await store.proposals.by_reference(guild_id, reference)
            transition(proposal.phase, Move.ADOPT)
            await self._check(store, proposal, seen)
            await store.hub.save(seen, self._now())
            look = await store.sightings.of(
                await self._followed(store, guild_id, seen), seen, self._now()
            )
            look = await store.sightings.adopt(look, proposal, actor, reason)
            await store.sightings.tell(look)
            assert look.proposal is not None, "it was just linked"
            return look.proposal

    async def _seen(self, guild_id: GuildId, snapshot_id: SnapshotProposalId) -> SnapshotProposal:
        seen = await self._snapshot.proposal(snapshot_id)
        async with self._database.reading() as store:
            community = await store.communities.of(guild_id)
        if seen is None or not is_own(community, seen.space):
            raise Refusal(
                "There is no such vote in this community's Snapshot space. Pick one from the list "
                "that appears while you type, or paste its address. Nothing was changed."
            )
        return seen

    async def _check(self, store: Store, proposal: Proposal, seen: SnapshotProposal) -> None:
        """Refuse a vote that is somebody's already, and a proposal whose own vote is on its way.

        Raises:
            Refusal: It is so.
        """
        ours = await store.votes.on_snapshot(seen.id)
        if ours is not None and (ours.envelope is not None or ours.status not in _LET_GO):
            other = await store.proposals.of(ours.proposal_id)
            whose = (
                f"the vote of {line(other.reference, _SHOWN)}"
                if other.guild_id == proposal.guild_id
                else "the vote of a proposal elsewhere"
            )
            raise Refusal(f"It is {whose} already: one vote has one. Nothing was changed.")
        if ours is not None:
            await store.votes.save(replace(ours, snapshot_id=None))
        current = await store.votes.current(proposal.id, STEP_OF[proposal.phase])
        if current is not None and current.status is VoteStatus.SIGNED:
            raise Refusal(
                f"Assent has signed the vote of {line(proposal.reference, _SHOWN)} and is posting "
                "it; two votes on one question would confuse everybody. Nothing was changed."
            )

    async def _followed(
        self, store: Store, guild_id: GuildId, seen: SnapshotProposal
    ) -> FollowedVote:
        known = await store.follows.vote(guild_id, seen.id)
        return known or FollowedVote(
            guild_id=guild_id,
            snapshot_id=seen.id,
            since=self._now(),
            status=FollowStatus.OPEN,
            news_key=news_key(seen.id),
            is_quiet=False,
        )

    async def unlink(self, guild_id: GuildId, vote: str, actor: Actor, reason: str) -> Proposal:
        """Say that a vote is not the vote of the proposal it is linked to, which is a draft again.

        Raises:
            Refusal: The actor is no moderator, or the vote is linked to nothing, was made by Assent
                or has counted already.
        """
        require_moderator(actor)
        reason = checked_reason(reason)
        snapshot_id = _id(vote)
        now = self._now()
        async with self._database.transaction() as store:
            ours = await store.votes.on_snapshot(snapshot_id)
            followed = await store.follows.vote(guild_id, snapshot_id)
            seen = await store.hub.proposal(snapshot_id)
            look = (
                await store.sightings.of(followed, seen, now)
                if ours and followed and seen
                else None
            )
            proposal = look.proposal if look else None
            if ours is None or look is None or proposal is None:
                raise Refusal("This vote is linked to no proposal here; nothing was changed.")
            _check_unlinking(ours, proposal)
            await store.votes.save(replace(ours, status=VoteStatus.UNLINKED, snapshot_id=None))
            moved = await store.move(proposal, Move.POSTPONE, now, by=actor, reason=reason)
            await self._say(store, replace(look, proposal=moved), actor, reason)
            await store.sightings.tell(replace(look, proposal=None, vote=None))
        return moved

    async def _say(self, store: Store, look: VoteSighting, actor: Actor, reason: str) -> None:
        assert look.proposal is not None, "it was linked"
        unlinked = VoteUnlinked(
            **named(look),
            by=actor.user_id,
            reason=reason,
            link=look.seen.link,
            move_number=look.proposal.move_count,
        )
        await store.outbox.say(look.community, unlinked, look.now, proposal_id=look.proposal_id)


def _id(text: str) -> SnapshotProposalId:
    """Read which vote is meant.

    Raises:
        Refusal: No vote is.
    """
    found = id_in(text)
    if found is None:
        raise Refusal(
            f"“{line(text, _SHOWN)}” is no vote on Snapshot. Pick one from the list that appears "
            "while you type, or paste its address. Nothing was changed."
        )
    return SnapshotProposalId(found.lower() if found.startswith("0x") else found)


def _check_unlinking(vote: OffChainVote, proposal: Proposal) -> None:
    reference = line(proposal.reference, _SHOWN)
    if vote.envelope is not None:
        raise Refusal(
            f"Assent has made this vote for {reference}, so it stays linked. Nothing was changed."
        )
    if vote.status is not VoteStatus.POSTED:
        raise Refusal(
            f"The result of this vote has counted for {reference} already. A moderator can put it "
            "where it should stand with `/proposal set-status`. Nothing was changed."
        )
