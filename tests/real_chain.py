"""A bot's reading side on a real node, and a channel that remembers what was posted in it."""

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bot.domain.live_card import TallyCard
from bot.domain.onchain.announcement import GovernorNews, LargeVote
from bot.domain.onchain.governor import GovernorState
from bot.domain.onchain.proposal import Moment
from bot.domain.outbox import Post, PostState
from bot.domain.speech import is_live
from bot.domain.types import ChainId, ChannelId, MessageId, Seconds, UnixSeconds
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.transport import open_web3
from bot.services.delivery import Delivery
from bot.services.governance import Governance
from bot.services.setup import Setup
from cogs.cards import render
from sandbox.chain.anvil_chain import AnvilChain
from sandbox.chain.daos import Dao
from tests import builders
from tests.builders import GUILD, MODERATOR
from tests.following import Said, said
from tests.watched import HandClock, WatchedDatabase, open_watched

CHAIN = ChainId(31_337)
CONFIRMATIONS = 2
DAY = 86_400
NO_TIME = UnixSeconds(0)
IS_REQUIRED = os.environ.get("ASSENT_REQUIRE_ANVIL") == "1"  # noqa: TID251 - of the tests alone

# The steps of a life that are told of whenever they are seen in time, in their order.
SPINE = (
    Moment.CREATED,
    Moment.VOTING_OPEN,
    Moment.SUCCEEDED,
    Moment.DEFEATED,
    Moment.CANCELED,
    Moment.VETOED,
    Moment.QUEUED,
    Moment.EXECUTABLE,
    Moment.EXPIRED,
    Moment.EXECUTED,
)


@dataclass(slots=True, kw_only=True)
class Message:
    """A message as Discord would have it."""

    key: str
    channel_id: int
    is_announcement: bool
    calls_somebody: bool
    words: str  # the newest
    is_struck_out: bool
    edits: int = 0


@dataclass(slots=True, kw_only=True)
class Channels:
    """Every message that was posted, by the id of its post; drained as the bot drains it."""

    delivery: Delivery
    clock: HandClock
    messages: dict[int, Message] = field(default_factory=dict)

    async def drain(self) -> None:
        self.clock.wait(3_600)  # Every pause between two edits is over.
        for post in await self.delivery.due():
            if post.message_id is None:
                await self._send(post)
            else:
                await self._edit(post)

    async def _send(self, post: Post) -> None:
        assert post.state is PostState.DUE, "a sending never fails here"
        assert post.id not in self.messages, f"{post.key} is sent twice"
        if post.is_withdrawn:
            await self.delivery.skip(post)
            return
        rendered = render(post)
        self.messages[post.id] = Message(
            key=post.key,
            channel_id=post.channel_id,
            is_announcement=not is_live(post.speech),
            calls_somebody=rendered.content is not None,
            words=str(rendered.embed.to_dict()),
            is_struck_out=False,
        )
        await self.delivery.claim(post)
        message = MessageId(post.id)
        await self.delivery.sent(post, ChannelId(post.channel_id), message, rendered.digest)

    async def _edit(self, post: Post) -> None:
        rendered, message = render(post), self.messages[post.id]
        if rendered.digest != post.shown:
            message.edits += 1
            message.words = str(rendered.embed.to_dict())
            message.is_struck_out = post.is_withdrawn
        await self.delivery.edited(post, self.clock(), rendered.digest)

    def edits(self) -> dict[int, int]:
        """Give how often each announcement was edited."""
        return {id_: each.edits for id_, each in self.messages.items() if each.is_announcement}


