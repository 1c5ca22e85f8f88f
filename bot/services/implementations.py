"""What is carried out off chain: who does it, until when, and that it was done."""

from dataclasses import replace

from bot.clock import Clock
from bot.domain.calendar import end_of_day
from bot.domain.card import subject
from bot.domain.errors import Refusal
from bot.domain.implementation import (
    Implementation,
    ImplementationAgreed,
    Implemented,
    implementer,
    reminders,
    require_reporter,
)
from bot.domain.lifecycle import Move, Phase
from bot.domain.proposal import Actor, Proposal, checked_reason, destination, require_moderator
from bot.domain.text import line
from bot.domain.types import GuildId, UnixSeconds
from bot.storage.database import Database
from bot.storage.store import Store

_NO_DATE = ("", "none")


class Implementations:
    """Agree, remind, report."""

    def __init__(self, database: Database, now: Clock) -> None:
        self._database = database
        self._now = now

    async def agree(
        self, guild_id: GuildId, reference: str, actor: Actor, who: str, until: str
    ) -> Implementation:
        """Note who carries a passed proposal out and until when, for the first time or anew.

        Raises:
            Refusal: The actor is no moderator, nobody is named, or the date is none to come.
            IllegalTransitionError: The proposal does not wait to be carried out.
        """
        require_moderator(actor)
        now = self._now()
        async with self._database.transaction() as store:
            proposal = await store.proposals.by_reference(guild_id, reference)
            destination(proposal, Move.IMPLEMENT)
            community = await store.communities.of(guild_id)
            before = await store.implementations.of(proposal.id)
            agreed = Implementation(
                proposal_id=proposal.id,
                who=implementer(who),
                due_at=_date(until, now, community.policy.time_zone),
                set_by=actor.user_id,
                set_at=now,
            )
            if before and (before.who, before.due_at) == (agreed.who, agreed.due_at):
                raise Refusal(f"{proposal.reference} is agreed so already; nothing was changed.")
            await store.implementations.save(agreed)
            await store.note(proposal, now, _noted(agreed), by=actor)
            news = ImplementationAgreed(
                subject=subject(proposal),
                who=agreed.who,
                due_at=agreed.due_at,
                by=actor.user_id,
                is_change=before is not None,
                may_report=community.policy.implementer_reports,
                at=now,
            )
            await store.outbox.say(community, news, now, proposal_id=proposal.id)
            await store.show(proposal.id, now)
            return agreed

    async def report(
        self, guild_id: GuildId, reference: str, actor: Actor, evidence: str
    ) -> Proposal:
        """Say that a passed proposal without a contract change was carried out, and show it.

        Raises:
            Refusal: The actor may not, or the evidence says nothing.
            IllegalTransitionError: The proposal does not wait to be carried out.
        """
        now = self._now()
        async with self._database.transaction() as store:
            proposal = await store.proposals.by_reference(guild_id, reference)
            community = await store.communities.of(guild_id)
            agreed = await store.implementations.of(proposal.id)
            require_reporter(actor, agreed, community.policy)
            evidence = checked_reason(evidence)
            destination(proposal, Move.IMPLEMENT)
            if agreed is not None:
                await store.implementations.save(replace(agreed, done_at=now))
            done = await store.move(proposal, Move.IMPLEMENT, now, by=actor, reason=evidence)
            news = Implemented(
                subject=subject(done),
                who=agreed.who if agreed else None,
                by=actor.user_id,
                evidence=evidence,
                due_at=agreed.due_at if agreed else None,
                at=now,
                move_number=done.move_count,
            )
            await store.outbox.say(community, news, now, proposal_id=done.id)
            return done

    async def tick(self) -> None:
        """Remind of every date that comes nearer, is there, or is over."""
        now = self._now()
        async with self._database.reading() as store:
            pending = await store.implementations.pending()
        if pending:
            async with self._database.transaction() as store:
                for agreed in pending:
                    await self._remind(store, agreed, now)

    async def _remind(self, store: Store, agreed: Implementation, now: UnixSeconds) -> None:
        proposal = await store.proposals.of(agreed.proposal_id)
        if proposal.phase is not Phase.PASSED:
            return  # A moderator has moved it on, or it is carried out by a contract after all.
        community = await store.communities.of(proposal.guild_id)
        due = reminders(agreed, subject(proposal), community.policy, now)
        for news, is_news in due.items():
            await store.outbox.say(community, news, now, proposal_id=proposal.id, is_news=is_news)


def _date(until: str, now: UnixSeconds, time_zone: str) -> UnixSeconds | None:
    """Read until when.

    Raises:
        Refusal: It is no date, or one that is over.
    """
    if until.strip().casefold() in _NO_DATE:
        return None
    moment = end_of_day(until, now, time_zone)
    if moment is None:
        raise Refusal(
            f"“{line(until, 40)}” is no date. Write it as 2026-12-24 or 24.12.2026, or as "
            "`in 10 days`; leave it out where there is none. Nothing was changed."
        )
    if moment <= now:
        raise Refusal(f"<t:{moment}:D> is over. Give a day to come; nothing was changed.")
    return moment


def _noted(agreed: Implementation) -> str:
    who = f"<@{agreed.who.user_id}>" if agreed.who.user_id is not None else agreed.who.name
    until = f" until <t:{agreed.due_at}:D>" if agreed.due_at else ", no date"
    return f"is carried out by {who}{until}"
