"""Preparing a proposal for a governor: typed calls encoded, checked, tried and said back.

Nothing here acts on chain. What comes of it is calldata, which a person sends.
"""

import asyncio
from collections.abc import Callable, Mapping

import structlog

from bot.clock import Clock
from bot.domain.onchain.call_file import read_calls
from bot.domain.onchain.governor import Governor
from bot.domain.onchain.preparation import (
    Preparation,
    Prepared,
    TypedCall,
    moved_up,
    titled,
    with_call,
    with_calls,
    without_call,
)
from bot.domain.proposal import Actor, require_moderator
from bot.domain.text import storable
from bot.domain.types import ChainId, GuildId
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.errors import ChainError
from bot.services.preparing.beginning import begun, case, kept, meant, require_same_chain
from bot.services.preparing.checking import Describe, checked, in_code
from bot.storage.database import Database

__all__ = ["Preparing"]

log = structlog.get_logger()

_PATIENCE_SECONDS = 30.0  # a person waits while some twenty calls are tried


class Preparing:
    """Keeps what a moderator types, and checks it by the chain as it is now."""

    def __init__(
        self,
        database: Database,
        chains: Mapping[ChainId, ChainClient],
        describing: Describe,
        now: Clock,
    ) -> None:
        self._database = database
        self._chains = chains
        self._describing = describing
        self._now = now

    async def governors(self, guild_id: GuildId) -> tuple[Governor, ...]:
        """Give the governors that are watched here."""
        async with self._database.reading() as store:
            watched = await store.communities.watched(guild_id=guild_id)
        return tuple(each.governor for each in watched)

    async def begin(
        self, guild_id: GuildId, actor: Actor, reference: str, governor: str, file: str = ""
    ) -> int:
        """Begin a preparation, with the calls of a JSON file if one is given; give its id.

        Raises:
            Refusal: The actor is no moderator, there is no such proposal or governor, or the file
                is none.
        """
        require_moderator(actor)
        read = read_calls(file) if file else None
        async with self._database.transaction() as store:
            await store.communities.of(guild_id)
            chosen = meant(await store.communities.watched(guild_id=guild_id), governor)
            proposal = (
                await store.proposals.by_reference(guild_id, reference) if reference else None
            )
            first = await begun(store, proposal, chosen)
            if read is not None:
                require_same_chain(read.chain_id, chosen.chain_id)
                first = with_calls(first, read.calls)
            return await store.typed.keep(guild_id, actor.user_id, first, self._now())

    async def kept(self, guild_id: GuildId, actor: Actor, typed_id: int) -> Preparation:
        """Give what was typed so far; no network.

        Raises:
            Refusal: The actor is no moderator, or it is not theirs.
        """
        async with self._database.reading() as store:
            return await kept(store, guild_id, actor, typed_id)

    async def write_call(
        self,
        guild_id: GuildId,
        actor: Actor,
        typed_id: int,
        call: TypedCall,
        place: tuple[int | None, int] = (None, 0),
    ) -> None:
        """Keep a call, right or wrong; `place` is which (from 0; `None`: a new one) of which list.

        Raises:
            Refusal: It is not theirs, or there are too many.
        """
        await self._change(guild_id, actor, typed_id, lambda one: with_call(one, call, *place))

    async def add_file(self, guild_id: GuildId, actor: Actor, typed_id: int, text: str) -> None:
        """Add the calls of a JSON text at the end.

        Raises:
            Refusal: It is not theirs, it is no such JSON, or there are too many.
        """
        require_moderator(actor)
        read = read_calls(storable(text))

        def added(before: Preparation) -> Preparation:
            require_same_chain(read.chain_id, before.chain_id)
            return with_calls(before, read.calls)

        await self._change(guild_id, actor, typed_id, added)

    async def remove_call(
        self, guild_id: GuildId, actor: Actor, typed_id: int, place: tuple[int, int]
    ) -> None:
        """Take a call out.

        Raises:
            Refusal: It is not theirs, or the list was changed meanwhile.
        """
        await self._change(guild_id, actor, typed_id, lambda one: without_call(one, *place))

    async def move_call_up(
        self, guild_id: GuildId, actor: Actor, typed_id: int, place: tuple[int, int]
    ) -> None:
        """Let a call be made one place earlier.

        Raises:
            Refusal: It is not theirs, or the list was changed meanwhile.
        """
        await self._change(guild_id, actor, typed_id, lambda one: moved_up(one, *place))

    async def retitle(
        self, guild_id: GuildId, actor: Actor, typed_id: int, title: str, text: str
    ) -> None:
        """Write the title and the text below it.

        Raises:
            Refusal: It is not theirs.
        """
        await self._change(guild_id, actor, typed_id, lambda one: titled(one, title, text))

    async def _change(
        self,
        guild_id: GuildId,
        actor: Actor,
        typed_id: int,
        change: Callable[[Preparation], Preparation],
    ) -> None:
        async with self._database.transaction() as store:
            before = await kept(store, guild_id, actor, typed_id)
            await store.typed.change(typed_id, change(before), self._now())

    async def look(self, guild_id: GuildId, actor: Actor, typed_id: int) -> Prepared:
        """Check a preparation by the chain as it is now; a silent node is no finding.

        Raises:
            Refusal: The actor is no moderator, it is not theirs, or its governor is not watched.
        """
        async with self._database.reading() as store:
            known = await case(store, guild_id, actor, typed_id)
        prepared = in_code(known)
        client = self._chains.get(known.governor.chain_id)
        if client is None:
            return prepared
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                return await checked(client, self._describing, known, prepared)
        except (ChainError, TimeoutError) as error:
            log.warning("a preparation could not be checked", error=repr(error))
            return prepared
