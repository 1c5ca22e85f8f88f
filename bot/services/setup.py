"""Setting a server up, and telling how it stands."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from bot.clock import Clock
from bot.domain.errors import Refusal
from bot.domain.offchain.snapshot import Space
from bot.domain.onchain.block import Block, BlockId
from bot.domain.onchain.chains import ETHEREUM_BLOCK_TIME
from bot.domain.onchain.governor import Governor
from bot.domain.onchain.lookback import lookback
from bot.domain.onchain.scan import average
from bot.domain.proposal import Actor, Community, require_administrator
from bot.domain.setting_up import (
    SetupChoices,
    begun,
    community_of,
    governor_name,
    space_named,
)
from bot.domain.text import line
from bot.domain.types import Address, BlockNumber, ChainId, GuildId
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.errors import UnknownGovernorError
from bot.gateways.chain.recognise import recognise
from bot.gateways.snapshot.client import SnapshotClient
from bot.storage.chain import Scan
from bot.storage.communities import WatchedGovernor
from bot.storage.database import Database
from bot.storage.history import HistoryEntry
from bot.storage.store import Store

_MEASURED = 1_000  # blocks, over which a chain's rate is measured

# What somebody else does in the transaction in which a governor begins to be followed.
First: TypeAlias = Callable[[Store, Governor], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a server is set up."""

    community: Community
    governors: tuple[Governor, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Start:
    """Where on its chain a governor is followed from: what is older than `head` is no news."""

    head: BlockNumber
    block: BlockId


class Setup:
    """What an administrator does before the first idea.

    The answers to its questions are kept until somebody finishes: only then they become the
    server's community, as a whole or not at all.
    """

    def __init__(
        self,
        database: Database,
        snapshot: SnapshotClient,
        chains: Mapping[ChainId, ChainClient],
        lookback_blocks: int,
        now: Clock,
        author: Address | None = None,
    ) -> None:
        """`author` is the address that Assent posts to Snapshot with, if it has a key."""
        self._database = database
        self._snapshot = snapshot
        self._chains = chains
        self._lookback_blocks = lookback_blocks
        self._now = now
        self.author = author
        self.chain_ids = tuple(sorted(chains))

    async def choices(self, guild_id: GuildId) -> SetupChoices:
        """Give the answers so far; without any, what is set up."""
        async with self._database.reading() as store:
            return await self._choices(store, guild_id)

    async def _choices(self, store: Store, guild_id: GuildId) -> SetupChoices:
        kept = await store.setups.find(guild_id)
        if kept is not None:
            return kept
        watched = await store.communities.watched(guild_id=guild_id)
        community = await store.communities.find(guild_id)
        return begun(guild_id, community, [each.governor for each in watched])

    async def choose(
        self,
        guild_id: GuildId,
        actor: Actor,
        change: Callable[[SetupChoices], SetupChoices],
    ) -> SetupChoices:
        """Keep an answer, whoever gave the others.

        Raises:
            Refusal: The actor may not, or the answer cannot be; nothing was changed.
        """
        require_administrator(actor)
        async with self._database.transaction() as store:
            choices = change(await self._choices(store, guild_id))
            await store.setups.keep(choices, self._now())
        return choices

    async def start_over(self, guild_id: GuildId, actor: Actor) -> SetupChoices:
        """Forget the answers; what is set up stays.

        Raises:
            Denial: The actor may not.
        """
        require_administrator(actor)
        async with self._database.transaction() as store:
            await store.setups.forget(guild_id)
            return await self._choices(store, guild_id)

    async def space(self, name: str) -> Space:
        """Look a Snapshot space up, by its name or its address.

        Raises:
            Refusal: Snapshot knows no such space.
        """
        space_id = space_named(name)
        space = await self._snapshot.space(space_id)
        if space is None:
            raise Refusal(
                f"Snapshot knows no space “{line(space_id, 80)}”. It is the last part of the "
                "space's address, for example usebraintrust.eth."
            )
        return space

    async def choose_space(self, guild_id: GuildId, actor: Actor, name: str) -> SetupChoices:
        """Choose a Snapshot space that exists, by its name or its address.

        Raises:
            Refusal: The actor may not, or Snapshot knows no such space.
        """
        require_administrator(actor)
        space = await self.space(name)
        return await self.choose(guild_id, actor, lambda choices: replace(choices, space=space.id))

    async def find_governor(
        self, guild_id: GuildId, actor: Actor, address: str, chain_id: ChainId
    ) -> SetupChoices:
        """Read what governor is at an address, for somebody to say whether it is the one.

        Raises:
            Refusal: The actor may not, or there is no governor we know.
            ChainError: The chain's endpoint did not answer.
        """
        require_administrator(actor)
        governor = await self.recognised(address, chain_id)
        return await self.choose(guild_id, actor, lambda choices: replace(choices, found=governor))

    async def finish(self, guild_id: GuildId, actor: Actor) -> Standing:
        """Set the server up as the answers say; all of it or nothing.

        What is written already, its proposals above all, stays as it is.

        Raises:
            Refusal: The actor may not, something has to be chosen first, or somebody has just
                given another answer.
            ChainError: The chain's endpoint did not answer.
        """
        require_administrator(actor)
        async with self._database.reading() as store:
            choices = await self._choices(store, guild_id)
            community_of(choices, await store.communities.find(guild_id))
            watched = await store.communities.watched(guild_id=guild_id)
        known = {governor_name(each.governor) for each in watched}
        starts = {
            name: await self._start(governor)
            for governor in choices.governors
            if (name := governor_name(governor)) not in known
        }
        async with self._database.transaction() as store:
            if await self._choices(store, guild_id) != choices:
                raise Refusal(
                    "Somebody has just given another answer. Look at the summary again; nothing "
                    "was set up yet."
                )
            community = community_of(choices, await store.communities.find(guild_id))
            await self._save(store, community, actor)
            await self._follow(store, choices, starts)
            await store.setups.forget(guild_id)
        return Standing(community=community, governors=choices.governors)

    async def _follow(
        self, store: Store, choices: SetupChoices, starts: Mapping[str, _Start]
    ) -> None:
        """Follow the governors that were chosen, and no other any more."""
        chosen = {governor_name(governor) for governor in choices.governors}
        for watched in await store.communities.watched(guild_id=choices.guild_id):
            if governor_name(watched.governor) not in chosen:
                await store.communities.unwatch(choices.guild_id, watched.governor)
        for governor in choices.governors:
            start = starts.get(governor_name(governor))
            await self._watch(store, choices.guild_id, governor, start)

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
        found = await self.recognised(*governor) if governor else None
        start = await self._start(found) if found else None
        async with self._database.transaction() as store:
            await self._save(store, community, actor)
            if found is not None:
                await self._watch(store, community.guild_id, found, start)

    async def _save(self, store: Store, community: Community, actor: Actor) -> None:
        await store.communities.save(community)
        await store.settle(community, self._now())
        await store.history.add(
            HistoryEntry(
                guild_id=community.guild_id,
                proposal_id=None,
                at=self._now(),
                actor_id=actor.user_id,
                what=f"set up with the preset {community.policy.preset}",
            )
        )

    async def watch(
        self, guild_id: GuildId, address: str, chain_id: ChainId, first: First | None = None
    ) -> Governor:
        """Recognise a governor and follow it from now on; what is open already is shown quietly.

        `first` is done before in the same transaction, and may refuse.

        Raises:
            Refusal: No endpoint serves that chain, or there is no governor we know.
            ChainError: The chain's endpoint did not answer.
        """
        governor = await self.recognised(address, chain_id)
        start = await self._start(governor)
        async with self._database.transaction() as store:
            if first is not None:
                await first(store, governor)
            await self._watch(store, guild_id, governor, start)
        return governor

    async def recognised(self, address: str, chain_id: ChainId) -> Governor:
        """Read what governor is at an address.

        Raises:
            Refusal: No endpoint serves that chain, or there is no governor we know.
            ChainError: The chain's endpoint did not answer.
        """
        client = self._chains.get(chain_id)
        if client is None:
            raise Refusal(
                f"No JSON-RPC address is set for chain {chain_id}: the operator adds it to "
                "RPC_URLS, then this works after a restart."
            )
        await client.check_chain_id()
        try:
            return await recognise(client, Address(address.strip()))
        except UnknownGovernorError as error:
            raise Refusal(str(error)) from error

    async def _start(self, governor: Governor) -> _Start:
        client = self._chains.get(governor.chain_id)
        if client is None:
            raise Refusal(f"No JSON-RPC address is set for chain {governor.chain_id} any more.")
        head = await client.head()
        number = head.id.number
        first = BlockNumber(max(number - await self._lookback(client, governor, head), 0))
        block = await client.block(first)
        if block is None:
            raise Refusal("The chain's endpoint is behind; please try again in a minute.")
        return _Start(head=number, block=block.id)

    async def _lookback(self, client: ChainClient, governor: Governor, head: Block) -> int:
        """Give how many blocks back everything is that may still be open."""
        if not self._lookback_blocks:
            return 0
        earlier = await client.block(BlockNumber(max(head.id.number - _MEASURED, 0)))
        rate = average(earlier, head) if earlier else None
        return max(self._lookback_blocks, lookback(governor, rate or ETHEREUM_BLOCK_TIME))

    async def _watch(
        self, store: Store, guild_id: GuildId, governor: Governor, start: _Start | None
    ) -> None:
        """Follow a governor from `start`; one that is followed already needs none."""
        known = {
            each.governor.address: each.governor
            for each in await store.communities.watched(governor.chain_id)
        }
        before = known.get(governor.address)
        if before is not None:
            governor = governor.succeeding(before)
        since = start.head if start else BlockNumber(0)
        watched = WatchedGovernor(guild_id=guild_id, governor=governor, since=since)
        await store.communities.watch(watched)
        if before is not None or start is None:
            return  # Somebody follows it, so its past has been read.
        first = start.block.number
        scan = await store.chain.scan(governor.chain_id)
        scan = scan or Scan(chain_id=governor.chain_id, scanned=first)
        await store.chain.save_scan(replace(scan, scanned=min(scan.scanned, first)))
        await store.chain.add_checkpoints(governor.chain_id, [start.block])

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
