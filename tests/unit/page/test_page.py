"""The page shows the server as its members saw it."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from sandbox.clock import SandboxClock
from sandbox.discord import (
    Channel,
    Community,
    DiscordWorld,
    Message,
    Permission,
    Person,
    posting,
    threads,
)
from sandbox.discord.channels import PINNED
from sandbox.discord.direct_channels import direct_channel
from sandbox.discord.messages import EPHEMERAL, LOADING, Attachment
from sandbox.discord.posting import Changed
from sandbox.page import Chapter, write_page

Say = Callable[..., Message]
Show = Callable[..., str]


@pytest.fixture
def show(world: DiscordWorld, tmp_path: Path, read: Callable[..., Any]) -> Show:
    """Write the page; only its body is of interest."""

    def write(*chapters: Chapter, **facts: str) -> str:
        path = tmp_path / "demo" / "index.html"
        write_page(path, world, chapters, facts)
        page = path.read_text()
        reader = read(page)
        assert len(reader.ids) == len(set(reader.ids))
        assert set(reader.targets) <= set(reader.ids)
        return page[page.index("<body>") : page.index("<script>")]

    return write


def words(shown: str) -> str:
    """Keep what a reader reads, with single spaces."""
    return " ".join(unescape(re.sub("<[^>]*>", " ", shown)).split())


def article(page: str, message: Message) -> str:
    start = page.index(f'id="m{message.id}"')
    return page[start : page.index("</article>", start)]


async def test_messages_stand_in_their_channel_in_order(
    guild: Community, mara: Person, ideas: Channel, show: Show
) -> None:
    await mara.say(ideas, "First")
    await guild.member("Joel").say(ideas, "Second")
    read = words(show())
    assert "# ideas Where proposals begin Friday, 15 January 2027 M Mara 08:" in read
    assert read.index("First") < read.index("Second")
    assert read.index("# ideas") < read.index("Second")


async def test_a_person_who_goes_on_needs_no_second_heading(
    mara: Person, ideas: Channel, show: Show
) -> None:
    first, second = await mara.say(ideas, "One"), await mara.say(ideas, "Two")
    page = show()
    assert "<header>" in article(page, first)
    assert "<header>" not in article(page, second)
    assert 'class="message follows"' in article(page, second)


async def test_the_application_wears_its_badge(
    ideas: Channel, mara: Person, assent_says: Say, show: Show
) -> None:
    human, app = await mara.say(ideas, "Hello"), assent_says(ideas, "Good day")
    page = show()
    assert ">APP</span>" in article(page, app)
    assert ">APP</span>" not in article(page, human)


def test_a_card_shows_all_its_parts(ideas: Channel, assent_says: Say, show: Show) -> None:
    embed = {
        "title": "BTRST-1 · Lower the fee",
        "description": "**IDEA** · gathering support",
        "color": 0x3498DB,
        "fields": [{"name": "Support", "value": "▰▱ 1 of 2", "inline": False}],
        "footer": {"text": "BTRST-1 · abc"},
    }
    row = [
        {"type": 2, "style": 1, "label": "Promote", "custom_id": "p", "id": 2},
        {"type": 2, "style": 5, "label": "Vote", "url": "https://snapshot.example/1", "id": 3},
    ]
    card = assent_says(ideas, embeds=[embed], components=[{"type": 1, "components": row, "id": 1}])
    shown = article(show(), card)
    assert 'style="--edge: #3498db"' in shown
    assert "<strong>IDEA</strong> · gathering support" in shown
    assert '<a href="https://snapshot.example/1"' in shown
    assert words(shown).endswith("Support ▰▱ 1 of 2 BTRST-1 · abc Promote Vote ↗")


def test_the_newer_components_are_shown_too(ideas: Channel, assent_says: Say, show: Show) -> None:
    said = {"type": 10, "content": "# Head", "id": 2}
    button = {"type": 2, "style": 2, "label": "Read", "custom_id": "r", "id": 4}
    parts = [{"type": 9, "components": [said], "accessory": button, "id": 3}, {"type": 14, "id": 5}]
    box = {"type": 17, "accent_color": 0xFF, "components": parts, "id": 1}
    card = assent_says(ideas, components=[box])
    shown = article(show(), card)
    assert 'style="--edge: #0000ff"' in shown
    assert '<h4 class="said">Head</h4>' in shown
    assert words(shown).endswith("Head Read")


async def test_reactions_are_counted(
    guild: Community, mara: Person, ideas: Channel, show: Show
) -> None:
    message = await mara.say(ideas, "Lower the fee")
    await mara.react(message, "👍")
    await guild.member("Joel").react(message, "👍")
    shown = article(show(), message)
    assert 'title="Mara, Joel"' in shown
    assert words(shown).endswith("👍 2")


async def test_every_earlier_version_can_be_unfolded(
    mara: Person, ideas: Channel, show: Show
) -> None:
    message = await mara.say(ideas, "Frist")
    await mara.edit(message, "Secnod")
    await mara.edit(message, "Third")
    read = words(article(show(), message))
    assert "Third (edited 2 times) until" in read
    assert read.index("Frist") < read.index("Secnod")


async def test_a_deleted_message_is_struck(mara: Person, ideas: Channel, show: Show) -> None:
    message = await mara.say(ideas, "Forget it")
    await mara.delete(message)
    shown = article(show(), message)
    assert "<del>" in shown
    assert words(shown).endswith("Forget it This message was deleted")


def test_a_private_answer_says_who_sees_it(
    ideas: Channel, mara: Person, assent_says: Say, show: Show
) -> None:
    answer = assent_says(ideas, "Refused", ephemeral_to=mara.member.user, flags=EPHEMERAL)
    assert words(article(show(), answer)).endswith("Refused 👁 Only you (Mara) can see this")


def test_an_answer_still_awaited_says_so(ideas: Channel, assent_says: Say, show: Show) -> None:
    waiting = assent_says(ideas, flags=LOADING)
    assert words(article(show(), waiting)).endswith("is thinking …")


def test_only_a_role_that_was_really_called_is_highlighted(
    guild: Community, ideas: Channel, assent_says: Say, show: Show
) -> None:
    loud, quiet = guild.role("Voters", mentionable=True), guild.role("Quiet")
    guild.change_role(guild.bot_role, permissions=guild.everyone.permissions)
    called, not_called = assent_says(ideas, loud.mention), assent_says(ideas, quiet.mention)
    page = show()
    assert 'class="message pinging"' in article(page, called)
    assert 'class="message follows"' in article(page, not_called)
    assert ">@Voters</span>" in article(page, called)


async def test_a_reply_shows_what_it_answers(
    guild: Community, mara: Person, ideas: Channel, show: Show
) -> None:
    first = await mara.say(ideas, "Is **that** https://example.org/a so?")
    reply = await guild.member("Joel").say(ideas, "Yes", reply_to=first)
    shown = article(show(), reply)
    assert f'<a href="#m{first.id}">Is that https://example.org/a so?</a>' in shown


async def test_a_reply_to_what_is_gone_says_so(mara: Person, ideas: Channel, show: Show) -> None:
    first = await mara.say(ideas, "Forget it")
    reply = await mara.say(ideas, "Why?", reply_to=first)
    await mara.delete(first)
    assert "the original message was deleted" in article(show(), reply)


def test_what_discord_itself_notes_is_one_row(ideas: Channel, assent_says: Say, show: Show) -> None:
    assent_says(ideas, type=6)
    assert "Assent pinned a message to this channel. 08:" in words(show())


def test_a_card_that_leads_somewhere_does_so_by_its_title(
    ideas: Channel, assent_says: Say, show: Show
) -> None:
    card = assent_says(ideas, embeds=[{"title": "Vote", "url": "https://snapshot.example/1"}])
    assert '<p class="embed-title"><a href="https://snapshot.example/1"' in article(show(), card)


async def test_a_thread_is_nested_under_its_message(
    mara: Person, ideas: Channel, show: Show
) -> None:
    card = await mara.say(ideas, "The card")
    thread = await mara.start_thread(card, "A talk")
    inside = await mara.say(thread, "In the thread")
    page = show()
    start = page.index(f'id="m{card.id}"')
    assert (
        start < page.index(f'id="m{inside.id}"') < page.index("</details></div></article>", start)
    )
    assert f'id="c{thread.id}" open>' in page
    assert "A talk 1 message Friday" in words(page)


async def test_a_thread_without_a_message_stands_where_it_began(
    world: DiscordWorld, mara: Person, ideas: Channel, show: Show
) -> None:
    thread = await mara.start_thread(ideas, "Just talk")
    await mara.say(thread, "Hello")
    threads.archive(world.state, thread, archived=True)
    assert "Just talk 1 message · archived" in words(show())


async def test_a_deleted_thread_is_still_told_of(
    world: DiscordWorld, mara: Person, ideas: Channel, show: Show
) -> None:
    card = await mara.say(ideas, "The card")
    thread = await mara.start_thread(card, "A talk")
    await mara.say(thread, "Gone")
    threads.delete_thread(world.state, thread)
    assert "A talk 1 message · deleted" in words(show())


async def test_a_forum_shows_its_posts_with_their_tags(
    guild: Community, mara: Person, show: Show
) -> None:
    forum = guild.forum("idea-forum", tags=("open", "ready"))
    await mara.post(forum, "Lower the fee", "Because.", tags=("ready",))
    assert "❐ idea-forum Lower the fee ready 1 message" in words(show())


def test_an_empty_channel_says_so(guild: Community, show: Show) -> None:
    guild.text_channel("quiet")
    guild.forum("empty")
    guild.category("Nowhere")
    read = words(show())
    assert "# quiet Nobody has spoken here." in read
    assert "❐ empty Nobody has spoken here." in read
    assert "Nowhere" not in read


def test_a_text_that_was_sent_can_be_unfolded_and_a_picture_is_seen(
    ideas: Channel, assent_says: Say, show: Show
) -> None:
    draft = Attachment(id=1, filename="draft.md", data=b"# Title", content_type="text/markdown")
    chart = Attachment(
        id=2, filename="c.png", data=b"\x89PNG", content_type="image/png", description="A chart"
    )
    other = Attachment(id=3, filename="a.zip", data=b"x" * 2048, content_type="application/zip")
    sent = assent_says(
        ideas,
        attachments=[draft, chart, other],
        embeds=[{"title": "Votes", "image": {"url": "attachment://c.png"}}],
    )
    shown = article(show(), sent)
    assert '<pre tabindex="0"># Title</pre></details>' in shown
    assert shown.count('<img src="data:image/png;base64,iVBORw==" alt="A chart">') == 1
    assert words(shown).endswith("Votes 📄 draft.md 7 bytes # Title 📄 a.zip 2.0 KB")


def test_what_an_edit_left_of_an_embed_is_shown_in_its_place(
    world: DiscordWorld, ideas: Channel, assent_says: Say, show: Show
) -> None:
    card = assent_says(ideas, embeds=[{"title": "Before"}])
    posting.edit(world.state, card, Changed(embeds=[{"title": "After"}]))
    read = words(article(show(), card))
    assert read.index("After") < read.index("(edited)") < read.index("Before")


def test_the_results_stand_in_a_table(show: Show) -> None:
    page = show(fee="10 % → 8 %", doubled="0")
    assert '<tr><th scope="row">fee</th><td>10 % → 8 %</td></tr>' in page.replace(
        "\N{NO-BREAK SPACE}", " "
    )
    assert "What came of it" in words(page)
    assert "What came of it" not in words(show())


def test_the_story_leads_to_what_was_said(
    page_clock: SandboxClock, ideas: Channel, assent_says: Say, show: Show
) -> None:
    begin = page_clock.now()
    card = assent_says(ideas, embeds=[{"title": r"BTRST\-1 · Lower the fee"}])
    again = assent_says(ideas, embeds=[{"title": r"BTRST\-1 · Lower the fee"}])
    line = "Assent in #ideas: BTRST-1 · Lower the fee"
    page = show(
        Chapter("An idea is spoken", [line, line, line, "Silence."], begin),
        Chapter("Later", [line], page_clock.now() + 60),
    )
    told = page[page.index('id="story"') : page.index('id="c')]
    links = re.findall(r'href="#m(\d+)"', told)
    assert links == [str(card.id), str(again.id)]
    assert "An idea is spoken Assent in #ideas: BTRST-1" in words(told)
    assert "Silence." in told


async def test_pins_and_tags_can_be_seen(
    guild: Community, mara: Person, ideas: Channel, show: Show
) -> None:
    guild.give(mara, guild.role("Moderator", permissions=Permission.PIN_MESSAGES))
    forum = guild.forum("posts", tags=("open", "ready"))
    post = await mara.post(forum, "Fee", "8 %", tags=("ready",))
    post.flags |= PINNED
    message = await mara.say(ideas, "Rules")
    await mara.pin(message)
    page = show()
    assert "Pinned to this channel" in article(page, message)
    assert "Mara pinned a message to this channel." in words(page)
    assert "Fee ready 1 message · pinned" in words(page)


def test_direct_messages_stand_in_a_part_of_their_own(
    world: DiscordWorld, mara: Person, assent_says: Say, show: Show
) -> None:
    assert "Direct messages" not in words(show())
    talk = direct_channel(world.state, mara.member.user)
    message = assent_says(talk, f"{mara.mention}, your vote is missing")
    page = show()
    assert words(page).count("Direct messages") == 2
    assert "Direct messages @ Mara" in words(page[page.index("<main") :])
    assert "@Mara, your vote is missing" in unescape(re.sub("<[^>]*>", "", article(page, message)))
