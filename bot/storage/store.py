"""One open transaction, and everything that can be read and written in it."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.announcement import PhaseChanged, TroubleFound
from bot.domain.calendar import after_business_days
from bot.domain.card import (
    board,
    last_board,
    proposal_card,
    subject,
)
from bot.domain.drafting.checklist import NO_LIMITS, Around, DraftView, checklist
from bot.domain.drafting.draft import Draft
from bot.domain.drafting.review import review
from bot.domain.errors import Refusal
from bot.domain.lifecycle import DRAFTING, PROMOTIONS, STEP_OF, Move
from bot.domain.listing import MOST_SUPPORTED
from bot.domain.live_card import DraftSummary, OnChainSummary, ProposalCard
from bot.domain.offchain.sighting import VoteSighting
from bot.domain.offchain.snapshot import SpaceLimits
from bot.domain.onchain.card import on_chain_summary
from bot.domain.policy import Step
from bot.domain.proposal import (
    Actor,
    Community,
    Proposal,
    destination,
    promotable_from,
    thread_link,
)
from bot.domain.trouble import Trouble
from bot.domain.types import ProposalId, UnixSeconds
from bot.storage.address_names import AddressNames
from bot.storage.aliases import Aliases
from bot.storage.chain import ChainRecords
from bot.storage.communities import Communities
from bot.storage.contracts import Contracts
from bot.storage.deadlines import Deadlines
from bot.storage.deliveries import Deliveries
from bot.storage.drafts import DraftRecords
from bot.storage.electorate import Electorates
from bot.storage.follows import Follows
from bot.storage.history import History, HistoryEntry
from bot.storage.hub import HubRecords
from bot.storage.implementations import Implementations
from bot.storage.listings import Listings
from bot.storage.messages import SentMessages
from bot.storage.operations import Operations
from bot.storage.outbox import Outbox
from bot.storage.page_links import PageLinks
from bot.storage.preferences import Preferences
from bot.storage.proposals import Proposals
from bot.storage.reactions import Reactions
from bot.storage.reports import Reports
from bot.storage.setups import Setups
from bot.storage.sightings import Sightings
from bot.storage.spaces import Spaces
from bot.storage.technical_reviews import TechnicalReviews
from bot.storage.troubles import Troubles
from bot.storage.typed import TypedTexts
from bot.storage.votes import Votes
from bot.storage.votes_cast import VotesCast
from bot.storage.wallets import Wallets

# Announcements of their own say these: of the vote and of what is done to more people, of a merger
# in two threads.
_SAID_OTHERWISE = frozenset(
    {Move.GIVE_NOTICE, Move.POSTPONE, Move.ADOPT, Move.MERGE, Move.IMPLEMENT}
)


class Store:
    """The unit of work: domain values in, domain values out."""

    def __init__(  # noqa: PLR0915 - one row for each aggregate
        self, connection: AsyncConnection, *, is_rehearsing: bool = False
    ) -> None:
        """Say whether the operator wants a dry run for every community."""
        self.communities = Communities(connection)
        self.proposals = Proposals(connection)
        self.reactions = Reactions(connection)
        self.drafts = DraftRecords(connection)
        self.votes = Votes(connection)
        self.spaces = Spaces(connection)
        self.hub = HubRecords(connection)
        self.follows = Follows(connection)
        self.messages = SentMessages(connection)
        self.aliases = Aliases(connection)
        self.chain = ChainRecords(connection)
        self.electorates = Electorates(connection)
        self.contracts = Contracts(connection)
        self.names = AddressNames(connection)
        self.votes_cast = VotesCast(connection)
        self.operations = Operations(connection)
        self.outbox = Outbox(connection, is_rehearsing=is_rehearsing)
        self.deliveries = Deliveries(connection, is_rehearsing=is_rehearsing)
        self.history = History(connection)
        self.preferences = Preferences(connection)
        self.reports = Reports(connection)
        self.setups = Setups(connection)
        self.typed = TypedTexts(connection)
        self.troubles = Troubles(connection)
        self.listings = Listings(connection)
        self.wallets = Wallets(connection)
        self.page_links = PageLinks(connection)
        self.technical_reviews = TechnicalReviews(connection)
        self.implementations = Implementations(connection)
        self.sightings = Sightings(self)
        self.deadlines = Deadlines(self, connection)

    async def move(
        self,
        proposal: Proposal,
        move: Move,
        now: UnixSeconds,
        *,
        by: Actor | None = None,
        reason: str = "",
    ) -> Proposal:
        """Take a step of the life cycle; the row, the history and the card change together.

        A step that a person takes is announced as such; one that follows from an observation is
        announced by what was observed.

        Raises:
            IllegalTransitionError: The life cycle has no such step; nothing was changed.
        """
        moved = replace(
            proposal,
            phase=destination(proposal, move),
            phase_since=now,
            move_count=proposal.move_count + 1,
            moved_by=by.user_id if by else None,
            # What is promoted goes on: its card has nothing to give a reason for.
            reason="" if move in PROMOTIONS else reason,
        )
        await self.proposals.save(moved)
        community = await self.communities.of(moved.guild_id)
        is_early = move in PROMOTIONS and now < promotable_from(moved, community.policy)
        what = f"{proposal.phase} → {moved.phase}{', early' if is_early else ''}"
        await self.note(moved, now, f"{what}: {reason}" if reason else what, by=by)
        if by is not None and move not in _SAID_OTHERWISE:
            speech = PhaseChanged(
                subject=subject(moved),
                phase=moved.phase,
                move=move,
                by=by.user_id,
                reason=reason,
                is_early=is_early,
                move_number=moved.move_count,
            )
            await self.outbox.say(community, speech, now, proposal_id=moved.id)
        await self.show(moved.id, now)
        return moved

    async def tell(self, sighting: VoteSighting) -> None:
        """Say everything that a look at a vote on Snapshot implies, and keep its tally true."""
        await self.sightings.tell(sighting)

    async def note(
        self, proposal: Proposal, now: UnixSeconds, what: str, *, by: Actor | None = None
    ) -> None:
        """Write into the proposal's history."""
        await self.history.add(
            HistoryEntry(
                guild_id=proposal.guild_id,
                proposal_id=proposal.id,
                at=now,
                actor_id=by.user_id if by else None,
                what=what,
            )
        )

    async def meet(
        self,
        community: Community,
        trouble: Trouble,
        proposal_id: ProposalId | None,
        now: UnixSeconds,
    ) -> None:
        """Note what is in the way; moderators are told once, and the proposal's card says it."""
        is_first = await self.troubles.note(community.guild_id, trouble, proposal_id)
        about = None if proposal_id is None else subject(await self.proposals.of(proposal_id))
        if is_first:
            found = TroubleFound(
                subject=about, trouble=trouble.kind, place=trouble.place, since=trouble.since
            )
            await self.outbox.say(community, found, now, proposal_id=proposal_id)
        if proposal_id is not None:
            await self.show(proposal_id, now)

    async def show(self, proposal_id: ProposalId, now: UnixSeconds) -> None:
        """Bring the proposal's card up to what is known."""
        proposal = await self.proposals.of(proposal_id)
        community = await self.communities.of(proposal.guild_id)
        card = await self.card(proposal, community)
        # The card stands on its own thread: to name that there would cost every card an edit.
        here = replace(card, thread_id=None)
        await self.outbox.say(community, here, now, proposal_id=proposal_id)
        await self.show_board(community, now)

    async def show_board(self, community: Community, now: UnixSeconds) -> None:
        """Bring the server's board up to what is known, if it has one."""
        if community.has_board:
            limit = community.policy.board_size
            rows = await self.listings.first(community, MOST_SUPPORTED, limit)
            await self.outbox.say(community, board(community, rows), now)

    async def settle(self, community: Community, now: UnixSeconds) -> None:
        """Bring what is said in line with a set-up that was just written."""
        await self.outbox.redirect(community)
        last = last_board(community)
        await self.outbox.retire(community, last, is_wanted=community.has_board)
        await self.show_board(community, now)
        await self.posts_count_since(community, now)

    async def posts_count_since(self, community: Community, now: UnixSeconds) -> UnixSeconds | None:
        """Say since when members' posts in the forum are ideas, and note it when that begins.

        `None`: they are none, or not any more.
        """
        name = f"forum posts {community.guild_id}"
        forum = str(community.ideas_channel_id) if community.takes_posts else ""
        noted, _, since = (await self.communities.remembered(name) or "").partition(":")
        if noted != forum:
            since = str(now)
            await self.communities.remember(name, f"{forum}:{since}")
        return UnixSeconds(int(since)) if forum else None

    async def card(self, proposal: Proposal, community: Community) -> ProposalCard:
        """Make the proposal's card from what is known."""
        into = proposal.merged_into
        card = proposal_card(
            community,
            proposal,
            await self.reactions.count(proposal.id),
            await self.votes.of(proposal.id),
            await self._on_chain(community, proposal),
            await self.proposals.of(into) if into is not None else None,
        )
        return replace(
            card,
            draft=await self._draft_summary(proposal, community),
            troubles=await self.troubles.of(proposal.id),
            implementation=await self.implementations.of(proposal.id),
        )

    async def draft(self, proposal: Proposal) -> Draft:
        """Give the draft that is worked on, or was last.

        Raises:
            Refusal: The proposal has none yet.
        """
        step = STEP_OF.get(proposal.phase, Step.CONSENSUS)
        for each in dict.fromkeys((step, Step.TEMPERATURE)):
            if (draft := await self.drafts.newest(proposal.id, each)) is not None:
                return draft
        raise Refusal(
            f"{proposal.reference} has no draft yet: it gets one when a moderator promotes it."
        )

    async def view(
        self, proposal: Proposal, draft: Draft, now: UnixSeconds, limits: SpaceLimits | None = None
    ) -> DraftView:
        """Put beside a draft what it lacks; without `limits`, by those that were last seen."""
        community = await self.communities.of(proposal.guild_id)
        policy = community.policy
        around = await self._around(proposal, draft, community, limits)
        days = policy.step(draft.step).notice_business_days
        return DraftView(
            proposal=proposal,
            draft=draft,
            policy=policy,
            limits=around.limits,
            review=around.review,
            checks=checklist(draft, around),
            opens_at=after_business_days(now, days, policy.time_zone),
        )

    async def _around(
        self,
        proposal: Proposal,
        draft: Draft,
        community: Community,
        limits: SpaceLimits | None = None,
    ) -> Around:
        seen = limits or await self.spaces.limits(community.space)
        facts = await self.drafts.reviews(proposal.id, draft.step)
        return Around(
            policy=community.policy,
            limits=seen or NO_LIMITS,
            discussion=thread_link(proposal),
            review=review(draft, facts, community.policy),
        )

    async def _draft_summary(self, proposal: Proposal, community: Community) -> DraftSummary | None:
        if proposal.phase not in DRAFTING:
            return None
        draft = await self.drafts.newest(proposal.id, STEP_OF[proposal.phase])
        if draft is None:
            return None
        around = await self._around(proposal, draft, community)
        return DraftSummary(
            step=draft.step,
            revision=draft.revision,
            edited_by=draft.edited_by,
            edited_at=draft.edited_at,
            checks=checklist(draft, around),
            review=around.review,
        )

    async def _on_chain(self, community: Community, proposal: Proposal) -> OnChainSummary | None:
        key = proposal.governor_key
        known = await self.chain.proposal(key) if key else None
        if known is None:
            return None
        watched = await self.communities.watched(known.key.chain_id, community.guild_id)
        governors = [w.governor for w in watched if w.governor.address == known.key.governor]
        return on_chain_summary(known, governors[0]) if governors else None
