"""The record of every proposal: found, shown, linked to the chain."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.clock import Clock
from bot.domain.errors import Refusal
from bot.domain.lifecycle import Move, Phase, transition
from bot.domain.listing import ListedPage, Listing
from bot.domain.live_card import ProposalCard
from bot.domain.onchain.governor import GovernorState
from bot.domain.onchain.proposal import GovernorProposal, is_called
from bot.domain.proposal import (
    REASON_LIMIT,
    Actor,
    Proposal,
    checked_reason,
    require_moderator,
)
from bot.domain.text import line, storable
from bot.domain.types import GuildId, ProposalId, UnixSeconds, UserId
from bot.storage.database import Database
from bot.storage.deliveries import SaidMessage
from bot.storage.history import HistoryEntry
from bot.storage.store import Store

_ATTEMPT_SHOWN = 200
_SAME_ATTEMPT = 60  # seconds: who tries the same again and again is written down once
_VOTABLE = frozenset({GovernorState.PENDING, GovernorState.ACTIVE, GovernorState.UNKNOWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A proposal, its card as it reads now, and where that is once Discord has it."""

    proposal: Proposal
    card: ProposalCard
    message: SaidMessage | None

    @property
    def link(self) -> str:
        """The address of the card, or `""` until Discord has it."""
        if self.message is None:
            return ""
        place = f"{self.proposal.guild_id}/{self.message.channel_id}/{self.message.message_id}"
        return f"https://discord.com/channels/{place}"


