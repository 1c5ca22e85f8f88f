"""Speaking an idea: the form's parts, where it comes from, how often, and what reads like it."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.policy import TOPICS
from bot.domain.types import GuildId
from sandbox.discord import Reply
from tests.simulation.discord.home import CHANGE, TEXT, TITLE, Assent, Home, awake, read

ALIKE = "Lower the marketplace fees"
HOUR = 3_600


async def change_policy(assent: Assent, **changes: object) -> None:
    """Change the policy, as whatever command does."""
    async with assent.bot.services.ideas._database.transaction() as store:
        community = await store.communities.of(GuildId(assent.home.guild.id))
        policy = replace(community.policy, **changes)  # type: ignore[arg-type] # from keywords
        await store.communities.save(replace(community, policy=policy))


def file_of(reply: Reply) -> str:
    """Give the one file that came back."""
    assert reply.message is not None
    (file,) = reply.message.attachments
    return file.data.decode()


async def lookalikes(home: Home) -> Reply:
    """Let Joel write what reads like Mara's idea."""
    await home.speak()
    return await home.submit_idea(home.joel, title=ALIKE, problem="It is too high.", change="Less.")


async def test_the_form_asks_for_the_parts_of_an_idea_and_its_topic(
    assent: Assent, home: Home
) -> None:
    form = await home.mara.run("/idea new", home.general)
    assert form.modal is not None
    fields = {field.custom_id: field.required for field in form.modal.fields}
    assert fields == {
        "title": True,
        "problem": True,
        "change": True,
        "why_now": False,
        "topic": True,
    }
    assert form.modal.field("topic").options == list(TOPICS)
    assert assent.bot.is_ready()


async def test_the_card_shows_the_answers_under_headings_with_the_topic(
    assent: Assent, home: Home
) -> None:
    await home.submit_idea(
        home.mara, title=TITLE, problem=TEXT, change=CHANGE, why_now="A rival opens in May."
    )
    card = read(home.card())
    assert f"**The problem**\n> {TEXT}" in card
    assert f"**The change**\n> {CHANGE}" in card
    assert "**Why now**\n> A rival opens in May." in card
    assert "topic: fees" in card
    assert assent.bot.is_ready()


async def test_without_topics_nobody_is_asked_for_one(assent: Assent, home: Home) -> None:
    await change_policy(assent, topics=())
    form = await home.mara.run("/idea new", home.general)
    assert form.modal is not None
    assert "topic" not in {field.custom_id for field in form.modal.fields}
    reply = await home.mara.submit(form.modal, title=TITLE, problem=TEXT, change=CHANGE)
    assert "is out" in reply.text
    assert "topic" not in home.card().text


async def test_a_topic_that_was_taken_away_meanwhile_costs_nobody_their_text(
    assent: Assent, home: Home
) -> None:
    form = await home.mara.run("/idea new", home.general)
    await change_policy(assent, topics=("treasury",))
    answers = {"title": TITLE, "problem": TEXT, "change": CHANGE, "topic": "fees"}
    reply = await home.mara.submit(form.modal, answers)
    assert "There is no topic of that name here any more; there is: treasury." in reply.text
    assert f"{TITLE}\n\n## The problem\n\n{TEXT}" in file_of(reply)
    assert "Topic: fees" in file_of(reply)


async def test_an_idea_made_of_a_message_leads_back_to_it(assent: Assent, home: Home) -> None:
    message = await home.joel.say(home.general, "The fee should be 8 %.")
    form = await home.ana.use_on(message, "Make this an idea")
    await home.ana.submit(form.modal, title=TITLE, topic="fees")
    card = home.card()
    assert f"from a message by {home.joel.mention}" in card.text
    (link,) = [each for each in card.buttons if each.get("url")]
    assert link["url"].endswith(f"/{home.guild.id}/{home.general.id}/{message.id}")
    history = await home.kofi.run("/proposal history", proposal="BTRST-1")
    assert f"{home.ana.mention}: made an idea of a message by Joel" in read_reply(history)
    assert assent.bot.is_ready()


def read_reply(reply: Reply) -> str:
    return reply.text.replace("\\", "")


