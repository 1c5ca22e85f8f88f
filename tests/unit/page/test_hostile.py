"""Whatever people write, the page stays well-formed and nothing in it comes alive."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.clock import SandboxClock
from sandbox.discord import Community, DiscordWorld
from sandbox.discord.messages import Attachment
from sandbox.discord.posting import Draft, post
from sandbox.page import Chapter, write_page
from sandbox.page.html import text
from sandbox.page.markdown import inline, markdown
from sandbox.page.names import Names

Read = Callable[..., object]
INERT = {"a", "blockquote", "code", "em", "h4", "h5", "h6", "li", "mark", "ol", "p", "pre"} | {
    "s", "small", "span", "strong", "time", "u", "ul",
}  # fmt: skip
ATTACKS = (
    "<script>alert(1)</script>",
    "</p></div></main><img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "[x](javascript:alert(1))",
    '[x](https://e.example/" onclick="alert(1))',
    "<javascript:alert(1)>",
    "<!-- ",
    "]]> <![CDATA[",
    "</style><script>alert(1)</script>",
    "**[a**](https://e.example/*b)*",
    "```\n</code></pre><script>",
    "> ```x\n> </blockquote>",
    "<t:1:R><@1><#2><@&3></x:4><a:b:5>",
    "\\<\\`\\",
    "&lt;script&gt;&amp;",
    "\x00\x1b\u202e\u2028\ufeff",
)
MARKS = "* ** *** _ __ ~~ || ` `` ``` \\ [ ]( ) < > <t:1:R> <@1> <#2> a \" ' & é <b/onclick=x>"
MORE = ("https://e.example", "javascript:", "@everyone", "\n", " ")
BLOCKS = ("\n> ", "\n>>> ", "\n- ", "\n1. ", "\n# ", "\n-# ")
PIECES = st.sampled_from((*MARKS.split(), *MORE, *BLOCKS))
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join), st.sampled_from(ATTACKS))


@pytest.fixture(scope="module")
def someone(page_clock: SandboxClock) -> Names:
    world = DiscordWorld(page_clock)
    return Names.of(world.guild("Braintrust").guild, world.state, page_clock.now())


@given(said=TEXTS)
def test_a_text_is_well_formed_html_in_which_nothing_is_alive(
    someone: Names, read: Read, said: str
) -> None:
    """Only the tags of the Markdown are made, each is closed, and no attribute runs anything."""
    read(markdown(said, someone), INERT)
    read(inline(said, someone), INERT)


@given(said=st.text(alphabet=st.characters(exclude_characters="\\*_~`|<>[@h\0\r")))
def test_a_text_without_marks_is_shown_to_the_letter(someone: Names, said: str) -> None:
    """What is no Markdown is a text, and is escaped once."""
    assert inline(said, someone) == text(said)


@settings(max_examples=25)
@given(said=st.lists(PIECES, max_size=30).map("".join))
def test_a_long_row_of_marks_takes_no_long_time(someone: Names, read: Read, said: str) -> None:
    """Marks that never close are looked up, not searched for: as long as a message may be."""
    read(markdown((said * 4000)[:4000], someone), INERT)


def everything_hostile(world: DiscordWorld, guild: Community, said: str) -> None:
    channel, forum = guild.text_channel(said, topic=said), guild.forum(said, tags=(said,))
    eve, role = guild.member(said), guild.role(said)
    embed = {
        "title": said,
        "url": said,
        "description": said,
        "color": 0xFF0000,
        "author": {"name": said},
        "fields": [{"name": said, "value": said, "inline": True}],
        "image": {"url": f"attachment://{said}"},
        "footer": {"text": said},
    }
    buttons = [
        {"type": 2, "style": 5, "label": said, "url": said, "id": 2},
        {"type": 2, "style": 1, "label": said, "custom_id": said, "id": 3},
        {"type": 3, "custom_id": said, "placeholder": said, "options": [], "id": 4},
    ]
    files = [
        Attachment(
            id=1, filename=f"{said}.md", data=said.encode(errors="replace"), content_type=said
        ),
        Attachment(id=2, filename=said, data=b"x", content_type="image/png", description=said),
    ]
    draft = Draft(
        content=f"{said} {role.mention} {eve.mention}",
        embeds=[embed],
        components=[{"type": 1, "components": buttons, "id": 1}],
        attachments=files,
    )
    first = post(world.state, channel, eve.member.user, draft)
    post(world.state, channel, world.bot, Draft(content=said, replies_to=first, type=19))
    assert forum.is_forum


@pytest.mark.parametrize("said", ATTACKS)
def test_a_page_of_hostile_names_and_texts_stays_inert(
    world: DiscordWorld, guild: Community, tmp_path: Path, read: Read, said: str
) -> None:
    everything_hostile(world, guild, said)
    path = tmp_path / "index.html"
    chapter = Chapter(said, [said, f"{said} in #{said}: {said}"], world.clock.now())
    write_page(path, world, [chapter], {said: said})
    page = path.read_text()
    policy = page[page.index("default-src") :].split('"', 1)[0]
    assert "script-src &#x27;sha256-" in policy
    assert page.count("<script>") == 1
    read(page)
