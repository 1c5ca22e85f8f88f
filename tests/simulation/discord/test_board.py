"""The pinned board of ideas."""

from structlog.typing import EventDict

from sandbox.discord import Permission
from tests.simulation.discord.home import Assent, Home, awake, read

LAST_WORDS = "no longer kept"


async def test_the_board_is_pinned_at_set_up_and_shows_what_is_supported(
    assent: Assent, home: Home
) -> None:
    board = home.board()
    assert board.pinned
    assert "No idea gathers support" in board.text
    await home.speak(title="The first")
    await home.speak(title="The second")
    await assent.support(home.card("BTRST-2"), home.kofi)
    await assent.settle()
    assert home.board().id == board.id
    text = read(home.board())
    assert text.index("The second") < text.index("The first")
    assert "1 of 2" in text
    assert f"<#{home.thread('BTRST-1').id}>" in text
    home.check_that_all_is_said_once()


async def test_a_storm_of_reactions_edits_the_board_once_in_its_pause(
    assent: Assent, home: Home
) -> None:
    await home.speak()
    await assent.settle()
    board, card = home.board(), home.card()
    before = len(home.calls("PATCH", f"/messages/{board.id}$"))
    for person in home.guild.crowd(12):
        await person.react(card, "👍")
        await assent.hears()
        await assent.drain()
    assert len(home.calls("PATCH", f"/messages/{board.id}$")) <= before + 1
    await assent.settle()
    assert "12 of 2" in read(home.board())
    assert len(home.calls("PUT", f"/pins/{board.id}$")) == 1


async def test_a_deleted_board_comes_back_pinned_each_time_it_is_deleted(
    assent: Assent, home: Home
) -> None:
    for number in range(1, 4):
        home.faults.delete_message(home.board())
        await home.speak(title=f"Idea number {number}")
        await assent.settle()
        board = home.board()
        assert board.pinned
        assert f"Idea number {number}" in read(board)
    home.check_that_all_is_said_once()


async def test_a_deleted_board_is_missed_although_nothing_changes(
    assent: Assent, home: Home
) -> None:
    first = home.board()
    home.faults.delete_message(first)
    await assent.sync()
    await assent.settle()
    assert home.board().id != first.id


async def test_a_board_that_was_unpinned_is_pinned_with_its_next_edit(
    assent: Assent, home: Home
) -> None:
    await home.owner.unpin(home.board())
    await home.speak()
    await assent.settle()
    assert home.board().pinned


async def test_a_pin_that_is_refused_is_named_and_made_up_for_later(
    home: Home, said_to_operators: list[EventDict]
) -> None:
    async with awake(home) as assent:
        home.faults.take_permission(Permission.PIN_MESSAGES, home.ideas)
        reply = await home.set_up()
        assert "Pin Messages" in reply.text
        assert not home.board().pinned
        for number in range(3):
            await home.speak(title=f"Idea number {number}")
            await assent.settle()
        told = [each for each in said_to_operators if each["event"].startswith("a place")]
        assert len(told) == 1
        home.faults.give_permission(Permission.PIN_MESSAGES, home.ideas)
        await assent.sync()
        await home.speak(title="One more")
        await assent.settle()
        assert home.board().pinned
        home.check_that_all_is_said_once()


async def test_with_the_channel_of_ideas_the_board_moves_and_says_where_to(
    assent: Assent, home: Home
) -> None:
    old = home.board()
    await home.speak()
    elsewhere = home.guild.text_channel("elsewhere")
    await home.set_up(ideas=elsewhere)
    await assent.settle()
    assert home.board(elsewhere).pinned
    assert "Lower the marketplace fee" in read(home.board(elsewhere))
    assert LAST_WORDS in old.text
    assert elsewhere.mention in old.text
    assert not old.pinned
    home.check_that_all_is_said_once()


async def test_the_size_of_the_board_is_the_communitys(assent: Assent, home: Home) -> None:
    board = home.board()
    await home.speak(title="The first")
    await home.speak(title="The second")
    await assent.decide(board_size=1)
    await assent.settle()
    assert "The first" not in board.text
    await assent.decide(board_size=0)
    await assent.settle()
    assert LAST_WORDS in board.text
    assert not board.pinned
    await home.speak(title="The third")
    await assent.settle()
    assert "The third" not in board.text
    await assent.decide(board_size=5)
    await assent.settle()
    assert "The third" in home.board().text


async def test_in_a_forum_the_board_is_a_pinned_post(home: Home) -> None:
    async with awake(home) as assent:
        home.faults.give_permission(Permission.MANAGE_THREADS, home.forum)
        await home.set_up(ideas=home.forum)
        await home.speak()
        await assent.settle()
        (post,) = [each for each in home.guild.threads if each not in home.posts()]
        assert post.pinned
        assert "Lower the marketplace fee" in read(home.board(post))
        assert len(home.posts()) == 1
        home.check_that_all_is_said_once()


async def test_where_another_post_is_pinned_the_board_stands_unpinned(
    home: Home, said_to_operators: list[EventDict]
) -> None:
    async with awake(home) as assent:
        home.faults.give_permission(Permission.MANAGE_THREADS, home.forum)
        theirs = await home.owner.post(home.forum, "Rules", "Be kind.")
        await home.set_up(ideas=home.ideas)
        theirs.flags |= 2
        await home.set_up(ideas=home.forum)
        await home.speak()
        await assent.settle()
        (post,) = [each for each in home.guild.threads if each not in [*home.posts(), theirs]]
        assert not post.pinned
        assert any("30047" in str(each.get("what")) for each in said_to_operators)
        assert len(home.posts()) == 2
        home.check_that_all_is_said_once()
