"""HTML that cannot be broken out of: what is not HTML yet is escaped on its way in."""

import re
from html import escape
from typing import Final
from urllib.parse import urlsplit

_VOID: Final = frozenset({"br", "hr", "img", "link", "meta"})
_TAG: Final = re.compile("<[^>]*>")
Attribute = str | int | bool | None


class Html(str):
    """Text that is HTML already; only this module and the page's own files make it."""

    __slots__ = ()


def text(said: str) -> Html:
    """Write a text so that it stays one."""
    return said if isinstance(said, Html) else Html(escape(said))


def join(*parts: str | None, between: str = "") -> Html:
    """Put parts next to each other; `None` is left out."""
    return Html(between.join(text(part) for part in parts if part is not None))


def element(name: str, /, *children: str | None, **attributes: Attribute) -> Html:
    """Write an element.

    An attribute is spelt as Python allows: `class_` for `class`, `aria_label` for `aria-label`.
    One that is `None` or `False` is left out; `True` stands alone.
    """
    start = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Html(f"<{name}{start}>")
    return Html(f"<{name}{start}>{join(*children)}</{name}>")


def link(label: str, address: str, **attributes: Attribute) -> Html:
    """Link to an address on the web; where it is no such address, only the label is shown."""
    if not is_web(address):
        return element("span", label)
    return element("a", label, href=address, rel="noopener noreferrer nofollow", **attributes)


def without_tags(shown: Html) -> Html:
    """Keep only the text; no `>` is left within an attribute, so tags end where they seem to."""
    return Html(_TAG.sub("", shown))


def is_web(address: str) -> bool:
    """Say whether this is an http or https address with a host."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and address.isprintable()


def _attribute(key: str, value: Attribute) -> str:
    name = key.removesuffix("_").replace("_", "-")
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'
