"""The one reader of Snapshot's hub: a light look at everything, a whole one at what has changed."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import structlog

from bot.clock import Clock
from bot.domain.offchain.followed import (
    FOLLOWED_ON,
    FollowedSpace,
    FollowedVote,
    FollowStatus,
    news_key,
)
from bot.domain.offchain.messages import MessageKind, MessageStatus
from bot.domain.offchain.news import edited, is_told, moments
from bot.domain.offchain.pulse import (
    DELETION,
    PROPOSAL,
    SIGNED_BEFORE,
    HubMessage,
    Pulse,
    to_read,
)
from bot.domain.offchain.snapshot import SnapshotProposal
from bot.domain.offchain.vote import VoteStatus
from bot.domain.proposal import Community
from bot.domain.types import GuildId, SnapshotProposalId, SpaceId, UnixSeconds
from bot.gateways.snapshot.client import PAGE, ROWS, SPACES, SnapshotClient
from bot.gateways.snapshot.wire import SnapshotError
from bot.services.following.results import decide, end
from bot.storage.database import Database
from bot.storage.store import Store

log = structlog.get_logger()

_MESSAGE_PAGES = 3  # read in one turn; after a long outage the rest is for the next one
# A hub that lags, or answers from an older copy, misses a vote for a while; one that misses it so
# long has deleted it. Nobody can vote meanwhile, so nothing is lost by the wait.
_MISSED_FOR_GOOD = 3_600  # seconds
_TAKEN = frozenset({MessageStatus.ACCEPTED, MessageStatus.DONE})
_CONFIRMED_AT_ONCE = 5  # votes that are asked for alone in one turn
_PATIENCE = 300  # seconds after the end, and between two requests, before scores are asked for
_ASKED_AT_ONCE = 3  # votes whose scores are asked for in one turn
_TOLD_AT_ONCE = 50  # votes in one transaction, while which nobody else can write


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What is remembered at the beginning of a turn."""

    communities: Mapping[GuildId, Community]
    spaces: Sequence[FollowedSpace]
    votes: Mapping[SnapshotProposalId, Sequence[FollowedVote]]  # that are still looked at
    seen: Mapping[SnapshotProposalId, SnapshotProposal]
    missing: Collection[SnapshotProposalId]  # at the last look
    read_up_to: int

    @property
    def all_spaces(self) -> set[SpaceId]:
        """Those that are followed, and those of votes that are."""
        followed = {each.space for each in self.spaces}
        return followed | {SpaceId(seen.space.lower()) for seen in self.seen.values()}


