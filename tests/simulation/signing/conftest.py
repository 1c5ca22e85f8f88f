"""The page over a real socket, before the services of a town."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
import pytest

from bot.domain.drafting.posted import VoteEdit
from bot.domain.errand import LinkWallet, PageErrand, SignChange, SignProposal
from bot.domain.proposal import Actor, Proposal
from bot.domain.types import GuildId, UserId
from bot.pages import Errands, PagePlace, Takers, open_page
from sandbox.browser import Browser
from sandbox.ports import free_port
from sandbox.snapshot.provider import Provider
from tests.builders import AUTHOR, GUILD, MEMBER, MODERATOR
from tests.town import DAY, Town, open_town
from tests.watched import HandClock, WatchedDatabase


@dataclass(slots=True, kw_only=True)
class Desk:
    """The page of a town, and the people who are sent to it."""

    town: Town
    place: PagePlace
    http: httpx.AsyncClient
    members: dict[UserId, Actor] = field(
        default_factory=lambda: {each.user_id: each for each in (AUTHOR, MODERATOR, MEMBER)}
    )
    discord_is_down: bool = False

    async def member(self, guild_id: GuildId, user_id: UserId) -> Actor | None:
        assert guild_id == GUILD
        if self.discord_is_down:
            raise ConnectionError
        return self.members.get(user_id)

    def errands(self) -> Errands:
        town = self.town
        takers = Takers(
            publishing=town.publishing,
            wallets=town.wallets,
            aliases=town.aliases,
            changes=town.changes,
        )
        return Errands(town.page_links, takers, self.member, self.place.url)

    @asynccontextmanager
    async def with_a_key(self) -> AsyncIterator[str]:
        """Begin again with a key of Assent's own, whose address is given."""
        bot = self.town.world.wallet("assent")
        self.town.signer = bot.signer
        self.town.restart()
        port = free_port()
        self.place = PagePlace(url=f"http://127.0.0.1:{port}", host="127.0.0.1", port=port)
        async with open_page(self.place, self.errands(), self.town.clock, (ConnectionError,)):
            yield bot.address

    async def link(self, errand: PageErrand | None = None, actor: Actor = MEMBER) -> str:
        """Give the address that a member is handed."""
        secret = await self.town.page_links.make(GUILD, actor, errand or LinkWallet())
        return f"{self.place.url}/s#{secret}"

    async def browser(self, errand: PageErrand | None = None, actor: Actor = MEMBER) -> Browser:
        return Browser(await self.link(errand, actor), self.http)

    async def to_be_signed(self, **draft: str) -> SignProposal:
        """Bring a proposal so far that its vote waits for a signature."""
        idea = await self.town.promoted()
        if draft:
            await self.town.edit(idea, **draft)
        return await self.noticed(idea)

    async def proposal(self, errand: SignProposal) -> Proposal:
        async with self.town.database.reading() as store:
            return await store.proposals.of(errand.proposal_id)

    async def noticed(self, idea: Proposal) -> SignProposal:
        await self.town.notice(idea)
        vote = await self.town.vote(idea)
        self.town.clock.time = max(self.town.clock.time, vote.opens_at)
        return SignProposal(proposal_id=idea.id, step=vote.step, round=vote.round)

    async def posted(self) -> Proposal:
        """Bring a vote to Snapshot that Mara's wallet has signed; it starts a day later."""
        self.town.space.voting["delay"] = DAY
        errand = await self.to_be_signed()
        await (await self.browser(errand, AUTHOR)).sign(self.author())
        return await self.town.publish(await self.proposal(errand))

    async def edit(self, idea: Proposal, actor: Actor = AUTHOR, **wanted: str) -> SignChange:
        """Ask for another text of a vote."""
        edit = VoteEdit(updated=None, **wanted)  # type: ignore[arg-type] # from keywords
        offered = await self.town.changes.offer_edit(GUILD, idea.reference, actor, edit)
        return SignChange(typed_id=offered.typed_id)

    async def deletion(self, idea: Proposal, reason: str, actor: Actor = AUTHOR) -> SignChange:
        """Ask for the deletion of a vote."""
        offered = await self.town.changes.offer_deletion(GUILD, idea.reference, actor, reason)
        return SignChange(typed_id=offered.typed_id)

    def wallet(self, name: str) -> Provider:
        """Give the wallet in a person's browser."""
        return Provider(wallet=self.town.world.wallet(name))

    def address(self, name: str) -> str:
        return self.town.world.wallet(name).address

    def author(self) -> Provider:
        """Give a wallet that may propose in the space."""
        self.town.space.members = [*self.town.space.members, self.address("Mara")]
        return self.wallet("Mara")


@pytest.fixture
async def town(database: WatchedDatabase, clock: HandClock) -> AsyncIterator[Town]:
    async with open_town(database, database.file, clock) as town:
        town.signer, town.can_sign_in_browser = None, True
        town.restart()
        await town.found()
        yield town


@pytest.fixture
def prefix() -> str:
    return ""


@pytest.fixture
async def desk(town: Town, prefix: str) -> AsyncIterator[Desk]:
    port = free_port()
    place = PagePlace(url=f"http://127.0.0.1:{port}{prefix}", host="127.0.0.1", port=port)
    async with httpx.AsyncClient() as http:
        desk = Desk(town=town, place=place, http=http)
        async with open_page(place, desk.errands(), town.clock, (ConnectionError,)):
            yield desk
