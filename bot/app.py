"""The composition root: opens the outside worlds, wires the parts, closes in reverse."""

import asyncio
import gc
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

import aiohttp
import discord
import httpx
import yarl

from bot.client import GovernanceBot, Services, logged_in
from bot.clock import Clock, system_clock
from bot.domain.types import ChainId
from bot.gateways.chain.calling.published import read_published
from bot.gateways.chain.calling.sourcify import Sourcify
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.errors import ChainError
from bot.gateways.chain.transport import open_web3
from bot.gateways.snapshot.budget import RequestBudget
from bot.gateways.snapshot.client import SnapshotClient
from bot.gateways.snapshot.signer import Signer
from bot.gateways.snapshot.wire import SnapshotError
from bot.heartbeat import HEARTBEAT_EVERY_SECONDS, beat, heartbeat_path
from bot.metrics import serving
from bot.pages import Errands, PagePlace, Takers, open_page
from bot.scheduler import Job, Scheduler
from bot.services.aliases import Aliases
from bot.services.announced import Announced
from bot.services.ballots import Ballots
from bot.services.changes import Changes
from bot.services.deadlines import Deadlines
from bot.services.delivery import Delivery
from bot.services.dispatch import Dispatch
from bot.services.drafts import Drafts
from bot.services.exports import Exports
from bot.services.following import Following
from bot.services.forum_posts import ForumPosts
from bot.services.governance import Backfill, Governance, Progress
from bot.services.governance.describing import Describing, Sources
from bot.services.governance.naming import Naming
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
from bot.services.supplies import Supplies
from bot.services.support import Support
from bot.services.technical_reviews import TechnicalReviews
from bot.services.upkeep import Upkeep
from bot.services.vote_links import VoteLinks
from bot.services.wallets import Wallets
from bot.services.watching import GovernorsFollowed, Watching
from bot.settings import Settings
from bot.storage.database import Database, open_database
from bot.storage.migration import migrate

