"""What people look up about votes: the tally as it is now, who voted, with which power."""

import asyncio
import re
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

import structlog

from bot.clock import Clock
from bot.domain.errors import Refusal
from bot.domain.offchain.ballot import Ballot, VotingPower
from bot.domain.offchain.history import VoteHistory, history
from bot.domain.offchain.lookup import (
    PAGE_SIZE,
    Look,
    Mine,
    OpenVotes,
    Powers,
    Report,
    Voters,
    page_count,
    require_scores,
)
from bot.domain.offchain.report import report
from bot.domain.offchain.sighting import VoteSighting
from bot.domain.offchain.snapshot import SnapshotProposal
from bot.domain.text import line, storable
from bot.domain.types import Address, GuildId, SnapshotProposalId, UserId
from bot.domain.wallet import MISTYPED, NO_WALLET
from bot.gateways.snapshot.client import MOST_SKIPPED, PAGE, VOTES_PAGE, SnapshotClient
from bot.gateways.snapshot.wire import HUB_FAILURES, SnapshotError
from bot.storage.database import Database
from bot.storage.lookups import Lookups
from bot.storage.store import Store

log = structlog.get_logger()

# A refusal: it is asked too often just now.
_NO_ANSWER: tuple[type[Exception], ...] = (*HUB_FAILURES, Refusal)
_GLANCE_SECONDS = 2.0  # a person waits for the tally, and the last one seen is nearly as good
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
_PATIENCE_SECONDS = 15.0
_REPORT_SECONDS = 120.0
REPORT_ROWS = 20_000  # votes in one report; to read them takes a third of a minute's requests
SILENT = "Snapshot does not answer just now; nothing is lost. Please try again in a minute."
_INVALID_ADDRESS = "invalid address"  # in the hub's words


