"""A bot that speaks and sends as fast as it can, made to be killed at any moment.

It has the true database, services and cog of announcements, and a discord.py client that logs in
and never opens a gateway: enough to send, and light enough to be started a hundred times.

Run as a program it is a nursery: what costs seconds is imported once, and each `live` or `finish`
it reads makes a child of it in a moment, whose process id it answers; to `wait` with its status.
"""

import asyncio
import os
import random
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from discord.http import Route
from typing_extensions import override

from bot.client import GovernanceBot, Services, logged_in
from bot.domain.onchain.call import DecodedCall
from bot.domain.proposal import Actor, Idea, SpokenIdea
from bot.domain.support import Reaction, Seen, Stance, Via
from bot.domain.types import GuildId, ProposalId, UserId
from bot.log import set_up_logs
from bot.scheduler import Scheduler
from bot.services.aliases import Aliases
from bot.services.announced import Announced
from bot.services.ballots import Ballots
from bot.services.changes import Changes
from bot.services.deadlines import Deadlines
from bot.services.delivery import Delivery
from bot.services.drafts import Drafts
from bot.services.exports import Exports
from bot.services.forum_posts import ForumPosts
from bot.services.guide import Guide
from bot.services.ideas import Ideas
from bot.services.implementations import Implementations
from bot.services.merging import Merging
from bot.services.overrides import Overrides
from bot.services.oversight import Oversight
from bot.services.page_links import PageLinks
from bot.services.policies import Policies
from bot.services.powers import Powers
from bot.services.preferences import Preferences
from bot.services.preparing import Preparing
from bot.services.publishing import Publishing
from bot.services.records import Records
from bot.services.rehearsals import Rehearsals
from bot.services.reviews import Reviews
from bot.services.revisions import Revisions
from bot.services.setup import Setup
from bot.services.support import Support
from bot.services.technical_reviews import TechnicalReviews
from bot.services.upkeep import Upkeep
from bot.services.vote_links import VoteLinks
from bot.services.wallets import Wallets
from bot.services.watching import Watching
from bot.settings import Settings
from bot.storage.database import Database, open_database
from cogs.announcements import Announcements
from sandbox.clock import SandboxClock

SUPPORTERS = 2
MARA = Actor(user_id=UserId(11), name="Mara", is_moderator=False)
ANA = Actor(user_id=UserId(12), name="Ana", is_moderator=True)


class Sender(GovernanceBot):
    """The true bot, with its one cog that sends."""

    announcements: Announcements

    @override
    async def setup_hook(self) -> None:
        self.announcements = Announcements(self)
        await self.add_cog(self.announcements)
        async for guild in self.fetch_guilds():
            self._connection._add_guild_from_data(await self.http.get_guild(guild.id))

    @override
    def is_ready(self) -> bool:
        return True


