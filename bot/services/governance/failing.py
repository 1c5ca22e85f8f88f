"""What is done about an endpoint that fails, beside asking the next one."""

from collections.abc import Mapping, Sequence

import structlog

from bot.clock import Clock
from bot.domain.types import ChainId
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.errors import ChainError, NoHistoryError, WrongChainError
from bot.services.governance.alarms import Freshness
from bot.services.governance.history import skip_forgotten
from bot.services.governance.known import Known
from bot.storage.database import Database

log = structlog.get_logger()


class Failing:
    """Notes the failures of each look."""

    def __init__(
        self,
        database: Database,
        chains: Mapping[ChainId, ChainClient],
        freshness: Freshness,
        now: Clock,
    ) -> None:
        self._database = database
        self._chains = chains
        self._freshness = freshness
        self._now = now
        self._refused: set[tuple[ChainId, str]] = set()  # endpoints of another chain

    async def note(self, node: ChainClient, known: Known, failures: Sequence[ChainError]) -> None:
        """Do what may help against the last of the failures of one look.

        Old blocks are given up only where no endpoint has them. One that is out of order might;
        it is waited for a while, and not for ever.
        """
        error = failures[-1]
        if isinstance(error, WrongChainError):
            self._refuse(node, error)
        if not isinstance(error, NoHistoryError):
            return
        forgotten = [each for each in failures if isinstance(each, NoHistoryError)]
        is_lost = len(forgotten) >= len(self._chains[node.chain_id].endpoints)
        if is_lost or self._freshness.is_stale(node.chain_id):
            try:
                await skip_forgotten(node, self._database, known, self._now())
            except ChainError as failure:  # The other endpoints are asked all the same.
                log.info("nobody knows where logs begin", chain=node.chain_id, why=str(failure))

    def _refuse(self, node: ChainClient, error: WrongChainError) -> None:
        """Tell the operator once that an address in the settings is that of another chain."""
        endpoint = (node.chain_id, node.endpoint.digest)
        if endpoint not in self._refused:
            self._refused.add(endpoint)
            numbers = [each.digest for each in self._chains[node.chain_id].endpoints]
            place = numbers.index(node.endpoint.digest) + 1
            log.error(
                "an address in RPC_URLS is that of another chain, and is not believed",
                chain=node.chain_id,
                address=f"number {place} of {len(numbers)}",
                error=str(error),
            )