class Records:
    """Look things up, and mend what no rule can know."""

    def __init__(self, database: Database, now: Clock) -> None:
        self._database = database
        self._now = now

    async def find(self, guild_id: GuildId, reference: str) -> Found:
        """Find the proposal that is meant.

        Raises:
            Refusal: There is none of that name here.
        """
        async with self._database.reading() as store:
            proposal = await store.proposals.by_reference(guild_id, reference)
            community = await store.communities.of(guild_id)
            return Found(
                proposal=proposal,
                card=await store.card(proposal, community),
                message=await store.deliveries.card(proposal.id),
            )

    async def reference(self, guild_id: GuildId, proposal_id: ProposalId) -> str:
        """Give the reference of the proposal that a button of this server speaks of.

        Raises:
            Refusal: The button was made up: there is no such proposal here.
        """
        async with self._database.reading() as store:
            return (await store.proposals.here(guild_id, proposal_id)).reference

    async def denied(self, guild_id: GuildId, user_id: UserId, what: str, why: str) -> None:
        """Write down that somebody tried what they have no right to; the same only once a minute.

        The server need not be set up.
        """
        tried = HistoryEntry(
            guild_id=guild_id,
            proposal_id=None,
            at=self._now(),
            actor_id=user_id,
            what=f"refused: {storable(what)[:_ATTEMPT_SHOWN]}: {storable(why)[:_ATTEMPT_SHOWN]}",
        )
        async with self._database.transaction() as store:
            if not await store.history.has_lately(tried, UnixSeconds(tried.at - _SAME_ATTEMPT)):
                await store.history.add(tried)

    async def listed(self, guild_id: GuildId, listing: Listing) -> ListedPage:
        """Give a page of a list as it reads now.

        Raises:
            Refusal: The server is not set up, or has no such topic (any more).
        """
        async with self._database.reading() as store:
            return await store.listings.page(await store.communities.of(guild_id), listing)

    async def matching(
        self, guild_id: GuildId, text: str = "", phases: Sequence[Phase] = ()
    ) -> Sequence[Proposal]:
        """Give the newest proposals that fit."""
        async with self._database.reading() as store:
            return await store.proposals.matching(guild_id, text, phases)

    async def history(
        self, guild_id: GuildId, reference: str
    ) -> tuple[Proposal, Sequence[HistoryEntry]]:
        """Give what happened to a proposal, oldest first.

        Raises:
            Refusal: There is none of that name here.
        """
        async with self._database.reading() as store:
            proposal = await store.proposals.by_reference(guild_id, reference)
            return proposal, await store.history.of(proposal.id)

    async def on_chain(self, guild_id: GuildId) -> Sequence[GovernorProposal]:
        """Give the on-chain proposals that this server's governors have, newest first."""
        async with self._database.reading() as store:
            return await self._on_chain(store, guild_id)

    async def _on_chain(self, store: Store, guild_id: GuildId) -> Sequence[GovernorProposal]:
        found: list[GovernorProposal] = []
        for watched in await store.communities.watched(guild_id=guild_id):
            governor = watched.governor
            found.extend(await store.chain.proposals(governor.chain_id, [governor.address]))
        return sorted(found, key=lambda each: -each.created.block_time)

    async def link(
        self, guild_id: GuildId, reference: str, on_chain_id: str, actor: Actor
    ) -> Proposal:
        """Say which on-chain proposal carries a proposal out; `on_chain_id` as in `is_called`.

        Raises:
            Refusal: The actor is no moderator, there is no such proposal or more than one, or it
                is linked already.
            IllegalTransitionError: The proposal has not passed.
        """
        require_moderator(actor)
        now = self._now()
        async with self._database.transaction() as store:
            proposal = await store.proposals.by_reference(guild_id, reference)
            transition(proposal.phase, Move.LINK)
            target = await self._named(store, guild_id, on_chain_id)
            for other in await store.proposals.linked_to(target.key):
                if other.guild_id == guild_id:
                    raise _linked_already(proposal, other)
            linked = replace(proposal, governor_key=target.key)
            if target.state in _VOTABLE:
                return await store.move(linked, Move.LINK, now, by=actor)
            # The announcement of a link calls people to vote: here that would be too late.
            moved = await store.move(linked, Move.LINK, now)
            what = f"linked to proposal {target.key.id} on chain, which is {target.state}"
            await store.note(moved, now, what, by=actor)
            return moved

    async def relink(
        self, guild_id: GuildId, reference: str, on_chain_id: str, actor: Actor, reason: str
    ) -> Proposal:
        """Replace a proposal's link to the chain, taking it from another one if need be.

        `none` removes the link, and what was linked is not linked again by itself.

        Raises:
            Refusal: The actor is no moderator, there is no such proposal, or it is so already.
            IllegalTransitionError: The proposal has not passed.
        """
        require_moderator(actor)
        reason = checked_reason(reason)
        async with self._database.transaction() as store:
            proposal = await store.proposals.by_reference(guild_id, reference)
            if on_chain_id.strip().casefold() == "none":
                return await self._unlink(store, proposal, actor, reason)
            transition(proposal.phase, Move.LINK)
            target = await self._named(store, guild_id, on_chain_id)
            if proposal.governor_key == target.key:
                raise _linked_already(proposal, proposal)
            for other in await store.proposals.linked_to(target.key):
                if other.guild_id == guild_id:
                    why = f"what it was linked to on chain carries {proposal.reference}: {reason}"
                    await self._unlink(store, other, actor, checked_reason(why[:REASON_LIMIT]))
            linked = replace(proposal, governor_key=target.key)
            now = self._now()
            is_news = target.state in _VOTABLE  # Else a call to vote would come too late.
            moved = await store.move(
                linked, Move.LINK, now, by=actor if is_news else None, reason=reason
            )
            what = (
                f"relinked to proposal {target.key.id} on chain, which is {target.state}: {reason}"
            )
            await store.note(moved, now, what, by=actor)
            return moved

    async def _unlink(
        self, store: Store, proposal: Proposal, actor: Actor, reason: str
    ) -> Proposal:
        if proposal.governor_key is None:
            raise Refusal(f"{proposal.reference} is linked to nothing on chain.")
        await store.proposals.keep_apart(proposal)
        unlinked = replace(proposal, governor_key=None)
        return await store.move(unlinked, Move.UNLINK, self._now(), by=actor, reason=reason)

    async def _named(self, store: Store, guild_id: GuildId, name: str) -> GovernorProposal:
        known = await self._on_chain(store, guild_id)
        fitting = [each for each in known if is_called(each, name)]
        if len(fitting) == 1:
            return fitting[0]
        shown = line(name, 80)
        what = (
            f"More than one governor watched here has a proposal {shown}"
            if fitting
            else f"The governors watched here have no proposal {shown}"
        )
        raise Refusal(f"{what}; pick one from the list that appears while you type.")


def _linked_already(proposal: Proposal, other: Proposal) -> Refusal:
    if other.id == proposal.id:
        return Refusal(f"{proposal.reference} is linked to it already; nothing was changed.")
    return Refusal(
        f"This on-chain proposal already carries {other.reference}: one carries one. "
        "Nothing was changed."
    )
