"""What may be changed of a vote that is on Snapshot, by whom, and the message that does it."""

from dataclasses import dataclass, replace

from bot.clock import Clock
from bot.domain.drafting.posted import (
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
    UpdateMessage,
)
from bot.domain.offchain.snapshot import SnapshotProposal
from bot.domain.offchain.vote import OffChainVote, VoteStatus
from bot.domain.proposal import Actor, Community, Proposal, require_author
from bot.domain.typed import TypedChange, TypedDeletion, TypedEdit
from bot.domain.types import Address
from bot.gateways.snapshot.client import SnapshotClient
from bot.gateways.snapshot.typed_data import message_in
from bot.storage.database import Database
from bot.storage.store import Store

ChangeMessage = UpdateMessage | CancelMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedVote:
    """A vote of ours that is on Snapshot and that the actor may change."""

    community: Community
    proposal: Proposal
    vote: OffChainVote
    seen: SnapshotProposal  # as the hub last showed it
    author: (
        Address | None
    )  # in whose name Assent's key signs; `None`: a wallet does, in the browser


class PostedVotes:
    """Finds the votes that may be changed, and makes the messages that change them."""

    def __init__(
        self,
        database: Database,
        snapshot: SnapshotClient,
        key: Address | None,
        now: Clock,
        *,
        can_sign_in_browser: bool,
    ) -> None:
        """Give the address of the key that signs; `None`: there is none."""
        self._database = database
        self._snapshot = snapshot
        self._key = key
        self._now = now
        self._can_sign_in_browser = can_sign_in_browser

    async def editable(self, store: Store, proposal: Proposal, actor: Actor) -> PostedVote:
        """Give the vote on Snapshot whose text the actor may change; no network.

        Raises:
            Refusal: They may not, there is none, or another change is underway.
        """
        posted = await self.deletable(store, proposal, actor)
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

    async def deletable(self, store: Store, proposal: Proposal, actor: Actor) -> PostedVote:
        """Give the vote on Snapshot that the actor may have deleted; no network.

        Raises:
            Refusal: They may not, there is none, it is being deleted, or nobody can sign that.
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

    async def _author(
        self, store: Store, proposal: Proposal, seen: SnapshotProposal
    ) -> Address | None:
        """Give in whose name the key may change this; `None`: its wallet signs in the browser.

        Raises:
            Refusal: In nobody's, and there is no page on which a wallet could sign.
        """
        key, author = self._key, Address(seen.author)
        if author == key:
            return author
        alias = await store.aliases.of(proposal.guild_id)
        is_for_author = alias is not None and alias.principal == author
        if key and alias and is_for_author and alias.may_sign(key, self._now()):
            return author
        if self._can_sign_in_browser:
            return None
        if key is None:
            raise Refusal(
                "Assent has no key here: this vote was signed in the browser, and now there is no "
                "page on which its change could be. The wallet that signed it does that on "
                f"Snapshot: {seen.link}"
            )
        raise Refusal(
            f"The vote of {proposal.reference} was signed by {author}, and Assent's key may "
            "not sign for that wallet now. Renew that with `/governance alias link`, or let "
            f"the wallet change it on Snapshot: {seen.link}"
        )

    async def live(self, posted: PostedVote) -> PostedVote:
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

    async def still_open(self, posted: PostedVote) -> PostedVote:
        """Look at it on Snapshot as it is at this moment, when it shall be deleted.

        Raises:
            Refusal: It has ended, or the hub does not show it.
        """
        posted = await self.live(posted)
        if self._now() >= posted.seen.end:
            raise Refusal(
                f"Voting on {posted.proposal.reference} is over, and its result stands: a vote can "
                "be deleted until it ends. Nothing was changed."
            )
        return posted

    async def check_text(self, posted: PostedVote, text: VoteText) -> None:
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

    async def wanted(
        self, store: Store, proposal: Proposal, actor: Actor, typed: TypedChange
    ) -> PostedVote:
        """Give the vote that the actor may still change as they have typed it; no network.

        Raises:
            Refusal: They may not any more, or it is another vote by now.
        """
        if isinstance(typed, TypedEdit):
            return await self.editable(store, proposal, actor)
        posted = await self.deletable(store, proposal, actor)
        if posted.seen.id != typed.snapshot_id:
            raise Refusal("This was for an earlier vote, which is over; nothing was changed.")
        return posted

    async def message(
        self, posted: PostedVote, typed: TypedChange, author: Address
    ) -> ChangeMessage:
        """Make what `author` has to sign, as of now.

        Raises:
            Refusal: Snapshot would not take it, or not of this wallet.
        """
        if isinstance(typed, TypedEdit):
            return await self._update(posted, typed, author)
        return await self._cancel(posted, typed, author)

    async def _update(self, posted: PostedVote, typed: TypedEdit, author: Address) -> UpdateMessage:
        posted = await self.live(posted)
        if author != posted.seen.author:
            raise Refusal(
                f"Snapshot takes an edit of the wallet alone that has signed the vote: "
                f"{posted.seen.author}. This is {author}. Connect the other one; nothing was "
                "changed."
            )
        edit = VoteEdit(
            updated=typed.updated, title=typed.title, body=typed.body, choices=typed.choices
        )
        text = edited(posted.seen, edit)
        await self.check_text(posted, text)
        async with self._database.reading() as store:
            last = await store.messages.change_of(posted.seen.id, MessageKind.UPDATE)
        assert posted.vote.envelope is not None, "what was made outside is not edited here"
        before = message_in((last or posted.vote).envelope.text)  # type: ignore[union-attr] # see above
        assert isinstance(before, ProposalMessage | UpdateMessage), "it made or changed the vote"
        return UpdateMessage(
            proposal=posted.seen.id,
            author=author,
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

    async def _cancel(
        self, posted: PostedVote, typed: TypedDeletion, author: Address
    ) -> CancelMessage:
        posted = await self.still_open(posted)
        if author != posted.seen.author:
            space = await self._snapshot.space(posted.seen.space)
            if space is None or not space.may_delete(author):
                raise Refusal(
                    f"Snapshot lets the wallet delete the vote that has signed it, "
                    f"{posted.seen.author}, and the admins and moderators of {posted.seen.space}. "
                    f"{author} is none of them. Connect another one; nothing was changed."
                )
        return CancelMessage(
            author=author,
            space=posted.seen.space,
            timestamp=self._now(),
            proposal=typed.snapshot_id,
        )
