"""Goes on above old blocks whose logs no endpoint has any more."""

from dataclasses import replace

import structlog

from bot.domain.trouble import TroubleKind
from bot.domain.types import BlockNumber, UnixSeconds
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.errors import NoHistoryError
from bot.services.governance.alarms import alarm
from bot.services.governance.known import Known
from bot.storage.database import Database

log = structlog.get_logger()


async def skip_forgotten(
    node: ChainClient, database: Database, known: Known, now: UnixSeconds
) -> None:
    """Let the reading go on where the node has logs again, and tell what is missing.

    Raises:
        ChainError: The node failed.
    """
    last = BlockNumber((await node.head()).id.number - known.confirmations)
    first = await _first_kept(node, known, last)
    if first <= known.scan.scanned + 1:
        node.endpoint.takes_narrower(node.endpoint.span, None)  # Only so many were too many.
        return
    (before,) = await node.blocks([BlockNumber(first - 1)])
    if before is None:
        return  # It is another node behind the same address.
    async with database.transaction() as store:
        if await store.chain.scan(node.chain_id) != known.scan:
            return
        scan = replace(known.scan, scanned=before.id.number)
        await store.chain.save_scan(scan)
        await store.chain.add_checkpoints(node.chain_id, [before])
        await alarm(store, node.chain_id, TroubleKind.HISTORY_GONE, now)
    log.error(
        "no endpoint has the logs of these blocks, and they were left out",
        chain=node.chain_id,
        first=known.scan.scanned + 1,
        last=before.id.number,
    )


async def _first_kept(node: ChainClient, known: Known, last: BlockNumber) -> BlockNumber:
    """Find the oldest block whose logs the node has; the one after `last` if it has none."""
    low, high = known.scan.scanned + 1, last + 1
    while low < high:
        middle = BlockNumber((low + high) // 2)
        try:
            await node.logs(middle, middle, known.addresses)
            high = middle
        except NoHistoryError:
            low = middle + 1
    return BlockNumber(low)