@dataclass(slots=True, kw_only=True)
class Bot:
    """A community that watches governors on a node, with a database of its own."""

    database: WatchedDatabase
    client: ChainClient
    clock: HandClock
    governance: Governance
    setup: Setup
    channels: Channels

    async def watch(self, dao: Dao) -> None:
        """Set the community up, and follow a governor from now on."""
        policy = builders.policy(
            confirmations=CONFIRMATIONS,
            closing_soon_leads=(Seconds(60),),
            grace_ending_leads=(Seconds(3 * DAY),),
        )
        await self.setup.set_up(builders.community(policy=policy), MODERATOR)
        await self.setup.watch(GUILD, dao.governor_address, CHAIN)

    async def look(self, now: int) -> None:
        """Look at the chain at a time of day."""
        self.clock.time = max(self.clock.time, now)
        await self.governance.tick(CHAIN)

    async def tick(self, now: int, times: int = 1) -> None:
        """Look at the chain at a time of day, and post what is due."""
        for _ in range(times):
            await self.look(now)
            await self.channels.drain()

    async def said(self) -> Said:
        """Give what stands in the channels or will, without what depends on when one looked."""
        found = {}
        for place, (state, claim) in (await said(self.database)).items():
            if not isinstance(claim, GovernorNews) or claim.moment in SPINE:
                will_be = PostState.SAID if state is PostState.DUE else state
                found[place] = (will_be, timeless(claim))
        return found

    async def tally(self) -> TallyCard:
        """Give the votes of the only proposal, as its card shows them."""
        claims = [claim for _, claim in (await self.said()).values()]
        (tally,) = [claim for claim in claims if isinstance(claim, TallyCard)]
        return tally

    async def moments(self) -> list[Moment]:
        """Give the spine of what stands in the channels of the only proposal, in its order."""
        told = {
            claim.moment
            for state, claim in (await self.said()).values()
            if isinstance(claim, GovernorNews) and state is PostState.SAID
        }
        return [moment for moment in SPINE if moment in told]


# Before the vote opens a quorum may not be fixed; what is canceled then is asked no more.
_UNFIXED = (Moment.CREATED, Moment.VOTING_OPEN, Moment.CANCELED)


def timeless(claim: Any) -> Any:
    """Leave out the estimates, which change with each block, and a quorum that is not fixed yet."""
    match claim:
        case GovernorNews():
            return _timeless_news(claim)
        case TallyCard():
            return _timeless_tally(claim)
        case LargeVote() if claim.times_are_estimates:
            return replace(claim, vote_ends_at=NO_TIME)
    return claim


def _timeless_news(claim: GovernorNews) -> GovernorNews:
    if claim.times_are_estimates:
        claim = replace(claim, vote_starts_at=NO_TIME, vote_ends_at=NO_TIME)
    if claim.moment in _UNFIXED:
        claim = replace(claim, abstain_votes=None, quorum=None, quorum_missing=None)
        claim = replace(claim, participation=None)
    if claim.transaction_hash is None:  # It is dated by the look that found it.
        claim = replace(claim, at=NO_TIME)
    return claim


def _timeless_tally(claim: TallyCard) -> TallyCard:
    if claim.times_are_estimates:
        claim = replace(claim, start=NO_TIME, end=NO_TIME)
    if claim.state is GovernorState.CANCELED:
        claim = replace(claim, quorum=None, needed=None)
    # What is over is asked in turn, so that it is for ever may be seen later.
    return replace(claim, is_finalized=False)


@asynccontextmanager
async def open_bot(file: Path, url: str, now: int) -> AsyncIterator[Bot]:
    """Start a bot on a migrated file and a node's address."""
    clock = HandClock(now)
    async with open_watched(file) as database, open_web3(url) as web3:
        chains = {CHAIN: ChainClient(web3, CHAIN)}
        posted_at = HandClock(now)
        yield Bot(
            database=database,
            client=chains[CHAIN],
            clock=clock,
            governance=Governance(database, chains, clock),
            setup=Setup(database, None, chains, 0, clock),  # type: ignore[arg-type] # no Snapshot here
            channels=Channels(delivery=Delivery(database, posted_at), clock=posted_at),
        )


async def confirm(chain: AnvilChain, bots: Sequence[Bot]) -> None:
    """Let what has happened be deep enough, and let the bots look."""
    await chain.mine(CONFIRMATIONS)
    for bot in bots:
        await bot.tick(chain.head_time)
