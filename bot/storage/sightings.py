"""Votes on Snapshot as communities see them: told, listed at a first look, linked to a proposal."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.card import snapshot_tally
from bot.domain.lifecycle import DRAFTING, NOTICED, STEP_OF, Move
from bot.domain.offchain.adoption import Waiting, belongs_to
from bot.domain.offchain.announcement import ListedVote, SpaceFollowed, VoteLinked
from bot.domain.offchain.followed import (
    FollowedSpace,
    FollowedVote,
    FollowStatus,
    news_key,
    tally_key,
)
from bot.domain.offchain.news import vote_news
from bot.domain.offchain.sighting import VoteSighting, named
from bot.domain.offchain.snapshot import SnapshotProposal
from bot.domain.offchain.vote import OffChainVote, VoteStatus, is_open
from bot.domain.proposal import Actor, Proposal
from bot.domain.types import UnixSeconds

if TYPE_CHECKING:
    from bot.storage.store import Store

_LISTED = 10


class Sightings:
    """Record what a look at Snapshot means for a community, and what has to be said of it."""

    def __init__(self, store: "Store") -> None:
        self._store = store

    async def of(
        self, followed: FollowedVote, seen: SnapshotProposal, now: UnixSeconds
    ) -> VoteSighting:
        """Put beside what the hub shows of a vote what this community knows of it."""
        store = self._store
        vote = await store.votes.on_snapshot(seen.id)
        proposal = await store.proposals.of(vote.proposal_id) if vote else None
        is_here = proposal is not None and proposal.guild_id == followed.guild_id
        return VoteSighting(
            community=await store.communities.of(followed.guild_id),
            followed=followed,
            seen=seen,
            now=now,
            proposal=proposal if is_here else None,
            vote=replace(vote, observed=seen) if vote and is_here else None,
        )

    async def tell(self, look: VoteSighting) -> VoteSighting:
        """Say everything that a look at a vote implies, and keep its tally true.

        A vote that nothing was said of yet may name the proposal of ours that it belongs to: then
        the look that is given back has it.
        """
        store, community, now = self._store, look.community, look.now
        status = FollowStatus.HIDDEN if look.is_spam else FollowStatus.OPEN
        if look.followed.status is not status:
            look = replace(look, followed=replace(look.followed, status=status))
            await store.follows.save_vote(look.followed)
        if look.is_spam:
            await self._hide(look)
            return look
        if await self._may_be_adopted(look):
            look = await self._adopt_if_named(look)
        for news, is_news in vote_news(look).items():
            await store.outbox.say(
                community, news, now, proposal_id=look.proposal_id, is_news=is_news
            )
        if not look.followed.is_quiet:
            tally = snapshot_tally(look)
            await store.outbox.say(community, tally, now, proposal_id=look.proposal_id)
        return look

    async def _may_be_adopted(self, look: VoteSighting) -> bool:
        """Say whether it is new here, in our own space and nobody's; later a moderator decides.

        Whoever may propose could name a proposal of ours, and so take its vote from it: what is not
        by a member of the space is left to a moderator.
        """
        is_nobodys = look.proposal is None and look.foreign_space is None
        is_by_member = look.seen.is_by_member is True
        if look.followed.is_quiet or not (is_nobodys and is_by_member):
            return False
        prefix = f"{look.followed.news_key}:"
        return not await self._store.outbox.has_heard(look.community.guild_id, prefix)

    async def _hide(self, look: VoteSighting) -> None:
        """Let the tally of a vote that is spam say so, where there is one already."""
        key = tally_key(look.followed)
        if await self._store.reports.card(look.community.guild_id, key) is not None:
            await self._store.outbox.say(look.community, snapshot_tally(look), look.now)

    async def list_space(self, space: FollowedSpace, found: Sequence[SnapshotProposal]) -> None:
        """Follow a space from now on: what is open is listed once, and followed quietly."""
        store = self._store
        if not await store.follows.follow_space(space):
            return
        community = await store.communities.of(space.guild_id)
        listed: list[SnapshotProposal] = []
        for seen in sorted(found, key=lambda each: (each.end, each.id)):
            if await store.votes.on_snapshot(seen.id) is not None:
                continue  # One of ours, which is told of anyhow.
            if await store.follows.vote(space.guild_id, seen.id) is None:
                await store.hub.save(seen, space.since)
                await store.follows.save_vote(_quiet(space, seen))
                listed += [] if seen.flagged else [seen]
        followed = SpaceFollowed(
            space=space.space,
            is_own=space.is_own,
            since=space.since,
            votes=tuple(_listed(seen) for seen in listed[:_LISTED]),
            more=max(len(listed) - _LISTED, 0),
        )
        await store.outbox.say(community, followed, space.since, is_news=bool(listed))

    async def _adopt_if_named(self, look: VoteSighting) -> VoteSighting:
        """Link a vote that was just made elsewhere to the one proposal that it names, if it does.

        A proposal whose own vote is signed already is left to a moderator.
        """
        community = look.community
        waiting = []
        for proposal in await self._store.proposals.in_phases(
            DRAFTING | NOTICED, community.guild_id
        ):
            step = STEP_OF[proposal.phase]
            current = await self._store.votes.current(proposal.id, step)
            draft = await self._store.drafts.newest(proposal.id, step)
            if draft is not None and not (current and current.status is VoteStatus.SIGNED):
                waiting.append(Waiting(proposal=proposal, title=draft.title))
        proposal_named = belongs_to(look.seen, waiting, community.policy)
        return look if proposal_named is None else await self.adopt(look, proposal_named)

    async def adopt(
        self, look: VoteSighting, proposal: Proposal, by: Actor | None = None, reason: str = ""
    ) -> VoteSighting:
        """Let a vote that was made elsewhere be the vote of a proposal that waits for its own.

        A notice that was given for the proposal ends. What was said of the vote is not said again.

        Raises:
            IllegalTransitionError: The proposal does not wait for a vote.
        """
        store, seen = self._store, look.seen
        moved = await store.move(proposal, Move.ADOPT, look.now, by=by, reason=reason)
        step = STEP_OF[moved.phase]
        current = await store.votes.current(proposal.id, step)
        has_notice = current is not None and current.status is VoteStatus.NOTICED
        if current is not None and has_notice:
            await store.votes.save(replace(current, status=VoteStatus.SUPERSEDED))
        vote = OffChainVote(
            proposal_id=proposal.id,
            step=step,
            round=current.round + 1 if current else 1,
            status=VoteStatus.POSTED,
            opens_at=seen.start,
            envelope=None,
            snapshot_id=seen.id,
            observed=seen,
        )
        await store.votes.save(vote)
        followed = replace(look.followed, status=FollowStatus.OPEN, is_quiet=False)
        await store.follows.save_vote(followed)
        adopted = replace(look, proposal=moved, vote=vote, followed=followed)
        await self._say_linked(adopted, by, reason, replaces_notice=has_notice)
        await store.show(moved.id, look.now)
        return adopted

    async def _say_linked(
        self, look: VoteSighting, by: Actor | None, reason: str, *, replaces_notice: bool
    ) -> None:
        assert look.proposal is not None, "it was just linked"
        store, seen, key = self._store, look.seen, look.followed.news_key
        was_told = await store.outbox.has_heard(look.community.guild_id, f"{key}:")
        linked = VoteLinked(
            **named(look),
            by=by.user_id if by else None,
            reason=reason,
            replaces_notice=replaces_notice,
            start=seen.start,
            end=seen.end,
            link=seen.link,
            move_number=look.proposal.move_count,
        )
        here = look.proposal.id
        await store.outbox.say(look.community, linked, look.now, proposal_id=here)
        if was_told:  # The channel has heard it all, and the thread reads how it stands.
            for news in vote_news(look):
                await store.outbox.say(
                    look.community, news, look.now, proposal_id=here, is_news=False
                )


def _quiet(space: FollowedSpace, seen: SnapshotProposal) -> FollowedVote:
    return FollowedVote(
        guild_id=space.guild_id,
        snapshot_id=seen.id,
        since=space.since,
        status=FollowStatus.HIDDEN if seen.flagged else FollowStatus.OPEN,
        news_key=news_key(seen.id),
        is_quiet=True,
    )


def _listed(seen: SnapshotProposal) -> ListedVote:
    return ListedVote(
        title=seen.title, start=seen.start, end=seen.end, is_open=is_open(seen), link=seen.link
    )
