"""The record of every proposal: found, shown, linked to the chain, called implemented."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.clock import Clock
from bot.domain.errors import Refusal
from bot.domain.lifecycle import Move, Phase
from bot.domain.onchain import GovernorProposal
from bot.domain.proposal import Actor, Proposal, checked_reason, require_moderator
from bot.domain.speech import ProposalCard
from bot.domain.types import GuildId, ProposalId
from bot.storage.database import Database
from bot.storage.history import HistoryEntry
from bot.storage.outbox import SaidMessage
from bot.storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A proposal, its card as it reads now, and where that is once Discord has it."""

    proposal: Proposal
    card: ProposalCard
    message: SaidMessage | None


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
                message=await store.outbox.card(proposal.id),
            )

    async def reference(self, guild_id: GuildId, proposal_id: ProposalId) -> str:
        """Give the reference of the proposal that a button of this server speaks of.

        Raises:
            Refusal: The button was made up: there is no such proposal here.
        """
        async with self._database.reading() as store:
            return (await store.proposals.here(guild_id, proposal_id)).reference

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
        """Say which on-chain proposal carries a proposal out.

        Raises:
            Refusal: The actor is no moderator, or there is no such proposal.
        """
        require_moderator(actor)
        now = self._now()
        async with self._database.transaction() as store:
            proposal = await store.proposals.by_reference(guild_id, reference)
            fitting = [
                each
                for each in await self._on_chain(store, guild_id)
                if str(each.key.id) == on_chain_id.strip()
            ]
            if len(fitting) != 1:
                raise Refusal(
                    f"The governors watched here have no proposal {on_chain_id.strip()[:80]}; "
                    "pick one from the list that appears while you type."
                )
            linked = replace(proposal, governor_key=fitting[0].key)
            return await store.move(linked, Move.LINK, now, by=actor)

    async def implemented(
        self, guild_id: GuildId, reference: str, actor: Actor, evidence: str
    ) -> Proposal:
        """Say that a passed proposal without a contract change was carried out, and how.

        Raises:
            Refusal: The actor is no moderator, or the proposal has not passed.
        """
        require_moderator(actor)
        evidence = checked_reason(evidence)
        now = self._now()
        async with self._database.transaction() as store:
            proposal = await store.proposals.by_reference(guild_id, reference)
            return await store.move(proposal, Move.IMPLEMENT, now, by=actor, reason=evidence)
