"""What a reorganisation has undone is forgotten, once it is sure that there was one."""

from dataclasses import replace

import structlog

from bot.domain.onchain.chains import ETHEREUM_BLOCK_TIME
from bot.domain.onchain.scan import common_ancestor
from bot.domain.types import UnixSeconds
from bot.gateways.chain.blocks import Tip
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.errors import ChainError
from bot.services.governance.facts import refold
from bot.services.governance.known import Known
from bot.storage.database import Database

log = structlog.get_logger()

_SURE_TO_TELL_APART = 2  # seconds for each block, by which no two are of one and the same


async def undo(
    database: Database, chain: ChainClient, node: ChainClient, known: Known, tip: Tip
) -> None:
    """Go back to the newest remembered block that still stands, and forget what lay above.

    Raises:
        ReorgTooDeepError: None stands.
        ChainError: The node failed.
    """
    if await _is_contested(chain, node, known, tip):
        return
    numbers = [checkpoint.number for checkpoint in known.checkpoints]
    blocks = await node.blocks(numbers)
    standing = {block.id.number: block for block in blocks if block}
    canonical = {number: block.id.hash for number, block in standing.items()}
    ancestor = standing[common_ancestor(known.checkpoints, canonical).number]
    undone_at = ancestor.timestamp
    if (known.seconds_per_block or ETHEREUM_BLOCK_TIME) < _SURE_TO_TELL_APART:
        undone_at = UnixSeconds(undone_at - 1)  # The next block may be of the same second.
    if known.scan.undone_at is not None:
        undone_at = min(undone_at, known.scan.undone_at)
    async with database.transaction() as store:
        if await store.chain.scan(node.chain_id) != known.scan:
            return  # A governor was added meanwhile; the next tick finds the fork again.
        touched = await store.chain.undo_above(node.chain_id, ancestor.id.number)
        await store.votes_cast.undo_above(node.chain_id, ancestor.id.number)
        for key in touched:
            await refold(store, key)
        scanned = min(ancestor.id.number, known.scan.scanned)
        await store.chain.save_scan(replace(known.scan, scanned=scanned, undone_at=undone_at))


async def _is_contested(chain: ChainClient, node: ChainClient, known: Known, tip: Tip) -> bool:
    """Whether another endpoint, that has as many blocks, still has the one that we know.

    Then one of the two is on a fork that will be given up, and nobody knows which: wait.
    """
    for other in chain.nodes:
        if other.endpoint is node.endpoint:
            continue
        try:
            theirs = await other.tip()
            block = await other.block(known.anchor.number)
        except ChainError:
            continue
        is_ahead = theirs.head.id.number >= tip.head.id.number
        if is_ahead and block is not None and block.id == known.anchor:
            node.endpoint.failed()  # Others are asked first from now on.
            log.warning(
                "endpoints disagree about a block; nothing is read until they agree",
                chain=node.chain_id,
                block=known.anchor.number,
            )
            return True
    return False
