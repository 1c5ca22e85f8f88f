"""Mergers: whatever is merged into what, nobody counts twice, and no way leads in a circle."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from typing_extensions import override

from bot.domain.announcement import IdeaJoined, IdeaMerged
from bot.domain.errors import Refusal
from bot.domain.lifecycle import Phase
from bot.domain.proposal import Actor, Proposal, SpokenIdea
from bot.domain.support import Reactor
from bot.domain.types import UnixSeconds, UserId
from bot.services.ideas import Ideas
from bot.services.merging import Merging
from bot.services.support import Support
from tests import builders
from tests.builders import GUILD, MODERATOR
from tests.property.conftest import OpenDatabase
from tests.town import dump

IDEAS = 4
NUMBERS = st.integers(1, IDEAS)
MEMBERS = st.frozensets(st.integers(1, 6).map(UserId))  # the first of them have spoken the ideas


class Mergers(RuleBasedStateMachine):
    """Some ideas, merged, taken up again and supported at random, beside sets of members."""

    opened: OpenDatabase

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.now = UnixSeconds(1_000)
        self.runner.run(self.begin())
        self.reacted: dict[int, frozenset[UserId]] = dict.fromkeys(range(1, IDEAS + 1), frozenset())
        self.given: dict[int, frozenset[UserId]] = dict(self.reacted)
        self.into: dict[int, int] = {}
        self.mergers = 0

    async def begin(self) -> None:
        self.database = await self.stack.enter_async_context(type(self).opened())
        self.ideas = Ideas(self.database, lambda: self.now)
        self.merging = Merging(self.database, lambda: self.now)
        self.support = Support(self.database, lambda: self.now)
        self.policy = builders.policy(support_threshold=99)
        async with self.database.transaction() as store:
            await store.communities.save(builders.community(policy=self.policy))
        for number in range(1, IDEAS + 1):
            author = Actor(user_id=UserId(number), name="somebody", is_moderator=False)
            idea = SpokenIdea(
                guild_id=GUILD,
                author_id=author.user_id,
                author_name=author.name,
                title=f"Idea {number}",
                idea=builders.proposal().idea,
            )
            await self.ideas.speak(idea, author)

    @rule(number=NUMBERS, members=MEMBERS)
    def look(self, number: int, members: frozenset[UserId]) -> None:
        """Discord shows who reacts to an idea; of a merged one nobody is asked."""
        seen = builders.seen(
            *(Reactor(user_id=each, is_bot=False) for each in members), of=self.policy
        )
        before = dump(self.database.file)
        self.runner.run(self.recount(number, seen))
        if number in self.into:
            assert dump(self.database.file) == before
        else:
            self.reacted[number] = members

    async def recount(self, number: int, seen: object) -> None:
        await self.support.recount((await self.proposal(number)).id, seen)  # type: ignore[arg-type] # from the builders

    @rule(number=NUMBERS, into=NUMBERS)
    def merge(self, number: int, into: int) -> None:
        is_possible = number != into and number not in self.into and into not in self.into
        references = (f"BTRST-{number}", f"BTRST-{into}")
        self.attempt(
            lambda: self.merging.merge(GUILD, references, MODERATOR, "The same."),
            is_possible=is_possible,
        )
        if is_possible:
            self.given[into] |= self.supporters(number)
            self.into[number] = into
            self.mergers += 1

    @rule(number=NUMBERS)
    def reopen(self, number: int) -> None:
        is_possible = number in self.into
        self.attempt(
            lambda: self.ideas.reopen(GUILD, f"BTRST-{number}", MODERATOR, "Not the same."),
            is_possible=is_possible,
        )
        self.into.pop(number, None)

    def attempt(self, act: Callable[[], Awaitable[object]], *, is_possible: bool) -> None:
        """Do it; what is not possible is refused and changes nothing."""
        self.now = UnixSeconds(self.now + 1)
        before = dump(self.database.file)

        async def acts() -> None:
            await act()

        if is_possible:
            self.runner.run(acts())
            return
        try:
            self.runner.run(acts())
        except Refusal:
            assert dump(self.database.file) == before
        else:
            raise AssertionError("it was done all the same")

    def supporters(self, number: int) -> frozenset[UserId]:
        return (self.reacted[number] | self.given[number]) - {UserId(number)}

    async def proposal(self, number: int) -> Proposal:
        async with self.database.reading() as store:
            return await store.proposals.by_reference(GUILD, f"BTRST-{number}")

    @invariant()
    def the_file_agrees_with_the_sets(self) -> None:
        self.runner.run(self.check())

    async def check(self) -> None:
        for number in range(1, IDEAS + 1):
            idea = await self.proposal(number)
            async with self.database.reading() as store:
                count = await store.reactions.supporter_count(idea.id)
            assert count == len(self.supporters(number))
            assert (idea.phase is Phase.MERGED) == (number in self.into)
            into = self.into.get(number)
            assert idea.merged_into == (None if into is None else (await self.proposal(into)).id)
            assert self.ends(number)
        speeches = await self.database.speeches()
        for kind in (IdeaMerged, IdeaJoined):
            assert sum(isinstance(each, kind) for each in speeches) == self.mergers

    def ends(self, number: int) -> bool:
        """Say whether the way from an idea to what it was merged into comes to an end."""
        for _ in range(IDEAS):
            if number not in self.into:
                return True
            number = self.into[number]
        return False

    @override
    def teardown(self) -> None:
        self.runner.run(self.stack.aclose())
        self.runner.close()


def test_support_is_moved_and_never_doubled_and_a_merger_done_again_changes_nothing(
    fresh_database: OpenDatabase,
) -> None:
    """A merger is idempotent; the support of an idea is a set of members, whatever is merged."""
    Mergers.opened = staticmethod(fresh_database)
    run_state_machine_as_test(Mergers, settings=settings(max_examples=10, stateful_step_count=20))
