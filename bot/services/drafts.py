"""Drafts on their way to a vote: read, checked, announced with their notice, and postponed."""

from dataclasses import replace

from bot.clock import Clock
from bot.domain.card import subject, vote_round
from bot.domain.drafting.checklist import Check, DraftView
from bot.domain.drafting.draft import Draft, Posting, message
from bot.domain.errors import Denial, Refusal
from bot.domain.lifecycle import DRAFTING, STEP_OF, Move
from bot.domain.offchain.announcement import NoticeGiven, VotePostponed
from bot.domain.offchain.author import NOBODY, Author, author_of
from bot.domain.offchain.preflight import Facts, preflight
from bot.domain.offchain.snapshot import Space, network_chain
from bot.domain.offchain.vote import OffChainVote, VoteStatus
from bot.domain.policy import Step
from bot.domain.proposal import (
    COAUTHORS_LIMIT,
    Actor,
    Community,
    Proposal,
    checked_reason,
    require_moderator,
    thread_link,
)
from bot.domain.types import BlockNumber, ChainId, GuildId, UnixSeconds, UserId
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.errors import ChainError
from bot.gateways.snapshot.client import SnapshotClient
from bot.gateways.snapshot.posting import envelope_units
from bot.gateways.snapshot.signer import Signer
from bot.storage.database import Database
from bot.storage.store import Store


class Drafts:
    """Everything that happens to a draft before its vote is posted."""

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
        """Without a signer, members sign in the browser, if there is a page for that."""
        self._can_sign_in_browser = can_sign_in_browser
        self._database = database
        self._snapshot = snapshot
        self._chains = chains
        self._signer = signer
        self._now = now

    async def view(
        self, guild_id: GuildId, reference: str, revision: tuple[Step, int] | None = None
    ) -> DraftView:
        """Show the draft that is worked on, or one revision of it; no network.

        Raises:
            Refusal: There is no such proposal here, or it has no such draft.
        """
        async with self._database.reading() as store:
            proposal = await store.proposals.by_reference(guild_id, reference)
            draft = (
                await store.draft(proposal)
                if revision is None
                else await store.drafts.revision(proposal.id, *revision)
            )
            return await store.view(proposal, draft, self._now())

    async def preflight(self, guild_id: GuildId, reference: str, actor: Actor) -> DraftView:
        """Check a draft against the space's rules as they are now.

        Raises:
            Refusal: The actor is no moderator, or there is nothing to publish.
        """
        require_moderator(actor)
        async with self._database.reading() as store:
            proposal = await store.proposals.by_reference(guild_id, reference)
            draft = await store.draft(proposal)
            community = await store.communities.of(guild_id)
        if proposal.phase not in DRAFTING:
            raise Refusal(f"{proposal.reference} is not in drafting: it is “{proposal.phase}”.")
        return await self._checked(proposal, draft, community)

    async def give_notice(
        self, guild_id: GuildId, reference: str, actor: Actor, *, step: Step, revision: int
    ) -> DraftView:
        """Announce the vote; when the notice is over it is signed and posted by itself.

        Raises:
            Refusal: The actor is no moderator, the draft changed since they saw it, or something
                keeps it from being published; the message lists what.
        """
        seen = await self.view(guild_id, reference)
        require_moderator(actor)
        _check_seen(seen, step, revision)
        checked = await self.preflight(guild_id, reference, actor)
        _check_publishable(checked)
        now = self._now()
        async with self._database.transaction() as store:
            proposal = await store.proposals.by_reference(guild_id, reference)
            draft = await store.draft(proposal)
            view = await store.view(proposal, draft, now, checked.limits)
            _check_seen(view, step, revision)
            _check_publishable(view)
            await self._announce(store, view)
            await store.move(proposal, Move.GIVE_NOTICE, now, by=actor)
        return view

    async def _announce(self, store: Store, view: DraftView) -> None:
        proposal, draft = view.proposal, view.draft
        last = await store.votes.current(proposal.id, draft.step)
        rules = view.policy.step(draft.step)
        vote = OffChainVote(
            proposal_id=proposal.id,
            step=draft.step,
            round=last.round + 1 if last else 1,
            status=VoteStatus.NOTICED,
            opens_at=view.opens_at,
            envelope=None,
        )
        await store.votes.save(vote)
        notice = NoticeGiven(
            subject=subject(proposal),
            step=draft.step,
            step_name=rules.name,
            round=vote.round,
            vote_title=draft.title,
            opens_at=vote.opens_at,
            business_days=rules.notice_business_days,
        )
        community = await store.communities.of(proposal.guild_id)
        await store.outbox.say(community, notice, self._now(), proposal_id=proposal.id)

    async def check_postponement(self, guild_id: GuildId, reference: str, actor: Actor) -> None:
        """Refuse a vote that cannot be called off, before anybody gives a reason.

        Raises:
            Refusal: The actor is no moderator, or there is no vote that could wait.
        """
        require_moderator(actor)
        async with self._database.reading() as store:
            await _announced(store, await store.proposals.by_reference(guild_id, reference))

    async def postpone(
        self, guild_id: GuildId, reference: str, actor: Actor, reason: str
    ) -> Proposal:
        """Call an announced vote off, so that the draft can be mended.

        Raises:
            Refusal: The actor is no moderator, or the vote is signed already.
        """
        require_moderator(actor)
        reason = checked_reason(reason)
        now = self._now()
        async with self._database.transaction() as store:
            proposal = await store.proposals.by_reference(guild_id, reference)
            vote = await _announced(store, proposal)
            await store.votes.save(replace(vote, status=VoteStatus.POSTPONED))
            community = await store.communities.of(guild_id)
            news = vote_round(community, proposal, vote)
            postponed = VotePostponed(**news, by=actor.user_id, reason=reason)
            await store.outbox.say(community, postponed, now, proposal_id=proposal.id)
            return await store.move(proposal, Move.POSTPONE, now, by=actor, reason=reason)

    async def coauthor(
        self, guild_id: GuildId, reference: str, actor: Actor, member: UserId, *, remove: bool
    ) -> Proposal:
        """Let a member do with the draft what its author may, or no more.

        Raises:
            Refusal: The actor is neither the author nor a moderator, or there is nothing to change.
        """
        now = self._now()
        async with self._database.transaction() as store:
            proposal = await store.proposals.by_reference(guild_id, reference)
            if actor.user_id != proposal.author_id and not actor.is_moderator:
                raise Denial(
                    f"Only the author of {proposal.reference} or a moderator names co-authors; "
                    "nothing was changed."
                )
            changed = replace(proposal, coauthors=_coauthors(proposal, member, remove=remove))
            await store.proposals.save(changed)
            what = f"{'removed' if remove else 'named'} a co-author: member {member}"
            await store.note(changed, now, what, by=actor)
            await store.show(changed.id, now)
        return changed

    async def _checked(self, proposal: Proposal, draft: Draft, community: Community) -> DraftView:
        author = await self._author(community)
        if community.space is None:
            raise Refusal("No Snapshot space is set: an administrator runs /governance setup.")
        space = await self._snapshot.space(community.space)
        if space is None:
            raise Refusal(f"Snapshot has no space “{community.space}”: check /governance setup.")
        limits, now = await self._snapshot.limits(space), self._now()
        async with self._database.transaction() as store:
            await store.spaces.save(space, limits, now)
            view = await store.view(proposal, draft, now, limits)
            await store.show(proposal.id, now)
        return replace(view, checks=(*view.checks, *await self._preflight(view, space, author)))

    async def _author(self, community: Community) -> Author:
        """Say who signs for a community.

        Raises:
            Refusal: Nobody can.
        """
        async with self._database.reading() as store:
            alias = await store.aliases.of(community.guild_id)
        key = self._signer.address if self._signer else None
        author = author_of(key, alias, can_sign_in_browser=self._can_sign_in_browser)
        if author is None:
            raise Refusal(
                "Assent has no key to sign with, so it cannot post to Snapshot. The operator sets "
                "SNAPSHOT_KEYSTORE (or SNAPSHOT_KEY_FILE) and makes that address an author of "
                "the space; /proposal publish works after a restart."
            )
        return author

    async def _preflight(self, view: DraftView, space: Space, author: Author) -> tuple[Check, ...]:
        """Check the message as it would be if it were signed when the notice is over."""
        posting = Posting(
            author=author.address or NOBODY,
            discussion=thread_link(view.proposal),
            snapshot_block=BlockNumber(0),
            now=view.opens_at,
            topic=view.proposal.topic,
        )
        would_be = message(view.draft, view.policy, space, posting)
        counts = await self._snapshot.counts(space.id, author.address, self._now())
        facts = Facts(
            space=space,
            limits=view.limits,
            counts=counts,
            author=author,
            envelope_units=envelope_units(would_be),
            chains=frozenset(self._chains),
            now=self._now(),
            block_time=await self._block_time(space),
        )
        return preflight(would_be, facts)

    async def _block_time(self, space: Space) -> UnixSeconds | None:
        """Read the chain's clock, if it can be read now."""
        chain = self._chains.get(network_chain(space) or ChainId(0))
        try:
            return (await chain.head()).timestamp if chain else None
        except ChainError:
            return None


