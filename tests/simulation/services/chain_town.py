"""A community whose governor stands on an EVM, with the services that prepare for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.onchain.block import BlockId
from bot.domain.onchain.call import Call, DecodedCall
from bot.domain.onchain.governor import Governor
from bot.domain.types import ChainId
from bot.gateways.chain.calls import describe
from bot.gateways.chain.client import ChainClient
from bot.services.governance import Governance
from bot.services.powers import Powers
from bot.services.preparing import Preparing
from bot.services.setup import Setup
from sandbox.chain import ChainWorld
from sandbox.chain.daos import Dao
from tests import builders
from tests.builders import GUILD, MODERATOR
from tests.watched import WatchedDatabase

CHAIN = ChainId(31_337)


async def described(
    _chain_id: ChainId, calls: Sequence[Call], _at: BlockId, _governor: Governor
) -> tuple[DecodedCall, ...]:
    return tuple(describe(call) for call in calls)


@dataclass(slots=True, kw_only=True)
class ChainTown:
    """What the tests of preparing and of powers need."""

    database: WatchedDatabase
    world: ChainWorld
    client: ChainClient

    @property
    def preparing(self) -> Preparing:
        """A fresh service each time: nothing it needs is in its memory."""
        return Preparing(self.database, {CHAIN: self.client}, described, self.world.clock.now)

    @property
    def powers(self) -> Powers:
        return Powers(self.database, {CHAIN: self.client})

    @property
    def governance(self) -> Governance:
        return Governance(self.database, {CHAIN: self.client}, self.world.clock.now)

    async def watch(self, *daos: Dao) -> None:
        """Set the community up with these governors."""
        setup = Setup(self.database, None, {CHAIN: self.client}, 5, self.world.clock.now)  # type: ignore[arg-type] # no Snapshot here
        await setup.set_up(builders.community(), MODERATOR)
        for dao in daos:
            await setup.watch(GUILD, dao.governor_address, CHAIN)
