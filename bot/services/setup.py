"""Setting a server up, and telling how it stands."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.clock import Clock
from bot.domain.errors import Refusal
from bot.domain.governor import BlockId, Governor
from bot.domain.proposal import Actor, Community
from bot.domain.scan import FIRST_SPAN
from bot.domain.snapshot import Space
from bot.domain.types import Address, BlockNumber, ChainId, GuildId, SpaceId
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.errors import UnknownGovernorError
from bot.gateways.chain.recognise import recognise
from bot.gateways.snapshot.client import SnapshotClient
from bot.storage.chain import Scan
from bot.storage.communities import WatchedGovernor
from bot.storage.database import Database
from bot.storage.history import HistoryEntry
from bot.storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a server is set up."""

    community: Community
    governors: tuple[Governor, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A governor that was recognised, and the blocks it is followed from."""

    governor: Governor
    head: BlockNumber
    start: BlockId


class Setup:
    """What an administrator does before the first idea."""

    def __init__(
        self,
        database: Database,
        snapshot: SnapshotClient,
        chains: Mapping[ChainId, ChainClient],
        lookback_blocks: int,
        now: Clock,
    ) -> None:
        self._database = database
        self._snapshot = snapshot
        self._chains = chains
        self._lookback_blocks = lookback_blocks
        self._now = now

    async def space(self, space_id: str) -> Space:
        """Look a Snapshot space up.

        Raises:
            Refusal: Snapshot knows no such space.
        """
        space = await self._snapshot.space(SpaceId(space_id.strip().lower()))
        if space is None:
            raise Refusal(
                f"Snapshot knows no space “{space_id.strip()[:80]}”. It is the last part of the "
                "space's address, for example usebraintrust.eth."
            )
        return space

    async def set_up(
        self,
        community: Community,
        actor: Actor,
        governor: tuple[str, ChainId] | None = None,
    ) -> None:
        """Write where a community talks, and follow its governor; all of it or nothing.

        What is written already, its proposals above all, stays as it is.

        Raises:
            Refusal: There is no governor we know at that address.
            ChainError: The chain's endpoint did not answer.
        """
        found = await self._found(*governor) if governor else None
        now = self._now()
        async with self._database.transaction() as store:
            await store.communities.save(community)
            await store.settle(community, now)
            await store.history.add(
                HistoryEntry(
                    guild_id=community.guild_id,
                    proposal_id=None,
                    at=now,
                    actor_id=actor.user_id,
                    what=f"set up with the preset {community.policy.preset}",
                )
            )
            if found is not None:
                await self._watch(store, community.guild_id, found)

    async def watch(self, guild_id: GuildId, address: str, chain_id: ChainId) -> Governor:
        """Recognise a governor and follow it from now on; what is open already is shown quietly.

        Raises:
            Refusal: No endpoint serves that chain, or there is no governor we know.
            ChainError: The chain's endpoint did not answer.
        """
        found = await self._found(address, chain_id)
        async with self._database.transaction() as store:
            await self._watch(store, guild_id, found)
        return found.governor

    async def _found(self, address: str, chain_id: ChainId) -> _Found:
        client = self._chains.get(chain_id)
        if client is None:
            raise Refusal(
                f"No JSON-RPC address is set for chain {chain_id}: the operator adds it to "
                "RPC_URLS, then this works after a restart."
            )
        await client.check_chain_id()
        try:
            governor = await recognise(client, Address(address.strip()))
        except UnknownGovernorError as error:
            raise Refusal(str(error)) from error
        head = (await client.head()).id.number
        start = await client.block(BlockNumber(max(head - self._lookback_blocks, 0)))
        if start is None:
            raise Refusal("The chain's endpoint is behind; please try again in a minute.")
        return _Found(governor=governor, head=head, start=start.id)

    async def _watch(self, store: Store, guild_id: GuildId, found: _Found) -> None:
        governor = found.governor
        known = await store.communities.watched(governor.chain_id, guild_id)
        watched = WatchedGovernor(guild_id=guild_id, governor=governor, since=found.head)
        await store.communities.watch(watched)
        if governor.address in {each.governor.address for each in known}:
            return  # Its past has been read; only its parameters are noted anew.
        start = found.start.number
        scan = await store.chain.scan(governor.chain_id)
        scan = scan or Scan(chain_id=governor.chain_id, scanned=start, span=FIRST_SPAN)
        await store.chain.save_scan(replace(scan, scanned=min(scan.scanned, start)))
        await store.chain.add_checkpoints(governor.chain_id, [found.start])

    async def standing(self, guild_id: GuildId) -> Standing:
        """Say how the server is set up.

        Raises:
            Refusal: It is not.
        """
        async with self._database.reading() as store:
            community = await store.communities.of(guild_id)
            watched = await store.communities.watched(guild_id=guild_id)
        return Standing(community=community, governors=tuple(each.governor for each in watched))

    async def community(self, guild_id: GuildId) -> Community | None:
        """Give the community of a server, if it is set up."""
        async with self._database.reading() as store:
            return await store.communities.find(guild_id)

    async def synced_commands(self) -> str | None:
        """Give the fingerprint of the commands that Discord was last told."""
        async with self._database.reading() as store:
            return await store.communities.remembered("commands")

    async def commands_were_synced(self, fingerprint: str) -> None:
        """Note the fingerprint of the commands that Discord knows now."""
        async with self._database.transaction() as store:
            await store.communities.remember("commands", fingerprint)
