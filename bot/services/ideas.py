"""Ideas: spoken, and then promoted, parked, rejected or withdrawn."""

import asyncio
from dataclasses import dataclass, replace

from bot.clock import Clock
from bot.domain.admission import check_pace, check_takes_ideas, check_topic
from bot.domain.drafting.draft import first_draft
from bot.domain.errors import Denial, Refusal
from bot.domain.lifecycle import GATHERING, Move, promotion
from bot.domain.lookalike import Lookalike, Lookalikes
from bot.domain.policy import DAY, Policy
from bot.domain.proposal import (
    Actor,
    Community,
    Proposal,
    SpokenIdea,
    begun,
    check_promotion,
    checked_idea,
    checked_reason,
    checked_title,
    is_author,
    require_moderator,
    thread_link,
)
from bot.domain.support import Reactor, Via, counts, is_ready
from bot.domain.typed import TypedIdea
from bot.domain.types import GuildId, ProposalId, UnixSeconds, UserId
from bot.similarity import Candidate, Match, similar
from bot.storage.database import Database
from bot.storage.store import Store

_REMEMBERED = 90 * DAY  # what became of an idea since then is told to who repeats it


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportedInstead:
    """An idea that somebody supports instead of posting their own."""

    proposal: Proposal
    typed: TypedIdea  # what they had written
    seems_ready: bool  # whether it is, is for a recount to say