def _check_seen(view: DraftView, step: Step, revision: int) -> None:
    """Refuse a confirmation of something else than what would be announced.

    Raises:
        Refusal: The draft has changed since it was read.
    """
    if (view.draft.step, view.draft.revision) != (step, revision):
        raise Refusal(
            f"This confirmation was for an earlier draft of {view.proposal.reference}; nothing "
            "was announced. Read it as it is now with /proposal publish, and confirm that."
        )


def _check_publishable(view: DraftView) -> None:
    """Refuse what something keeps from being published; an approval may have become void.

    Raises:
        Refusal: The message lists what.
    """
    if view.findings:
        raise Refusal("This cannot be published yet:\n- " + "\n- ".join(view.findings))


def _coauthors(proposal: Proposal, member: UserId, *, remove: bool) -> tuple[UserId, ...]:
    """Give the co-authors after a change.

    Raises:
        Refusal: There is nothing to change, or there would be too many.
    """
    if remove:
        if member not in proposal.coauthors:
            raise Refusal(f"They are no co-author of {proposal.reference}; nothing was changed.")
        return tuple(each for each in proposal.coauthors if each != member)
    if member == proposal.author_id or member in proposal.coauthors:
        raise Refusal(f"They are an author of {proposal.reference} already.")
    if len(proposal.coauthors) >= COAUTHORS_LIMIT:
        raise Refusal(f"A proposal has at most {COAUTHORS_LIMIT} co-authors; remove one first.")
    return (*proposal.coauthors, member)


async def _announced(store: Store, proposal: Proposal) -> OffChainVote:
    """Give the vote that is announced and not signed yet."""
    step = STEP_OF.get(proposal.phase)
    vote = await store.votes.current(proposal.id, step) if step else None
    if vote is not None and vote.status is VoteStatus.SIGNED:
        raise Refusal(
            f"The vote on {proposal.reference} is signed and may be on Snapshot, "
            "so it cannot be called off any more. Its author can delete it on Snapshot."
        )
    if vote is None or vote.status is not VoteStatus.NOTICED:
        raise Refusal(f"{proposal.reference} has no announced vote that could wait.")
    return vote
