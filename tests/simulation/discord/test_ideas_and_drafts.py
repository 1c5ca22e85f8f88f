"""What people write: ideas, drafts and reasons, in forms that lose nothing and take nothing odd."""

import pytest

from sandbox.discord import Person, Reply
from tests.simulation.discord.home import DAY, TEXT, TITLE, Assent, Home, awake, read


@pytest.mark.parametrize("title", [" ", "\u200b\u200b", "...", "\n", "\u202e"])
async def test_an_idea_without_a_title_is_refused_and_leaves_no_trace(
    assent: Assent, home: Home, title: str
) -> None:
    before = home.memory()
    reply = await home.speak(title=title)
    assert reply.ephemeral
    assert "An idea needs a title" in reply.text
    await assent.drain()
    assert home.memory() == before
    assert not home.said_in(home.ideas)


@pytest.mark.parametrize("text", [" \n ", "\u200b", "| | |"])
async def test_an_idea_without_a_text_is_refused(assent: Assent, home: Home, text: str) -> None:
    reply = await home.speak(text=text, change=text)
    assert reply.ephemeral
    assert "Please say in a few sentences" in reply.text
    assert assent.bot.is_ready()


async def test_what_was_typed_into_a_refused_idea_comes_back_as_a_file(
    assent: Assent, home: Home
) -> None:
    reply = await home.speak(title="...", text="What took me an hour to write.")
    assert reply.message is not None
    (file,) = reply.message.attachments
    assert "What took me an hour to write." in file.data.decode()
    assert assent.bot.is_ready()


async def test_two_people_with_the_same_form_are_heard_each_as_themselves(
    assent: Assent, home: Home
) -> None:
    first = await home.mara.run("/idea new", home.general)
    second = await home.joel.run("/idea new", home.general)
    answers = {"change": "This.", "topic": "fees"}
    await home.mara.submit(first.modal, answers, title="Let us", problem="Mara's reasons.")
    await home.joel.submit(second.modal, answers, title="A fund", problem="The money goes.")
    assert home.rows("SELECT title, author_id FROM proposals ORDER BY id") == [
        ("Let us", home.mara.id),
        ("A fund", home.joel.id),
    ]
    assert assent.bot.is_ready()


async def edit(home: Home, person: Person, section: str = "Summary") -> Reply:
    """Open the form of a section."""
    return await person.run(
        "/draft edit", home.general, options={"proposal": "BTRST-1", "section": section}
    )


async def test_forms_that_were_open_while_assent_restarted_are_taken_in(home: Home) -> None:
    async with awake(home) as assent:
        await home.set_up()
        await assent.noticed_vote()
        idea = await home.joel.run("/idea new", home.general)
        reason = await home.ana.press(home.card(), "Postpone")
    async with awake(home):
        words = {"title": "New", "problem": "Words.", "change": "More.", "topic": "other"}
        assert "is out" in (await home.joel.submit(idea.modal, words)).text
        postponed = await home.ana.submit(reason.modal, reason="A number was wrong.")
        assert "is a draft again" in postponed.text
        draft = await edit(home, home.mara)
    async with awake(home):
        assert "Saved" in (await home.mara.submit(draft.modal, text="Better words.")).text


async def test_a_form_in_anothers_name_is_taken_from_moderators_only(
    assent: Assent, home: Home
) -> None:
    message = await home.joel.say(home.general, "The fee should be 8 %.")
    form = await home.ana.use_on(message, "Make this an idea")
    home.guild.take(home.ana, home.moderator_role)
    before = home.memory()
    refused = await home.ana.submit(form.modal, title=TITLE, topic="fees")
    assert "Only moderators" in refused.text
    assert home.memory() == before
    assert assent.bot.is_ready()


async def test_a_new_idea_begins_empty_after_somebody_made_one_of_a_message(
    assent: Assent, home: Home
) -> None:
    message = await home.joel.say(home.general, "The fee should be 8 %.")
    await home.joel.use_on(message, "Make this an idea")
    form = await home.joel.run("/idea new", home.general)
    assert form.modal is not None
    assert form.modal.field("problem").value == ""
    assert assent.bot.is_ready()


