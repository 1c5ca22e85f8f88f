"""Whose votes are told about here: others' spaces on Snapshot, and governors on chains."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from bot.clock import Clock
from bot.domain.errors import Refusal
from bot.domain.offchain.followed import FOLLOWED_ON, FollowedSpace, FollowStatus
from bot.domain.offchain.sighting import is_own
from bot.domain.onchain.governor import Governor
from bot.domain.proposal import Actor, Community, require_moderator
from bot.domain.setting_up import space_named
from bot.domain.text import line
from bot.domain.types import ChainId, GuildId, SpaceId
from bot.gateways.snapshot.client import SnapshotClient
from bot.storage.database import Database
from bot.storage.history import HistoryEntry
from bot.storage.store import Store

MOST_SPACES = 50  # of one server; its channel has to stay readable
MOST_GOVERNORS = 20  # of one server
_SHOWN = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A space as this server follows it."""

    space: SpaceId
    is_own: bool
    open_votes: int


# What is done in the transaction in which a governor begins to be followed; it may refuse.
First: TypeAlias = Callable[[Store, Governor], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class GovernorsFollowed:
    """How governors are found and followed: the set-up does the same."""

    recognised: Callable[[str, ChainId], Awaitable[Governor]]
    watch: Callable[[GuildId, str, ChainId, First], Awaitable[Governor]]


class Watching:
    """Follows other communities' spaces, and governors, and ends that."""

    def __init__(
        self,
        database: Database,
        snapshot: SnapshotClient,
        now: Clock,
        governors: GovernorsFollowed | None = None,
    ) -> None:
        self._database = database
        self._snapshot = snapshot
        self._now = now
        self._governors = governors

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

    async def find_governor(
        self, guild_id: GuildId, address: str, chain_id: ChainId, actor: Actor
    ) -> Governor:
        """Read what governor is at an address, for a moderator to say whether it is the one.

        Raises:
            Refusal: The actor is no moderator, there is no governor we can follow, or it is
                followed already.
            ChainError: The chain's endpoint did not answer.
        """
        governors = await self._may_follow(guild_id, address, chain_id, actor)
        return await governors.recognised(address, chain_id)

    async def add_governor(
        self, guild_id: GuildId, address: str, chain_id: ChainId, actor: Actor
    ) -> Governor:
        """Follow a governor from now on; what is open already is shown quietly.

        Raises:
            Refusal: The actor is no moderator, there is no governor we can follow, or it is
                followed already.
            ChainError: The chain's endpoint did not answer.
        """
        governors = await self._may_follow(guild_id, address, chain_id, actor)

        async def first(store: Store, governor: Governor) -> None:
            # Somebody else may have confirmed it meanwhile.
            await _check_governor(store, guild_id, governor.address, chain_id)
            what = f"watches the governor {governor.address} on chain {chain_id}"
            await self._note(store, guild_id, actor, what)

        return await governors.watch(guild_id, address, chain_id, first)

    async def _may_follow(
        self, guild_id: GuildId, address: str, chain_id: ChainId, actor: Actor
    ) -> GovernorsFollowed:
        """Give what reads governors to somebody who may begin to follow this one."""
        require_moderator(actor)
        async with self._database.reading() as store:
            await _check_governor(store, guild_id, address, chain_id)
        assert self._governors is not None, "somebody reads governors"
        return self._governors

    async def remove_governor(
        self, guild_id: GuildId, address: str, chain_id: ChainId | None, actor: Actor
    ) -> Governor:
        """Follow a governor no longer; what is known of its proposals stays known.

        Raises:
            Refusal: The actor is no moderator, or the governor is not watched.
        """
        require_moderator(actor)
        async with self._database.transaction() as store:
            await store.communities.of(guild_id)
            for watched in await store.communities.watched(chain_id, guild_id):
                governor = watched.governor
                if governor.address.lower() == address.strip().lower():
                    await store.communities.unwatch(guild_id, governor)
                    what = f"watches the governor {governor.address} no longer"
                    await self._note(store, guild_id, actor, what)
                    return governor
        raise Refusal(
            f"No governor at “{line(address, _SHOWN)}” is watched here. `/watch list` shows those "
            "that are."
        )

    async def governors(self, guild_id: GuildId) -> Sequence[Governor]:
        """Give the governors that are followed here.

        Raises:
            Refusal: The server is not set up.
        """
        async with self._database.reading() as store:
            await store.communities.of(guild_id)
            watched = await store.communities.watched(guild_id=guild_id)
        return [each.governor for each in watched]

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


async def _check_governor(store: Store, guild_id: GuildId, address: str, chain_id: ChainId) -> None:
    """Refuse a governor that is followed already, and one too many.

    Raises:
        Refusal: It is.
    """
    await store.communities.of(guild_id)
    watched = [each.governor for each in await store.communities.watched(guild_id=guild_id)]
    wanted = (chain_id, address.strip().lower())
    if wanted in [(each.chain_id, each.address.lower()) for each in watched]:
        raise Refusal(
            f"The governor at “{line(address, _SHOWN)}” is watched here already; nothing was "
            "changed."
        )
    if len(watched) >= MOST_GOVERNORS:
        raise Refusal(
            f"This server watches {MOST_GOVERNORS} governors, and more would bury its own votes. "
            "`/watch remove` makes room."
        )
