"""Whose votes on Snapshot are told about here, beside those of the community's own space."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.clock import Clock
from bot.domain.errors import Refusal
from bot.domain.offchain.followed import FOLLOWED_ON, FollowedSpace, FollowStatus
from bot.domain.offchain.sighting import is_own
from bot.domain.proposal import Actor, Community, require_moderator
from bot.domain.setting_up import space_named
from bot.domain.text import line
from bot.domain.types import GuildId, SpaceId
from bot.gateways.snapshot.client import SnapshotClient
from bot.storage.database import Database
from bot.storage.history import HistoryEntry
from bot.storage.store import Store

MOST_SPACES = 50  # of one server; its channel has to stay readable
_SHOWN = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A space as this server follows it."""

    space: SpaceId
    is_own: bool
    open_votes: int


class Watching:
    """Follows other communities' spaces, and ends that."""

    def __init__(self, database: Database, snapshot: SnapshotClient, now: Clock) -> None:
        self._database = database
        self._snapshot = snapshot
        self._now = now

    async def add(self, guild_id: GuildId, name: str, actor: Actor) -> Watched:
        """Follow a space from now on, by its name or its address; what is open is listed once.

        Raises:
            Refusal: The actor is no moderator, there is no such space, or it is followed already.
            SnapshotError: The hub did not answer as it should.
        """
        require_moderator(actor)
        space_id = space_named(name)
        async with self._database.reading() as store:
            await _check(store, await store.communities.of(guild_id), space_id)
            read_up_to = await store.follows.read_up_to()
        if await self._snapshot.space(space_id) is None:
            raise Refusal(
                f"Snapshot knows no space “{line(space_id, _SHOWN)}”. It is the last part of the "
                "space's address, for example ens.eth. Nothing was changed."
            )
        # In this order nothing can fall between the messages that are read and the first look.
        newest = await self._snapshot.newest_message() if read_up_to is None else read_up_to
        now = self._now()
        found = await self._snapshot.open_proposals(space_id, now)
        followed = FollowedSpace(guild_id=guild_id, space=space_id, since=now, is_own=False)
        async with self._database.transaction() as store:
            await _check(store, await store.communities.of(guild_id), space_id)
            await store.follows.have_read_up_to(newest)
            await store.sightings.list_space(followed, found)
            await self._note(store, guild_id, actor, f"watches the Snapshot space {space_id}")
        return Watched(space=space_id, is_own=False, open_votes=len(found))

    async def remove(self, guild_id: GuildId, name: str, actor: Actor) -> SpaceId:
        """Follow a space no longer; votes that were announced are told about until they end.

        Raises:
            Refusal: The actor is no moderator, or the space is not watched.
        """
        require_moderator(actor)
        space_id = space_named(name)
        async with self._database.transaction() as store:
            community = await store.communities.of(guild_id)
            if is_own(community, space_id):
                raise Refusal(
                    "This is your own space. An administrator decides whether its votes are told "
                    "about: `/governance policy set`, votes.adopted. Nothing was changed."
                )
            if not await store.follows.unfollow_space(guild_id, space_id):
                raise Refusal(
                    f"The space “{line(space_id, _SHOWN)}” is not watched here. `/watch list` "
                    "shows those that are."
                )
            for vote in await store.follows.votes(guild_id=guild_id, statuses=FOLLOWED_ON):
                seen = await store.hub.proposal(vote.snapshot_id)
                if vote.is_quiet and seen is not None and seen.space.lower() == space_id:
                    await store.follows.save_vote(replace(vote, status=FollowStatus.GONE))
            await self._note(
                store, guild_id, actor, f"watches the Snapshot space {space_id} no longer"
            )
        return space_id

    async def listed(self, guild_id: GuildId) -> Sequence[Watched]:
        """Give the spaces that are followed here.

        Raises:
            Refusal: The server is not set up.
        """
        async with self._database.reading() as store:
            await store.communities.of(guild_id)
            spaces = await store.follows.spaces(guild_id)
            followed = await store.follows.votes(guild_id=guild_id, statuses=[FollowStatus.OPEN])
            known = await store.hub.proposals([each.snapshot_id for each in followed])
        found = [seen.space.lower() for seen in known.values()]
        return [
            Watched(
                space=each.space,
                is_own=each.is_own,
                open_votes=found.count(SpaceId(each.space.lower())),
            )
            for each in spaces
        ]

    async def _note(self, store: Store, guild_id: GuildId, actor: Actor, what: str) -> None:
        await store.history.add(
            HistoryEntry(
                guild_id=guild_id,
                proposal_id=None,
                at=self._now(),
                actor_id=actor.user_id,
                what=what,
            )
        )


async def _check(store: Store, community: Community, space_id: SpaceId) -> None:
    """Refuse a space that is followed already, and one too many.

    Raises:
        Refusal: It is.
    """
    if is_own(community, space_id):
        raise Refusal(
            "This is your own space: its votes are told about here as the policy says "
            "(votes.adopted). Nothing was changed."
        )
    spaces = [each.space for each in await store.follows.spaces(community.guild_id)]
    if space_id in spaces:
        raise Refusal(
            f"The space “{line(space_id, _SHOWN)}” is watched here already; nothing was changed."
        )
    if len(spaces) >= MOST_SPACES:
        raise Refusal(
            f"This server watches {MOST_SPACES} spaces, and more would bury its own votes. "
            "`/watch remove` makes room."
        )
