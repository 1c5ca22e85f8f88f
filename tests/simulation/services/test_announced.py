"""What may be said again, and what may not."""

import pytest
from sqlalchemy import update

from bot.domain.errors import Denial, Refusal
from bot.domain.offchain.announcement import NoticeGiven
from bot.domain.outbox import PostState, Said
from bot.domain.types import ChannelId, GuildId
from bot.services.announced import Announced
from bot.storage.schema import posts
from tests.builders import GUILD, MEMBER, MODERATOR
from tests.town import Town


@pytest.fixture
def announced(town: Town) -> Announced:
    return Announced(town.database, town.clock)


async def notice(town: Town, announced: Announced, **changes: object) -> Said:
    """Give the notice of a vote in the voting channel, in a state of its own."""
    await town.noticed()
    found = next(
        each
        for each in await announced.said(GUILD, MODERATOR)
        if isinstance(each.speech, NoticeGiven) and each.audience == "voting"
    )
    async with town.database.transaction() as store:
        query = update(posts).where(posts.c.id == found.id).values(**changes)
        await store.outbox._connection.execute(query)
    return found


async def test_what_was_recorded_and_not_said_can_be_said(town: Town, announced: Announced) -> None:
    said = await notice(town, announced, state=PostState.SKIPPED)
    assert await announced.again(GUILD, MODERATOR, said.id) == "is said again"
    (heard, _), *_ = await town.heard(NoticeGiven)
    assert (heard.state, heard.role_id) == (PostState.DUE, None)


async def test_what_is_parked_goes_elsewhere_at_a_moderators_wish(
    town: Town, announced: Announced
) -> None:
    said = await notice(town, announced, state=PostState.PARKED)
    await announced.again(GUILD, MODERATOR, said.id, ChannelId(77))
    (heard, _), *_ = await town.heard(NoticeGiven)
    assert (heard.state, heard.destination) == (PostState.DUE, "channel:77")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"state": PostState.DUE}, "on its way already"),
        ({"state": PostState.SENDING}, "on its way already"),
        ({"state": PostState.SAID, "is_withdrawn": True}, "not true any more"),
        ({"state": PostState.SAID, "is_rehearsal": True}, "belongs to a dry run"),
    ],
)
async def test_what_makes_no_sense_is_refused(
    town: Town, announced: Announced, changes: dict[str, object], why: str
) -> None:
    said = await notice(town, announced, **changes)
    with pytest.raises(Refusal, match=why):
        await announced.again(GUILD, MODERATOR, said.id, ChannelId(77))


async def test_another_server_and_a_member_find_nothing(town: Town, announced: Announced) -> None:
    said = await notice(town, announced, state=PostState.SAID)
    with pytest.raises(Refusal, match="no such announcement here"):
        await announced.again(GuildId(1), MODERATOR, said.id)
    with pytest.raises(Denial):
        await announced.again(GUILD, MEMBER, said.id)
    with pytest.raises(Denial):
        await announced.said(GUILD, MEMBER)
    assert not await announced.said(GuildId(1), MODERATOR)