async def test_a_form_made_of_a_message_is_sent_once_and_by_who_opened_it(
    assent: Assent, home: Home
) -> None:
    message = await home.joel.say(home.general, "The fee should be 8 %.")
    form = await home.ana.use_on(message, "Make this an idea")
    assert form.modal is not None
    fields = {"title": TITLE, "problem": "Mine.", "topic": ["fees"]}
    forged = await home.kofi.forge_modal(home.general, form.modal.custom_id, fields=fields)
    assert "is not yours" in forged.text
    assert "Mine." in file_of(forged)
    await home.ana.submit(form.modal, title=TITLE, topic="fees")
    again = await home.ana.submit(form.modal, title=TITLE, topic="fees")
    assert "dealt with already" in again.text
    assert home.rows("SELECT count(*), author_id FROM proposals") == [(1, home.joel.id)]
    assert assent.bot.is_ready()


async def test_a_forged_form_of_nothing_loses_nothing(assent: Assent, home: Home) -> None:
    forged = await home.kofi.forge_modal(home.general, "idea:" + "9" * 40, fields={"title": "T"})
    assert "dealt with already" in forged.text
    empty = await home.kofi.forge_modal(home.general, "idea:", fields={})
    assert "An idea needs a title" in empty.text
    assert assent.bot.is_ready()


async def test_who_has_just_spoken_is_told_when_they_may_again_before_they_write(
    assent: Assent, home: Home
) -> None:
    await change_policy(assent, idea_cooldown=HOUR)
    late = await home.mara.run("/idea new", home.general)
    spoken_at = home.clock.now()
    await home.speak()
    before = await home.mara.run("/idea new", home.general)
    assert before.modal is None
    assert f"<t:{spoken_at + HOUR}:R>" in before.text
    answers = {"title": "B", "problem": "Much.", "change": "All.", "topic": "other"}
    sent = await home.mara.submit(late.modal, answers)
    assert f"<t:{spoken_at + HOUR}:R>" in sent.text
    assert "Much." in file_of(sent)
    home.clock.jump(HOUR)
    assert (await home.mara.run("/idea new", home.general)).modal is not None


async def test_who_has_enough_open_ideas_is_shown_them(assent: Assent, home: Home) -> None:
    await change_policy(assent, open_ideas_limit=1)
    await home.speak()
    refused = await home.mara.run("/idea new", home.general)
    assert refused.modal is None
    thread = home.thread()
    assert f"BTRST-1 https://discord.com/channels/{home.guild.id}/{thread.id}" in refused.text
    await home.mara.run("/idea withdraw", home.general, idea="BTRST-1")
    assert (await home.mara.run("/idea new", home.general)).modal is not None


async def test_a_moderator_is_not_held_up_by_the_pace_of_whose_message_it_is(
    assent: Assent, home: Home
) -> None:
    await change_policy(assent, idea_cooldown=HOUR, open_ideas_limit=1)
    await home.speak(home.joel)
    message = await home.joel.say(home.general, "And the treasury should pay for audits.")
    own = await home.joel.use_on(message, "Make this an idea")
    assert own.modal is None
    form = await home.ana.use_on(message, "Make this an idea")
    reply = await home.ana.submit(form.modal, title="Pay for audits", topic="treasury")
    assert "**BTRST-2** is out" in reply.text


async def test_who_just_watches_takes_no_ideas_and_says_so(home: Home) -> None:
    async with awake(home):
        await home.set_up(preset="watch-only")
        reply = await home.mara.run("/idea new", home.general)
        assert reply.modal is None
        assert "No ideas are taken in this server" in reply.text
        message = await home.joel.say(home.general, "The fee should be 8 %.")
        refused = await home.ana.use_on(message, "Make this an idea")
        assert "No ideas are taken in this server" in refused.text


async def test_what_reads_like_an_idea_is_shown_before_it_is_posted(
    assent: Assent, home: Home
) -> None:
    shown = await lookalikes(home)
    assert shown.ephemeral
    assert "Is it one of these?" in shown.text
    assert "BTRST-1" in read_reply(shown)
    assert "% alike in words · idea · 0 supporters" in read_reply(shown)
    assert f"<#{home.thread().id}>" in shown.text
    assert home.rows("SELECT count(*) FROM proposals") == [(1,)]
    assert assent.bot.is_ready()


async def test_who_posts_it_anyway_does_so_once_also_after_a_restart(home: Home) -> None:
    async with awake(home):
        await home.set_up()
        shown = await lookalikes(home)
    async with awake(home) as assent:
        posted = await home.joel.press(shown, "Post anyway")
        assert "**BTRST-2** is out" in posted.text
        again = await home.joel.press(shown, "Post anyway")
        assert "dealt with already" in again.text
        assert home.rows("SELECT count(*) FROM proposals") == [(2,)]
        assert home.rows("SELECT count(*) FROM typed") == [(0,)]
        await assent.settle()
        assert "It is too high." in home.card("BTRST-2").text


