"""Reads the supply of a token where a quorum is a share of it, as it was at the vote's block."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from bot.clock import Clock
from bot.domain.offchain.followed import FOLLOWED_ON
from bot.domain.offchain.snapshot import SnapshotProposal
from bot.domain.offchain.vote import OffChainVote, VoteStatus, supply_share
from bot.domain.types import Address, ChainId
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.errors import ChainError
from bot.gateways.chain.supply import total_supply
from bot.storage.database import Database

_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")


class Supplies:
    """Finds out what every open vote of ours needs to know of its token."""

    def __init__(
        self, database: Database, chains: Mapping[ChainId, ChainClient], now: Clock
    ) -> None:
        self._database = database
        self._chains = chains
        self._now = now

    async def tick(self) -> None:
        """Read each supply that is wanted and not known, once.

        Raises:
            ChainError: One could not be read; the others were. The next tick tries it again.
        """
        failure: ChainError | None = None
        for vote in await self._wanted():
            try:
                await self._read(vote)
            except ChainError as error:  # a node without old states must not hold up another chain
                failure = error
        if failure is not None:
            raise failure

    async def _wanted(self) -> Sequence[OffChainVote]:
        wanted = []
        async with self._database.reading() as store:
            for vote in await store.votes.with_status([VoteStatus.POSTED]):
                proposal = await store.proposals.of(vote.proposal_id)
                policy = (await store.communities.of(proposal.guild_id)).policy
                if vote.supply is None and supply_share(policy, vote.step) is not None:
                    wanted.append(vote)
        return wanted

    async def _read(self, vote: OffChainVote) -> None:
        seen = vote.observed
        token = weighed_token(seen) if seen else None
        client = self._chains.get(token[0]) if token else None
        if seen is None or token is None or client is None or seen.snapshot_block is None:
            return
        found = await total_supply(client, token[1], seen.snapshot_block)
        if found is None:
            return
        units, decimals = found
        supply = Decimal((0, Decimal(units).as_tuple().digits, -decimals))
        async with self._database.transaction() as store:
            await store.hub.set_supply(seen.id, supply)
            for followed in await store.follows.votes(statuses=FOLLOWED_ON, ids=[seen.id]):
                look = await store.sightings.of(followed, seen, self._now())
                await store.sightings.tell(look)


def weighed_token(seen: SnapshotProposal) -> tuple[ChainId, Address] | None:
    """Give the one token that voting power is made of, with its chain; `None` where it is not one.

    The block of a proposal is one of its own network: a token of another is not read.
    """
    named = [each for each in seen.strategies if each.token]
    if len({(each.network or seen.network, each.token.lower()) for each in named}) != 1:
        return None
    network, token = named[0].network or seen.network, named[0].token
    if network != seen.network or not network.isdecimal() or not _ADDRESS.fullmatch(token):
        return None
    return ChainId(int(network)), Address(token)
