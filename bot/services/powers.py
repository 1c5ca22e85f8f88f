"""What people look up of their voting power on chain, and who may propose there."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog

from bot.domain.errors import Refusal
from bot.domain.onchain.block import Block
from bot.domain.onchain.delegation import (
    CountedPower,
    GovernorPowers,
    VoteWindow,
    WalletPower,
    proposers,
    vote_window,
)
from bot.domain.onchain.governor import Governor
from bot.domain.onchain.proposal import GovernorProposal, clock_at
from bot.domain.text import line, storable
from bot.domain.types import Address, ChainId, GuildId, TokenUnits, UserId
from bot.domain.wallet import MISTYPED, NO_WALLET
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.errors import ChainError
from bot.gateways.chain.powers import powers, votes_at
from bot.gateways.chain.typed_values import MistypedError, Reading, read_address
from bot.storage.database import Database
from bot.storage.electorate import Electorate
from bot.storage.store import Store

log = structlog.get_logger()

MOST_GOVERNORS = 5  # that are asked at once
_MOST_WINDOWS = 3  # votes of a governor
_PATIENCE_SECONDS = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A governor to ask, and about whom."""

    governor: Governor
    proposals: tuple[GovernorProposal, ...]
    electorate: Electorate


class Powers:
    """Reads voting power from the chain and changes nothing."""

    def __init__(self, database: Database, chains: Mapping[ChainId, ChainClient]) -> None:
        self._database = database
        self._chains = chains

    async def look(
        self, guild_id: GuildId, user_id: UserId, address: str = ""
    ) -> tuple[GovernorPowers, ...]:
        """Ask every governor here what an address, or the asker's wallets, can do.

        Raises:
            Refusal: There is no such address, or no wallet, though there is a governor to ask.
        """
        given = _read(address)
        async with self._database.reading() as store:
            watched = (await store.communities.watched(guild_id=guild_id))[:MOST_GOVERNORS]
            asked = [
                await self._asked(store, guild_id, each.governor, user_id, given)
                for each in watched
            ]
        if asked and not asked[0].electorate.own:
            raise Refusal(NO_WALLET)
        return tuple([await self._answer(each) for each in asked])

    async def _asked(
        self,
        store: Store,
        guild_id: GuildId,
        governor: Governor,
        user_id: UserId,
        given: Sequence[Address],
    ) -> _Asked:
        found = await store.chain.proposals(governor.chain_id, [governor.address])
        return _Asked(
            governor=governor,
            proposals=tuple(sorted(found, key=lambda each: -each.created.block_time)),
            electorate=await store.electorates.of(guild_id, governor, user_id, given),
        )

    async def _answer(self, asked: _Asked) -> GovernorPowers:
        governor, client = asked.governor, self._chains.get(asked.governor.chain_id)
        silent = GovernorPowers(
            governor=governor, wallets=(), windows=(), proposers=None, is_silent=True
        )
        if client is None:
            return silent
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                return await _told(client, asked)
        except (ChainError, TimeoutError) as error:
            log.warning("the node did not tell of votes", error=repr(error))
            return silent


async def _told(client: ChainClient, asked: _Asked) -> GovernorPowers:
    governor, who = asked.governor, asked.electorate
    head = await client.head()
    addresses = (*who.own, *who.known, *who.linked)
    threshold, found = await powers(client, governor, addresses, head.id)
    own = found[: len(who.own)]
    windows = _windows(asked, head)
    pairs = [(power.address, window.counted_at) for power in own for window in windows]
    counted = await votes_at(client, governor, pairs, head.id) if pairs else ()
    return GovernorPowers(
        governor=governor,
        wallets=tuple(
            WalletPower(power=power, counted=_counted(windows, counted, place))
            for place, power in enumerate(own)
        ),
        windows=windows,
        proposers=proposers(found, threshold, governor.flavour, known=who.known, linked=who.linked),
    )


def _windows(asked: _Asked, head: Block) -> tuple[VoteWindow, ...]:
    clock = clock_at(head, asked.governor)
    found = [vote_window(each, asked.governor, clock) for each in asked.proposals]
    return tuple(each for each in found if each is not None)[:_MOST_WINDOWS]


def _counted(
    windows: Sequence[VoteWindow], counted: Sequence[TokenUnits | None], place: int
) -> tuple[CountedPower, ...]:
    mine = counted[place * len(windows) : (place + 1) * len(windows)]
    return tuple(
        CountedPower(window=window, votes=votes)
        for window, votes in zip(windows, mine, strict=True)
    )


def _read(address: str) -> tuple[Address, ...]:
    """Read an address as it was typed; nothing typed is none.

    Raises:
        Refusal: It is none, or mistyped.
    """
    typed = storable(address).strip()
    if not typed:
        return ()
    try:
        return (read_address(typed, Reading()),)
    except MistypedError as error:
        raise Refusal(MISTYPED.format(address=line(typed, 60))) from error
