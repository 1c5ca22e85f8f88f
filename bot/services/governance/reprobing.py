"""Reads a governor's parameters anew when the chain tells that they are others."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import structlog

from bot.domain.onchain.block import Block
from bot.domain.onchain.event import GovernorEvent, ParameterChanged
from bot.domain.onchain.governor import FamilyChange, Flavour, Governor
from bot.domain.types import Address, ChainId, UnixSeconds
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
    if known.scan.undone_at is not None and at is not None:
        told = known.governors
    found = []
    for before in told.values():
        own = [each for each in changes if each.emitter in before.contracts]
        told_of = _Told(changes=own, undone_at=known.scan.undone_at)
        found.append((before, await _anew(node, before, told_of, at)))
    return tuple(after for before, after in found if after != before)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What the blocks that were read tell of one governor."""

    changes: Sequence[ParameterChanged]
    undone_at: UnixSeconds | None  # what is known of later than this may never have been

    def former_timelocks(self, before: Governor, after: Governor) -> tuple[Address, ...]:
        """Give the timelocks that it has left behind.

        After a fork the one that we knew may never have been its own: an event has to say so.
        """
        was = before.timelock_address
        is_left = self.undone_at is None or was in {change.before for change in self.changes}
        return after.left_behind(*before.former_timelocks, was if is_left else None)

    def family_change(
        self, before: Governor, family: Flavour | None, why: str, at: Block
    ) -> FamilyChange | None:
        """Give the last change of its family, which may be this one; `None`: there was none."""
        known, last = before.family, before.family_change
        if last is not None and self.undone_at is not None and last.at > self.undone_at:
            known = last.before
        if family is known:
            return last if known is before.family else None
        change = FamilyChange(
            before=known,
            after=family,
            why=why,
            transaction_hash=last.transaction_hash if last else None,
            block=last.block if last else at.id.number,
            at=last.at if last else at.timestamp,
        )
        if not self.changes:
            return change
        where = self.changes[-1].position
        return replace(
            change,
            transaction_hash=where.transaction_hash,
            block=where.block.number,
            at=where.block_time,
        )


async def _anew(node: ChainClient, before: Governor, told: _Told, at: Block | None) -> Governor:
    at = at or await node.head()
    try:
        after = await recognise(node, before.address, at)
    except UnknownGovernorError as error:
        log.warning("a watched governor is none any more", address=before.address, why=str(error))
        change = told.family_change(before, None, str(error), at)
        return replace(before, family_change=change)
    except RpcError as error:
        if error.is_rate_limit:
            raise
        # A node that cannot tell would never let the chain be read on.
        log.warning("parameters could not be read", address=before.address, error=str(error))
        return before
    return replace(
        after,
        former_timelocks=told.former_timelocks(before, after),
        family_change=told.family_change(before, after.flavour, "", at),
    )


async def save(store: Store, chain_id: ChainId, governors: Collection[Governor]) -> None:
    """Note the parameters for every server that still watches the governor."""
    changed = {governor.address: governor for governor in governors}
    if not changed:
        return
    for watched in await store.communities.watched(chain_id):
        if (governor := changed.get(watched.governor.address)) is not None:
            await store.communities.watch(replace(watched, governor=governor))
