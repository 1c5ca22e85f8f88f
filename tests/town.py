"""A community with the services that serve it, a Snapshot, and a way from idea to vote."""

import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import httpx
from sqlalchemy import select

from bot.domain.drafting.checklist import DraftView
from bot.domain.drafting.revision import HeadEdit, SectionEdit
from bot.domain.offchain.snapshot import SpaceLimits
from bot.domain.offchain.vote import OffChainVote
from bot.domain.outbox import PostState
from bot.domain.policy import Policy, Step
from bot.domain.proposal import Community, Idea, Proposal, SpokenIdea
from bot.domain.support import Reactor
from bot.domain.types import ChainId, UnixSeconds, UserId
from bot.gateways.chain.client import ChainClient
from bot.gateways.snapshot.budget import RequestBudget
from bot.gateways.snapshot.client import SnapshotClient
from bot.gateways.snapshot.signer import Signer
from bot.services.aliases import Aliases
from bot.services.ballots import Ballots
from bot.services.changes import Changes
from bot.services.delivery import Delivery
from bot.services.dispatch import Dispatch
from bot.services.drafts import Drafts
from bot.services.following import Following
from bot.services.ideas import Ideas
from bot.services.implementations import Implementations
from bot.services.merging import Merging
from bot.services.page_links import PageLinks
from bot.services.preferences import Preferences
from bot.services.publishing import Publishing
from bot.services.records import Records
from bot.services.reviews import Reviews
from bot.services.revisions import Revisions
from bot.services.setup import Setup
from bot.services.supplies import Supplies
from bot.services.support import Support
from bot.services.wallets import Wallets
from bot.storage.codec import SPEECH
from bot.storage.schema import posts
from sandbox.snapshot.ledger import ProposalRecord, SpaceRecord
from sandbox.snapshot.wallet import Wallet
from sandbox.snapshot.world import SnapshotWorld
from tests import builders
from tests.builders import AUTHOR, GUILD, MODERATOR
from tests.forkable_chain import CHAIN, ForkableChain
from tests.watched import HandClock, WatchedDatabase, WatchedTransport

DAY = 86_400
SPACE = "usebraintrust.eth"
NO_LIMITS = SpaceLimits(body_units=None, choices=None)