@pytest.mark.parametrize(
    "text",
    [
        "```\nnever closed",
        "a" * 4_000,
        "\x00\x07 nothing \u202e to see",
        "@everyone " * 300,
        "[click](https://evil.example) <#1> </idea new:1> <t:1:R>",
        "We " + "\N{FAMILY}" * 900,
        "> quoted " * 400,
    ],
    ids=["fence", "long", "controls", "everyone", "links", "emoji", "quotes"],
)
async def test_hostile_texts_make_a_card_that_discord_takes(
    assent: Assent, home: Home, text: str
) -> None:
    reply = await home.speak(text=text)
    assert "**BTRST-1** is out" in reply.text
    await assent.settle()
    home.check_that_all_is_said_once()
    assert not home.pings()


async def test_the_answer_to_a_new_idea_leads_to_its_card(assent: Assent, home: Home) -> None:
    reply = await home.speak()
    assert reply.ephemeral
    card = home.card()
    assert f"https://discord.com/channels/{home.guild.id}/{card.channel.id}/{card.id}" in reply.text
    assert assent.bot.is_ready()


async def test_an_own_message_becomes_an_idea_of_its_author(assent: Assent, home: Home) -> None:
    message = await home.joel.say(home.general, "The fee should be 8 %, as everywhere.")
    form = await home.joel.use_on(message, "Make this an idea")
    assert form.modal is not None
    assert form.modal.field("problem").value == "The fee should be 8 %, as everywhere."
    await home.joel.submit(form.modal, title=TITLE, topic="fees")
    assert home.joel.mention in home.card().text
    assert assent.bot.is_ready()


async def test_anothers_message_becomes_an_idea_by_a_moderator_and_stays_theirs(
    assent: Assent, home: Home
) -> None:
    message = await home.joel.say(home.general, "The fee should be 8 %, as everywhere.")
    form = await home.ana.use_on(message, "Make this an idea")
    await home.ana.submit(form.modal, title=TITLE, topic="fees")
    card = home.card()
    assert home.joel.mention in card.text
    await assent.support(card, home.joel, home.ana)
    await assent.settle()
    assert "1 of 2" in home.card().text
    history = await home.kofi.run("/proposal history", proposal="BTRST-1")
    assert home.ana.mention in history.text


async def test_anothers_message_is_not_taken_by_a_member(assent: Assent, home: Home) -> None:
    message = await home.joel.say(home.general, "The fee should be 8 %.")
    reply = await home.kofi.use_on(message, "Make this an idea")
    assert reply.ephemeral
    assert reply.modal is None
    assert "Only moderators" in reply.text
    assert assent.bot.is_ready()


async def test_a_message_of_a_bot_is_no_idea(assent: Assent, home: Home) -> None:
    await home.speak()
    message = await home.guild.robot("News").say(home.general, "Fees are rising everywhere.")
    for each in (message, home.card()):
        reply = await home.ana.use_on(each, "Make this an idea")
        assert reply.ephemeral
        assert "no text by a member" in reply.text
    assert assent.bot.is_ready()


async def test_a_draft_begins_with_the_idea_and_is_shown_as_snapshot_will_get_it(
    assent: Assent, home: Home
) -> None:
    await assent.draft()
    shown = await home.joel.run("/draft show", home.general, proposal="BTRST-1")
    assert shown.message is not None
    (file,) = shown.message.attachments
    assert TEXT in file.data.decode()
    assert "[Temperature Check] - Lower the marketplace fee" in read(shown.message)


async def test_a_form_that_was_sent_empty_says_what_is_missing_before_publishing(
    assent: Assent, home: Home
) -> None:
    await assent.draft()
    for section in ("Motivation", "Specification", "The question"):
        form = await edit(home, home.mara, section)
        await home.mara.submit(form.modal, text=" ")
    offer = await home.ana.press(home.card(), "Publish…")
    assert "cannot be published yet" in offer.text
    assert "The text is empty" in offer.text
    assert "Announce the vote" not in [
        each.get("label") for message in offer.messages for each in message.buttons
    ]


