"""What people look up about votes: the tally as it is now, who voted, with which power."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.clock import Clock
from bot.domain.errors import Refusal
from bot.domain.offchain.followed import FollowedVote, FollowStatus
from bot.domain.offchain.sighting import VoteSighting
from bot.domain.offchain.snapshot import SnapshotProposal
from bot.domain.text import line, storable
from bot.domain.types import GuildId, SnapshotProposalId, UnixSeconds
from bot.gateways.snapshot.client import SnapshotClient
from bot.gateways.snapshot.wire import HUB_FAILURES
from bot.storage.database import Database
from bot.storage.store import Store

PAGE_SIZE = 10
LAST_PAGE = 99_999  # as far as anybody can turn
# A refusal: it is asked too often just now.
_NO_ANSWER: tuple[type[Exception], ...] = (*HUB_FAILURES, Refusal)
_OFFERED = 25
_GLANCE_SECONDS = 2.0  # a person waits for the tally, and the last one seen is nearly as good
_TOLD = (FollowStatus.OPEN, FollowStatus.DECIDED, FollowStatus.GONE)
# An id of Snapshot's, alone or at the end of a link: a hash, or of old an address on IPFS.
_ID = re.compile(r"(?:^|/)(0x[0-9a-f]{64}|qm[1-9a-z]{44})(?:[/?#]|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A vote as it stands: read from the hub just now, or else as it was last seen."""

    sighting: VoteSighting
    as_of: UnixSeconds | None = None  # when it was last seen to change; `None`: read just now


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenVotes:
    """One page of the votes that are open here, ending soonest first."""

    rows: tuple[VoteSighting, ...]
    count: int  # on all pages
    page: int  # from 0

    @property
    def page_count(self) -> int:
        """How many pages there are: at least one, which may be empty."""
        return max(-(-self.count // PAGE_SIZE), 1)


class Ballots:
    """Reads votes and changes nothing: what is told of them is for others to record."""

    def __init__(self, database: Database, snapshot: SnapshotClient, now: Clock) -> None:
        self._database = database
        self._snapshot = snapshot
        self._now = now

    async def matching(self, guild_id: GuildId, text: str = "") -> Sequence[VoteSighting]:
        """Give the newest votes here whose reference, title or id contains the text."""
        wanted = storable(text).strip().casefold()
        fitting: list[VoteSighting] = []
        async with self._database.reading() as store:
            for followed in reversed(await store.follows.votes(guild_id=guild_id, statuses=_TOLD)):
                sighting = await self._last_seen(store, followed)
                if sighting and wanted in _searched(sighting):
                    fitting.append(sighting)
                if len(fitting) == _OFFERED:
                    break
        return fitting

    async def look(self, guild_id: GuildId, text: str) -> Look:
        """Give a vote as it is now; where the hub is slow or silent, as it was last seen.

        Raises:
            Refusal: No vote of that name is told of here.
        """
        async with self._database.reading() as store:
            last = await self._find(store, guild_id, text)
            changed_at = await store.hub.seen_at(last.seen.id)
        try:
            async with asyncio.timeout(_GLANCE_SECONDS):
                seen = await self._snapshot.proposal(last.seen.id)
        except _NO_ANSWER:
            return Look(sighting=last, as_of=changed_at)
        if seen is None:  # Deleted, or the hub lags: who follows it finds out which.
            return Look(sighting=last, as_of=changed_at)
        return Look(sighting=replace(last, seen=seen, now=self._now()))

    async def open_votes(self, guild_id: GuildId, page: int) -> OpenVotes:
        """Give a page of the open votes here, or the last one if there are fewer.

        Raises:
            Refusal: The server is not set up.
        """
        async with self._database.reading() as store:
            await store.communities.of(guild_id)
            found = await self._open(store, guild_id)
        page = min(page, max((len(found) - 1) // PAGE_SIZE, 0))
        rows = found[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
        return OpenVotes(rows=tuple(rows), count=len(found), page=page)

    async def _open(self, store: Store, guild_id: GuildId) -> list[VoteSighting]:
        """Give the votes in which one can vote now, by the clock, as the hub itself does."""
        followed = await store.follows.votes(guild_id=guild_id, statuses=[FollowStatus.OPEN])
        known = await store.hub.proposals([each.snapshot_id for each in followed])
        now = self._now()
        votes = [
            await self._sighting(store, each, seen)
            for each in followed
            if (seen := known.get(each.snapshot_id)) and seen.start < now <= seen.end
        ]
        return sorted(votes, key=lambda vote: (vote.seen.end, vote.seen.id))

    async def _find(self, store: Store, guild_id: GuildId, text: str) -> VoteSighting:
        """Find the vote that is meant: by Snapshot's id or link, or by our reference.

        Raises:
            Refusal: No vote of that name is told of here.
        """
        await store.communities.of(guild_id)
        given = storable(text).strip()
        if found := _ID.search(given):
            return await self._by_id(store, guild_id, found.group(1))
        proposal = await store.proposals.by_reference(guild_id, given)
        for vote in reversed(await store.votes.of(proposal.id)):
            followed = vote.snapshot_id and await store.follows.vote(guild_id, vote.snapshot_id)
            sighting = await self._last_seen(store, followed) if followed else None
            if sighting is not None:
                return sighting
        raise Refusal(
            f"{line(proposal.reference, 40)} has no vote on Snapshot yet. "
            "/proposal show tells where it stands."
        )

    async def _by_id(self, store: Store, guild_id: GuildId, given: str) -> VoteSighting:
        # Hashes are the same in any case; the older ids are not.
        snapshot_id = given.lower() if given[:2] in {"0x", "0X"} else given
        followed = await store.follows.vote(guild_id, SnapshotProposalId(snapshot_id))
        is_told = followed is not None and followed.status in _TOLD
        sighting = await self._last_seen(store, followed) if followed and is_told else None
        if sighting is None:
            raise Refusal(
                "This server does not follow that vote. /vote list shows the open ones; "
                "moderators can follow more spaces."
            )
        return sighting

    async def _last_seen(self, store: Store, followed: FollowedVote) -> VoteSighting | None:
        seen = await store.hub.proposal(followed.snapshot_id)
        return await self._sighting(store, followed, seen) if seen else None

    async def _sighting(
        self, store: Store, followed: FollowedVote, seen: SnapshotProposal
    ) -> VoteSighting:
        return await store.sightings.of(followed, seen, self._now())


def _searched(sighting: VoteSighting) -> str:
    reference = sighting.proposal.reference if sighting.proposal else ""
    seen = sighting.seen
    return f"{reference} · {seen.title} {seen.id} {seen.link}".casefold()
