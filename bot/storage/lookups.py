"""The votes that a community tells of, found by what people call them, as they were last seen."""

import re
from collections.abc import Sequence

from bot.domain.errors import Refusal
from bot.domain.offchain.followed import FollowedVote, FollowStatus
from bot.domain.offchain.sighting import VoteSighting
from bot.domain.text import line, storable
from bot.domain.types import GuildId, SnapshotProposalId, UnixSeconds
from bot.storage.store import Store

_TOLD = (FollowStatus.OPEN, FollowStatus.DECIDED, FollowStatus.GONE)
# An id of Snapshot's, alone or at the end of a link: a hash, or of old an address on IPFS.
_ID = re.compile(r"(?:^|/)(0x[0-9a-f]{64}|qm[1-9a-z]{44})(?:[/?#]|$)", re.IGNORECASE)
_OFFERED = 25
_SEARCHED = 300  # of the newest: a person who types waits for them


class Lookups:
    """Read the votes of one community."""

    def __init__(self, store: Store, guild_id: GuildId, now: UnixSeconds) -> None:
        self._store = store
        self._guild_id = guild_id
        self._now = now

    async def matching(self, text: str) -> Sequence[VoteSighting]:
        """Give the newest votes whose reference, title or id contains the text."""
        wanted = storable(text).strip().casefold()
        fitting: list[VoteSighting] = []
        told = await self._store.follows.votes(guild_id=self._guild_id, statuses=_TOLD)
        for followed in reversed(told[-_SEARCHED:]):
            sighting = await self.last_seen(followed)
            if sighting and wanted in _searched(sighting):
                fitting.append(sighting)
            if len(fitting) == _OFFERED:
                break
        return fitting

    async def open(self) -> list[VoteSighting]:
        """Give the votes in which one can vote now, by the clock, as the hub itself does."""
        followed = await self._store.follows.votes(
            guild_id=self._guild_id, statuses=[FollowStatus.OPEN]
        )
        known = await self._store.hub.proposals([each.snapshot_id for each in followed])
        votes = [
            await self._store.sightings.of(each, seen, self._now)
            for each in followed
            if (seen := known.get(each.snapshot_id)) and seen.start < self._now <= seen.end
        ]
        return sorted(votes, key=lambda vote: (vote.seen.end, vote.seen.id))

    async def find(self, text: str) -> VoteSighting:
        """Find the vote that is meant: by Snapshot's id or link, or by our reference.

        Raises:
            Refusal: No vote of that name is told of here.
        """
        await self._store.communities.of(self._guild_id)
        given = storable(text).strip()
        if found := _ID.search(given):
            return await self._by_id(found.group(1))
        proposal = await self._store.proposals.by_reference(self._guild_id, given)
        for vote in reversed(await self._store.votes.of(proposal.id)):
            followed = vote.snapshot_id and await self._store.follows.vote(
                self._guild_id, vote.snapshot_id
            )
            sighting = await self.last_seen(followed) if followed else None
            if sighting is not None:
                return sighting
        raise Refusal(
            f"{line(proposal.reference, 40)} has no vote on Snapshot yet. "
            "/proposal show tells where it stands."
        )

    async def _by_id(self, given: str) -> VoteSighting:
        # Hashes are the same in any case; the older ids are not.
        snapshot_id = given.lower() if given[:2] in {"0x", "0X"} else given
        sighting = await self._followed(SnapshotProposalId(snapshot_id))
        if sighting is None:
            raise Refusal(
                "This server does not follow that vote. /vote list shows the open ones; "
                "moderators can follow more spaces."
            )
        return sighting

    async def _followed(self, snapshot_id: SnapshotProposalId) -> VoteSighting | None:
        followed = await self._store.follows.vote(self._guild_id, snapshot_id)
        is_told = followed is not None and followed.status in _TOLD
        return await self.last_seen(followed) if followed and is_told else None

    async def last_seen(self, followed: FollowedVote) -> VoteSighting | None:
        """Give a followed vote, if the hub has shown it."""
        seen = await self._store.hub.proposal(followed.snapshot_id)
        return await self._store.sightings.of(followed, seen, self._now) if seen else None


def _searched(sighting: VoteSighting) -> str:
    reference = sighting.proposal.reference if sighting.proposal else ""
    seen = sighting.seen
    return f"{reference} · {seen.title} {seen.id} {seen.link}".casefold()
