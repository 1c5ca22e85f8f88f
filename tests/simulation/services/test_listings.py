"""Lists: filtered, sorted and paged, each page as it is when it is asked for."""

from dataclasses import replace

import pytest

from bot.domain.errors import Refusal
from bot.domain.listing import Kind, Listing, Order, Status, topic_code
from bot.domain.proposal import Idea, SpokenIdea
from bot.domain.types import ChannelId, GuildId, MessageId
from bot.services.delivery import Delivery
from tests import builders
from tests.builders import AUTHOR, GUILD, MEMBER, MODERATOR
from tests.town import Town

ALL = Listing(kind=Kind.IDEAS)


async def test_the_most_supported_come_first_or_the_newest(town: Town) -> None:
    first, second, third = [await town.idea(f"Idea {number}") for number in range(3)]
    await town.support(second, 2)
    await town.support(third, 1)
    page = await town.records.listed(GUILD, replace(ALL, order=Order.SUPPORT))
    assert [(each.id, each.supporters) for each in page.rows] == [
        (second.id, 2),
        (third.id, 1),
        (first.id, 0),
    ]
    page = await town.records.listed(GUILD, ALL)
    assert [each.id for each in page.rows] == [third.id, second.id, first.id]
    assert (page.count, page.page_count, page.threshold) == (3, 1, 3)


async def test_a_list_is_read_page_by_page_and_the_last_is_given_for_one_that_is_not(
    town: Town,
) -> None:
    ideas = [await town.idea(f"Idea {number}") for number in range(23)]
    seen = []
    for number in range(3):
        page = await town.records.listed(GUILD, replace(ALL, page=number))
        assert (page.count, page.page_count) == (23, 3)
        seen += [each.id for each in page.rows]
    assert seen == [each.id for each in reversed(ideas)]
    beyond = await town.records.listed(GUILD, replace(ALL, page=99_999))
    assert beyond.listing.page == 2
    assert [each.id for each in beyond.rows] == [each.id for each in ideas[2::-1]]


async def test_a_list_is_filtered_by_status_topic_and_author(town: Town) -> None:
    plain = await town.idea("Plain")
    fees = await town.ideas.speak(
        SpokenIdea(
            guild_id=GUILD,
            author_id=MEMBER.user_id,
            author_name=MEMBER.name,
            title="About fees",
            idea=Idea(problem="They are high."),
            topic="fees",
        ),
        MEMBER,
    )
    await town.ideas.park(GUILD, plain.reference, MODERATOR, "Later.")

    async def ids(**changes: object) -> list[int]:
        page = await town.records.listed(GUILD, replace(ALL, **changes))  # type: ignore[arg-type] # from keywords
        assert page.count == len(page.rows)
        return [each.id for each in page.rows]

    assert await ids() == [fees.id, plain.id]
    assert await ids(standing=Status.GATHERING) == [fees.id]
    assert await ids(standing=Status.PARKED) == [plain.id]
    assert await ids(standing=Status.ENDED) == []
    assert await ids(topic_code=topic_code("Fees")) == [fees.id]
    assert await ids(author_id=AUTHOR.user_id) == [plain.id]
    with pytest.raises(Refusal, match="no such topic"):
        await ids(topic_code=topic_code("football"))


async def test_a_list_shows_this_server_alone(town: Town) -> None:
    elsewhere = GuildId(GUILD + 1)
    await town.setup.set_up(builders.community(guild_id=elsewhere), MODERATOR)
    await town.idea()
    assert (await town.records.listed(elsewhere, ALL)).rows == ()
    with pytest.raises(Refusal, match="not set up"):
        await town.records.listed(GuildId(77), ALL)


async def test_a_row_links_its_card_once_discord_has_it(town: Town) -> None:
    idea = await town.idea()
    (row,) = (await town.records.listed(GUILD, ALL)).rows
    assert row.link == ""
    assert (await town.records.find(GUILD, idea.reference)).link == ""
    delivery = Delivery(town.database, town.clock)
    (card,) = [each for each in await delivery.due() if each.proposal_id == idea.id]
    await delivery.sent(card, ChannelId(901), MessageId(77))
    (row,) = (await town.records.listed(GUILD, ALL)).rows
    assert row.link == f"https://discord.com/channels/{GUILD}/901/77"
    assert (await town.records.find(GUILD, idea.reference)).link == row.link
