"""Merging: two ideas that are one go on as one, with the support of both."""

from dataclasses import dataclass, replace

from bot.clock import Clock
from bot.domain.announcement import IdeaJoined, IdeaMerged
from bot.domain.card import subject
from bot.domain.errors import Denial, Refusal
from bot.domain.lifecycle import CLOSED, GATHERING, Move, Phase
from bot.domain.proposal import (
    Actor,
    Proposal,
    checked_reason,
    require_author,
    thread_link,
)
from bot.domain.support import is_ready
from bot.domain.types import GuildId
from bot.storage.database import Database
from bot.storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """An idea that was merged into another."""

    idea: Proposal
    into: Proposal
    gained: int  # supporters that the other had not before
    supporters: int  # of the other, now
    seems_ready: bool  # the other; whether it is, is for a recount to say


class Merging:
    """Bring together what belongs together."""

    def __init__(self, database: Database, now: Clock) -> None:
        self._database = database
        self._now = now

    async def merge(
        self, guild_id: GuildId, references: tuple[str, str], actor: Actor, reason: str
    ) -> Merged:
        """Merge the first idea into the second, which gets its support; nobody counts twice.

        Raises:
            Refusal: The one cannot be merged, or nothing can be merged into the other.
            Denial: The actor is neither a moderator nor its author.
        """
        reason = checked_reason(reason)
        now = self._now()
        async with self._database.transaction() as store:
            idea, into = [
                await store.proposals.by_reference(guild_id, reference) for reference in references
            ]
            _check_actor(idea, into, actor)
            await _check_target(store, idea, into)
            before = await store.reactions.supporter_count(into.id)
            moved = await store.move(
                replace(idea, merged_into=into.id), Move.MERGE, now, by=actor, reason=reason
            )
            await store.reactions.move(idea.id, into.id)
            supporters = await store.reactions.supporter_count(into.id)
            policy = (await store.communities.of(guild_id)).policy
            merged = Merged(
                idea=moved,
                into=into,
                gained=supporters - before,
                supporters=supporters,
                seems_ready=is_ready(into, supporters, policy),
            )
            what = f"{idea.reference} was merged into this, new supporters: {merged.gained}"
            await store.note(into, now, f"{what}; {reason}", by=actor)
            await self._say(store, merged, actor)
            await store.show(into.id, now)
            return merged

    async def _say(self, store: Store, merged: Merged, actor: Actor) -> None:
        """Say it in both threads, each with the way to the other."""
        now = self._now()
        idea, into = merged.idea, merged.into
        community = await store.communities.of(idea.guild_id)
        gone = IdeaMerged(
            subject=subject(idea),
            into=subject(into),
            link=thread_link(into),
            by=actor.user_id,
            reason=idea.reason,
            move_number=idea.move_count,
        )
        joined = IdeaJoined(
            subject=subject(into),
            joined=subject(idea),
            link=thread_link(idea),
            by=actor.user_id,
            reason=idea.reason,
            supporters=merged.supporters,
            gained=merged.gained,
            move_number=idea.move_count,
        )
        await store.outbox.say(community, gone, now, proposal_id=idea.id)
        await store.outbox.say(community, joined, now, proposal_id=into.id)


def _check_actor(idea: Proposal, into: Proposal, actor: Actor) -> None:
    require_author(idea, actor)
    if not actor.is_moderator and into.phase not in GATHERING:
        raise Denial(
            f"{into.reference} is no open idea, but “{into.phase}”: only moderators may merge "
            "something into it. Nothing was changed."
        )


async def _check_target(store: Store, idea: Proposal, into: Proposal) -> None:
    if into.id == idea.id:
        raise Refusal(f"{idea.reference} cannot be merged into itself: name two different ones.")
    if into.phase is Phase.MERGED and into.merged_into is not None:
        further = await store.proposals.of(into.merged_into)
        raise Refusal(
            f"{into.reference} was merged into {further.reference} itself; "
            f"merge {idea.reference} into that one, if they belong together."
        )
    if into.phase in CLOSED:
        raise Refusal(
            f"{into.reference} has ended (“{into.phase}”): nothing can be merged into it. "
            "`/idea reopen` takes it up again, where that is possible."
        )
