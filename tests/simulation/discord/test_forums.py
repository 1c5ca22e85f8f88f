"""A forum as the channel of ideas: its tags, and what members post there."""

import pytest
from structlog.typing import EventDict

from sandbox.discord import Permission, Rules, Thread
from tests.simulation.discord.home import TITLE, Assent, Home, awake, read

STATUSES = ["gathering", "ready", "draft", "voting", "passed", "on chain", "done", "parked"]


@pytest.fixture
def managing(home: Home) -> Home:
    """Let Assent manage the forum and its threads."""
    home.faults.give_permission(Permission.MANAGE_THREADS, home.forum)
    home.faults.give_permission(Permission.MANAGE_CHANNELS, home.forum)
    return home


async def posting(assent: Assent, home: Home) -> None:
    """Make ideas of what members post in the forum."""
    await home.set_up(ideas=home.forum)
    await assent.decide(forum_posts_are_ideas=True)


async def post_of(home: Home, name: str) -> Thread:
    (found,) = [each for each in home.posts() if name in each.name]
    return found


def card_in(home: Home, post: Thread) -> str:
    (card,) = [each for each in home.said_in(post) if "BTRST" in each.text.splitlines()[0]]
    return read(card)


async def test_a_forum_gets_its_tags_at_set_up_and_each_post_wears_its_own(managing: Home) -> None:
    home = managing
    async with awake(home) as assent:
        await home.set_up(ideas=home.forum)
        names = [tag.name for tag in home.forum.tags]
        assert names[:8] == STATUSES
        assert "platform rules" in names
        await home.speak()
        post = await post_of(home, TITLE)
        assert sorted(post.tags) == ["fees", "gathering"]
        await home.ana.run("/idea park", home.general, idea="BTRST-1", reason="Later.")
        await assent.settle()
        assert sorted(post.tags) == ["fees", "parked"]
        home.check_that_all_is_said_once()


async def test_new_topics_become_tags_and_the_old_ones_stay(managing: Home) -> None:
    async with awake(managing) as assent:
        await managing.set_up(ideas=managing.forum)
        before = {tag.name: tag.id for tag in managing.forum.tags}
        await assent.decide(topics=("fees", "grants"))
        after = {tag.name: tag.id for tag in managing.forum.tags}
        assert set(after) - set(before) == {"grants"}
        assert {name: after[name] for name in before} == before


async def test_without_the_right_to_make_tags_those_there_are_serve(
    home: Home, said_to_operators: list[EventDict]
) -> None:
    home.forum.tags.clear()
    forum = home.guild.forum("posts", tags=["Gathering", "chat"])
    async with awake(home) as assent:
        reply = await home.set_up(ideas=forum)
        assert "Manage Channels" in reply.text
        assert "Manage Threads" in reply.text
        await home.speak()
        post = await post_of(home, TITLE)
        assert post.tags == ["Gathering"]
        for _ in range(3):
            await assent.run("forums")
        lacking = [each for each in said_to_operators if "manage_channels" in str(each)]
        assert len(lacking) == 1
        assert [tag.name for tag in forum.tags] == ["Gathering", "chat"]


async def test_tags_that_people_put_there_stay(managing: Home) -> None:
    home = managing
    async with awake(home) as assent:
        await home.set_up(ideas=home.forum)
        await home.speak()
        post = await post_of(home, TITLE)
        await home.owner.tag(post, "gathering", "fees", "treasury")
        await home.ana.run("/idea park", home.general, idea="BTRST-1", reason="Later.")
        await assent.settle()
        assert sorted(post.tags) == ["fees", "parked", "treasury"]
        edits = len(home.calls("PATCH", f"/channels/{post.id}$"))
        await home.ana.run("/idea reopen", home.general, idea="BTRST-1", reason="Now.")
        await assent.settle()
        assert len(home.calls("PATCH", f"/channels/{post.id}$")) == edits + 1


async def test_a_forum_that_asks_for_a_tag_gets_one_on_every_post(home: Home) -> None:
    forum = home.guild.forum("posts", tags=["chat"])
    forum.flags |= 1 << 4
    async with awake(home):
        await home.set_up(ideas=forum)
        await home.speak()
        assert (await post_of(home, TITLE)).tags == ["chat"]
        home.check_that_all_is_said_once()