async def test_a_draft_changed_since_the_preview_is_not_announced_unread(
    assent: Assent, home: Home
) -> None:
    await assent.draft()
    offer = await home.ana.press(home.card(), "Publish…")
    form = await edit(home, home.mara)
    await home.mara.submit(form.modal, text="Something else entirely.")
    before = home.memory()
    refused = await home.ana.press(offer, "Announce the vote")
    assert refused.ephemeral
    assert "is announced" not in refused.text
    assert home.memory() == before


async def test_a_confirmation_and_a_form_of_the_first_vote_mean_nothing_for_the_second(
    assent: Assent, home: Home
) -> None:
    await assent.draft()
    confirmation = await home.ana.press(home.card(), "Publish…")
    form = await edit(home, home.mara)
    await pass_the_first_vote(assent, home)
    before = home.memory()
    pressed = await home.ana.press(confirmation, "Announce the vote")
    sent = await home.mara.submit(form.modal, text="Words for the temperature check.")
    assert "for an earlier draft" in pressed.text
    assert "changed this draft" in sent.text
    assert home.memory() == before
    again = await home.ana.press(home.card(), "Publish…")
    announced = await home.ana.press(again, "Announce the vote")
    assert "is announced" in announced.text


async def pass_the_first_vote(assent: Assent, home: Home) -> None:
    """Announce a draft's vote, and let it pass."""
    offer = await home.ana.press(home.card(), "Publish…")
    await home.ana.press(offer, "Announce the vote")
    await assent.settle()
    await home.worlds.chain.mine(14)
    home.clock.jump(5 * DAY)
    await assent.run("publishing", "publishing")
    (vote,) = home.worlds.snapshot.proposals
    await home.worlds.snapshot.wallet("voter", power=200_000).vote(vote.id, 1)
    home.clock.jump(vote.end + 61 - home.clock.now())
    await assent.run("tallies", "outbox")
    await assent.settle()
    assert home.phase() == "consensus draft"


async def test_an_announced_draft_is_fixed_until_it_is_postponed(
    assent: Assent, home: Home
) -> None:
    card = await assent.noticed_vote()
    fixed = await edit(home, home.mara)
    assert fixed.modal is None
    assert "its text is fixed" in fixed.text
    form = await home.ana.press(card, "Postpone")
    postponed = await home.ana.submit(form.modal, reason="A number was wrong.")
    assert "is a draft again" in postponed.text
    await assent.settle()
    assert len(home.saying(home.thread(), "postponed", "A number was wrong.")) == 1
    again = await edit(home, home.mara)
    assert again.modal is not None


@pytest.mark.parametrize("reason", [" ", "\u200b", "\n"])
async def test_a_reason_that_says_nothing_is_refused(
    assent: Assent, home: Home, reason: str
) -> None:
    await home.speak()
    before = home.memory()
    reply = await home.ana.run("/idea reject", home.general, idea="BTRST-1", reason=reason)
    assert reply.ephemeral
    assert "Please give a reason" in reply.text
    assert assent.bot.is_ready()
    assert home.memory() == before


async def test_an_author_takes_an_idea_back(assent: Assent, home: Home) -> None:
    await home.speak()
    reply = await home.mara.run("/idea withdraw", home.general, idea="BTRST-1")
    assert reply.ephemeral
    assert "BTRST-1 is withdrawn" in reply.text
    await assent.settle()
    assert "WITHDRAWN" in home.card().text
    home.check_that_all_is_said_once()


@pytest.mark.parametrize(
    "reference", ["BTRST-99", "", "btrst-1 ", "@everyone", "1' OR '1'='1", "1"]
)
async def test_a_reference_is_found_as_people_write_it_or_refused_plainly(
    assent: Assent, home: Home, reference: str
) -> None:
    await home.speak()
    reply = await home.joel.run("/proposal show", home.general, proposal=reference)
    assert reply.ephemeral
    if reference.strip().upper() == "BTRST-1":
        assert "Lower the marketplace fee" in reply.text
    else:
        assert "Something went wrong" not in reply.text
        assert "Lower the marketplace fee" not in reply.text or reference == "1"
    assert assent.bot.is_ready()
