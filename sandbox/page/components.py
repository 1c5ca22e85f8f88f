"""Buttons, menus and the other components of a message; on the page they can only be looked at."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from sandbox.page.html import Html, element, is_web, join, link
from sandbox.page.markdown import markdown

if TYPE_CHECKING:
    from sandbox.discord.errors import Json
    from sandbox.page.names import Names

_STYLES: Final = {1: "primary", 2: "secondary", 3: "success", 4: "danger"}
_LINK: Final = 5
_MENUS: Final = (3, 5, 6, 7, 8)
Writer = Callable[["Json", "Names"], Html | None]


def components(parts: "list[Json]", names: "Names") -> Html | None:
    """Show the components of a message, in reading order."""
    shown = [_component(part, names) for part in parts]
    return join(*shown) if any(shown) else None


def _component(part: "Json", names: "Names") -> Html | None:
    writer = _WRITERS.get(part["type"])
    return None if writer is None else writer(part, names)


def _row(part: "Json", names: "Names") -> Html:
    return element("div", components(part["components"], names), class_="buttons")


def _button(part: "Json", _names: "Names") -> Html:
    emoji = (part.get("emoji") or {}).get("name")
    label = " ".join(piece for piece in (emoji, part.get("label")) if piece)
    if part.get("style") == _LINK and is_web(part.get("url", "")):
        return link(join(label, _ARROW), part["url"], class_="button")
    style = _STYLES.get(part.get("style", 2), "secondary")
    off = " off" if part.get("disabled") else ""
    return element("span", label, class_=f"button {style}{off}", title="A button in Discord")


def _menu(part: "Json", _names: "Names") -> Html:
    chosen = [option["label"] for option in part.get("options", ()) if option.get("default")]
    said = ", ".join(chosen) or part.get("placeholder") or "Choose"
    return element("span", said, class_="menu", title="A menu in Discord")


def _said(part: "Json", names: "Names") -> Html:
    return element("div", markdown(part["content"], names), class_="text")


def _section(part: "Json", names: "Names") -> Html:
    accessory = part.get("accessory")
    aside = _component(accessory, names) if accessory else None
    return element("div", components(part["components"], names), aside, class_="part")


def _container(part: "Json", names: "Names") -> Html:
    colour = part.get("accent_color")
    edge = f"--edge: #{colour & 0xFFFFFF:06x}" if colour else None
    return element("div", components(part["components"], names), class_="embed", style=edge)


_ARROW: Final = element("span", " ↗", aria_hidden="true")
_WRITERS: Final[dict[int, Writer]] = {
    1: _row,
    2: _button,
    9: _section,
    10: _said,
    14: lambda _part, _names: element("hr"),
    17: _container,
    **dict.fromkeys(_MENUS, _menu),
}