class Ballots:
    """Reads votes and changes nothing: what is told of them is for others to record."""

    def __init__(self, database: Database, snapshot: SnapshotClient, now: Clock) -> None:
        self._database = database
        self._snapshot = snapshot
        self._now = now

    async def matching(self, guild_id: GuildId, text: str = "") -> Sequence[VoteSighting]:
        """Give the newest votes here whose reference, title or id contains the text."""
        async with self._database.reading() as store:
            return await self._votes(store, guild_id).matching(text)

    async def look(self, guild_id: GuildId, text: str) -> Look:
        """Give a vote as it is now; where the hub is slow or silent, as it was last seen.

        Raises:
            Refusal: No vote of that name is told of here.
        """
        async with self._database.reading() as store:
            last = await self._votes(store, guild_id).find(text)
            changed_at = await store.hub.seen_at(last.seen.id)
        try:
            async with asyncio.timeout(_GLANCE_SECONDS):
                return Look(sighting=await self._now_seen(last))
        except _NO_ANSWER:
            return Look(sighting=last, as_of=changed_at)

    async def _now_seen(self, last: VoteSighting) -> VoteSighting:
        """Read a vote from the hub; one that it does not show stays as it was last seen.

        It was deleted, or the hub lags: who follows it finds out which.
        """
        seen = await self._snapshot.proposal(last.seen.id)
        return replace(last, seen=seen or last.seen, now=self._now())

    async def open_votes(self, guild_id: GuildId, page: int) -> OpenVotes:
        """Give a page of the open votes here, or the last one if there are fewer.

        Raises:
            Refusal: The server is not set up.
        """
        async with self._database.reading() as store:
            await store.communities.of(guild_id)
            found = await self._votes(store, guild_id).open()
        page = min(page, page_count(len(found)) - 1)
        rows = found[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
        return OpenVotes(rows=tuple(rows), count=len(found), page=page)

    async def power(
        self, guild_id: GuildId, user_id: UserId, text: str = "", address: str = ""
    ) -> Powers:
        """Ask what an address, or the asker's wallets, can cast; without a vote on the next one.

        Raises:
            Refusal: There is no such vote, no such address or no wallet; or the hub is silent.
        """
        async with self._database.reading() as store:
            sighting = await self._meant(store, guild_id, text)
            wallets = await store.wallets.of(guild_id, user_id)
        given = [_checked(address)] if address.strip() else [each.address for each in wallets]
        if not given:
            raise Refusal(NO_WALLET)
        async with _asking():
            powers = [await self._power(each, sighting.seen) for each in given]
        return Powers(
            sighting=sighting,
            powers=tuple(powers),
        )

    async def _meant(self, store: Store, guild_id: GuildId, text: str) -> VoteSighting:
        """Find the vote that is named, or the open one that ends soonest."""
        votes = self._votes(store, guild_id)
        if text:
            return await votes.find(text)
        await store.communities.of(guild_id)
        if found := await votes.open():
            return found[0]
        raise Refusal("No vote is open here now. Name the one you mean: `vote`.")

    async def _power(self, address: Address, seen: SnapshotProposal) -> VotingPower:
        try:
            return await self._snapshot.voting_power(address, seen)
        except SnapshotError as error:
            if error.text != _INVALID_ADDRESS:
                raise
            raise Refusal(MISTYPED.format(address=line(address, 60))) from error

    async def mine(self, guild_id: GuildId, user_id: UserId) -> Mine:
        """Tell the open votes on which the asker's wallets have voted from the others.

        Raises:
            Refusal: The asker has no wallet here, or the hub is silent.
        """
        async with self._database.reading() as store:
            await store.communities.of(guild_id)
            votes = await self._votes(store, guild_id).open()
            wallets = [each.address for each in await store.wallets.of(guild_id, user_id)]
        if not wallets:
            raise Refusal(NO_WALLET)
        cast: dict[SnapshotProposalId, list[Ballot]] = {}
        async with _asking():
            for first in range(0, len(votes), PAGE):
                ids = [vote.seen.id for vote in votes[first : first + PAGE]]
                where = {"proposal_in": ids, "voter_in": wallets[:PAGE]}
                for ballot in await self._snapshot.votes(where):
                    cast.setdefault(ballot.proposal_id, []).append(ballot)
        return Mine(
            missing=tuple(vote for vote in votes if vote.seen.id not in cast),
            cast=tuple((vote, tuple(cast[vote.seen.id])) for vote in votes if vote.seen.id in cast),
        )

    async def voters(self, guild_id: GuildId, text: str, page: int = 0) -> Voters:
        """Give a page of who has voted; the last one if there are fewer.

        Raises:
            Refusal: No vote of that name is told of here, or the hub is silent.
        """
        async with self._database.reading() as store:
            last = await self._votes(store, guild_id).find(text)
        async with _asking():
            sighting = await self._now_seen(last)
            found = Voters(sighting=sighting, ballots=(), page=0)
            page = min(page, found.page_count - 1)
            ballots = await self._snapshot.votes(
                {"proposal": last.seen.id},
                first=PAGE_SIZE,
                skip=page * PAGE_SIZE,
                order="vp",
                falls=True,
            )
        return replace(found, ballots=ballots, page=page)

    async def report(self, guild_id: GuildId, text: str, most_bytes: int) -> Report:
        """Write who voted in the form of Snapshot's own report, the earliest first.

        Raises:
            Refusal: No vote of that name is told of here, or the hub is silent.
        """
        async with self._database.reading() as store:
            last = await self._votes(store, guild_id).find(text)
        async with _asking(_REPORT_SECONDS):
            sighting = await self._now_seen(last)
            ballots = await self._all_ballots(last.seen.id)
        written, count = await asyncio.to_thread(report, sighting.seen, ballots, most_bytes)
        return Report(sighting=sighting, text=written, written=count)

    async def _all_ballots(self, snapshot_id: SnapshotProposalId) -> Collection[Ballot]:
        """Read every vote, page by page, up to the number that a report may have.

        The hub skips no more than some thousands: from there it is asked anew for what was cast
        since the last moment that was read, and what comes twice is dropped.
        """
        found: dict[str, Ballot] = {}
        since, skip = 0, 0
        while len(found) < REPORT_ROWS:
            where = {"proposal": snapshot_id, "created_gte": since}
            page = await self._snapshot.votes(where, skip=skip)
            found |= {ballot.id: ballot for ballot in page}
            skip += len(page)
            if len(page) < VOTES_PAGE:
                break
            if skip > MOST_SKIPPED:
                if page[-1].created <= since:  # More in one second than the hub can page through.
                    break
                since, skip = page[-1].created, 0
        return list(found.values())[:REPORT_ROWS]

    async def history(self, guild_id: GuildId, text: str) -> VoteHistory:
        """Give the scores of a vote over time.

        Raises:
            Refusal: No vote of that name is told of here, or its scores cannot be shown.
        """
        look = await self.look(guild_id, text)
        async with self._database.reading() as store:
            points = await store.hub.points(look.sighting.seen.id)
        found = history(look.sighting, points)
        require_scores(look.sighting.seen)
        return found

    async def chart_of(self, guild_id: GuildId, vote_key: str) -> VoteHistory | None:
        """Give what the picture of a vote that was decided is made of, if there is enough."""
        async with self._database.reading() as store:
            followed = await store.follows.by_news_key(guild_id, vote_key) if vote_key else None
            sighting = await self._votes(store, guild_id).last_seen(followed) if followed else None
            if sighting is None:
                return None
            points = await store.hub.points(sighting.seen.id)
        found = history(sighting, points)
        return found if found.points and found.is_drawable else None

    def _votes(self, store: Store, guild_id: GuildId) -> Lookups:
        return Lookups(store, guild_id, self._now())


@asynccontextmanager
async def _asking(seconds: float = _PATIENCE_SECONDS) -> AsyncIterator[None]:
    """Ask the hub for something that cannot be had otherwise.

    Raises:
        Refusal: It does not answer in time, or not in a way that helps.
    """
    try:
        async with asyncio.timeout(seconds):
            yield
    except HUB_FAILURES as error:
        log.warning("the hub did not tell about votes", error=repr(error))
        raise Refusal(SILENT) from error


def _checked(text: str) -> Address:
    """Give an address as it was typed.

    Raises:
        Refusal: It is none: Snapshot would take it for one of another chain, which has no votes.
    """
    given = storable(text).strip()
    if not _ADDRESS.fullmatch(given):
        raise Refusal(MISTYPED.format(address=line(given, 60)))
    return Address(given)
