"""Support: hints that are noted, and counts that decide."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.clock import Clock
from bot.domain.announcement import IdeaReady
from bot.domain.card import subject
from bot.domain.lifecycle import GATHERING, Move
from bot.domain.proposal import Community, Proposal
from bot.domain.support import (
    GIVEN,
    Reaction,
    Reactor,
    Seen,
    Stance,
    Via,
    counts,
    emojis,
    is_known,
    is_ready,
    recounted,
    restricts,
    rules,
    stance_of,
    tally,
)
from bot.domain.types import GuildId, MessageId, ProposalId, UserId
from bot.storage.database import Database
from bot.storage.deliveries import SaidMessage
from bot.storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class ReactionChange:
    """A hint from the gateway: a member's reaction came or went. Doing it twice changes nothing."""

    message_id: MessageId
    emoji: str
    via: Via = Via.REACTION
    reactor: Reactor
    is_added: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """An idea that takes support, the message it takes it on, and what we believe of it."""

    proposal_id: ProposalId
    guild_id: GuildId
    card: SaidMessage
    emojis: Mapping[Stance, str]
    known: Mapping[Stance, int]  # reactions that Discord shows, as far as we know
    seems_ready: bool
    rules: str
    rules_have_changed: bool  # since it was read who reacted
    is_restricted: bool  # it matters what a member is in the server


class Support:
    """Who is for an idea, and the moment at which they are enough."""

    def __init__(self, database: Database, now: Clock) -> None:
        self._database = database
        self._now = now

    async def apply(
        self, changes: Sequence[ReactionChange], cleared: Collection[MessageId] = ()
    ) -> set[ProposalId]:
        """Note reactions that came and went; give the ideas that have to be recounted.

        Those are the ones on cleared messages, and those that seem to be ready now: whether they
        are is for a recount to say, because events may be missing.
        """
        doubtful = set()
        async with self._database.transaction() as store:
            cards = await store.reactions.cards({*(c.message_id for c in changes), *cleared})
            for proposal_id in set(cards.values()):
                proposal = await store.proposals.of(proposal_id)
                mine = [each for each in changes if cards.get(each.message_id) == proposal_id]
                if proposal.phase in GATHERING and await self._apply_to(store, proposal, mine):
                    doubtful.add(proposal_id)
        return doubtful | {cards[message_id] for message_id in cleared if message_id in cards}

    async def _apply_to(
        self, store: Store, proposal: Proposal, changes: Sequence[ReactionChange]
    ) -> bool:
        now = self._now()
        policy = (await store.communities.of(proposal.guild_id)).policy
        stances = {emoji: stance_of(emoji, policy) for emoji in {c.emoji for c in changes}}
        told = [
            (Reaction(user_id=change.reactor.user_id, stance=stance, via=change.via), change)
            for change in changes
            if (stance := stances[change.emoji]) is not None
        ]
        if not told:
            return False
        latest = dict(told)
        added = {
            each: counts(proposal, change.reactor, policy, now)
            for each, change in latest.items()
            # Who is not known well enough is left to the recount, which sees that one is missing.
            if change.is_added and is_known(change.reactor, policy)
        }
        removed = {each for each, change in latest.items() if not change.is_added}
        # Who takes a reaction back takes back, too, what they have given otherwise.
        removed |= {replace(each, via=via) for each, c in told if not c.is_added for via in GIVEN}
        await store.reactions.change(proposal.id, added=added, removed=removed)
        if await store.communities.remembered(_memory(proposal.id)) is None:
            await store.communities.remember(_memory(proposal.id), rules(policy))
        await store.show(proposal.id, now)
        return is_ready(proposal, await store.reactions.supporter_count(proposal.id), policy)

    async def open_ideas(self) -> Sequence[ProposalId]:
        """Give the ideas that take support."""
        async with self._database.reading() as store:
            return [each.id for each in await store.proposals.in_phases(GATHERING)]

    async def gathering(self, proposal_id: ProposalId) -> Gathering | None:
        """Say where to count an idea, and what we believe; `None`: it takes no support (yet)."""
        async with self._database.reading() as store:
            proposal = await store.proposals.of(proposal_id)
            card = await store.deliveries.card(proposal_id)
            if card is None or proposal.phase not in GATHERING:
                return None
            policy = (await store.communities.of(proposal.guild_id)).policy
            current = rules(policy)
            remembered = await store.communities.remembered(_memory(proposal_id))
            count = await store.reactions.supporter_count(proposal_id)
            return Gathering(
                proposal_id=proposal_id,
                guild_id=proposal.guild_id,
                card=card,
                emojis=emojis(policy),
                known=await store.reactions.shown(proposal_id),
                seems_ready=is_ready(proposal, count, policy),
                rules=current,
                rules_have_changed=remembered != current,
                is_restricted=restricts(policy),
            )

    async def reacted(self, proposal_id: ProposalId) -> set[UserId]:
        """Give everybody who is known to have said something about a proposal, in any way."""
        async with self._database.reading() as store:
            return {each.user_id for each in await store.reactions.of(proposal_id)}

    async def recount(self, proposal_id: ProposalId, seen: Seen) -> bool:
        """Replace what we believed by what Discord shows; at the threshold the idea is ready.

        Tells whether the idea seems to be ready, and it has not been read who reacted: only then it
        is decided. What was seen under other rules than those of now is of no use.
        """
        now = self._now()
        async with self._database.transaction() as store:
            proposal = await store.proposals.of(proposal_id)
            community = await store.communities.of(proposal.guild_id)
            policy = community.policy
            if proposal.phase not in GATHERING or seen.rules != rules(policy):
                return False
            before = await store.reactions.of(proposal_id)
            after = recounted(proposal, policy, now, before, seen)
            await store.reactions.replace(proposal_id, before, after)
            await store.show(proposal_id, now)
            seems_ready = is_ready(proposal, tally(after).supporters, policy)
            if seen.reactions is None:
                return seems_ready
            await store.communities.remember(_memory(proposal_id), seen.rules)
            if seems_ready:
                await self._become_ready(store, community, proposal, tally(after).supporters)
        return False

    async def _become_ready(
        self, store: Store, community: Community, proposal: Proposal, supporters: int
    ) -> None:
        now = self._now()
        ready = IdeaReady(
            subject=subject(proposal), supporters=supporters, move_number=proposal.move_count
        )
        await store.outbox.say(community, ready, now, proposal_id=proposal.id)
        await store.move(proposal, Move.BECOME_READY, now)


def _memory(proposal_id: ProposalId) -> str:
    """Name what is remembered: the rules under which it was last read who reacted."""
    return f"rules of the support of {proposal_id}"
