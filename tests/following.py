"""A bot's eyes on a chain: its governance service on a database of its own, and what it said."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from bot.domain.live_card import TallyCard
from bot.domain.onchain.announcement import GovernorNews
from bot.domain.onchain.proposal import Moment
from bot.domain.outbox import PostState
from bot.domain.policy import Policy
from bot.domain.proposal import Community
from bot.domain.types import Address, ChannelId, GuildId, Seconds, UnixSeconds
from bot.gateways.chain.errors import EndpointLaggingError
from bot.services.governance import Governance
from bot.services.setup import Setup
from bot.storage.codec import SPEECH
from bot.storage.schema import posts
from tests import builders
from tests.forkable_chain import BLOCK_SECONDS, CHAIN, GOVERNOR, ForkableChain
from tests.watched import HandClock, WatchedDatabase

CONFIRMATIONS = 3

Said = Mapping[tuple[str, str], tuple[PostState, Any]]


def policy(**changes: Any) -> Policy:
    """Make a policy whose leads fit the quick chain."""
    quick = {
        "confirmations": CONFIRMATIONS,
        "closing_soon_leads": (Seconds(2 * BLOCK_SECONDS),),
        "grace_ending_leads": (Seconds(3 * BLOCK_SECONDS),),
    }
    return builders.policy(**{**quick, **changes})


def another_community(**changes: Any) -> Community:
    """Make a server beside the first, with channels of its own."""
    return builders.community(
        guild_id=GuildId(800),
        policy=policy(**changes),
        ideas_channel_id=ChannelId(801),
        voting_channel_id=ChannelId(802),
        announcements_channel_id=ChannelId(803),
        moderators_channel_id=None,
        announcement_role_id=None,
    )


@dataclass(slots=True, kw_only=True)
class Follower:
    """A bot that follows the governor of a chain, and can be killed."""

    database: WatchedDatabase
    chain: ForkableChain
    clock: HandClock
    governance: Governance
    since: int
    most_head: int = 0

    @classmethod
    async def set_up(
        cls, database: WatchedDatabase, chain: ForkableChain, community: Community | None = None
    ) -> "Follower":
        clock = HandClock(chain.head.time)
        chains = {CHAIN: chain.client()}
        setup = Setup(database, None, chains, 0, clock)  # type: ignore[arg-type] # no Snapshot here
        community = community or builders.community(policy=policy())
        await setup.set_up(community, builders.MODERATOR)
        await setup.watch(community.guild_id, GOVERNOR, CHAIN)
        return cls(
            database=database,
            chain=chain,
            clock=clock,
            governance=Governance(database, chains, clock),
            since=chain.head.number,
        )

    async def also_told(self, community: Community) -> None:
        """Let another community watch the same governor."""
        chains = {CHAIN: self.chain.client()}
        setup = Setup(self.database, None, chains, 8, self.clock)  # type: ignore[arg-type] # as above
        await setup.set_up(community, builders.MODERATOR)
        await setup.watch(community.guild_id, GOVERNOR, CHAIN)

    @property
    def governor(self) -> Address:
        return Address(GOVERNOR)

    async def claim(self, moment: Moment) -> GovernorNews:
        """Give what stands in the channels of one moment."""
        claims = [claim for _, claim in (await self.said()).values()]
        news = [claim for claim in claims if isinstance(claim, GovernorNews)]
        (found,) = [each for each in news if each.moment is moment]
        return found

    async def tick(self) -> None:
        self.clock.time = max(self.clock.time, self.chain.head.time)
        self.most_head = max(self.most_head, self.chain.head.number)
        await self.governance.tick(CHAIN)

    async def tick_or_wait(self) -> None:
        """Tick; where the chain changes under our eyes nothing is learnt and the next tick is."""
        with contextlib.suppress(EndpointLaggingError):
            await self.tick()

    async def check_cursor(self) -> None:
        """See that nothing was read that is not deep enough, and each tick's anchor exists."""
        async with self.database.reading() as store:
            scan = await store.chain.scan(CHAIN)
        assert scan is not None
        self.most_head = max(self.most_head, self.chain.head.number)
        assert scan.scanned <= max(self.most_head - CONFIRMATIONS, self.since)

    def restart(self) -> None:
        """Begin again from the file alone."""
        chains = {CHAIN: self.chain.client()}
        self.governance = Governance(self.database, chains, self.clock)

    async def settle(self) -> None:
        """Tick until there is nothing more to do."""
        for _ in range(6):
            await self.tick()

    async def said(self) -> Said:
        return await said(self.database)

    async def was_taken_back(self, guild_id: GuildId) -> list[str]:
        """Give the keys of what was struck out in a server."""
        query = select(posts.c.key).where(posts.c.guild_id == guild_id, posts.c.is_withdrawn)
        async with self.database.reading() as store:
            return list((await store.outbox._connection.execute(query)).scalars())


async def said(database: WatchedDatabase) -> Said:
    """Give what stands in the channels or will: not what was struck out."""
    async with database.reading() as store:
        rows = await store.outbox._connection.execute(
            select(posts).where(posts.c.is_withdrawn.is_(False))
        )
        return {
            (row.key, row.destination): (PostState(row.state), _claim(SPEECH.load(row.body)))
            for row in rows
        }


_SEEN = (Moment.CREATED, Moment.VOTING_OPEN, Moment.CLOSING_SOON)
_DATED = (Moment.CREATED, Moment.QUEUED, Moment.EXECUTED, Moment.CANCELED)


def _claim(speech: Any) -> Any:
    """Give what a speech claims, without what depends on when one looked."""
    if isinstance(speech, GovernorNews | TallyCard):
        # How many tokens there were then, a token tells those alone who asked in time.
        speech = replace(speech, participation=None)
    if isinstance(speech, GovernorNews):
        if speech.moment in _SEEN:  # the votes so far
            speech = replace(
                speech,
                for_votes=None,
                against_votes=None,
                quorum_counted=None,
                quorum_missing=None,
                participation=None,
                delegate_until=None,
            )
        if speech.moment in (*_SEEN, Moment.SUCCEEDED):  # what is known of the timelock by now
            speech = replace(speech, eta=None, expires_at=None)
        if speech.moment not in _DATED:
            speech = replace(speech, at=UnixSeconds(0))
    if isinstance(speech, TallyCard):
        speech = replace(speech, seen_at=UnixSeconds(0))
    return speech


# What is always said when it is true; the rest is left out when it was seen too late.
ALWAYS_NEWS = {
    moment.replace(" ", "-")
    for moment in Moment
    if moment
    not in (
        *(Moment.REVISED, Moment.VOTING_OPEN, Moment.DEADLINE_MOVED, Moment.CLOSING_SOON),
        *(Moment.UNQUEUED, Moment.EXECUTABLE, Moment.GRACE_ENDING),
    )
} | {"tally"}


def differences(said: Said, expected: Said) -> list[str]:
    """Say in which words two bots differ that should have said the same."""
    found = [f"only said: {place}" for place in said if place not in expected]
    found += [f"not said: {place}" for place in expected if place not in said]
    for place in said.keys() & expected.keys():
        (state, claim), (right_state, right_claim) = said[place], expected[place]
        is_always_said = place[0].rpartition(":")[2] in ALWAYS_NEWS
        if is_always_said and state is not right_state:
            found.append(f"{place} is {state} and should be {right_state}")
        if PostState.SKIPPED not in (state, right_state) and claim != right_claim:
            found.append(f"{place} says {claim} and should say {right_claim}")
    return found