class Following:
    """Reads what is new on Snapshot, and tells each community what it follows of it."""

    def __init__(self, database: Database, snapshot: SnapshotClient, now: Clock) -> None:
        self._database = database
        self._snapshot = snapshot
        self._now = now
        self._told_at: dict[tuple[GuildId, SnapshotProposalId], UnixSeconds] = {}
        self._asked_at: dict[SnapshotProposalId, UnixSeconds] = {}

    async def tick(self) -> None:
        """Take a turn: look at what is new, at what has changed, and at the clock.

        While Snapshot wants to be left alone the turn is skipped.
        """
        if self._snapshot.wait:
            return
        await self._begin_with_own_spaces()
        known = await self._known()
        if not known.all_spaces and not known.votes:
            return
        messages = await self._messages(known)
        if await self._discover(known, messages):
            known = await self._known()
        await self._read(known, messages, await self._pulses(known))
        await self._heed_the_clock(known)
        await self._ask_for_final_scores(known)
        self._forget_what_is_over(known)

    # What is followed

    async def _begin_with_own_spaces(self) -> None:
        """Follow each community's own space as its policy says; what is open is listed once."""
        async with self._database.reading() as store:
            spaces = await store.follows.spaces()
            communities = await store.communities.all()
        wanted = {
            (each.guild_id, each.space)
            for each in communities
            if each.space is not None and each.policy.adopts_votes
        }
        # One that was watched before it became the own one is left with it, too.
        own = {(each.guild_id, each.space) for each in communities}
        followed = {(each.guild_id, each.space): each.is_own for each in spaces}
        unwanted = [it for it in followed if (followed[it] or it in own) and it not in wanted]
        if unwanted:
            async with self._database.transaction() as store:
                for guild_id, left in unwanted:
                    await store.follows.unfollow_space(guild_id, left)
        for guild_id, space in sorted(wanted - followed.keys()):
            assert space is not None, "spaces that are wanted have a name"
            try:
                await self._begin(guild_id, space)
            except SnapshotError as trouble:  # with this space: it must not hold up the others
                log.warning("cannot begin with a space", space=space, error=repr(trouble))

    async def _begin(self, guild_id: GuildId, space: SpaceId) -> None:
        async with self._database.reading() as store:
            read_up_to = await store.follows.read_up_to()
        # In this order nothing can fall between the messages that are read and the first look.
        newest = await self._snapshot.newest_message() if read_up_to is None else read_up_to
        now = self._now()
        found = await self._snapshot.open_proposals(space, now)
        followed = FollowedSpace(guild_id=guild_id, space=space, since=now, is_own=True)
        async with self._database.transaction() as store:
            await store.follows.have_read_up_to(newest)
            await store.sightings.list_space(followed, found)

    async def _known(self) -> _Known:
        now = self._now()
        async with self._database.reading() as store:
            votes: dict[SnapshotProposalId, list[FollowedVote]] = {}
            for each in await store.follows.votes(statuses=FOLLOWED_ON):
                votes.setdefault(each.snapshot_id, []).append(each)
            seen: dict[SnapshotProposalId, SnapshotProposal] = {}
            for page in _pages(list(votes)):  # A thousand at once would hold the others up.
                seen.update(await store.hub.proposals(page))
            over = [last.id for last in seen.values() if last.end < now]
            for snapshot_id in over:
                if all(vote.status is FollowStatus.HIDDEN for vote in votes[snapshot_id]):
                    del seen[snapshot_id], votes[snapshot_id]  # Spam that is over never changes.
            return _Known(
                communities={each.guild_id: each for each in await store.communities.all()},
                spaces=await store.follows.spaces(),
                votes=votes,
                seen=seen,
                missing=await store.hub.missing(),
                read_up_to=await store.follows.read_up_to() or 0,
            )

    # What is new on Snapshot

    async def _messages(self, known: _Known) -> Sequence[HubMessage]:
        spaces = known.all_spaces
        found: list[HubMessage] = []
        after = known.read_up_to
        for _ in range(_MESSAGE_PAGES if spaces else 0):
            page = await self._snapshot.messages(spaces, after)
            found += page
            after = max((each.mci for each in page), default=after)
            if len(page) < ROWS:
                break
        return found

    async def _discover(self, known: _Known, messages: Sequence[HubMessage]) -> bool:
        """Follow the proposals that were made in followed spaces; say whether there are any."""
        made = [
            (space, message)
            for message in messages
            for space in known.spaces
            if message.kind == PROPOSAL
            and message.space == space.space.lower()
            and message.timestamp >= space.since - SIGNED_BEFORE
        ]
        if not made:
            return False
        async with self._database.transaction() as store:
            for space, message in made:
                await self._follow(store, space.guild_id, message.id)
        return True

    async def _follow(self, store: Store, guild_id: GuildId, made: SnapshotProposalId) -> None:
        """Follow a vote that somebody made, unless it is one of ours: that is read back first."""
        ours = await store.votes.on_snapshot(made)
        if ours and (await store.proposals.of(ours.proposal_id)).guild_id == guild_id:
            return
        if await store.follows.vote(guild_id, made) is None:
            followed = FollowedVote(
                guild_id=guild_id,
                snapshot_id=made,
                since=self._now(),
                status=FollowStatus.OPEN,
                news_key=news_key(made),
                is_quiet=False,
            )
            await store.follows.save_vote(followed)

    async def _pulses(self, known: _Known) -> Mapping[SnapshotProposalId, Pulse]:
        """Take the light look at every space with a vote that is not over."""
        now = self._now()
        spaces = sorted({seen.space for seen in known.seen.values() if seen.end >= now})
        found: dict[SnapshotProposalId, Pulse] = {}
        for first in range(0, len(spaces), SPACES):
            created = UnixSeconds(0)
            while True:
                page = await self._snapshot.pulses(spaces[first : first + SPACES], now, created)
                news = [each for each in page if each.id not in found]
                found.update({each.id: each for each in page})
                if len(page) < ROWS or not news:
                    break
                created = page[-1].created
        return found

    async def _read(
        self,
        known: _Known,
        messages: Sequence[HubMessage],
        pulses: Mapping[SnapshotProposalId, Pulse],
    ) -> None:
        """Read what has to be read as a whole, and record it, a page at a time.

        That all messages are dealt with is noted with the last page: never before the facts.
        """
        touched = {each.space for each in messages if each.kind != PROPOSAL}
        deleted = {each.space for each in messages if each.kind == DELETION}
        changed = [each.id for each in known.seen.values() if each.space.lower() in touched]
        ids = list(
            dict.fromkeys([*to_read(known.votes, known.seen, pulses, known.missing), *changed])
        )
        newest = max((each.mci for each in messages), default=None)
        missing: list[SnapshotProposalId] = []
        for page in _pages(ids) or ([[]] if messages else []):
            shown = await self._snapshot.proposals(page)
            found = {seen.id: seen for seen in shown.rows}
            if not shown.is_whole:
                log.warning(
                    "some votes cannot be read", of=[each for each in page if each not in found]
                )
            is_last = not ids or page[-1] == ids[-1]
            async with self._database.transaction() as store:
                for each in page:
                    if each in found:
                        await self._saw(store, known, found[each])
                    elif shown.is_whole and await self._is_missing(store, known, each, deleted):
                        missing.append(each)
                if is_last and newest is not None:
                    await store.follows.have_read_up_to(newest)
            self._note_told(known, found)
        await self._confirm(known, missing)

    async def _confirm(self, known: _Known, missing: Sequence[SnapshotProposalId]) -> None:
        """Ask for what is missing from every page once more and alone before it is called gone."""
        for each in missing[:_CONFIRMED_AT_ONCE]:
            if await self._snapshot.proposal(each) is None:
                await self._gone(known.seen[each])

    def _forget_what_is_over(self, known: _Known) -> None:
        self._told_at = {of: at for of, at in self._told_at.items() if of[1] in known.votes}
        self._asked_at = {of: at for of, at in self._asked_at.items() if of in known.votes}

    def _note_told(self, known: _Known, told: Collection[SnapshotProposalId]) -> None:
        for each in told:
            for vote in known.votes.get(each, ()):
                self._told_at[vote.guild_id, each] = self._now()

    async def _saw(self, store: Store, known: _Known, seen: SnapshotProposal) -> None:
        """Record what the hub showed, and tell it to everybody who follows it."""
        before = await store.hub.proposal(seen.id)
        await store.hub.save(seen, self._now())
        since = {(each.guild_id, each.space.lower()): each.since for each in known.spaces}
        for vote in await store.follows.votes(statuses=FOLLOWED_ON, ids=[seen.id]):
            followed_since = since.get((vote.guild_id, seen.space.lower()))
            if before is None and followed_since is not None and seen.end < followed_since:
                await store.follows.save_vote(replace(vote, status=FollowStatus.GONE))
            else:
                await self._tell(store, vote, seen, before)

    async def _is_missing(
        self,
        store: Store,
        known: _Known,
        missed: SnapshotProposalId,
        deleted: Collection[SpaceId],
    ) -> bool:
        """Note since when the hub shows a vote no more; say whether it may be gone for good.

        One that was never shown, though it was made, was deleted before anybody heard of it.
        """
        now = self._now()
        if missed in known.seen:
            since = await store.hub.miss(missed, now)
            made = await store.messages.change_of(missed, MessageKind.CANCEL)
            is_ours = made is not None and made.status in _TAKEN
            is_deletion_seen = is_ours or known.seen[missed].space.lower() in deleted
            return is_deletion_seen or now - since >= _MISSED_FOR_GOOD
        for vote in known.votes.get(missed, ()):
            if now - vote.since >= _MISSED_FOR_GOOD:
                await store.follows.save_vote(replace(vote, status=FollowStatus.GONE))
        return False

    # What is told

    async def _heed_the_clock(self, known: _Known) -> None:
        """Tell what only time has brought about: that a vote ends soon, above all."""
        now = self._now()
        due = []
        for seen in known.seen.values():
            for vote in known.votes[seen.id]:
                told_at = self._told_at.get((vote.guild_id, seen.id))
                policy = known.communities[vote.guild_id].policy
                if told_at is None or any(
                    told_at < moment <= now for moment in moments(seen, policy)
                ):
                    due.append((vote, seen))
        for first in range(0, len(due), _TOLD_AT_ONCE):
            page = due[first : first + _TOLD_AT_ONCE]
            async with self._database.transaction() as store:
                for vote, known_as in page:
                    current = await store.follows.vote(vote.guild_id, known_as.id)
                    last = await store.hub.proposal(known_as.id)  # it may have been read since
                    if current == vote and last is not None:
                        await self._tell(store, vote, last, last)
            self._note_told(known, [seen.id for _, seen in page])

    async def _tell(
        self,
        store: Store,
        vote: FollowedVote,
        seen: SnapshotProposal,
        before: SnapshotProposal | None,
    ) -> None:
        look = await store.sightings.of(vote, seen, self._now())
        if look.vote is not None and look.vote.status is not VoteStatus.POSTED:
            return
        look = await store.sightings.tell(look)
        if look.is_spam:
            return
        made = await store.messages.change_of(seen.id, MessageKind.UPDATE)
        if (change := edited(look, before, made)) is not None:
            await store.outbox.say(
                look.community,
                change,
                look.now,
                proposal_id=look.proposal_id,
                is_news=is_told(change, look),
            )
        if seen.scores_final:
            await decide(store, look)

    async def _gone(self, seen: SnapshotProposal) -> None:
        """Record that a vote was deleted on Snapshot."""
        async with self._database.transaction() as store:
            for vote in await store.follows.votes(statuses=FOLLOWED_ON, ids=[seen.id]):
                look = await store.sightings.of(vote, seen, self._now())
                if look.vote is None or look.vote.status is VoteStatus.POSTED:
                    await end(store, look)

    # What nobody else may do

    async def _ask_for_final_scores(self, known: _Known) -> None:
        """Ask for the final scores of votes that are over, in case nobody else does.

        The service may take its time with an answer that is not needed: what it computed is read
        at a later turn. In a dry run nothing is sent to Snapshot.
        """
        now = self._now()
        over = [each for each in known.seen.values() if self._waits_for_scores(each, now)]
        async with self._database.reading() as store:
            current = await store.hub.proposals([each.id for each in over[:PAGE]])
            due = [
                each.id
                for each in current.values()
                if not each.scores_final
                and any(
                    not store.outbox.rehearses(known.communities[vote.guild_id])
                    for vote in known.votes[each.id]
                )
            ]
        asked = due[:_ASKED_AT_ONCE]
        self._asked_at.update(dict.fromkeys(asked, now))
        asks = [self._snapshot.ask_for_scores(each) for each in asked]
        for end_of_ask in await asyncio.gather(*asks, return_exceptions=True):
            if isinstance(end_of_ask, Exception):
                log.warning("could not ask for final scores", error=repr(end_of_ask))

    def _waits_for_scores(self, seen: SnapshotProposal, now: UnixSeconds) -> bool:
        waited = now - max(seen.end, self._asked_at.get(seen.id, UnixSeconds(0)))
        return not seen.scores_final and waited > _PATIENCE


def _pages(ids: Sequence[SnapshotProposalId]) -> list[Sequence[SnapshotProposalId]]:
    return [ids[first : first + PAGE] for first in range(0, len(ids), PAGE)]