_TIMEOUT_SECONDS = 15.0
WORLD_FAILURES = (
    httpx.HTTPError,
    SnapshotError,
    ChainError,
    aiohttp.ClientError,
    discord.HTTPException,
    OSError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ground:
    """What every service stands on."""

    settings: Settings
    database: Database
    snapshot: SnapshotClient
    chains: dict[ChainId, ChainClient]
    signer: Signer | None
    naming: Naming
    describing: Describing
    now: Clock


@asynccontextmanager
async def open_app(settings: Settings, now: Clock = system_clock) -> AsyncIterator[GovernanceBot]:
    """Open everything and give the bot, logged in and not yet connected; its jobs are running.

    Raises:
        AbiFolderError: A file in the folder of ABIs cannot be used.
        DatabaseInUseError: Another process has the database open.
        SignerError: The key for Snapshot cannot be used.
        MetricsError: The metrics cannot be served where they should.
        PageError: The page cannot listen where it should.
        discord.LoginFailure: Discord does not take the token.
    """
    _point_discord_at(settings)
    await asyncio.to_thread(migrate, settings.database_path)
    async with AsyncExitStack() as stack:
        ground = await _open_ground(stack, settings, now)
        scheduler = Scheduler(WORLD_FAILURES, now)
        services = _services(ground)
        bot = await stack.enter_async_context(
            logged_in(GovernanceBot(services, scheduler, settings, WORLD_FAILURES), settings.token)
        )
        governance = Governance(ground.database, ground.chains, now, ground.describing)
        for job in (
            *_snapshot_jobs(ground, services),
            *_chain_jobs(ground, governance),
            *_carrying_out_jobs(ground, services),
            _heartbeat(bot),
        ):
            scheduler.add(job)
        await stack.enter_async_context(scheduler.running())
        await _open_page(stack, ground, bot)
        if settings.metrics_port is not None:
            address = settings.metrics_host, settings.metrics_port
            served = serving(*address, now, governance.figures, lambda: scheduler.turns)
            await stack.enter_async_context(served)
        # All that was imported and wired lives as long as we do: looking for garbage in it again
        # and again would cost a quarter of the time that an event takes.
        gc.freeze()
        yield bot


@asynccontextmanager
async def open_backfill(
    settings: Settings, show: Callable[[Progress], None]
) -> AsyncIterator[Backfill]:
    """Open the database and the chains, and nothing else.

    Raises:
        DatabaseInUseError: Another process has the database open.
    """
    await asyncio.to_thread(migrate, settings.database_path)
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(open_database(settings.database_path))
        yield Backfill(database, await _open_chains(stack, settings, system_clock), show)


async def _open_ground(stack: AsyncExitStack, settings: Settings, now: Clock) -> _Ground:
    database = await stack.enter_async_context(
        open_database(settings.database_path, is_rehearsing=settings.assent_dry_run)
    )
    # Whom to trust is the system's to say, as it is for Discord and for the nodes.
    trusted = ssl.create_default_context()
    client = httpx.AsyncClient(timeout=_TIMEOUT_SECONDS, verify=trusted)
    http = await stack.enter_async_context(client)
    key = settings.snapshot_api_key
    snapshot = SnapshotClient(
        http,
        settings.snapshot_hub_url,
        settings.snapshot_sequencer_url,
        key.get_secret_value() if key else None,
        RequestBudget(now, settings.snapshot_requests_per_minute),
    )
    chains = await _open_chains(stack, settings, now)
    naming = Naming(database, chains, now)
    sources = await asyncio.to_thread(_sources, settings, http)
    return _Ground(
        settings=settings,
        database=database,
        snapshot=snapshot,
        chains=chains,
        signer=await asyncio.to_thread(_signer, settings),
        naming=naming,
        describing=Describing(database, chains, now, naming, sources),
        now=now,
    )


def _sources(settings: Settings, http: httpx.AsyncClient) -> Sources:
    """Give where the functions of contracts are found, beside the built-in table."""
    contracts, signatures = settings.sourcify_url, settings.sourcify_signatures_url
    return Sources(
        published=read_published(settings.abi_folder),
        sourcify=Sourcify(http, contracts, signatures) if settings.look_up_functions else None,
    )


def _services(ground: _Ground) -> Services:
    database, chains, now = ground.database, ground.chains, ground.now
    settings, signer = ground.settings, ground.signer
    asked = ground.snapshot.for_people()
    setup = Setup(
        database,
        asked,
        chains,
        settings.chain_lookback_blocks,
        now,
        signer.address if signer else None,
    )
    return Services(
        setup=setup,
        guide=Guide(database),
        ideas=Ideas(database, now),
        support=Support(database, now),
        merging=Merging(database, now),
        preferences=Preferences(database),
        drafts=Drafts(database, asked, chains, signer, now, can_sign_in_browser=settings.has_page),
        publishing=Publishing(
            database, ground.snapshot, chains, signer, now, can_sign_in_browser=settings.has_page
        ),
        revisions=Revisions(database, now),
        reviews=Reviews(database, now),
        records=Records(database, now),
        delivery=Delivery(database, now),
        upkeep=Upkeep(database, now),
        forum_posts=ForumPosts(database, now),
        policies=Policies(database, now),
        oversight=Oversight(database, chains, now),
        exports=Exports(database),
        overrides=Overrides(database, now),
        announced=Announced(database, now),
        ballots=Ballots(database, asked, now),
        watching=Watching(
            database,
            asked,
            now,
            GovernorsFollowed(recognised=setup.recognised, watch=setup.watch),
        ),
        vote_links=VoteLinks(database, asked, now),
        rehearsals=Rehearsals(database, now, is_rehearsing=settings.assent_dry_run),
        page_links=PageLinks(database, now),
        wallets=Wallets(database, chains, now),
        aliases=Aliases(database, ground.snapshot, signer.address if signer else None, now),
        changes=Changes(
            database, asked, chains, signer, now, can_sign_in_browser=settings.has_page
        ),
        deadlines=Deadlines(database, now, is_rehearsing=settings.assent_dry_run),
        powers=Powers(database, chains),
        preparing=Preparing(database, chains, ground.describing.described, now),
        implementations=Implementations(database, now),
        technical_reviews=TechnicalReviews(database, chains, ground.describing.described, now),
    )


def _snapshot_jobs(ground: _Ground, services: Services) -> Iterator[Job]:
    """Give what is done again and again about votes on Snapshot."""
    every = ground.settings.snapshot_every_seconds
    following = Following(ground.database, ground.snapshot, ground.now)
    supplies = Supplies(ground.database, ground.chains, ground.now)
    yield Job(name="publishing", every_seconds=every, run=services.publishing.tick)
    dispatch = Dispatch(ground.database, ground.snapshot, ground.now)
    yield Job(name="changes", every_seconds=every, run=dispatch.tick)
    yield Job(name="aliases", every_seconds=every, run=services.aliases.tick)
    yield Job(name="tallies", every_seconds=every, run=following.tick)
    yield Job(name="supplies", every_seconds=every, run=supplies.tick)


def _chain_jobs(ground: _Ground, governance: Governance) -> Iterator[Job]:
    """Give the reading of each chain."""
    for chain_id in ground.chains:
        yield Job(
            name=f"chain {chain_id}",
            every_seconds=ground.settings.chain_every_seconds,
            run=partial(governance.tick, chain_id),
        )
    every = ground.settings.names_every_seconds
    yield Job(name="names", every_seconds=every, run=ground.naming.tick)


def _carrying_out_jobs(ground: _Ground, services: Services) -> Iterator[Job]:
    """Give what is done again and again about what was decided."""
    every = ground.settings.chain_every_seconds
    yield Job(name="reviews", every_seconds=every, run=services.technical_reviews.tick)
    yield Job(name="implementations", every_seconds=every, run=services.implementations.tick)


def _heartbeat(bot: GovernanceBot) -> Job:
    return Job(
        name="heartbeat",
        every_seconds=HEARTBEAT_EVERY_SECONDS,
        run=partial(beat, heartbeat_path(bot.settings), bot.is_ready),
    )


async def _open_page(stack: AsyncExitStack, ground: _Ground, bot: GovernanceBot) -> None:
    """Open the page on which members sign, if there is an address under which they reach it."""
    settings, services = ground.settings, bot.services
    if settings.page_url is None:
        return
    place = PagePlace(url=settings.page_url, host=settings.page_host, port=settings.page_port)
    takers = Takers(
        publishing=services.publishing,
        wallets=services.wallets,
        aliases=services.aliases,
        changes=services.changes,
    )
    errands = Errands(services.page_links, takers, bot.actor, place.url)
    opened = open_page(place, errands, ground.now, WORLD_FAILURES, deadlines=services.deadlines)
    await stack.enter_async_context(opened)


async def _open_chains(
    stack: AsyncExitStack, settings: Settings, now: Clock
) -> dict[ChainId, ChainClient]:
    chains = {}
    for chain_id, addresses in settings.rpc_urls.items():
        nodes = [
            await stack.enter_async_context(open_web3(address.get_secret_value()))
            for address in addresses
        ]
        chains[chain_id] = ChainClient(nodes, chain_id, now=now)
    return chains


def _signer(settings: Settings) -> Signer | None:
    if settings.snapshot_keystore and settings.snapshot_password_file:
        return Signer.from_keystore(settings.snapshot_keystore, settings.snapshot_password_file)
    if settings.snapshot_key_file:
        return Signer.from_key_file(settings.snapshot_key_file)
    return None


def _point_discord_at(settings: Settings) -> None:
    """Tell discord.py where Discord is; it keeps that on classes."""
    discord.http.Route.BASE = settings.discord_api_url
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(settings.discord_gateway_url)
