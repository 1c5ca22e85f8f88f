"""What people want changed of a vote that is on Snapshot: its text before it starts, or its end."""

import asyncio
from dataclasses import dataclass, replace

from bot.clock import Clock
from bot.domain.drafting.posted import (
    HAS_STARTED,
    VoteEdit,
    VoteText,
    change_findings,
    edited,
    redrafted,
    text_findings,
    text_of,
)
from bot.domain.errors import Denial, Refusal
from bot.domain.lifecycle import STEP_OF, VOTING
from bot.domain.offchain.messages import (
    UNDERWAY,
    CancelMessage,
    MessageKind,
    ProposalMessage,
    SentMessage,
    UpdateMessage,
)
from bot.domain.offchain.snapshot import ENVELOPE_LIMIT, SignedEnvelope, SnapshotProposal
from bot.domain.offchain.vote import OffChainVote, VoteStatus
from bot.domain.proposal import Actor, Community, Proposal, checked_reason, require_author
from bot.domain.text import utf16_units
from bot.domain.typed import TypedDeletion, TypedEdit
from bot.domain.types import Address, GuildId, SnapshotProposalId
from bot.gateways.snapshot.client import SnapshotClient
from bot.gateways.snapshot.refusals import meaning
from bot.gateways.snapshot.signer import Signer
from bot.gateways.snapshot.typed_data import message_in
from bot.storage.database import Database
from bot.storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedVote:
    """A vote of ours that is on Snapshot and that the actor may change."""

    community: Community
    proposal: Proposal
    vote: OffChainVote
    seen: SnapshotProposal  # as the hub last showed it
    author: Address  # in whose name the key signs


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


