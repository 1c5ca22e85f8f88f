"""What is in the way: noticed when something fails or is looked for, told once, forgotten after."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.clock import Clock
from bot.domain.errand import LINK_REMEMBERED
from bot.domain.lifecycle import DRAFTING, GATHERING, NOTICED
from bot.domain.policy import DAY
from bot.domain.proposal import Community
from bot.domain.trouble import Trouble, TroubleKind
from bot.domain.types import GuildId, ProposalId, UnixSeconds, UserId
from bot.storage.database import Database
from bot.storage.store import Store

KEPT_TYPED = 90 * DAY  # seconds: whoever typed it has had time to say what becomes of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A server that is looked after, and the authors of what still needs them."""

    community: Community
    authors: Mapping[UserId, Sequence[ProposalId]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """What a server has not any more, of what was looked for."""

    channels: Collection[int]
    roles: Collection[int]
    authors: Collection[int]


class Upkeep:
    """Looks after what people may delete, leave or forbid."""

    def __init__(self, database: Database, now: Clock) -> None:
        self._database = database
        self._now = now

    async def kept(self) -> Sequence[Kept]:
        """Give every server with what has to be looked for there."""
        async with self._database.reading() as store:
            found = []
            for community in await store.communities.all():
                authors: dict[UserId, list[ProposalId]] = {}
                for proposal in await store.proposals.in_phases(
                    GATHERING | DRAFTING | NOTICED, community.guild_id
                ):
                    authors.setdefault(proposal.author_id, []).append(proposal.id)
                found.append(Kept(community=community, authors=authors))
            return found

    async def looked(self, kept: Kept, gone: Gone) -> None:
        """Record what is gone and what is there again."""
        async with self._database.transaction() as store:
            await self._compare(store, kept, TroubleKind.CHANNEL_GONE, gone.channels)
            await self._compare(store, kept, TroubleKind.ROLE_GONE, gone.roles)
            await self._compare(store, kept, TroubleKind.AUTHOR_LEFT, gone.authors)

    async def _compare(
        self, store: Store, kept: Kept, kind: TroubleKind, gone: Collection[int]
    ) -> None:
        now, guild_id = self._now(), kept.community.guild_id
        known = await store.troubles.places(guild_id, kind)
        for place in set(gone) - known:
            trouble = Trouble(kind=kind, place=place, since=now)
            is_author = kind is TroubleKind.AUTHOR_LEFT
            for proposal_id in kept.authors[UserId(place)] if is_author else [None]:
                await store.meet(kept.community, trouble, proposal_id, now)
        for place in known - set(gone):
            for proposal_id in await store.troubles.mended(guild_id, place, [kind]):
                await store.show(proposal_id, now)

    async def tidy(self) -> None:
        """Forget what was typed long ago and never became anything, and links that have ended."""
        now = self._now()
        async with self._database.transaction() as store:
            await store.typed.forget(UnixSeconds(now - KEPT_TYPED))
            await store.page_links.forget(UnixSeconds(now - LINK_REMEMBERED))

    async def is_troubled(self, guild_id: GuildId) -> bool:
        """Say whether anything is in the way in this server."""
        async with self._database.reading() as store:
            return await store.troubles.in_server(guild_id)
