"""A vote on Snapshot changed and deleted by people in Discord, in words and by buttons."""

from sandbox.discord import Reply, Upload
from sandbox.snapshot.ledger import ProposalRecord
from tests.simulation.discord.home import DAY, SPACE, Assent, Home, read

REASON = "The numbers in it are wrong."
EDIT, DELETE = "Change it on Snapshot", "Delete it on Snapshot"


async def pending(assent: Assent, home: Home) -> ProposalRecord:
    """Bring a vote to Snapshot that starts in thirty days."""
    await home.set_up()
    home.worlds.snapshot.ledger.spaces[SPACE].voting["delay"] = 30 * DAY
    return await assent.open_vote()


async def asked(home: Home, command: str, **options: object) -> Reply:
    return await home.mara.run(command, home.general, options={"proposal": "BTRST-1", **options})


def words(reply: Reply) -> str:
    return reply.text.replace("\\", "")


async def test_an_author_changes_the_text_in_a_form_and_everybody_is_told(
    assent: Assent, home: Home
) -> None:
    record = await pending(assent, home)
    form = await asked(home, "/proposal edit")
    assert form.modal is not None, form.text
    shown = {field.custom_id: field.value for field in form.modal.fields}
    assert shown == {"title": record.title, "body": record.body}
    body = record.body.replace("5 %", "4 %")
    offer = await home.mara.submit(form.modal, body=body)
    assert "⟦4⟧" in words(offer) or "4 %" in words(offer)
    assert "Nothing is signed yet" in words(offer)
    assert record.body != body
    done = await home.mara.press(offer, EDIT)
    assert "Snapshot shows the new text" in words(done)
    assert record.body == body
    await assent.run("tallies", "outbox")
    (news,) = home.saying(home.votes, "The vote was changed")
    assert f"<@{home.mara.id}> has changed" in read(news)
    assert len(home.saying(home.thread(), "The vote was changed")) == 1
    home.check_that_all_is_said_once()
    again = await home.mara.press(offer, EDIT)
    assert "dealt with already" in words(again)


async def test_an_edit_that_says_nothing_new_is_not_offered(assent: Assent, home: Home) -> None:
    await pending(assent, home)
    form = await asked(home, "/proposal edit")
    reply = await home.mara.submit(form.modal)
    assert "how it reads on Snapshot already" in words(reply)
    assert not reply.messages[0].buttons


async def test_what_was_typed_comes_back_where_it_cannot_be_taken(
    assent: Assent, home: Home
) -> None:
    await pending(assent, home)
    form = await asked(home, "/proposal edit")
    reply = await home.mara.submit(form.modal, title="Without the prefix", body="My long work.")
    assert "The title has to begin with" in words(reply)
    assert "My long work." in reply.files["your-text.md"].decode()


async def test_a_text_that_no_form_holds_is_changed_as_a_file(assent: Assent, home: Home) -> None:
    record = await pending(assent, home)
    record.body, record.updated = "Ünïcödé row.\n" * 400, home.clock.now()
    await assent.run("tallies")
    given = await asked(home, "/proposal edit")
    assert "it is edited as a file" in words(given)
    text = given.files["BTRST-1-vote.md"].decode()
    assert text == record.body
    head = await home.mara.press(given, "Change the title or the choices")
    assert head.modal is not None
    assert [field.custom_id for field in head.modal.fields] == ["title"]
    file = Upload(name="vote.md", content=f"{text}One row more.".encode())
    offer = await asked(home, "/proposal edit", file=file)
    assert "One row more." in words(offer)
    await home.mara.press(offer, EDIT)
    assert record.body.endswith("One row more.")


async def test_a_file_that_is_no_text_is_refused(assent: Assent, home: Home) -> None:
    await pending(assent, home)
    file = Upload(name="vote.exe", content=b"\0")
    reply = await asked(home, "/proposal edit", file=file)
    assert "A draft is a text file" in words(reply)


async def test_a_deletion_is_confirmed_in_sight_of_what_it_takes_away(
    assent: Assent, home: Home
) -> None:
    await home.set_up()
    record = await assent.open_vote()
    home.clock.jump(60)
    await home.worlds.snapshot.wallet("joel", power=1_000).vote(record.id, 1)
    offer = await asked(home, "/proposal delete", reason=REASON)
    text = words(offer)
    assert "1 vote was cast on it and will be lost" in text
    assert "cannot be undone" in text
    assert REASON in text
    assert home.worlds.snapshot.proposals
    done = await home.mara.press(offer, DELETE)
    assert "deleted on Snapshot" in words(done)
    assert not home.worlds.snapshot.proposals
    await assent.run("tallies", "outbox")
    (news,) = home.saying(home.votes, "The vote was deleted")
    assert f"by <@{home.mara.id}>" in read(news)
    assert REASON in read(news)
    assert home.phase() == "temperature draft"
    home.check_that_all_is_said_once()


async def test_while_snapshot_does_not_answer_it_is_kept_and_sent_later(
    assent: Assent, home: Home
) -> None:
    record = await pending(assent, home)
    form = await asked(home, "/proposal edit")
    offer = await home.mara.submit(form.modal, body="Another text.")
    home.worlds.snapshot.faults.server_error(status=503)
    done = await home.mara.press(offer, EDIT)
    assert "signed and kept, and Snapshot has not shown it yet" in words(done)
    await assent.run("changes")
    assert record.body == "Another text."


async def test_a_refusal_is_told_with_its_meaning_and_again_to_the_moderators(
    assent: Assent, home: Home
) -> None:
    await pending(assent, home)
    offer = await asked(home, "/proposal delete", reason=REASON)
    home.worlds.snapshot.faults.refuse("not authorized to archive proposal")
    done = await home.mara.press(offer, DELETE)
    assert "not authorized to archive proposal" in words(done)
    assert "may delete a proposal" in words(done)
    (news,) = home.saying(home.moderators, "Not deleted")
    assert "not authorized to archive proposal" in read(news)
    assert len(home.saying(home.thread(), "Not deleted")) == 1


async def test_others_may_neither_change_nor_delete_and_the_attempt_is_written_down(
    assent: Assent, home: Home
) -> None:
    await pending(assent, home)
    options = {"proposal": "BTRST-1"}
    for command, more in (("/proposal edit", {}), ("/proposal delete", {"reason": REASON})):
        reply = await home.kofi.run(command, home.general, options={**options, **more})
        assert "Only the author of BTRST-1 or a moderator" in words(reply)
    assert len(home.attempts(home.kofi)) == 2
    assert home.worlds.snapshot.proposals


async def test_what_has_no_vote_on_snapshot_is_told_what_to_do_instead(
    assent: Assent, home: Home
) -> None:
    await home.set_up()
    await assent.draft()
    reply = await asked(home, "/proposal edit")
    assert "has no vote on Snapshot" in words(reply)
    assert "/draft edit" in words(reply)


async def test_moderators_see_for_whom_assent_proposes(assent: Assent, home: Home) -> None:
    await home.set_up()
    home.guild.open_command("governance")
    reply = await home.ana.run("/governance alias show", home.general)
    assert "with its own key here, for no wallet" in words(reply)
    refused = await home.kofi.run("/governance alias show", home.general)
    assert "Only moderators may do this" in words(refused)
    assert assent.bot.services.aliases is not None
