"""What is kept, and for how long."""

import pytest

from bot.domain.errors import Refusal
from bot.domain.proposal import Idea
from bot.domain.typed import TypedIdea
from bot.services.upkeep import KEPT_TYPED, Upkeep
from tests.builders import GUILD, MARA
from tests.town import Town


async def test_what_was_typed_is_kept_for_long_and_not_for_ever(town: Town) -> None:
    text = TypedIdea(author_id=MARA, author_name="mara", title="A", idea=Idea(problem="B"))
    async with town.database.transaction() as store:
        typed_id = await store.typed.keep(GUILD, MARA, text, town.clock())
    upkeep = Upkeep(town.database, town.clock)
    town.clock.wait(KEPT_TYPED)
    await upkeep.tidy()
    async with town.database.reading() as store:
        assert await store.typed.of(GUILD, MARA, typed_id) == text
    town.clock.wait(1)
    await upkeep.tidy()
    with pytest.raises(Refusal):
        async with town.database.reading() as store:
            await store.typed.of(GUILD, MARA, typed_id)