async def _live(folder: Path, api_url: str, token: str, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - what happens, not a secret
    async with AsyncExitStack() as stack:
        bot, services = await _open(stack, folder, api_url, token)
        guilds = [guild.id for guild in bot.guilds]
        while True:
            await _something_happens(services, GuildId(chance.choice(guilds)), chance)
            await bot.announcements.drain()


async def _finish(folder: Path, api_url: str, token: str, turns: int) -> None:
    clock = SandboxClock.open(folder / "clock")
    async with AsyncExitStack() as stack:
        bot, services = await _open(stack, folder, api_url, token)
        for _ in range(turns):
            clock.jump(700)
            if not await services.delivery.due():
                return
            await bot.announcements.drain()


async def _something_happens(services: Services, guild: GuildId, chance: random.Random) -> None:
    """Take one small step of a community's life: a new idea, support for one, or its promotion."""
    proposals = await services.records.matching(guild)
    what = chance.random()
    if what < 0.4 or not proposals:
        idea = SpokenIdea(
            guild_id=guild,
            author_id=MARA.user_id,
            author_name=MARA.name,
            title=f"Idea {chance.randrange(10**6)}",
            idea=Idea(problem="For the sake of it."),
        )
        await services.ideas.speak(idea, MARA)
        return
    proposal = chance.choice(proposals)
    if proposal.phase == "idea":
        await _support(services, proposal.id, chance.randint(0, SUPPORTERS))
    elif proposal.phase == "ready":
        await services.ideas.park(guild, proposal.reference, ANA, "Later.")
    else:
        await services.ideas.reopen(guild, proposal.reference, ANA, "Now.")


async def _support(services: Services, proposal_id: ProposalId, count: int) -> None:
    gathering = await services.support.gathering(proposal_id)
    if gathering is not None:
        users = [UserId(100 + each) for each in range(count)]
        reactions = frozenset(
            Reaction(user_id=user, stance=Stance.SUPPORT, via=Via.REACTION) for user in users
        )
        seen = Seen(rules=gathering.rules, reactions=reactions)
        await services.support.recount(proposal_id, seen)


async def _open(
    stack: AsyncExitStack, folder: Path, api_url: str, token: str
) -> tuple[Sender, Services]:
    Route.BASE = api_url
    clock = SandboxClock.open(folder / "clock")
    database = await stack.enter_async_context(open_database(folder / "assent.db"))
    services = _services(database, clock)
    settings = Settings.load(_env_file=None, discord_token=token)
    bot = Sender(services, Scheduler(), settings)
    await stack.enter_async_context(logged_in(bot, token))
    return bot, services


async def _nothing(*_asked: object) -> tuple[DecodedCall, ...]:
    return ()


def _services(database: Database, clock: SandboxClock) -> Services:
    nowhere: dict[object, object] = {}
    worlds = (None, nowhere)  # neither Snapshot nor a chain is asked for anything
    return Services(
        setup=Setup(database, *worlds, 0, clock.now),  # type: ignore[arg-type] # see above
        guide=Guide(database),
        ideas=Ideas(database, clock.now),
        support=Support(database, clock.now),
        merging=Merging(database, clock.now),
        preferences=Preferences(database),
        drafts=Drafts(database, *worlds, None, clock.now),  # type: ignore[arg-type] # see above
        revisions=Revisions(database, clock.now),
        reviews=Reviews(database, clock.now),
        records=Records(database, clock.now),
        implementations=Implementations(database, clock.now),
        technical_reviews=TechnicalReviews(database, {}, _nothing, clock.now),
        delivery=Delivery(database, clock.now),
        upkeep=Upkeep(database, clock.now),
        forum_posts=ForumPosts(database, clock.now),
        policies=Policies(database, clock.now),
        rehearsals=Rehearsals(database, clock.now),
        oversight=Oversight(database, {}, clock.now),
        exports=Exports(database),
        overrides=Overrides(database, clock.now),
        announced=Announced(database, clock.now),
        watching=Watching(database, None, clock.now),  # type: ignore[arg-type] # see above
        vote_links=VoteLinks(database, None, clock.now),  # type: ignore[arg-type] # see above
        publishing=Publishing(database, *worlds, None, clock.now),  # type: ignore[arg-type] # see above
        ballots=Ballots(database, None, clock.now),  # type: ignore[arg-type] # see above
        page_links=PageLinks(database, clock.now),
        wallets=Wallets(database, {}, clock.now),
        aliases=Aliases(database, None, None, clock.now),  # type: ignore[arg-type] # see above
        changes=Changes(database, *worlds, None, clock.now),  # type: ignore[arg-type] # see above
        deadlines=Deadlines(database, clock.now),
        powers=Powers(database, {}),
        preparing=Preparing(database, {}, None, clock.now),  # type: ignore[arg-type] # see above
    )


def nursery(folder: Path, api_url: str, token: str) -> None:
    """Make children as asked on standard input, one command a line, until it is closed."""
    set_up_logs(level="ERROR", as_json=False, secrets=[token])
    for line in sys.stdin:
        command, number = line.split()
        if command == "wait":
            _, status = os.waitpid(int(number), 0)
            answer = os.waitstatus_to_exitcode(status)
        elif (answer := os.fork()) == 0:
            begin = _live if command == "live" else _finish
            asyncio.run(begin(folder, api_url, token, int(number)))
            os._exit(0)
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


def main(arguments: Sequence[str]) -> None:
    folder, api_url, token = arguments
    nursery(Path(folder), api_url, token)


if __name__ == "__main__":
    main(sys.argv[1:])