SpeechType = TypeVar("SpeechType")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One thing in the outbox."""

    destination: str
    state: PostState
    is_withdrawn: bool
    role_id: int | None
    mentioned_id: int | None = None


@dataclass(slots=True, kw_only=True)
class Town:
    """Everything a test of the services needs; `restart` begins again from the file."""

    database: WatchedDatabase
    file: Path
    clock: HandClock
    world: SnapshotWorld
    space: SpaceRecord
    chain: ForkableChain
    transport: WatchedTransport
    http: httpx.AsyncClient
    signer: Signer | None
    can_sign_in_browser: bool = False
    budget: RequestBudget | None = None  # a restart does not renew it
    chains: dict[ChainId, ChainClient] = field(init=False)
    snapshot: SnapshotClient = field(init=False)
    ideas: Ideas = field(init=False)
    supporting: Support = field(init=False)
    merging: Merging = field(init=False)
    preferences: Preferences = field(init=False)
    delivery: Delivery = field(init=False)
    drafts: Drafts = field(init=False)
    revisions: Revisions = field(init=False)
    reviews: Reviews = field(init=False)
    publishing: Publishing = field(init=False)
    tallies: Following = field(init=False)
    ballots: Ballots = field(init=False)
    supplies: Supplies = field(init=False)
    changes: Changes = field(init=False)
    dispatch: Dispatch = field(init=False)
    aliases: Aliases = field(init=False)
    records: Records = field(init=False)
    setup: Setup = field(init=False)
    page_links: PageLinks = field(init=False)
    wallets: Wallets = field(init=False)
    implementations: Implementations = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Begin again, as after a crash: nothing is known but what is in the file."""
        self.chains = {CHAIN: self.chain.client()}
        self.snapshot = SnapshotClient(
            self.http, "http://hub/graphql", "http://sequencer", budget=self.budget
        )
        base = (self.database, self.snapshot, self.chains)
        self.ideas = Ideas(self.database, self.clock)
        self.supporting = Support(self.database, self.clock)
        self.merging = Merging(self.database, self.clock)
        self.preferences = Preferences(self.database)
        self.delivery = Delivery(self.database, self.clock)
        page = self.can_sign_in_browser
        self.drafts = Drafts(*base, self.signer, self.clock, can_sign_in_browser=page)
        self.revisions = Revisions(self.database, self.clock)
        self.reviews = Reviews(self.database, self.clock)
        self.tallies = Following(self.database, self.snapshot, self.clock)
        self.publishing = Publishing(*base, self.signer, self.clock, can_sign_in_browser=page)
        self.ballots = Ballots(self.database, self.snapshot, self.clock)
        self.supplies = Supplies(self.database, self.chains, self.clock)
        self.changes = Changes(*base, self.signer, self.clock, can_sign_in_browser=page)
        self.dispatch = Dispatch(self.database, self.snapshot, self.clock)
        key = self.signer.address if self.signer else None
        self.aliases = Aliases(self.database, self.snapshot, key, self.clock)
        self.records = Records(self.database, self.clock)
        self.setup = Setup(*base, 0, self.clock)
        self.page_links = PageLinks(self.database, self.clock)
        self.wallets = Wallets(self.database, self.chains, self.clock)
        self.implementations = Implementations(self.database, self.clock)

    async def found(self, community: Community | None = None) -> None:
        await self.setup.set_up(community or builders.community(), MODERATOR)

    async def idea(self, title: str = "Lower the marketplace fee", text: str = "Why.") -> Proposal:
        return await self.ideas.speak(
            SpokenIdea(
                guild_id=GUILD,
                author_id=AUTHOR.user_id,
                author_name=AUTHOR.name,
                title=title,
                idea=Idea(problem=text),
            ),
            AUTHOR,
        )

    async def support(self, idea: Proposal, count: int) -> None:
        reactors = [Reactor(user_id=UserId(100 + n), is_bot=False) for n in range(count)]
        await self.seen(idea, *reactors)

    async def seen(self, idea: Proposal, *reactors: Reactor) -> None:
        """Let a look at Discord have found that these, and no others, react with support."""
        seen = builders.seen(*reactors, of=await self.policy())
        await self.supporting.recount(idea.id, seen)

    async def policy(self) -> Policy:
        async with self.database.reading() as store:
            return (await store.communities.of(GUILD)).policy

    async def promoted(self) -> Proposal:
        idea = await self.idea()
        await self.support(idea, 3)
        self.clock.wait(2 * DAY)
        return await self.ideas.promote(GUILD, idea.reference, MODERATOR)

    async def notice(self, idea: Proposal) -> DraftView:
        view = await self.drafts.view(GUILD, idea.reference)
        return await self.drafts.give_notice(
            GUILD,
            idea.reference,
            MODERATOR,
            step=view.draft.step,
            revision=view.draft.revision,
        )

    async def noticed(self) -> Proposal:
        idea = await self.promoted()
        await self.notice(idea)
        return await self.proposal(idea)

    async def publish(self, idea: Proposal) -> Proposal:
        """Let the notice pass, and the vote be posted and read back."""
        self.clock.time = max(self.clock.time, (await self.vote(idea)).opens_at)
        await self.publishing.tick()
        await self.publishing.tick()
        return await self.proposal(idea)

    async def opened(self) -> Proposal:
        return await self.publish(await self.noticed())

    async def opened_from(self, idea: Proposal) -> Proposal:
        """Bring a proposal in drafting to its open vote."""
        await self.notice(idea)
        return await self.publish(idea)

    async def decide(self, idea: Proposal, *choices: int) -> Proposal:
        """Let the voters vote, 60,000 tokens each, and the scores become final."""
        record = await self.record(idea)
        for number, choice in enumerate(choices):
            await self.voter(number).vote(record.id, choice)
        self.clock.time = record.end + 61
        await self.tallies.tick()
        return await self.proposal(idea)

    async def in_consensus(self) -> Proposal:
        """Bring a proposal into the drafting of its consensus check."""
        return await self.decide(await self.opened(), 1, 1)

    async def passed(self) -> Proposal:
        idea = await self.in_consensus()
        await self.notice(idea)
        return await self.decide(await self.publish(idea), 1, 1)

    def voter(self, number: int) -> Wallet:
        return self.world.wallet(f"voter {number}", power=60_000)

    async def proposal(self, idea: Proposal) -> Proposal:
        async with self.database.reading() as store:
            return await store.proposals.of(idea.id)

    async def vote(self, idea: Proposal) -> OffChainVote:
        """Give the newest round of the newest step."""
        async with self.database.reading() as store:
            return (await store.votes.of(idea.id))[-1]

    async def missing_since(self, idea: Proposal) -> UnixSeconds | None:
        """Give since when the hub shows its newest vote no more."""
        vote = await self.vote(idea)
        assert vote.snapshot_id is not None
        async with self.database.reading() as store:
            return await store.hub.missing_since(vote.snapshot_id)

    async def record(self, idea: Proposal) -> ProposalRecord:
        """Give the proposal as Snapshot has it."""
        envelope = (await self.vote(idea)).envelope
        assert envelope is not None
        record = self.world.proposal(envelope.id)
        assert record is not None
        return record

    async def edit(self, idea: Proposal, **changes: Any) -> DraftView:
        """Change a draft: `text` of a `section`, or the head of it (`title` without its prefix)."""
        draft = (await self.drafts.view(GUILD, idea.reference)).draft
        actor = changes.pop("by", AUTHOR)
        seen = {
            "step": changes.pop("step", draft.step),
            "revision": changes.pop("revision", draft.revision),
        }
        if "text" in changes:
            edit = SectionEdit(**{"section": "Summary", **changes}, **seen)
            done = await self.revisions.write(GUILD, idea.reference, actor, edit)
            assert isinstance(done, DraftView), "nobody else has changed it"
            return done
        head = HeadEdit(**{"title": idea.title, **changes}, **seen)
        return await self.revisions.write_head(GUILD, idea.reference, actor, head)

    async def overwrite(self, idea: Proposal, **changes: Any) -> None:
        """Write a revision as no form would let anybody write it."""
        async with self.database.transaction() as store:
            draft = await store.draft(await store.proposals.of(idea.id))
            await store.drafts.save(replace(draft, revision=draft.revision + 1, **changes))

    async def heard(self, kind: type[SpeechType]) -> list[tuple[Heard, SpeechType]]:
        """Give what is in the outbox of one kind, in the order it was said."""
        async with self.database.reading() as store:
            rows = await store.outbox._connection.execute(select(posts).order_by(posts.c.id))
            found: list[tuple[Heard, SpeechType]] = []
            for row in rows:
                speech: object = SPEECH.load(row.body)
                if isinstance(speech, kind):
                    heard = Heard(
                        destination=row.destination,
                        state=PostState(row.state),
                        is_withdrawn=row.is_withdrawn,
                        role_id=row.role_id,
                        mentioned_id=row.mentioned_id,
                    )
                    found.append((heard, speech))
        return found

    async def only(self, kind: type[SpeechType]) -> SpeechType:
        """Give the one thing of this kind that was said, in however many places."""
        speeches = [speech for _, speech in await self.heard(kind)]
        assert speeches, f"nothing was said of the kind {kind.__name__}"
        assert all(speech == speeches[0] for speech in speeches)
        return speeches[0]

    async def step_of(self, idea: Proposal) -> Step:
        return (await self.vote(idea)).step

    def dump(self) -> Sequence[str]:
        return dump(self.file)


def dump(file: Path) -> Sequence[str]:
    """Write a whole database as text."""
    with closing(sqlite3.connect(file)) as connection:
        return list(connection.iterdump())


@asynccontextmanager
async def open_town(database: WatchedDatabase, file: Path, clock: HandClock) -> AsyncIterator[Town]:
    """Found a town on a database; its bot signs with a key from a file."""
    chain = ForkableChain()
    chain.before_request = database.check_that_nothing_is_open
    chain.now = clock
    world = SnapshotWorld(clock, block_number=lambda: chain.head.number, rate_limit=False)
    bot = world.wallet("assent")
    key_file = file.with_name("key")
    key_file.write_text(bot.key)
    key_file.chmod(0o600)
    space = world.space(
        SPACE,
        name="Braintrust",
        symbol="BTRST",
        network=str(CHAIN),
        members=[bot.address],
        quorum=100_000,
    )
    transport = WatchedTransport(world.transport(), database)
    async with httpx.AsyncClient(transport=transport) as http:
        yield Town(
            database=database,
            file=file,
            clock=clock,
            world=world,
            space=space,
            chain=chain,
            transport=transport,
            http=http,
            signer=Signer.from_key_file(key_file),
        )
    await world.close()
