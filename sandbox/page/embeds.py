"""Embeds: the cards of a message."""

from typing import TYPE_CHECKING

from sandbox.page.html import Html, element, join, link
from sandbox.page.markdown import inline, markdown

if TYPE_CHECKING:
    from sandbox.discord.errors import Json
    from sandbox.page.names import Names


def embed(said: "Json", names: "Names", pictures: "dict[str, Html]") -> Html:
    """Show an embed; `pictures` are the message's own, by file name. Others are not fetched."""
    colour = said.get("color") or 0
    parts = (
        _author(said),
        _title(said, names),
        _description(said, names),
        _fields(said, names),
        _picture(said, pictures),
        _footer(said),
    )
    edge = f"--edge: #{colour & 0xFFFFFF:06x}" if colour else None
    return element("div", *parts, class_="embed", style=edge)


def _author(said: "Json") -> Html | None:
    name = (said.get("author") or {}).get("name")
    return element("p", name, class_="embed-author") if name else None


def _title(said: "Json", names: "Names") -> Html | None:
    if not said.get("title"):
        return None
    title = inline(said["title"], names)
    shown = link(title, said["url"]) if said.get("url") else title
    return element("p", shown, class_="embed-title")


def _description(said: "Json", names: "Names") -> Html | None:
    if not said.get("description"):
        return None
    return element("div", markdown(said["description"], names), class_="text")


def _fields(said: "Json", names: "Names") -> Html | None:
    fields = [_field(one, names) for one in said.get("fields") or []]
    return element("dl", *fields, class_="fields") if fields else None


def _field(said: "Json", names: "Names") -> Html:
    return element(
        "div",
        element("dt", inline(said["name"], names)),
        element("dd", markdown(said["value"], names), class_="text"),
        class_="field inline" if said.get("inline") else "field",
    )


def _picture(said: "Json", pictures: "dict[str, Html]") -> Html | None:
    shown = [
        pictures.get(str(said[key].get("url", "")).rpartition("/")[2])
        for key in ("image", "thumbnail")
        if key in said
    ]
    return join(*shown) if any(shown) else None


def _footer(said: "Json") -> Html | None:
    footer = (said.get("footer") or {}).get("text")
    return element("p", footer, class_="embed-footer") if footer else None