class Ideas:
    """Everything that happens to an idea before it is a draft."""

    def __init__(self, database: Database, now: Clock) -> None:
        self._database = database
        self._now = now

    async def welcome(self, guild_id: GuildId, author_id: UserId, actor: Actor) -> Policy:
        """Say by which policy an idea is spoken, before anybody writes one in vain.

        Raises:
            Refusal: No ideas are taken here, or none of this member now.
        """
        async with self._database.reading() as store:
            return (await self._admit(store, guild_id, author_id, actor)).policy

    async def keep(self, guild_id: GuildId, typed: TypedIdea, actor: Actor) -> int:
        """Keep what somebody has written while the actor makes an idea of it; give its id."""
        async with self._database.transaction() as store:
            return await store.typed.keep(guild_id, actor.user_id, typed, self._now())

    async def kept(self, guild_id: GuildId, typed_id: int, actor: Actor) -> TypedIdea:
        """Give what was kept.

        Raises:
            Refusal: It has become something already, or it is somebody else's.
        """
        async with self._database.reading() as store:
            return await self._kept(store, guild_id, typed_id, actor.user_id)

    async def offer(
        self, idea: SpokenIdea, actor: Actor, kept: int | None = None
    ) -> Proposal | Lookalikes:
        """Record a new idea, unless there are some alike: then keep it until its author has looked.

        `kept` is the id of what it was made of, which is forgotten.

        Raises:
            Refusal: As in `speak`.
        """
        title, written = checked_title(idea.title), checked_idea(idea.idea)
        since = UnixSeconds(self._now() - _REMEMBERED)
        async with self._database.reading() as store:
            await self._admit(store, idea.guild_id, idea.author_id, actor, idea.topic)
            others = await store.proposals.comparable(idea.guild_id, since)
        candidates = [
            Candidate(id=each.id, title=each.title, text=each.idea.text) for each in others
        ]
        matches = await asyncio.to_thread(similar, title, written.text, candidates)
        if not matches:
            return await self.speak(idea, actor, kept)
        async with self._database.transaction() as store:
            if kept is not None:
                await store.typed.done(kept)
            typed_id = await store.typed.keep(
                idea.guild_id, actor.user_id, _typed(idea), self._now()
            )
            found = [await self._lookalike(store, match, actor) for match in matches]
        return Lookalikes(typed_id=typed_id, found=tuple(found))

    async def _lookalike(self, store: Store, match: Match, actor: Actor) -> Lookalike:
        proposal = await store.proposals.of(match.candidate.id)
        return Lookalike(
            proposal=proposal,
            score=match.score,
            supporters=await store.reactions.supporter_count(proposal.id),
            takes_support=proposal.phase in GATHERING and not is_author(proposal, actor.user_id),
        )

    async def speak(self, idea: SpokenIdea, spoken_by: Actor, kept: int | None = None) -> Proposal:
        """Record a new idea; its card, with its thread, goes out through the outbox.

        Raises:
            Refusal: No ideas are taken here, none of this member now, or the text makes no idea.
        """
        async with self._database.transaction() as store:
            if kept is not None:
                await self._kept(store, idea.guild_id, kept, spoken_by.user_id)
                await store.typed.done(kept)
            return await self._speak(store, idea, spoken_by)

    async def speak_kept(self, guild_id: GuildId, typed_id: int, actor: Actor) -> Proposal:
        """Record an idea that was kept until its author had looked at those that are alike.

        Raises:
            Refusal: As in `speak`; or it was dealt with already, or it is somebody else's.
        """
        async with self._database.transaction() as store:
            typed = await self._kept(store, guild_id, typed_id, actor.user_id)
            proposal = await self._speak(store, _spoken(guild_id, typed), actor)
            await store.typed.done(typed_id)
            return proposal

    async def support_instead(
        self, guild_id: GuildId, typed_id: int, proposal_id: ProposalId, supporter: Reactor
    ) -> SupportedInstead:
        """Support an idea that is alike, and forget the text that was kept.

        Raises:
            Refusal: It takes no support, or not theirs; or the text was dealt with already.
        """
        async with self._database.transaction() as store:
            typed = await self._kept(store, guild_id, typed_id, supporter.user_id)
            proposal = await store.proposals.here(guild_id, proposal_id)
            policy = (await store.communities.of(guild_id)).policy
            if proposal.phase not in GATHERING:
                raise Refusal(
                    f"{proposal.reference} takes no support any more: it is “{proposal.phase}”."
                )
            if is_author(proposal, supporter.user_id):
                raise Refusal(
                    f"{proposal.reference} is your own idea: say what is new in its thread."
                )
            if not counts(proposal, supporter, policy, self._now()):
                raise Refusal(
                    f"Your support of {proposal.reference} would not count: its card says which "
                    "role, or how long a membership, this community asks for."
                )
            await store.reactions.give(proposal.id, supporter.user_id, Via.BUTTON)
            await store.typed.done(typed_id)
            await store.show(proposal.id, self._now())
            count = await store.reactions.supporter_count(proposal.id)
            return SupportedInstead(
                proposal=proposal, typed=typed, seems_ready=is_ready(proposal, count, policy)
            )

    async def _kept(
        self, store: Store, guild_id: GuildId, typed_id: int, user_id: UserId
    ) -> TypedIdea:
        typed = await store.typed.of(guild_id, user_id, typed_id)
        if not isinstance(typed, TypedIdea):
            raise Refusal("This button belongs to no idea of yours; nothing was changed.")
        return typed

    async def _admit(
        self, store: Store, guild_id: GuildId, author_id: UserId, actor: Actor, topic: str = ""
    ) -> Community:
        """Give the community, if it takes an idea of this author from the actor now."""
        community = await store.communities.of(guild_id)
        check_takes_ideas(community.policy)
        check_topic(community.policy, topic)
        if author_id != actor.user_id:
            require_moderator(actor)
        else:
            earlier = await store.proposals.by_author(guild_id, author_id)
            check_pace(community.policy, earlier, self._now())
        return community

    async def _speak(self, store: Store, idea: SpokenIdea, spoken_by: Actor) -> Proposal:
        title, written = checked_title(idea.title), checked_idea(idea.idea)
        now = self._now()
        community = await self._admit(store, idea.guild_id, idea.author_id, spoken_by, idea.topic)
        number = await store.communities.take_number(idea.guild_id)
        checked = replace(idea, title=title, idea=written)
        proposal = await store.proposals.add(begun(checked, community, number, now))
        what = f"made an idea of a message by {idea.author_name}" if idea.source else "spoken"
        await store.note(proposal, now, what, by=spoken_by)
        await store.show(proposal.id, now)
        return proposal

    async def promote(
        self, guild_id: GuildId, reference: str, actor: Actor, reason: str = ""
    ) -> Proposal:
        """Turn a ready idea into a draft, pre-filled from it; where there is no vote, accept it.

        With a public reason it may be done before the minimum discussion time is over.

        Raises:
            Refusal: The actor is no moderator, or it is too early or too late for this.
        """
        require_moderator(actor)
        reason = checked_reason(reason) if reason else ""
        now = self._now()
        async with self._database.transaction() as store:
            proposal = await store.proposals.by_reference(guild_id, reference)
            policy = (await store.communities.of(guild_id)).policy
            count = await store.reactions.supporter_count(proposal.id)
            check_promotion(proposal, count, policy, now, reason=reason)
            await self._write_draft(store, proposal, policy)
            return await store.move(proposal, promotion(policy), now, by=actor, reason=reason)

    async def _write_draft(self, store: Store, proposal: Proposal, policy: Policy) -> None:
        """Write the draft of the first vote; one from before a reopening is kept."""
        if policy.steps and await store.drafts.newest(proposal.id, policy.steps[0]) is None:
            draft = first_draft(
                proposal, policy, thread_link(proposal), proposal.author_id, self._now()
            )
            await store.drafts.save(draft)

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
        """Take up again what was parked, rejected, withdrawn or merged; its support still stands.

        It is an idea again. A draft that was written is kept for the next promotion; who came to
        another idea with a merger stays there too.

        Raises:
            Refusal: The actor is no moderator, or it is nothing that can be taken up again.
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
            if move is Move.REOPEN:
                proposal = replace(proposal, merged_into=None)
            return await store.move(proposal, move, now, by=actor, reason=reason)


def _typed(idea: SpokenIdea) -> TypedIdea:
    return TypedIdea(
        author_id=idea.author_id,
        author_name=idea.author_name,
        title=idea.title,
        idea=idea.idea,
        topic=idea.topic,
        source=idea.source,
    )


def _spoken(guild_id: GuildId, typed: TypedIdea) -> SpokenIdea:
    return SpokenIdea(
        guild_id=guild_id,
        author_id=typed.author_id,
        author_name=typed.author_name,
        title=typed.title,
        idea=typed.idea,
        topic=typed.topic,
        source=typed.source,
    )
