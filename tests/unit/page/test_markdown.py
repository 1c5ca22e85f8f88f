"""Discord's Markdown is shown as Discord shows it."""

import pytest

from bot.domain.text import plain
from sandbox.discord import Channel, Community, Person
from sandbox.page.html import text
from sandbox.page.markdown import inline, markdown
from sandbox.page.names import Names


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("**bold** and *leaning*", "<strong>bold</strong> and <em>leaning</em>"),
        ("__under__ _lean_ ~~gone~~", "<u>under</u> <em>lean</em> <s>gone</s>"),
        ("***both***", "<strong><em>both</em></strong>"),
        ("**a *b* c**", "<strong>a <em>b</em> c</strong>"),
        ("||secret||", '<mark class="spoiler">secret</mark>'),
        ("two\n**rows\nof** it", "two\n<strong>rows\nof</strong> it"),
        (r"\*not\* \_this\_ \\", "*not* _this_ \\"),
        ("snake_case_name", "snake_case_name"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("**open", "**open"),
        ("****", "****"),
        ("`**code**` ``a ` b``", "<code>**code**</code> <code>a ` b</code>"),
        ("a < b & c", "a &lt; b &amp; c"),
    ],
)
def test_marks_within_a_row(names: Names, said: str, shown: str) -> None:
    assert inline(said, names) == shown


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("one\ntwo", "<p>one\ntwo</p>"),
        ("\none\n", "<p>one</p>"),
        ("# Head\ntext", '<h4 class="said">Head</h4><p>text</p>'),
        ("### Small", '<h6 class="said">Small</h6>'),
        ("#tag", "<p>#tag</p>"),
        ("> a\n> **b**\nc", "<blockquote><p>a\n<strong>b</strong></p></blockquote><p>c</p>"),
        (">>> a\n\nb", "<blockquote><p>a\n\nb</p></blockquote>"),
        ("> > a", "<blockquote><p>&gt; a</p></blockquote>"),
        ("- a\n- b\n  - c", '<ul><li>a</li><li>b</li><li class="deeper">c</li></ul>'),
        ("2. a\n3. b", '<ol><li value="2">a</li><li value="3">b</li></ol>'),
        ("-# small", '<p class="subtext"><small>small</small></p>'),
        ("```py\n*a*\n```", "<pre><code>*a*</code></pre>"),
        ("x\n```\na\n\nb```y", "<p>x</p><pre><code>a\n\nb</code></pre><p>y</p>"),
        ("```open", "<p>```open</p>"),
        ("``````", "<p>``````</p>"),
        (r"\`\`\`no\`\`\`", "<p>```no```</p>"),
        ("", ""),
    ],
)
def test_blocks(names: Names, said: str, shown: str) -> None:
    assert markdown(said, names) == shown


def test_mentions_bear_the_names_of_today(
    guild: Community, names: Names, mara: Person, ideas: Channel
) -> None:
    voters = guild.role("Voters")
    voters.color = 0xE67E22
    shown = inline(f"{mara.mention} {voters.mention} {ideas.mention} @everyone", names)
    assert shown == (
        '<span class="pill">@Mara</span> '
        '<span class="pill role" style="--role: #e67e22">@Voters</span> '
        f'<a class="pill" href="#c{ideas.id}">#ideas</a> '
        '<span class="pill role">@everyone</span>'
    )


def test_who_is_not_known_is_said_to_be_so(names: Names) -> None:
    shown = inline("<@1> <@&2> <#3>", names)
    assert [word in shown for word in ("@unknown-user", "@deleted-role", "#unknown")] == [True] * 3


def test_an_address_of_discord_leads_to_the_message_on_the_page(
    names: Names, ideas: Channel
) -> None:
    shown = inline(f"see https://discord.com/channels/1/{ideas.id}/42.", names)
    assert shown == 'see <a class="pill" href="#m42">#ideas 💬</a>.'


def test_moments_are_written_out(names: Names) -> None:
    at = names.now + 3 * 86_400
    shown = inline(f"<t:{at}:R> <t:{at}>", names)
    assert ">in 3 days</time>" in shown
    assert ">18 January 2027 at 08:00</time>" in shown


@pytest.mark.parametrize("said", ["<t:99999999999999999:R>", "<t:-5:F>", "<t:5:x>", "<t:x>"])
def test_what_is_no_moment_stays_a_text(names: Names, said: str) -> None:
    assert inline(said, names) == text(said)


def test_addresses_are_links_without_the_end_of_their_sentence(names: Names) -> None:
    shown = inline("(https://example.org/a_(b)_c). <https://example.org/x>", names)
    assert shown.startswith('(<a href="https://example.org/a_(b)_c"')
    assert ">https://example.org/a_(b)_c</a>). <a" in shown
    assert shown.endswith(">https://example.org/x</a>")


def test_a_masked_link_shows_where_it_leads(names: Names) -> None:
    shown = inline("[**the** draft](https://example.org/d)", names)
    assert 'href="https://example.org/d"' in shown
    assert 'title="https://example.org/d"' in shown
    assert shown.endswith("><strong>the</strong> draft</a>")


def test_a_link_that_disguises_another_is_none(names: Names) -> None:
    said = "[https://good.example](https://evil.example)"
    assert 'href="https://evil.example"' not in inline(said, names)


def test_a_link_to_anything_but_the_web_is_none(names: Names) -> None:
    assert inline("[x](javascript:alert(1))", names) == "[x](javascript:alert(1))"


def test_what_the_bot_made_plain_is_shown_as_it_was(names: Names) -> None:
    said = "**a** _b_ `c` ~~d~~ ||e|| <@1> [f](https://g.example) <script> -# 1. # @everyone"
    assert inline(plain(said, 1000), names) == text(said)
