"""Nothing that is not HTML yet becomes HTML."""

import pytest

from sandbox.page.html import Html, element, is_web, join, link, text, without_tags


def test_a_text_is_escaped_and_html_is_not_escaped_twice() -> None:
    assert text('<b> & "x"') == "&lt;b&gt; &amp; &quot;x&quot;"
    assert text(Html("<b>&amp;</b>")) == "<b>&amp;</b>"


def test_html_that_was_put_together_by_hand_is_a_text_again() -> None:
    assert text(Html("<b>") + "<script>") == "&lt;b&gt;&lt;script&gt;"


def test_attributes_are_spelt_as_python_allows() -> None:
    shown = element("li", "one", class_="a b", aria_label='"x"', value=3, open=True, id=None)
    assert shown == '<li class="a b" aria-label="&quot;x&quot;" value="3" open>one</li>'


def test_a_void_element_has_no_end() -> None:
    assert element("br") == "<br>"


def test_parts_that_are_not_there_are_left_out() -> None:
    assert join("a", None, Html("<br>"), "<", between=" ") == "a <br> &lt;"


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "data:text/html,x",
        "//example.org",
        "https://",
        "https://a\nb",
        "https://[",
        "",
    ],
)
def test_what_is_no_address_on_the_web_is_no_link(address: str) -> None:
    assert not is_web(address)
    assert link("here", address) == "<span>here</span>"


def test_a_link_takes_nothing_along() -> None:
    shown = link("<here>", 'https://example.org/?a="b"')
    assert shown == (
        '<a href="https://example.org/?a=&quot;b&quot;" rel="noopener noreferrer nofollow">'
        "&lt;here&gt;</a>"
    )


def test_only_the_text_is_kept_without_tags() -> None:
    shown = element("a", "1 < 2", title="a > b")
    assert without_tags(shown) == "1 &lt; 2"
