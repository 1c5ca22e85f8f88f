"""What people want changed of a vote that is on Snapshot: its text before it starts, or its end."""

import asyncio
from dataclasses import dataclass, replace

from bot.clock import Clock
from bot.domain.drafting.posted import HAS_STARTED, VoteEdit, VoteText, edited, text_of
from bot.domain.errors import Refusal
from bot.domain.offchain.limits import envelope_findings
from bot.domain.offchain.messages import CancelMessage, SentMessage, UpdateMessage
from bot.domain.offchain.snapshot import SignedEnvelope, network_chain
from bot.domain.offchain.unsigned import Unsigned, is_fresh
from bot.domain.proposal import Actor, checked_reason
from bot.domain.text import utf16_units
from bot.domain.typed import TypedChange, TypedDeletion, TypedEdit
from bot.domain.types import Address, ChainId, GuildId, SnapshotProposalId
from bot.gateways.chain.client import ChainClient
from bot.gateways.signatures import own_signature, typed_data
from bot.gateways.snapshot.client import SnapshotClient
from bot.gateways.snapshot.refusals import meaning
from bot.gateways.snapshot.signer import Signer
from bot.gateways.snapshot.unsigned import envelope, handed_out, unsigned
from bot.services.changes.posted import ChangeMessage, PostedVote, PostedVotes
from bot.storage.database import Database
from bot.storage.store import Store

