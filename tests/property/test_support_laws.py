"""Whatever becomes of the events, what is believed of an idea's support is what Discord shows."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.domain.lifecycle import Phase
from bot.domain.proposal import Proposal
from bot.domain.support import (
    GIVEN,
    Reaction,
    Reactor,
    Seen,
    Stance,
    Via,
    needs_paging,
)
from bot.domain.types import MessageId, UserId
from bot.services.delivery import Delivery
from bot.services.support import ReactionChange, Support
from tests import builders
from tests.builders import IDEAS, MARA
from tests.property.conftest import OpenDatabase
from tests.watched import HandClock, WatchedDatabase

CARD = MessageId(5_000)
BOT = UserId(9)
POLICY = builders.policy(opposition_emoji="👎")
EMOJI = {Stance.SUPPORT: "👍", Stance.OPPOSITION: "👎"}
USERS = (MARA, UserId(101), UserId(102), UserId(103), UserId(104), BOT)


@dataclass(frozen=True, slots=True)
class React:
    """Somebody reacts, or takes it back."""

    reaction: Reaction
    is_added: bool
    told: int = 1  # how often the gateway says so


@dataclass(frozen=True, slots=True)
class Clear:
    """A moderator removes all reactions, or all with one emoji; the gateway says so."""

    stance: Stance | None


@dataclass(frozen=True, slots=True)
class Press:
    """A member supports by a button."""

    user_id: UserId


@dataclass(frozen=True, slots=True)
class Store:
    """What was heard is stored; first it may fall into another order."""

    order: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Recount:
    """It is time to look, or there is a reason to; and everything may have to be read."""

    reads_all: bool = False


@dataclass(slots=True)
class Card:
    """A card in Discord, and what the gateway has told of it so far."""

    reactions: set[Reaction] = field(default_factory=set)
    hints: list[ReactionChange] = field(default_factory=list)
    cleared: bool = False

    def react(self, step: React) -> None:
        if (step.reaction in self.reactions) is not step.is_added:
            (self.reactions.add if step.is_added else self.reactions.discard)(step.reaction)
            self.hints += [hint(step.reaction, is_added=step.is_added)] * step.told

    def clear(self, stance: Stance | None) -> None:
        self.cleared = True
        self.reactions -= {each for each in self.reactions if stance in (None, each.stance)}

    def disorder(self, order: Iterable[int]) -> None:
        for here, there in enumerate(order):
            if here < len(self.hints):
                self.hints.insert(there % len(self.hints), self.hints.pop(here))

    def shown(self) -> dict[Stance, int]:
        return {stance: sum(each.stance is stance for each in self.reactions) for stance in Stance}


def hint(reaction: Reaction, *, is_added: bool) -> ReactionChange:
    return ReactionChange(
        message_id=CARD,
        emoji=EMOJI[reaction.stance],
        via=reaction.via,
        reactor=reactor(reaction.user_id),
        is_added=is_added,
    )


def reactor(user_id: UserId) -> Reactor:
    return Reactor(user_id=user_id, is_bot=user_id == BOT)


def members(reactions: Iterable[Reaction], stance: Stance = Stance.SUPPORT) -> set[UserId]:
    """Give who counts, said in the simplest way."""
    return {each.user_id for each in reactions if each.stance is stance} - {MARA, BOT}


@dataclass(slots=True, kw_only=True)
class Scene:
    """An idea, the card it has in Discord, and the service that follows it."""

    database: WatchedDatabase
    idea: Proposal
    support: Support
    card: Card = field(default_factory=Card)
    given: set[Reaction] = field(default_factory=set)

    async def rows(self) -> dict[Reaction, bool]:
        async with self.database.reading() as store:
            return await store.reactions.of(self.idea.id)

    async def phase(self) -> Phase:
        async with self.database.reading() as store:
            return (await store.proposals.of(self.idea.id)).phase

    async def take(self, step: React | Clear | Press | Store | Recount) -> None:
        match step:
            case React():
                self.card.react(step)
            case Clear():
                self.card.clear(step.stance)
            case Press():
                await self.press(step.user_id)
            case Store():
                self.card.disorder(step.order)
                await self.store()
            case Recount():
                await self.recount(reads_all=step.reads_all)

    def take_back_with(self, step: React) -> None:
        """Know what else goes when a reaction is taken back."""
        is_there = step.reaction in self.card.reactions
        if is_there and not step.is_added and step.reaction.stance is Stance.SUPPORT:
            self.given = {e for e in self.given if e.user_id != step.reaction.user_id}

    async def press(self, user_id: UserId) -> None:
        self.given.add(Reaction(user_id=user_id, stance=Stance.SUPPORT, via=Via.BUTTON))
        async with self.database.transaction() as store:
            await store.reactions.give(self.idea.id, user_id, Via.BUTTON)

    async def store(self) -> None:
        hints, self.card.hints = self.card.hints, []
        cleared, self.card.cleared = [CARD] * self.card.cleared, False
        before = await self.phase()
        doubtful = await self.support.apply(hints, cleared)
        assert await self.phase() is before, "hints decide nothing"
        if doubtful:
            await self.recount()

    async def recount(self, *, reads_all: bool = False) -> None:
        """Look at Discord as the cog does; what is heard meanwhile is stored afterwards."""
        found = await self.support.gathering(self.idea.id)
        assert found is not None
        if reads_all or needs_paging(
            self.card.shown(),
            found.known,
            seems_ready=found.seems_ready,
            rules_have_changed=found.rules_have_changed,
        ):
            seen = Seen(
                rules=found.rules,
                reactions=frozenset(self.card.reactions),
                reactors={each.user_id: reactor(each.user_id) for each in self.card.reactions},
            )
            was_ready = await self.phase() is Phase.READY
            await self.support.recount(self.idea.id, seen)
            if await self.phase() is Phase.READY and not was_ready:
                given = {each for each in await self.rows() if each.via in GIVEN}
                assert len(members(self.card.reactions | given)) >= POLICY.support_threshold


async def begun(database: WatchedDatabase) -> Scene:
    clock = HandClock(10_000)
    async with database.transaction() as store:
        await store.communities.save(builders.community(policy=POLICY))
        idea = await store.proposals.add(builders.proposal())
        await store.show(idea.id, clock())
    delivery = Delivery(database, clock)
    (post,) = await delivery.due()
    await delivery.sent(post, IDEAS, CARD)
    return Scene(database=database, idea=idea, support=Support(database, clock))


REACTIONS = st.builds(
    Reaction,
    user_id=st.sampled_from(USERS),
    stance=st.sampled_from(Stance),
    via=st.sampled_from([Via.REACTION, Via.SUPER]),
)
PRESSES = st.builds(Press, st.sampled_from([UserId(101), UserId(102)]))
FAITHFUL = st.one_of(
    st.builds(React, REACTIONS, st.booleans(), st.integers(1, 3)),
    PRESSES,
    st.builds(Store),
)
WILD = st.one_of(
    st.builds(React, REACTIONS, st.booleans(), st.integers(0, 3)),
    st.builds(Clear, st.sampled_from([None, *Stance])),
    PRESSES,
    st.builds(Store, st.lists(st.integers(0, 99), max_size=12).map(tuple)),
    st.builds(Recount, st.booleans()),
)


@settings(max_examples=40)
@given(steps=st.lists(FAITHFUL, max_size=40))
def test_events_that_come_in_order_are_enough_however_often_each_is_told(
    fresh_database: OpenDatabase, steps: list[React | Press | Store]
) -> None:
    """As long as none is lost, rows and number are right without a look at Discord."""

    async def law() -> None:
        async with fresh_database() as database:
            scene = await begun(database)
            for step in [*steps, Store()]:
                if isinstance(step, Press):
                    await scene.store()  # a press is answered after what came before it
                if isinstance(step, React):
                    scene.take_back_with(step)
                await scene.take(step)
                if isinstance(step, Store):
                    rows = await scene.rows()
                    assert rows.keys() == scene.card.reactions | scene.given
                    assert members(each for each, c in rows.items() if c) == members(rows)

    asyncio.run(law())


SUPPORT = Reaction(user_id=UserId(101), stance=Stance.SUPPORT, via=Via.REACTION)


@settings(max_examples=60)
@example(steps=[React(SUPPORT, is_added=True, told=0), Recount(), Clear(None), Store()])
@given(steps=st.lists(WILD, max_size=40))
def test_lost_repeated_and_disordered_events_do_no_harm_that_a_recount_does_not_mend(
    fresh_database: OpenDatabase, steps: list[React | Clear | Press | Store | Recount]
) -> None:
    """Ready is decided by what Discord shows alone; a recount believes it, and no more."""

    async def law() -> None:
        async with fresh_database() as database:
            scene = await begun(database)
            for step in steps:
                await scene.take(step)
            await scene.store()
            await scene.recount()
            rows = await scene.rows()
            for stance, number in scene.card.shown().items():
                assert number == sum(
                    each.stance is stance and each.via not in GIVEN for each in rows
                )
            await scene.recount(reads_all=True)
            rows = await scene.rows()
            assert {each for each in rows if each.via not in GIVEN} == scene.card.reactions
            assert {each for each in rows if each.via in GIVEN} <= scene.given
            assert members(each for each, c in rows.items() if c) == members(rows)
            enough = len(members(rows)) >= POLICY.support_threshold
            assert not enough or await scene.phase() is Phase.READY

    asyncio.run(law())
