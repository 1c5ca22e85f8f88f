"""Signed edits and deletions on their way to Snapshot and back: sent, read back, told."""

import asyncio
from dataclasses import replace

from bot.clock import Clock
from bot.domain.drafting.draft import bare_title
from bot.domain.drafting.posted import is_shown, reads_so, redrafted, text_of
from bot.domain.drafting.revision import what_changed
from bot.domain.offchain.announcement import ChangeRefused
from bot.domain.offchain.messages import (
    UNDERWAY,
    MessageKind,
    MessageStatus,
    SentMessage,
    UpdateMessage,
    answered,
)
from bot.domain.offchain.sighting import VoteSighting, named
from bot.domain.offchain.snapshot import SnapshotProposal
from bot.domain.policy import DAY
from bot.domain.types import UnixSeconds
from bot.gateways.snapshot.client import SnapshotClient
from bot.gateways.snapshot.refusals import meaning
from bot.gateways.snapshot.typed_data import message_in
from bot.storage.database import Database
from bot.storage.store import Store

_KINDS = (MessageKind.UPDATE, MessageKind.CANCEL)
_SHOWN_WITHIN = DAY  # seconds: what was accepted and is not shown so long is not waited for


class Dispatch:
    """Brings each stored message to its end; the same bytes however often it has to be tried."""

    def __init__(self, database: Database, snapshot: SnapshotClient, now: Clock) -> None:
        self._database = database
        self._snapshot = snapshot
        self._now = now

    async def tick(self) -> None:
        """Send what is signed and read back what was accepted; one that fails holds up no other."""
        async with self._database.reading() as store:
            underway = [
                sent
                for sent in await store.messages.with_status(UNDERWAY, _KINDS)
                if not store.outbox.rehearses(await store.communities.of(sent.guild_id))
            ]
        turns = [self._bring_on(sent) for sent in underway]
        for end in await asyncio.gather(*turns, return_exceptions=True):
            if end is not None:
                raise end

    async def _bring_on(self, sent: SentMessage) -> None:
        if sent.status is MessageStatus.SIGNED:
            answer = await self._snapshot.post(sent.envelope)
            sent = await self._note(sent, answered(sent, answer))
        if sent.status is MessageStatus.ACCEPTED:
            await self._read_back(sent)

    async def _read_back(self, sent: SentMessage) -> None:
        assert sent.snapshot_id is not None, "an edit and a deletion are of a vote"
        seen = await self._snapshot.proposal(sent.snapshot_id)
        message = message_in(sent.envelope.text)
        if isinstance(message, UpdateMessage):
            is_done = seen is not None and is_shown(message, seen)
        else:
            is_done = seen is None
        if is_done:
            await self._note(sent, replace(sent, status=MessageStatus.DONE), seen)
        elif self._now() > sent.at + _SHOWN_WITHIN:
            text = "Snapshot accepted this and has not shown it within a day."
            await self._note(sent, replace(sent, status=MessageStatus.REFUSED, answer=text))

    async def _note(
        self, before: SentMessage, after: SentMessage, seen: SnapshotProposal | None = None
    ) -> SentMessage:
        """Record how far a message has come and say how it ended; whoever comes later is told.

        That a vote was edited or is gone is said by the look that finds it so.
        """
        async with self._database.transaction() as store:
            current = await store.messages.of(before.envelope.id)
            if current != before:
                return current or before
            await store.messages.save(after)
            if after.status is MessageStatus.REFUSED:
                await self._tell_of_refusal(store, after)
            if after.status is MessageStatus.DONE and seen is not None:
                await self._take_in(store, after, seen)
        return after

    async def _tell_of_refusal(self, store: Store, sent: SentMessage) -> None:
        sighting = await _sighting(store, sent, None, self._now())
        refused = ChangeRefused(
            **named(sighting),
            message_id=sent.envelope.id,
            is_deletion=sent.kind is MessageKind.CANCEL,
            by=sent.user_id,
            text=sent.answer,
            meaning=meaning(sent.answer),
        )
        proposal_id = sighting.proposal.id if sighting.proposal else None  # unlinked meanwhile
        await store.outbox.say(sighting.community, refused, sighting.now, proposal_id=proposal_id)

    async def _take_in(self, store: Store, sent: SentMessage, seen: SnapshotProposal) -> None:
        """Let the draft read like what is on Snapshot now.

        The edit is announced by the look that finds it, like one that was made elsewhere.
        """
        message = message_in(sent.envelope.text)
        assert isinstance(message, UpdateMessage), "only an edit leaves something to be seen"
        if not reads_so(message, seen):
            return  # Somebody has edited it since, elsewhere.
        sighting = await _sighting(store, sent, seen, self._now())
        community, proposal, vote = sighting.community, sighting.proposal, sighting.vote
        assert proposal is not None, "a vote of ours was changed"
        assert vote is not None, "a vote of ours was changed"
        before = await store.drafts.newest(proposal.id, vote.step)
        assert before is not None, "a vote is made of a draft"
        after = redrafted(before, text_of(seen))
        change = what_changed(before, after)
        if change:
            revision = replace(
                after,
                revision=before.revision + 1,
                edited_by=sent.user_id,
                edited_at=sighting.now,
                change=f"on Snapshot: {change}",
            )
            await store.drafts.save(revision)
        title = bare_title(seen.title, community.policy) or proposal.title
        await store.proposals.save(replace(proposal, title=title))
        await store.show(proposal.id, sighting.now)


async def _sighting(
    store: Store, sent: SentMessage, seen: SnapshotProposal | None, now: UnixSeconds
) -> VoteSighting:
    """Name the vote a message is about; by what is remembered of it where nothing was seen."""
    assert sent.snapshot_id is not None, "an edit and a deletion are of a vote"
    followed = await store.follows.vote(sent.guild_id, sent.snapshot_id)
    shown = seen or await store.hub.proposal(sent.snapshot_id)
    assert followed is not None, "a vote of ours is followed from its read-back on"
    assert shown is not None, "what was posted was read back"
    return await store.sightings.of(followed, shown, now)