async def test_what_a_member_posts_becomes_an_idea_with_its_card_in_the_post(
    managing: Home,
) -> None:
    home = managing
    async with awake(home) as assent:
        await posting(assent, home)
        post = await home.mara.post(
            home.forum, "Pay weekly", "Twice a month is slow.", tags=["fees"]
        )
        await assent.sync()
        card = card_in(home, post)
        assert "Pay weekly" in card
        assert "The post itself says" in card
        assert home.mara.mention in card
        assert "discussion here" in card
        assert sorted(post.tags) == ["fees", "gathering"]
        assert home.rows("SELECT topic, author_name FROM proposals") == [("fees", "Mara")]
        message = home.said_in(post)[0]
        assert message.count("👍") == 1
        await assent.support(message, home.joel, home.kofi)
        await assent.settle()
        assert home.phase() == "ready"
        assert "ready" in post.tags
        assert len(home.saying(post, "Enough support")) == 1
        home.check_that_all_is_said_once()


async def test_what_was_posted_while_assent_was_away_is_taken_in_once_and_what_is_older_never(
    home: Home,
) -> None:
    old = await home.mara.post(home.forum, "From before", "Long ago.")
    home.clock.jump(60)
    async with awake(home) as assent:
        await posting(assent, home)
    post = await home.mara.post(home.forum, "While away", "Nobody looked.")
    for _ in range(2):
        async with awake(home) as assent:
            await assent.run("forums", "forums")
            await assent.settle()
    assert "While away" in card_in(home, post)
    assert not home.said_in(old)
    assert home.rows("SELECT count(*) FROM proposals") == [(1,)]
    home.check_that_all_is_said_once()


@pytest.mark.parametrize("rules", [Rules(rate_limits=False, privileged_intents=1 << 15)])
async def test_the_text_of_a_post_is_read_where_the_operator_allows_it(home: Home) -> None:
    async with awake(home, MESSAGE_CONTENT="true") as assent:
        await posting(assent, home)
        post = await home.mara.post(home.forum, "Pay weekly", "Twice a month is slow.")
        await assent.sync()
        await assent.settle()
        assert "Twice a month is slow." in card_in(home, post)


async def test_what_makes_no_idea_is_left_alone(home: Home) -> None:
    robot = home.guild.robot("Feed")
    async with awake(home) as assent:
        await posting(assent, home)
        await robot.post(home.forum, "News of the day", "It rained.")
        await home.mara.post(home.forum, "🎉", "Hooray!")
        await home.mara.start_thread(home.general, "A thread elsewhere")
        await assent.sync()
        await assent.run("forums")
        assert home.rows("SELECT count(*) FROM proposals") == [(0,)]


async def test_without_the_wish_for_it_a_post_is_just_a_post(home: Home) -> None:
    async with awake(home) as assent:
        await home.set_up(ideas=home.forum)
        await home.mara.post(home.forum, "Pay weekly", "Twice a month is slow.")
        await assent.sync()
        await assent.run("forums")
        assert home.rows("SELECT count(*) FROM proposals") == [(0,)]


async def test_without_the_right_to_tag_members_posts_the_card_is_there_all_the_same(
    home: Home, said_to_operators: list[EventDict]
) -> None:
    home.faults.give_permission(Permission.MANAGE_CHANNELS, home.forum)
    async with awake(home) as assent:
        await posting(assent, home)
        post = await home.mara.post(home.forum, "Pay weekly", "Twice a month is slow.")
        await assent.sync()
        await assent.support(home.said_in(post)[0], home.joel)
        await assent.settle()
        assert "1 of 2" in card_in(home, post)
        assert post.tags == []
        told = [each for each in said_to_operators if each.get("place") == post.id]
        assert len(told) == 1


async def test_a_members_post_that_is_deleted_gets_a_post_of_ours_instead(home: Home) -> None:
    async with awake(home) as assent:
        await posting(assent, home)
        post = await home.mara.post(home.forum, "Pay weekly", "Twice a month is slow.")
        await assent.sync()
        home.faults.delete_thread(post)
        await home.ana.run("/idea park", home.general, idea="BTRST-1", reason="Later.")
        await assent.settle(seconds=700, turns=8)
        ours = await post_of(home, "Pay weekly")
        assert "PARKED" in card_in(home, ours)
        assert "for now" in home.saying(ours, "Parked")[0].text
        assert {row.state for row in home.outbox("proposal:1:")} == {"said", "gone"}
