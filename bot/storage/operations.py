"""What was read of timelocks and of parameters, and how the operations of timelocks stand."""

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.onchain.call import DecodedCall
from bot.domain.onchain.event import (
    GovernorEvent,
    OperationCancelled,
    OperationEvent,
    OperationExecuted,
    OperationScheduled,
    ParameterChanged,
)
from bot.domain.onchain.operation import Operation, OperationKey
from bot.domain.types import Address, BlockNumber, ChainId, OperationId
from bot.storage.chain_schema import chain_events, operations
from bot.storage.codec import GOVERNOR_EVENT, OPERATION


class Operations:
    """Read the events of timelocks and parameters; remember each operation's newest life."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def events_of(self, key: OperationKey) -> Sequence[OperationEvent]:
        """Give the events of one operation, oldest first."""
        events = await self._events(key.chain_id, key.timelock, key.id)
        return [
            event
            for event in events
            if isinstance(event, _OF_OPERATIONS) and event.operation_id == key.id
        ]

    async def of_timelock(
        self, chain_id: ChainId, timelock: Address
    ) -> Mapping[OperationId, Sequence[OperationEvent]]:
        """Give the events of every operation of a timelock, oldest first."""
        found: dict[OperationId, list[OperationEvent]] = {}
        for event in await self._events(chain_id, timelock, ""):
            if isinstance(event, _OF_OPERATIONS):
                found.setdefault(event.operation_id, []).append(event)
        return found

    async def parameters_of(
        self, chain_id: ChainId, contract: Address
    ) -> Sequence[ParameterChanged]:
        """Give every change of a contract's parameters, oldest first."""
        events = await self._events(chain_id, contract, _PARAMETER)
        return [event for event in events if isinstance(event, ParameterChanged)]

    async def above(self, chain_id: ChainId, number: BlockNumber) -> Sequence[GovernorEvent]:
        """Give the events of timelocks and parameters after a block, oldest first."""
        query = (
            select(chain_events.c.body)
            .where(
                chain_events.c.chain_id == chain_id,
                chain_events.c.block_number > number,
                chain_events.c.governor_proposal_id.is_(None),
            )
            .order_by(chain_events.c.block_number, chain_events.c.log_index)
        )
        rows = await self._connection.execute(query)
        return [GOVERNOR_EVENT.load(body) for body in rows.scalars()]

    async def save(self, operation: Operation) -> None:
        """Note how an operation stands."""
        key = operation.key
        values = {"is_live": operation.is_live, "body": OPERATION.dump(operation)}
        await self._connection.execute(
            insert(operations)
            .values(chain_id=key.chain_id, timelock=key.timelock, id=key.id, **values)
            .on_conflict_do_update(index_elements=["chain_id", "timelock", "id"], set_=values)
        )

    async def described(
        self, chain_id: ChainId, timelock: Address, id_: OperationId | None = None
    ) -> Mapping[OperationId, Sequence[DecodedCall]]:
        """Give the words for the calls of one operation of a timelock, or of all."""
        query = select(operations.c.body).where(
            operations.c.chain_id == chain_id, operations.c.timelock == timelock
        )
        if id_ is not None:
            query = query.where(operations.c.id == id_)
        found = [OPERATION.load(body) for body in (await self._connection.execute(query)).scalars()]
        return {each.key.id: each.described for each in found}

    async def forget(self, chain_id: ChainId, timelock: Address) -> None:
        """Forget how a timelock's operations stand; a reorganisation may have undone any."""
        await self._connection.execute(
            delete(operations).where(
                operations.c.chain_id == chain_id, operations.c.timelock == timelock
            )
        )

    async def waiting(self, chain_id: ChainId) -> Sequence[Operation]:
        """Give the operations that wait in the timelocks of a chain."""
        query = select(operations.c.body).where(
            operations.c.chain_id == chain_id, operations.c.is_live
        )
        rows = await self._connection.execute(query)
        return [OPERATION.load(body) for body in rows.scalars()]

    async def _events(
        self, chain_id: ChainId, emitter: Address, containing: str
    ) -> Sequence[object]:
        query = (
            select(chain_events.c.body)
            .where(
                chain_events.c.chain_id == chain_id,
                chain_events.c.emitter == emitter,
                chain_events.c.governor_proposal_id.is_(None),
                chain_events.c.body.contains(containing, autoescape=True),
            )
            .order_by(chain_events.c.block_number, chain_events.c.log_index)
        )
        rows = await self._connection.execute(query)
        return [GOVERNOR_EVENT.load(body) for body in rows.scalars()]


_OF_OPERATIONS = OperationScheduled | OperationExecuted | OperationCancelled
_PARAMETER = "parameter changed"
