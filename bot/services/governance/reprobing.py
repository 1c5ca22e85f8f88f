"""Reads a governor's parameters anew when the chain tells that they are others."""

from collections.abc import Collection
from dataclasses import replace

import structlog

from bot.domain.onchain.block import Block
from bot.domain.onchain.event import GovernorEvent, ParameterChanged
from bot.domain.onchain.governor import Governor
from bot.domain.types import Address, ChainId
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.errors import UnknownGovernorError
from bot.gateways.chain.json_rpc import RpcError
from bot.gateways.chain.recognise import recognise
from bot.services.governance.known import Known
from bot.storage.store import Store

log = structlog.get_logger()


async def reprobed(
    node: ChainClient, known: Known, events: Collection[GovernorEvent], at: Block | None
) -> tuple[Governor, ...]:
    """Give the governors that are others now, of those that an event says something new of.

    After a reorganisation all are read once more, as of the block that the look ends with: what was
    read before may rest on a block that is no more.

    They are read as of a block, by default the newest: a node may know no parameters of the past.
    What happened before a governor was watched was known when its parameters were first read.

    Raises:
        ChainError: The node failed; one that answers and cannot tell leaves them as they were.
    """
    changes = [event for event in events if isinstance(event, ParameterChanged)]
    told = {
        each.governor.address: each.governor
        for each in known.watched
        for change in changes
        if change.emitter in each.governor.contracts and change.position.block.number > each.since
    }
    is_undone = known.scan.undone_at is not None
    if is_undone and at is not None:
        told = known.governors
    found = []
    for before in told.values():
        after = await _read(node, before, at)
        former = _former_timelocks(before, after, changes, is_undone=is_undone)
        found.append((before, replace(after, former_timelocks=former)))
    return tuple(after for before, after in found if after != before)


async def _read(node: ChainClient, before: Governor, at: Block | None) -> Governor:
    try:
        after = await recognise(node, before.address, at)
    except UnknownGovernorError as error:
        log.warning("a watched governor is none any more", address=before.address, why=str(error))
        return before
    except RpcError as error:
        if error.is_rate_limit:
            raise
        # A node that cannot tell would never let the chain be read on.
        log.warning("parameters could not be read", address=before.address, error=str(error))
        return before
    if after.flavour is not before.flavour:
        log.warning("a governor is of another family now", address=after.address, is_=after.flavour)
    return after


def _former_timelocks(
    before: Governor,
    after: Governor,
    changes: Collection[ParameterChanged],
    *,
    is_undone: bool,
) -> tuple[Address, ...]:
    """Give the timelocks that it has left behind.

    After a reorganisation the one that we knew may never have been its own: an event has to say so.
    """
    was = before.timelock_address
    is_left = not is_undone or was in {change.before for change in changes}
    former = dict.fromkeys((*before.former_timelocks, *((was,) if is_left else ())))
    return tuple(each for each in former if each and each != after.timelock_address)


async def save(store: Store, chain_id: ChainId, governors: Collection[Governor]) -> None:
    """Note the parameters for every server that still watches the governor."""
    changed = {governor.address: governor for governor in governors}
    if not changed:
        return
    for watched in await store.communities.watched(chain_id):
        if (governor := changed.get(watched.governor.address)) is not None:
            await store.communities.watch(replace(watched, governor=governor))
