"""Brings what is said of a review in line with what is known, in an open transaction."""

from dataclasses import dataclass, replace

from bot.domain.card import subject
from bot.domain.onchain.governor import Governor, GovernorState, ProposalKey
from bot.domain.onchain.proposal import LIVE, GovernorProposal
from bot.domain.proposal import Actor, Community, Proposal
from bot.domain.review.announcement import CallsDiffer, ChecksMissing
from bot.domain.review.comparison import Comparison
from bot.domain.review.review_card import (
    Reviewed,
    review_card,
    review_end,
    review_prefix,
)
from bot.domain.review.technical_review import TechnicalReview, unsigned
from bot.domain.text import line
from bot.domain.types import GuildId, UnixSeconds
from bot.services.technical_reviews.comparing import comparison
from bot.storage.history import HistoryEntry
from bot.storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A proposal of a governor as one server sees it."""

    community: Community
    governor: Governor
    proposal: GovernorProposal
    ours: Proposal | None  # which it carries out

    @property
    def called(self) -> str:
        """What people call it, safe to be put into our sentences."""
        return self.ours.reference if self.ours else f"“{line(self.proposal.title, _TITLE_SHOWN)}”"


_TITLE_SHOWN = 100


async def place_of(store: Store, guild_id: GuildId, key: ProposalKey) -> Place | None:
    """Find a proposal with all that belongs to it; `None`: nobody here watches it any more."""
    proposal = await store.chain.proposal(key)
    for watched in await store.communities.watched(key.chain_id, guild_id):
        if proposal is not None and watched.governor.address == key.governor:
            linked = await store.proposals.linked_to(key)
            return Place(
                community=await store.communities.of(guild_id),
                governor=watched.governor,
                proposal=proposal,
                ours=next((each for each in linked if each.guild_id == guild_id), None),
            )
    return None


async def tell_review(
    store: Store, place: Place, review: TechnicalReview, now: UnixSeconds
) -> TechnicalReview:
    """Save a review, and keep its cards true.

    That of a proposal of ours stands in its thread; any other is announced, with all that belongs
    to it. One that was announced before it was linked stays there in brief.
    """
    end = review_end(place.proposal.state)
    review = replace(review, is_open=end is None)
    await store.technical_reviews.save(review)
    made = Reviewed(
        review=review,
        proposal=place.proposal,
        governor=place.governor,
        subject=subject(place.ours) if place.ours else None,
        comparison=await _compared(store, place, review),
        signed=await store.technical_reviews.signed(review),
        signer_roles=place.community.policy.review_roles,
    )
    brief = review_card(made, is_brief=True)
    is_brief = place.ours is None or await store.outbox.has_heard(review.guild_id, brief.key)
    proposal_id = place.ours.id if place.ours else None
    if is_brief:
        await store.outbox.say(place.community, brief, now, proposal_id=proposal_id)
    if proposal_id is not None:
        card = review_card(made, is_brief=False)
        await store.outbox.say(place.community, card, now, proposal_id=proposal_id)
    await _remind(store, place, made, now)
    return review


async def _compared(store: Store, place: Place, review: TechnicalReview) -> Comparison | None:
    if place.ours is None:
        return None
    described = review.described or place.proposal.described
    return await comparison(store, place.community, place.ours, place.proposal, described)


async def _remind(store: Store, place: Place, made: Reviewed, now: UnixSeconds) -> None:
    """Tell moderators before the eta which checks nobody has signed."""
    eta, lead = place.proposal.eta, place.community.policy.review_lead
    missing = unsigned(made.review, made.signed)
    if eta is None or not made.review.is_open or not missing or not lead:
        return
    if eta - lead <= now < eta:
        news = ChecksMissing(
            subject=made.subject,
            governor_key=place.proposal.key,
            governor_name=place.governor.name,
            title=place.proposal.title,
            missing=missing,
            count=len(made.review.checks),
            eta=eta,
        )
        proposal_id = place.ours.id if place.ours else None
        await store.outbox.say(place.community, news, now, proposal_id=proposal_id)


async def tell_difference(store: Store, place: Place, now: UnixSeconds) -> None:
    """Warn everybody, once, that what is on chain is not, or may not be, what was approved."""
    if place.ours is None or place.proposal.state not in LIVE:
        return
    review = await store.technical_reviews.of(place.community.guild_id, place.proposal.key)
    described = (review.described if review else ()) or place.proposal.described
    found = await comparison(store, place.community, place.ours, place.proposal, described)
    if not found.needs_warning:
        return
    news = CallsDiffer(
        subject=subject(place.ours),
        governor_key=place.proposal.key,
        governor_name=place.governor.name,
        title=place.proposal.title,
        comparison=found,
        is_queued=place.proposal.state is GovernorState.QUEUED,
        at=now,
    )
    if await store.outbox.say(place.community, news, now, proposal_id=place.ours.id):
        what = "what is on chain differs from what was approved off chain"
        if not found.is_different:
            what = "a call on chain cannot be compared with what was approved off chain"
        await store.note(place.ours, now, what)


async def note(
    store: Store, place: Place, now: UnixSeconds, what: str, *, by: Actor | None = None
) -> None:
    """Write into the history of the proposal, or else into that of the server."""
    if place.ours is not None:
        await store.note(place.ours, now, what, by=by)
        return
    entry = HistoryEntry(
        guild_id=place.community.guild_id,
        proposal_id=None,
        at=now,
        actor_id=by.user_id if by else None,
        what=f"{what} ({place.governor.name}: {place.proposal.title})",
    )
    await store.history.add(entry)


async def take_back(store: Store, review: TechnicalReview) -> None:
    """Strike out what was said of a proposal that is not on the chain any more, and forget it."""
    prefix = review_prefix(review.key)
    await store.outbox.correct(review.guild_id, prefix, {}, UnixSeconds(0))
    await store.technical_reviews.forget(review)