__all__ = ["ChangeState", "Changes", "OfferedDeletion", "OfferedEdit", "PostedVote"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedEdit:
    """An edit that Snapshot would take now, to be confirmed by the one who typed it."""

    typed_id: int
    posted: PostedVote
    before: VoteText
    after: VoteText


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedDeletion:
    """A deletion to be confirmed, and what it would take away."""

    typed_id: int
    posted: PostedVote
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeState:
    """How far a message has come, and what the sequencer's answer means in plain words."""

    sent: SentMessage
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """What was typed, and the vote that it is about."""

    typed_id: int
    typed: TypedChange
    posted: PostedVote


class Changes:
    """Check, offer and sign edits and deletions; `Dispatch` brings them to Snapshot."""

    def __init__(
        self,
        database: Database,
        snapshot: SnapshotClient,
        chains: dict[ChainId, ChainClient],
        signer: Signer | None,
        now: Clock,
        *,
        can_sign_in_browser: bool = False,
    ) -> None:
        """Where the signer may not sign, a wallet does in the browser, if there is a page."""
        self._database = database
        self._snapshot = snapshot
        self._chains = chains
        self._signer = signer
        self._now = now
        self._votes = PostedVotes(
            database,
            snapshot,
            signer.address if signer else None,
            now,
            can_sign_in_browser=can_sign_in_browser,
        )

    async def editable(self, guild_id: GuildId, reference: str, actor: Actor) -> PostedVote:
        """Show the text on Snapshot to somebody who wants to change it; no network.

        Raises:
            Refusal: They may not, or it cannot be changed any more.
        """
        async with self._database.reading() as store:
            proposal = await store.proposals.by_reference(guild_id, reference)
            posted = await self._votes.editable(store, proposal, actor)
        if self._now() >= posted.seen.start:
            raise Refusal(f"{HAS_STARTED} Nothing was changed.")
        return posted

    async def offer_edit(
        self, guild_id: GuildId, reference: str, actor: Actor, edit: VoteEdit
    ) -> OfferedEdit:
        """Check an edit by all that Snapshot will look at, and keep it until it is confirmed.

        Raises:
            Refusal: They may not, or Snapshot would not take it; the message lists why.
        """
        async with self._database.reading() as store:
            proposal = await store.proposals.by_reference(guild_id, reference)
            posted = await self._votes.editable(store, proposal, actor)
        posted = await self._votes.live(posted)
        after = edited(posted.seen, edit)
        await self._votes.check_text(posted, after)
        kept = TypedEdit(
            proposal_id=posted.proposal.id,
            updated=edit.updated,
            title=after.title,
            body=after.body,
            choices=after.choices,
        )
        async with self._database.transaction() as store:
            typed_id = await store.typed.keep(guild_id, actor.user_id, kept, self._now())
        before = text_of(posted.seen)
        return OfferedEdit(typed_id=typed_id, posted=posted, before=before, after=after)

    async def offer_deletion(
        self, guild_id: GuildId, reference: str, actor: Actor, reason: str
    ) -> OfferedDeletion:
        """Say what a deletion would take away, and keep its reason until it is confirmed.

        Raises:
            Refusal: They may not, or there is nothing that could be deleted.
        """
        reason = checked_reason(reason)
        async with self._database.reading() as store:
            proposal = await store.proposals.by_reference(guild_id, reference)
            posted = await self._votes.deletable(store, proposal, actor)
        posted = await self._votes.still_open(posted)
        kept = TypedDeletion(
            proposal_id=posted.proposal.id, snapshot_id=posted.seen.id, reason=reason
        )
        async with self._database.transaction() as store:
            typed_id = await store.typed.keep(guild_id, actor.user_id, kept, self._now())
        return OfferedDeletion(typed_id=typed_id, posted=posted, reason=reason)

    async def confirm(self, guild_id: GuildId, actor: Actor, typed_id: int) -> SentMessage:
        """Sign with Assent's key what was offered; from there on it is brought to its end.

        Raises:
            Refusal: It is not theirs or done already, or it cannot be done any more.
        """
        wanted = await self._wanted(guild_id, actor, typed_id)
        author = wanted.posted.author
        if author is None or self._signer is None:
            raise Refusal(
                "Assent's key may not sign this: the wallet that posted the vote does. Ask for it "
                "again, and you are given a link for that; nothing was changed."
            )
        message = await self._votes.message(wanted.posted, wanted.typed, author)
        envelope = await asyncio.to_thread(self._signer.sign, message)
        return await self._keep(wanted, actor, message, envelope)

    async def unsigned(
        self, guild_id: GuildId, actor: Actor, typed_id: int, wallet: Address
    ) -> Unsigned:
        """Make the exact message of what was offered that a wallet is to sign.

        Raises:
            Refusal: It is not theirs or done already, or Snapshot would not take it of this wallet.
            SnapshotError: Snapshot did not answer.
        """
        wanted = await self._wanted(guild_id, actor, typed_id)
        return unsigned(await self._votes.message(wanted.posted, wanted.typed, wallet))

    async def take_signature(
        self, guild_id: GuildId, actor: Actor, typed_id: int, handed: Unsigned, signature: str
    ) -> SentMessage:
        """Take what a wallet has signed; from there on it is brought to its end.

        Raises:
            Refusal: It is not what is to be signed, too old, not that wallet's, or not wanted.
            SnapshotError: Snapshot did not answer; so for `ChainError` and the chain's node.
        """
        wanted = await self._wanted(guild_id, actor, typed_id)
        made = handed_out(handed)
        assert isinstance(made, UpdateMessage | CancelMessage), "it was handed out above"
        if not is_fresh(made, self._now()):
            raise Refusal(
                "More than ten minutes have gone by since this was made. Connect your wallet again "
                "and sign it anew; nothing was changed."
            )
        again = await self._votes.message(wanted.posted, wanted.typed, handed.author)
        if replace(again, timestamp=made.timestamp) != made:
            raise Refusal(
                "The vote has changed since this was made. Connect your wallet again and sign it "
                "as it is now; nothing was changed."
            )
        checked = await self._checked(wanted, handed, signature)
        return await self._keep(wanted, actor, made, envelope(handed, checked))

    async def state(self, message_id: SnapshotProposalId) -> ChangeState:
        """Say how far a message has come."""
        async with self._database.reading() as store:
            found = await store.messages.of(message_id)
        assert found is not None, "it was stored before"
        return ChangeState(sent=found, meaning=meaning(found.answer))

    async def _wanted(self, guild_id: GuildId, actor: Actor, typed_id: int) -> _Wanted:
        """Find what was offered, and whether it may still be done.

        Raises:
            Refusal: It is not theirs or done already, or it cannot be done any more.
        """
        async with self._database.reading() as store:
            return await self._found(store, guild_id, actor, typed_id)

    async def _found(self, store: Store, guild_id: GuildId, actor: Actor, typed_id: int) -> _Wanted:
        typed = await store.typed.of(guild_id, actor.user_id, typed_id)
        if not isinstance(typed, TypedEdit | TypedDeletion):
            raise Refusal("This was typed for something else; nothing was changed.")
        proposal = await store.proposals.here(guild_id, typed.proposal_id)
        posted = await self._votes.wanted(store, proposal, actor, typed)
        return _Wanted(typed_id=typed_id, typed=typed, posted=posted)

    async def _checked(self, wanted: _Wanted, handed: Unsigned, signature: str) -> str:
        """Give the signature as it is posted.

        Raises:
            Refusal: It is not the wallet's own.
        """
        space = await self._snapshot.space(wanted.posted.seen.space)
        chain = self._chains.get((network_chain(space) if space else None) or ChainId(0))
        ask = chain.is_valid_signature if chain else None
        signed = typed_data(handed.typed_data)
        checked = await own_signature(handed.author, signed, signature, ask)
        if checked is None:
            raise Refusal(
                f"This is not the signature of {handed.author}. Choose that account in your wallet "
                "and sign again. A contract wallet has to exist on the chain of the space; nothing "
                "was changed."
            )
        return checked

    async def _keep(
        self, wanted: _Wanted, actor: Actor, message: ChangeMessage, envelope: SignedEnvelope
    ) -> SentMessage:
        """Store what is signed before it is sent, if it is still wanted.

        Raises:
            Refusal: It is too large, or not wanted any more.
        """
        for finding in envelope_findings(utf16_units(envelope.text)):
            raise Refusal(f"{finding} Nothing was changed.")
        typed, posted = wanted.typed, wanted.posted
        reason = typed.reason if isinstance(typed, TypedDeletion) else ""
        guild_id = posted.proposal.guild_id
        sent = SentMessage(
            envelope=envelope,
            kind=message.kind,
            guild_id=guild_id,
            snapshot_id=posted.seen.id,
            user_id=actor.user_id,
            reason=reason,
            at=message.timestamp,
        )
        async with self._database.transaction() as store:
            now = await self._found(store, guild_id, actor, wanted.typed_id)
            proposal = now.posted.proposal
            if now.posted.seen.id != posted.seen.id:
                raise Refusal(f"The vote of {proposal.reference} has just changed; look again.")
            await store.typed.done(wanted.typed_id)
            await store.messages.save(sent)
            what = f"signed: the vote is deleted: {reason}" if reason else "signed: a new text"
            await store.note(proposal, self._now(), what, by=actor)
        return sent
