"""Signed messages that are no proposals: edits, deletions, aliases. Stored before they are sent."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.offchain.messages import MessageKind, MessageStatus, SentMessage
from bot.domain.offchain.snapshot import SignedEnvelope
from bot.domain.types import GuildId, SnapshotProposalId, UnixSeconds, UserId
from bot.storage.schema import snapshot_messages

_MADE = tuple(status for status in MessageStatus if status is not MessageStatus.REFUSED)


class SentMessages:
    """Load and save signed messages."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def with_status(
        self, statuses: Collection[MessageStatus], kinds: Collection[MessageKind]
    ) -> Sequence[SentMessage]:
        """Give messages that have come so far and no farther, the oldest first."""
        row = snapshot_messages.c
        query = select(snapshot_messages).where(row.status.in_(statuses), row.kind.in_(kinds))
        rows = await self._connection.execute(query.order_by(row.at, row.id))
        return [_message(each) for each in rows]

    async def of(self, message_id: SnapshotProposalId) -> SentMessage | None:
        """Give one by its digest."""
        query = select(snapshot_messages).where(snapshot_messages.c.id == message_id)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _message(row)

    async def change_of(
        self, snapshot_id: SnapshotProposalId, kind: MessageKind
    ) -> SentMessage | None:
        """Give the newest edit or deletion of a proposal that was not refused.

        So it is known who has changed what the hub shows changed, and why.
        """
        row = snapshot_messages.c
        query = select(snapshot_messages).where(
            row.snapshot_id == snapshot_id, row.kind == kind, row.status.in_(_MADE)
        )
        newest = query.order_by(row.at.desc(), row.id.desc()).limit(1)
        found = (await self._connection.execute(newest)).one_or_none()
        return None if found is None else _message(found)

    async def save(self, message: SentMessage) -> None:
        """Write a message, new or known; its text is never written a second time."""
        progress = {"status": message.status, "answer": message.answer}
        await self._connection.execute(
            insert(snapshot_messages)
            .values(
                id=message.envelope.id,
                kind=message.kind,
                guild_id=message.guild_id,
                snapshot_id=message.snapshot_id,
                user_id=message.user_id,
                reason=message.reason,
                envelope=message.envelope.text,
                at=message.at,
                **progress,
            )
            .on_conflict_do_update(index_elements=["id"], set_=progress)
        )


def _message(row: Row[Any]) -> SentMessage:
    return SentMessage(
        envelope=SignedEnvelope(id=SnapshotProposalId(row.id), text=row.envelope),
        kind=MessageKind(row.kind),
        guild_id=GuildId(row.guild_id),
        snapshot_id=None if row.snapshot_id is None else SnapshotProposalId(row.snapshot_id),
        user_id=UserId(row.user_id),
        reason=row.reason,
        status=MessageStatus(row.status),
        at=UnixSeconds(row.at),
        answer=row.answer,
    )