class Changes:
    """Check, offer and sign edits and deletions; `Dispatch` brings them to Snapshot."""

    def __init__(
        self, database: Database, snapshot: SnapshotClient, signer: Signer | None, now: Clock
    ) -> None:
        self._database = database
        self._snapshot = snapshot
        self._signer = signer
        self._now = now

    async def editable(self, guild_id: GuildId, reference: str, actor: Actor) -> PostedVote:
        """Show the text on Snapshot to somebody who wants to change it; no network.

        Raises:
            Refusal: They may not, or it cannot be changed any more.
        """
        async with self._database.reading() as store:
            proposal = await store.proposals.by_reference(guild_id, reference)
            posted = await self._editable(store, proposal, actor)
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
            posted = await self._editable(store, proposal, actor)
        posted = await self._live(posted)
        after = edited(posted.seen, edit)
        await self._check_text(posted, after)
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
            posted = await self._posted(store, proposal, actor)
        posted = await self._deletable(posted)
        kept = TypedDeletion(
            proposal_id=posted.proposal.id, snapshot_id=posted.seen.id, reason=reason
        )
        async with self._database.transaction() as store:
            typed_id = await store.typed.keep(guild_id, actor.user_id, kept, self._now())
        return OfferedDeletion(typed_id=typed_id, posted=posted, reason=reason)

    async def confirm(self, guild_id: GuildId, actor: Actor, typed_id: int) -> SentMessage:
        """Sign what was offered, and store it; from there on it is brought to its end.

        Raises:
            Refusal: It is not theirs or done already, or it cannot be done any more.
        """
        async with self._database.reading() as store:
            typed = await store.typed.of(guild_id, actor.user_id, typed_id)
            if not isinstance(typed, TypedEdit | TypedDeletion):
                raise Refusal("This was typed for something else; nothing was changed.")
            proposal = await store.proposals.here(guild_id, typed.proposal_id)
            posted = await self._posted_for(store, proposal, actor, typed)
        message = await self._message(posted, typed)
        reason = typed.reason if isinstance(typed, TypedDeletion) else ""
        sent = SentMessage(
            envelope=await self._signed(message),
            kind=message.kind,
            guild_id=guild_id,
            snapshot_id=posted.seen.id,
            user_id=actor.user_id,
            reason=reason,
            at=message.timestamp,
        )
        async with self._database.transaction() as store:
            await store.typed.of(guild_id, actor.user_id, typed_id)
            await store.typed.done(typed_id)
            proposal = await store.proposals.here(guild_id, typed.proposal_id)
            now = await self._posted_for(store, proposal, actor, typed)
            if now.seen.id != posted.seen.id:
                raise Refusal(f"The vote of {proposal.reference} has just changed; look again.")
            await store.messages.save(sent)
            what = f"signed: the vote is deleted: {reason}" if reason else "signed: a new text"
            await store.note(proposal, self._now(), what, by=actor)
        return sent

    async def state(self, message_id: SnapshotProposalId) -> ChangeState:
        """Say how far a message has come."""
        async with self._database.reading() as store:
            found = await store.messages.of(message_id)
        assert found is not None, "it was stored before"
        return ChangeState(sent=found, meaning=meaning(found.answer))

    # What may be changed, and by whom

    async def _editable(self, store: Store, proposal: Proposal, actor: Actor) -> PostedVote:
        posted = await self._posted(store, proposal, actor)
        if posted.vote.envelope is None:
            raise Refusal(
                f"The vote of {proposal.reference} was made outside of Assent, so it is changed "
                f"where it was made: {posted.seen.link}"
            )
        if posted.community.policy.approvers and not actor.is_moderator:
            raise Denial(
                f"The text of {proposal.reference} was approved before it was posted, so only a "
                "moderator may change it now. Tell them what is wrong with it; nothing was changed."
            )
        before = await store.messages.change_of(posted.seen.id, MessageKind.UPDATE)
        if before is not None and before.status in UNDERWAY:
            raise Refusal(
                f"An edit by <@{before.user_id}> is on its way to Snapshot. Look again in a "
                "minute, when it is announced; nothing was changed."
            )
        return posted

    async def _posted(self, store: Store, proposal: Proposal, actor: Actor) -> PostedVote:
        """Give the vote on Snapshot that the actor may change.

        Raises:
            Refusal: They may not, there is none, it is being deleted, or it is not the key's.
        """
        require_author(proposal, actor)
        step = STEP_OF[proposal.phase] if proposal.phase in VOTING else None
        vote = await store.votes.current(proposal.id, step) if step else None
        if vote is None or vote.observed is None or vote.status is not VoteStatus.POSTED:
            raise Refusal(
                f"{proposal.reference} has no vote on Snapshot that could be changed: it is "
                f"“{proposal.phase}”. `/draft edit` changes a draft, and `/proposal postpone` "
                "calls an announced vote off."
            )
        gone = await store.messages.change_of(vote.observed.id, MessageKind.CANCEL)
        if gone is not None:
            raise Refusal(
                f"The vote of {proposal.reference} is being deleted already, at the wish of "
                f"<@{gone.user_id}>; nothing more was changed."
            )
        community = await store.communities.of(proposal.guild_id)
        self._check_for_real(store, community)
        return PostedVote(
            community=community,
            proposal=proposal,
            vote=vote,
            seen=vote.observed,
            author=await self._author(store, proposal, vote.observed),
        )

    def _check_for_real(self, store: Store, community: Community) -> None:
        if store.outbox.rehearses(community):
            raise Refusal(
                "This is a dry run: nothing goes to Snapshot, so nothing is changed there. "
                "`/governance dryrun` ends it."
            )

    async def _author(self, store: Store, proposal: Proposal, seen: SnapshotProposal) -> Address:
        """Give in whose name the key may change this.

        Raises:
            Refusal: In nobody's: the vote was signed by a wallet that is not the key's to use.
        """
        if self._signer is None:
            raise Refusal(
                "Assent has no key here: this vote was signed in the browser, and from here it "
                "cannot be changed yet. The wallet that signed it does that on Snapshot: "
                f"{seen.link}"
            )
        key, author = self._signer.address, Address(seen.author)
        if author == key:
            return author
        alias = await store.aliases.of(proposal.guild_id)
        if alias is None or alias.principal != author or not alias.may_sign(key, self._now()):
            raise Refusal(
                f"The vote of {proposal.reference} was signed by {author}, and Assent's key may "
                "not sign for that wallet now. Renew that with `/governance alias link`, or let "
                f"the wallet change it on Snapshot: {seen.link}"
            )
        return author

    async def _live(self, posted: PostedVote) -> PostedVote:
        """Look at it on Snapshot as it is at this moment.

        Raises:
            Refusal: The hub does not show it.
        """
        seen = await self._snapshot.proposal(posted.seen.id)
        if seen is None:
            raise Refusal(
                f"Snapshot does not show the vote of {posted.proposal.reference} at this moment: "
                "it may have been deleted. Look again in a minute; nothing was changed."
            )
        return replace(posted, seen=seen)

    async def _deletable(self, posted: PostedVote) -> PostedVote:
        posted = await self._live(posted)
        if self._now() >= posted.seen.end:
            raise Refusal(
                f"Voting on {posted.proposal.reference} is over, and its result stands: a vote can "
                "be deleted until it ends. Nothing was changed."
            )
        return posted

    async def _check_text(self, posted: PostedVote, text: VoteText) -> None:
        """Hold a text against the rules of Snapshot, of the space and of the community.

        Raises:
            Refusal: The message lists what is against it.
        """
        space = await self._snapshot.space(posted.seen.space)
        if space is None:
            raise Refusal(f"Snapshot has no space “{posted.seen.space}” any more.")
        limits, now = await self._snapshot.limits(space), self._now()
        async with self._database.reading() as store:
            draft = await store.drafts.newest(posted.proposal.id, posted.vote.step)
            assert draft is not None, "a vote is made of a draft"
            before = redrafted(draft, text_of(posted.seen))
            views = [
                await store.view(posted.proposal, each, now, limits)
                for each in (before, redrafted(before, text))
            ]
        found = [*change_findings(posted.seen, space, now), *text_findings(*views)]
        if found:
            listed = "\n- ".join(found)
            raise Refusal(f"This cannot be changed so; nothing was changed:\n- {listed}")

    # What is signed

    async def _posted_for(
        self, store: Store, proposal: Proposal, actor: Actor, typed: TypedEdit | TypedDeletion
    ) -> PostedVote:
        if isinstance(typed, TypedEdit):
            return await self._editable(store, proposal, actor)
        posted = await self._posted(store, proposal, actor)
        if posted.seen.id != typed.snapshot_id:
            raise Refusal("This was for an earlier vote, which is over; nothing was changed.")
        return posted

    async def _message(
        self, posted: PostedVote, typed: TypedEdit | TypedDeletion
    ) -> UpdateMessage | CancelMessage:
        if isinstance(typed, TypedEdit):
            return await self._update(posted, typed)
        return await self._cancel(posted, typed)

    async def _update(self, posted: PostedVote, typed: TypedEdit) -> UpdateMessage:
        posted = await self._live(posted)
        edit = VoteEdit(
            updated=typed.updated, title=typed.title, body=typed.body, choices=typed.choices
        )
        text = edited(posted.seen, edit)
        await self._check_text(posted, text)
        async with self._database.reading() as store:
            last = await store.messages.change_of(posted.seen.id, MessageKind.UPDATE)
        assert posted.vote.envelope is not None, "what was made outside is not edited here"
        before = message_in((last or posted.vote).envelope.text)  # type: ignore[union-attr] # see above
        assert isinstance(before, ProposalMessage | UpdateMessage), "it made or changed the vote"
        return UpdateMessage(
            proposal=posted.seen.id,
            author=posted.author,
            space=before.space,
            timestamp=self._now(),
            type=before.type,
            title=text.title,
            body=text.body,
            discussion=before.discussion,
            choices=text.choices,
            labels=before.labels,
            plugins=before.plugins,
            privacy=before.privacy,
        )

    async def _cancel(self, posted: PostedVote, typed: TypedDeletion) -> CancelMessage:
        posted = await self._deletable(posted)
        return CancelMessage(
            author=posted.author,
            space=posted.seen.space,
            timestamp=self._now(),
            proposal=typed.snapshot_id,
        )

    async def _signed(self, message: UpdateMessage | CancelMessage) -> SignedEnvelope:
        assert self._signer is not None, "who has no key was refused"
        envelope = await asyncio.to_thread(self._signer.sign, message)
        if utf16_units(envelope.text) > ENVELOPE_LIMIT:
            raise Refusal(
                f"The whole message is larger than the {ENVELOPE_LIMIT:,} characters that Snapshot "
                "takes. Shorten the text; nothing was changed."
            )
        return envelope
