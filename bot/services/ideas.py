"""Ideas: spoken, supported, and then promoted, parked, rejected or withdrawn."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.clock import Clock
from bot.domain.announcement import IdeaReady
from bot.domain.card import subject
from bot.domain.draft import first_draft
from bot.domain.errors import Denial
from bot.domain.lifecycle import GATHERING, Move, Phase, promotion
from bot.domain.policy import Policy
from bot.domain.proposal import (
    Actor,
    Idea,
    Proposal,
    Supporter,
    check_promotion,
    checked_idea,
    checked_reason,
    checked_title,
    counts,
    is_ready,
    require_moderator,
    thread_link,
)
from bot.domain.types import GuildId, MessageId, ProposalId, UserId
from bot.storage.database import Database
from bot.storage.deliveries import SaidMessage
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ReactionChange:
    """A hint from the gateway: a member's reaction came or went. Doing it twice changes nothing."""

    message_id: MessageId
    emoji: str
    supporter: Supporter
    is_added: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """An idea that takes support, and the message it takes it on."""

    proposal_id: ProposalId
    emoji: str
    card: SaidMessage


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

    async def apply(self, changes: Sequence[ReactionChange]) -> set[ProposalId]:
        """Note reactions that came and went; give the ideas that seem to be ready now.

        Whether they are is for a recount to say: events may be missing.
        """
        now = self._now()
        async with self._database.transaction() as store:
            cards = await store.proposals.supported_by_message(
                {change.message_id for change in changes}
            )
            proposals = {id_: await store.proposals.of(id_) for id_ in set(cards.values())}
            seeming = set()
            for proposal in proposals.values():
                mine = [each for each in changes if cards.get(each.message_id) == proposal.id]
                if await self._apply_to(store, proposal, mine):
                    seeming.add(proposal.id)
                await store.show(proposal.id, now)
        return seeming

    async def _apply_to(
        self, store: Store, proposal: Proposal, changes: Sequence[ReactionChange]
    ) -> bool:
        policy = (await store.communities.of(proposal.guild_id)).policy
        latest = {
            (proposal.id, change.supporter.user_id): change.is_added
            for change in changes
            if change.emoji == policy.support_emoji and counts(proposal, change.supporter, policy)
        }
        await store.proposals.support([key for key, is_added in latest.items() if is_added])
        await store.proposals.unsupport([key for key, is_added in latest.items() if not is_added])
        return is_ready(proposal, await store.proposals.supporter_count(proposal.id), policy)

    async def gathering(self, only: Collection[ProposalId] | None = None) -> Sequence[Gathering]:
        """Give the ideas that take support, with the message to count on."""
        async with self._database.reading() as store:
            found = []
            for proposal in await store.proposals.in_phases(GATHERING):
                card = await store.deliveries.card(proposal.id)
                if card and (only is None or proposal.id in only):
                    community = await store.communities.of(proposal.guild_id)
                    emoji = community.policy.support_emoji
                    found.append(Gathering(proposal_id=proposal.id, emoji=emoji, card=card))
        return found

    async def recount(self, proposal_id: ProposalId, reactors: Collection[Supporter]) -> None:
        """Replace what we believe by what Discord shows; at the threshold the idea is ready."""
        now = self._now()
        async with self._database.transaction() as store:
            proposal = await store.proposals.of(proposal_id)
            community = await store.communities.of(proposal.guild_id)
            policy = community.policy
            if proposal.phase not in GATHERING:
                return
            users = {r.user_id for r in reactors if counts(proposal, r, policy)}
            await store.proposals.set_supporters(proposal_id, users)
            await store.show(proposal_id, now)
            if is_ready(proposal, len(users), policy):
                ready = IdeaReady(
                    subject=subject(proposal),
                    supporters=len(users),
                    move_number=proposal.move_count,
                )
                await store.outbox.say(community, ready, now, proposal_id=proposal_id)
                await store.move(proposal, Move.BECOME_READY, now)

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
            count = await store.proposals.supporter_count(proposal.id)
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
