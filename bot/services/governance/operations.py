"""Tells of operations in a timelock that no proposal of its governor has brought about."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.onchain.announcement import OperationNews, OperationStep, timelock_prefix
from bot.domain.onchain.block import Position
from bot.domain.onchain.event import (
    GovernorEvent,
    OperationCancelled,
    OperationExecuted,
    OperationScheduled,
)
from bot.domain.onchain.governor import Governor
from bot.domain.onchain.operation import Operation, OperationKey, lives, worded
from bot.domain.onchain.proposal import GovernorProposal
from bot.domain.types import Address, ChainId, OperationId
from bot.gateways.chain.calls import describe
from bot.gateways.chain.operations import operations_in
from bot.services.governance.telling import Telling
from bot.services.governance.wording import Described
from bot.storage.communities import WatchedGovernor


async def tell_operations(
    telling: Telling, chain_id: ChainId, events: Collection[GovernorEvent], described: Described
) -> None:
    """Record the operations that these events are about, and tell of those from outside.

    The same events may come again: nothing is told twice. What their calls mean was asked of the
    chain before, or at an earlier look.
    """
    links = _Links(telling=telling)
    keys = {
        OperationKey(chain_id=chain_id, timelock=event.emitter, id=event.operation_id): None
        for event in events
        if isinstance(event, OperationScheduled | OperationExecuted | OperationCancelled)
    }
    for key in keys:
        before = await telling.store.operations.described(chain_id, key.timelock, key.id)
        words = described.get(key) or before.get(key.id, ())
        events_of = await telling.store.operations.events_of(key)
        lived = [worded(each, words) for each in lives(key, events_of)]
        for operation in lived:
            if not await links.has(operation):
                await _tell(telling, operation)
        if lived:
            await telling.store.operations.save(lived[-1])


async def correct_operations(
    telling: Telling, chain_id: ChainId, before: Mapping[Address, Governor]
) -> None:
    """After a reorganisation: mend or strike out what was told of each timelock's operations.

    `before` are the governors as they were known: of a timelock that is none of theirs nothing is
    true any more.
    """
    assert telling.undone_at is not None, "nothing was undone"
    store, links = telling.store, _Links(telling=telling)
    for watched in telling.watched:
        governor = watched.governor
        for timelock in {*governor.timelocks, *before[governor.address].timelocks}:
            words = await store.operations.described(chain_id, timelock)
            await store.operations.forget(chain_id, timelock)
            true: dict[str, OperationNews] = {}
            for id_, events in (await store.operations.of_timelock(chain_id, timelock)).items():
                key = OperationKey(chain_id=chain_id, timelock=timelock, id=id_)
                lived = [worded(each, words.get(id_, ())) for each in lives(key, events)]
                await store.operations.save(lived[-1])
                for operation in lived if timelock in governor.timelocks else ():
                    if not await links.has(operation):
                        true |= {news.key: news for news, _ in _news(operation, watched)}
            prefix = timelock_prefix(chain_id, timelock)
            await store.outbox.correct(watched.guild_id, prefix, true, telling.undone_at)


async def _tell(telling: Telling, operation: Operation) -> None:
    for watched in telling.watched:
        if operation.key.timelock not in watched.governor.timelocks:
            continue
        community = await telling.store.communities.of(watched.guild_id)
        for news, position in _news(operation, watched):
            if not telling.believes(watched, position.block.number):
                continue
            is_news = position.block.number > watched.since
            await telling.store.outbox.say(community, news, telling.now, is_news=is_news)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Brought:
    """What the proposals of the governors over one timelock have brought about there."""

    governors: frozenset[Address]
    proposals: Sequence[GovernorProposal]
    ids: frozenset[OperationId]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Links:
    """Which operations proposals have brought about; proposals are loaded once for a timelock."""

    telling: Telling
    known: dict[Address, _Brought] = field(default_factory=dict)

    async def has(self, operation: Operation) -> bool:
        """Say whether a proposal of a governor over its timelock has brought it about."""
        timelock = operation.key.timelock
        if timelock not in self.known:
            self.known[timelock] = await self._brought(operation.key.chain_id, timelock)
        brought = self.known[timelock]
        if operation.caller in brought.governors or operation.key.id in brought.ids:
            return True
        if any(_is_beside(each, operation) for each in brought.proposals):
            return True
        return await self._is_beside_unseen(operation, brought)

    async def _brought(self, chain_id: ChainId, timelock: Address) -> _Brought:
        governors = {
            each.governor.address: each.governor
            for each in self.telling.watched
            if timelock in each.governor.timelocks
        }
        proposals = await self.telling.store.chain.proposals(chain_id, governors)
        ids = (operations_in(timelock, governors[each.key.governor], each) for each in proposals)
        return _Brought(
            governors=frozenset(governors),
            proposals=proposals,
            ids=frozenset().union(*ids),
        )

    async def _is_beside_unseen(self, operation: Operation, brought: _Brought) -> bool:
        """Say whether it goes along with a proposal that was made before anybody watched.

        Its calls are not known, so nobody can say that they are others.
        """
        places = (operation.scheduled, operation.executed, operation.cancelled)
        beside = [
            key
            for place in places
            if place is not None
            for key in await self.telling.store.chain.proposals_in(
                operation.key.chain_id, place, brought.governors
            )
        ]
        return bool(set(beside) - {each.key for each in brought.proposals})


def _is_beside(proposal: GovernorProposal, operation: Operation) -> bool:
    """Say whether the operation is this proposal's by where and what it is.

    Who puts a call of their own into the transaction that queues a proposal is still told of.
    """
    places = (
        (proposal.queued, operation.scheduled),
        (proposal.executed, operation.executed),
        (proposal.canceled, operation.cancelled),
    )
    is_beside = any(_same_transaction(one, other) for one, other in places)
    return is_beside and {*operation.calls} <= {*proposal.calls}


def _same_transaction(one: Position | None, other: Position | None) -> bool:
    return one is not None and other is not None and one.transaction_hash == other.transaction_hash


def _news(
    operation: Operation, watched: WatchedGovernor
) -> Iterator[tuple[OperationNews, Position]]:
    """Give what there is to tell of a life, each with where it happened.

    That something was cancelled of which nobody knows that it was there tells nothing.
    """
    steps: Sequence[tuple[OperationStep, Position | None]] = (
        (OperationStep.SCHEDULED, operation.scheduled),
        (OperationStep.EXECUTED, operation.executed),
        (OperationStep.CANCELLED, operation.cancelled if operation.scheduled else None),
    )
    governor = watched.governor
    for step, position in steps:
        if position is not None:
            news = OperationNews(
                step=step,
                operation_key=operation.key,
                life=operation.life,
                governor_name=governor.name,
                timelock_kind=governor.timelock_kind,
                calls=operation.described or tuple(map(describe, operation.calls)),
                caller=operation.caller,
                ready_at=operation.ready_at,
                is_seen_from_start=operation.scheduled is not None,
                transaction_hash=position.transaction_hash,
                at=position.block_time,
                is_former=operation.key.timelock in governor.former_timelocks,
            )
            yield news, position
