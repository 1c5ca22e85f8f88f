"""Ideas: spoken, and then promoted, parked, rejected or withdrawn."""

from dataclasses import dataclass

from bot.clock import Clock
from bot.domain.draft import first_draft
from bot.domain.errors import Denial
from bot.domain.lifecycle import Move, Phase, promotion
from bot.domain.policy import Policy
from bot.domain.proposal import (
    Actor,
    Idea,
    Proposal,
    check_promotion,
    checked_idea,
    checked_reason,
    checked_title,
    require_moderator,
    thread_link,
)
from bot.domain.types import GuildId, ProposalId, UserId
from bot.storage.database import Database
from bot.storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenIdea:
    """An idea as a member put it, or as it was found in somebody's message."""

    guild_id: GuildId
    author_id: UserId
    author_name: str
    title: str
    idea: Idea
    topic: str = ""
    source: str = ""  # the address of the message it was made of


class Ideas:
    """Everything that happens to an idea before it is a draft."""

    def __init__(self, database: Database, now: Clock) -> None:
        self._database = database
        self._now = now

    async def speak(self, idea: SpokenIdea, spoken_by: Actor) -> Proposal:
        """Record a new idea; its card, with its thread, goes out through the outbox.

        Raises:
            Refusal: The server is not set up, or the text makes no idea.
        """
        title, written = checked_title(idea.title), checked_idea(idea.idea)
        now = self._now()
        async with self._database.transaction() as store:
            community = await store.communities.of(idea.guild_id)
            number = await store.communities.take_number(idea.guild_id)
            proposal = await store.proposals.add(
                Proposal(
                    id=ProposalId(0),
                    guild_id=idea.guild_id,
                    number=number,
                    reference=f"{community.policy.reference_prefix}-{number}",
                    title=title,
                    idea=written,
                    topic=idea.topic,
                    source=idea.source,
                    author_id=idea.author_id,
                    author_name=idea.author_name,
                    phase=Phase.IDEA,
                    phase_since=now,
                    move_count=0,
                    created_at=now,
                    reason="",
                    thread_id=None,
                    governor_key=None,
                )
            )
            await store.note(proposal, now, "spoken", by=spoken_by)
            await store.show(proposal.id, now)
        return proposal

    async def promote(self, guild_id: GuildId, reference: str, actor: Actor) -> Proposal:
        """Turn a ready idea into a draft, pre-filled from it.

        Raises:
            Refusal: The actor is no moderator, or it is too early or too late for this.
        """
        require_moderator(actor)
        now = self._now()
        async with self._database.transaction() as store:
            proposal = await store.proposals.by_reference(guild_id, reference)
            policy = (await store.communities.of(guild_id)).policy
            count = await store.reactions.supporter_count(proposal.id)
            check_promotion(proposal, count, policy, now)
            await self._write_draft(store, proposal, policy)
            return await store.move(proposal, promotion(policy), now, by=actor)

    async def _write_draft(self, store: Store, proposal: Proposal, policy: Policy) -> None:
        """Write the draft of the first vote; one from before a reopening is kept."""
        if policy.steps and await store.votes.draft(proposal.id, policy.steps[0]) is None:
            draft = first_draft(
                proposal, policy, thread_link(proposal), proposal.author_id, self._now()
            )
            await store.votes.save_draft(draft)

    async def park(self, guild_id: GuildId, reference: str, actor: Actor, reason: str) -> Proposal:
        """Put an idea aside, with a public reason.

        Raises:
            Refusal: The actor is no moderator, or the idea cannot be parked.
        """
        require_moderator(actor)
        return await self._close(guild_id, reference, actor, Move.PARK, reason)

    async def reject(
        self, guild_id: GuildId, reference: str, actor: Actor, reason: str
    ) -> Proposal:
        """End an idea or a draft, with a public reason.

        Raises:
            Refusal: The actor is no moderator, or it cannot be rejected any more.
        """
        require_moderator(actor)
        return await self._close(guild_id, reference, actor, Move.REJECT, reason)

    async def reopen(
        self, guild_id: GuildId, reference: str, actor: Actor, reason: str
    ) -> Proposal:
        """Take a parked idea up again; its support still stands.

        Raises:
            Refusal: The actor is no moderator, or the idea is not parked.
        """
        require_moderator(actor)
        return await self._close(guild_id, reference, actor, Move.REOPEN, reason)

    async def withdraw(self, guild_id: GuildId, reference: str, actor: Actor) -> Proposal:
        """Let the author take an idea or a draft back; a moderator rejects, with a reason.

        Raises:
            Denial: The actor is somebody else.
            IllegalTransitionError: It is too late.
        """
        now = self._now()
        async with self._database.transaction() as store:
            proposal = await store.proposals.by_reference(guild_id, reference)
            if actor.user_id != proposal.author_id:
                raise Denial(
                    f"Only its author can withdraw {proposal.reference}. A moderator can end it "
                    "with /idea reject, and a reason that everybody can read."
                )
            return await store.move(proposal, Move.WITHDRAW, now, by=actor)

    async def _close(
        self, guild_id: GuildId, reference: str, actor: Actor, move: Move, reason: str
    ) -> Proposal:
        reason = checked_reason(reason)
        now = self._now()
        async with self._database.transaction() as store:
            proposal = await store.proposals.by_reference(guild_id, reference)
            return await store.move(proposal, move, now, by=actor, reason=reason)
