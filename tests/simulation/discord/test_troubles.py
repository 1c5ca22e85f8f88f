"""What people delete, leave, lock or forbid: told once, shown on the card, mended by itself."""

from sandbox.discord import Permission, Thread
from tests.simulation.discord.home import Assent, Home, read

WAY = "Something is in the way"


async def announce(home: Home) -> None:
    offer = await home.ana.press(home.card(), "Publish…")
    await home.ana.press(offer, "Announce the vote")


async def test_a_lost_permission_is_told_once_stands_on_the_card_and_is_forgotten_when_it_is_back(
    assent: Assent, home: Home
) -> None:
    await assent.draft()
    home.faults.take_permission(Permission.SEND_MESSAGES, home.votes)
    await announce(home)
    await assent.settle(seconds=700, turns=10)
    (told,) = home.saying(home.moderators, WAY)
    assert f"lacks a permission in <#{home.votes.id}>" in told.text
    assert "/governance check" in told.text
    assert f"lacks a permission in <#{home.votes.id}>" in home.card().text
    home.faults.give_permission(Permission.SEND_MESSAGES, home.votes)
    home.guild.allow(home.votes, home.ana, Permission.VIEW_CHANNEL)  # An edit that the bot sees.
    await assent.sync()
    await assent.settle()
    assert len(home.saying(home.votes, "A vote is coming")) == 1
    assert "lacks a permission" not in home.card().text
    assert len(home.saying(home.moderators, WAY)) == 1
    home.check_that_all_is_said_once()


async def test_a_deleted_channel_is_told_once_however_much_was_to_be_said_there(
    assent: Assent, home: Home
) -> None:
    await assent.draft()
    home.guild.delete_channel(home.votes)
    await assent.sync()
    await assent.run("upkeep")
    await announce(home)
    await assent.settle(seconds=700, turns=10)
    await assent.run("upkeep")
    await assent.settle()
    (told,) = home.saying(home.moderators, WAY)
    assert "does not exist any more" in told.text
    assert "/governance setup" in told.text


async def locked(home: Home) -> Thread:
    thread = home.thread()
    await home.owner.archive(thread, locked=True)
    return thread


async def test_a_locked_thread_holds_up_only_itself_and_goes_on_when_it_is_unlocked(
    assent: Assent, home: Home
) -> None:
    await assent.draft()
    thread = await locked(home)
    await announce(home)
    await assent.settle(seconds=700, turns=10)
    assert len(home.saying(home.votes, "A vote is coming")) == 1
    (told,) = home.saying(home.moderators, WAY)
    assert "is locked" in told.text
    assert "BTRST-1" in read(told)
    assert "is locked" in home.card().text
    await home.owner.reopen(thread)
    await assent.sync()
    await assent.settle()
    assert len(home.saying(thread, "A vote is coming")) == 1
    assert "is locked" not in home.card().text
    home.check_that_all_is_said_once()


async def test_a_deleted_thread_is_opened_anew_and_nothing_said_there_is_lost(
    assent: Assent, home: Home
) -> None:
    await assent.draft()
    home.guild.delete_thread(home.thread())
    await announce(home)
    await assent.settle(seconds=700, turns=6)
    assert len(home.saying(home.votes, "A vote is coming")) == 1


async def test_an_author_who_left_is_named_on_the_card_until_they_are_back(
    assent: Assent, home: Home
) -> None:
    await assent.ready_idea()
    home.guild.leave(home.mara)
    await assent.run("upkeep")
    await assent.settle()
    assert "is not in this server any more" in home.card().text
    (told,) = home.saying(home.moderators, WAY)
    assert f"<@{home.mara.id}>" in told.text
    await assent.run("upkeep")
    home.guild.rejoin(home.mara)
    await assent.run("upkeep")
    await assent.settle()
    assert "is not in this server any more" not in home.card().text
    assert len(home.saying(home.moderators, WAY)) == 1
    promoted = await home.ana.press(home.card(), "Promote")
    assert "is a draft now" in promoted.text


async def test_a_deleted_role_is_told_to_moderators_once(assent: Assent, home: Home) -> None:
    home.guild.delete_role(home.voter_role)
    await assent.sync()
    await assent.run("upkeep", "upkeep")
    await assent.settle()
    (told,) = home.saying(home.moderators, WAY)
    assert "was deleted" in told.text


async def test_a_card_that_is_deleted_again_is_told_to_moderators(
    assent: Assent, home: Home
) -> None:
    await home.speak()
    for command in ("/idea park", "/idea reopen"):
        await home.owner.delete(home.card())
        await home.ana.run(command, home.general, idea="BTRST-1", reason="Once more.")
        await assent.settle()
    (told,) = home.saying(home.moderators, WAY)
    assert "deleted again" in told.text
    assert "/announcement resend" in told.text
    assert not [each for each in home.said_in(home.ideas) if each.embeds]