async def test_two_presses_at_once_post_it_once(assent: Assent, home: Home) -> None:
    shown = await lookalikes(home)
    async with asyncio.TaskGroup() as tasks:
        for _ in range(2):
            tasks.create_task(home.joel.press(shown, "Post anyway"))
    assert home.rows("SELECT count(*) FROM proposals") == [(2,)]
    assert assent.bot.is_ready()


async def test_who_supports_the_other_instead_counts_for_it_and_gets_the_text_back(
    assent: Assent, home: Home
) -> None:
    shown = await lookalikes(home)
    reply = await home.joel.press(shown, "Support BTRST-1 instead")
    assert "You support **BTRST-1** now" in reply.text
    assert f"/{home.thread().id}" in reply.text
    assert "It is too high." in file_of(reply)
    await assent.settle()
    assert "1 of 2" in home.card().text
    again = await home.joel.press(shown, "Support BTRST-1 instead")
    assert "dealt with already" in again.text
    await home.joel.react(home.card(), "👍")
    await assent.hears()
    await assent.settle()
    assert "1 of 2" in home.card().text


async def test_the_support_that_was_missing_makes_an_idea_ready_by_button(
    assent: Assent, home: Home
) -> None:
    shown = await lookalikes(home)
    await assent.support(home.card(), home.kofi)
    await home.joel.press(shown, "Support BTRST-1 instead")
    await assent.settle()
    assert home.phase() == "ready"


async def test_the_author_of_the_other_is_not_offered_to_support_it(
    assent: Assent, home: Home
) -> None:
    await home.speak()
    shown = await home.submit_idea(home.mara, title=ALIKE, problem="Still.", change="Less.")
    assert "Is it one of these?" in shown.text
    with pytest.raises(LookupError):
        shown.button("Support BTRST-1 instead")
    (typed,) = home.rows("SELECT id FROM typed")
    forged = await home.mara.forge_component(home.general, f"typed:{typed[0]}:support:1")
    assert "BTRST-1 is your own idea" in forged.text
    assert assent.bot.is_ready()


async def test_what_has_ended_is_shown_and_not_offered_for_support(
    assent: Assent, home: Home
) -> None:
    await home.speak()
    await home.ana.run("/idea reject", home.general, idea="BTRST-1", reason="Not now.")
    shown = await home.submit_idea(home.joel, title=ALIKE, problem="Still.", change="Less.")
    assert "· rejected ·" in read_reply(shown)
    with pytest.raises(LookupError):
        shown.button("Support BTRST-1 instead")
    home.clock.jump(91 * 24 * HOUR)
    posted = await home.submit_idea(home.kofi, title=TITLE, problem="Still.", change="Less.")
    assert "**BTRST-2** is out" in posted.text
    assert assent.bot.is_ready()


async def test_what_was_withdrawn_is_nobodys_double(assent: Assent, home: Home) -> None:
    await home.speak()
    await home.mara.run("/idea withdraw", home.general, idea="BTRST-1")
    posted = await home.submit_idea(home.joel, title=TITLE, problem=TEXT, change=CHANGE)
    assert "**BTRST-2** is out" in posted.text
    assert assent.bot.is_ready()


@pytest.mark.parametrize("button", ["typed:{id}:post", "typed:{id}:support:1"])
async def test_nobody_presses_a_button_of_somebody_elses_text(
    assent: Assent, home: Home, button: str
) -> None:
    await lookalikes(home)
    (typed,) = home.rows("SELECT id FROM typed")
    before = home.memory()
    custom_id = button.format(id=typed[0])
    for person in (home.kofi, home.ana, home.owner):
        forged = await person.forge_component(home.general, custom_id)
        assert forged.ephemeral
        assert "is not yours; nothing was changed" in forged.text
    assert home.memory() == before
    assert assent.bot.is_ready()


async def test_a_text_kept_too_long_for_the_pace_comes_back_as_a_file(
    assent: Assent, home: Home
) -> None:
    shown = await lookalikes(home)
    await change_policy(assent, open_ideas_limit=1)
    message = await home.joel.say(home.general, "Pay for audits.")
    form = await home.ana.use_on(message, "Make this an idea")
    await home.ana.submit(form.modal, title="Audits", topic="treasury")
    refused = await home.joel.press(shown, "Post anyway")
    assert "gather support as a member may have here" in refused.text
    assert "It is too high." in file_of(refused)
