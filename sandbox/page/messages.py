"""One message, as people see it: who, when, what, and what became of it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sandbox.page.asked import asked
from sandbox.page.components import components
from sandbox.page.embeds import embed
from sandbox.page.files import file, pictures
from sandbox.page.html import Html, element, join, without_tags
from sandbox.page.markdown import inline, markdown
from sandbox.page.moments import moment, written

if TYPE_CHECKING:
    from sandbox.discord.errors import Json
    from sandbox.discord.messages import Message, Reaction
    from sandbox.discord.users import User
    from sandbox.page.names import Names

_NOTES: Final = {
    6: "pinned a message to this channel.",
    7: "joined the server.",
    18: "started a thread.",
}


@dataclass(frozen=True, slots=True)
class _Face:
    """What a message said at one time."""

    content: str
    embeds: "list[Json]"
    components: "list[Json]"


def message_article(
    message: "Message", names: "Names", *, follows: bool = False, thread: Html | None = None
) -> Html:
    """Show a message; one that `follows` another of the same person needs no second heading."""
    if message.type in _NOTES:
        return _note(message, names)
    parts = (
        _above(message, names),
        None if follows else _avatar(message.author, names),
        element(
            "div",
            None if follows else _heading(message, names),
            _body(message, names),
            _reactions(message),
            _edits(message, names),
            _pinned(message),
            _private(message),
            _gone(message),
            thread,
            class_="body",
        ),
    )
    label = f"{message.author.name}, {written(message.created_at)}"
    return element(
        "article", *parts, id=f"m{message.id}", class_=_class(message, follows), aria_label=label
    )


def _class(message: "Message", follows: bool) -> str:  # noqa: FBT001 - one word of a class each
    words = {
        "message": True,
        "follows": follows,
        "pinging": bool(message.pinged_roles or message.pinged_everyone),
        "private": message.ephemeral_to is not None,
        "deleted": message.deleted,
    }
    return " ".join(word for word, holds in words.items() if holds)


def _note(message: "Message", names: "Names") -> Html:
    at = moment(message.created_at, "t", names.now, class_="at")
    who = element("strong", message.author.name)
    said = join(who, " ", _NOTES[message.type], " ", at)
    return element("p", said, class_="note", id=f"m{message.id}")


def _avatar(user: "User", names: "Names") -> Html:
    kind = "bot" if user.bot else f"hue-{names.hue(user)}"
    return element("span", user.name[:1].upper(), class_=f"avatar {kind}", aria_hidden="true")


def _heading(message: "Message", names: "Names") -> Html:
    author = message.author
    return element(
        "header",
        element("span", author.name, class_="author"),
        element("span", "APP", class_="badge", title="An application") if author.bot else None,
        moment(message.created_at, "t", names.now, class_="at"),
    )


def _above(message: "Message", names: "Names") -> Html | None:
    if message.interaction is not None:
        return asked(message, names)
    target = message.replies_to
    if target is None:
        return None
    if target.deleted:
        return element("p", "the original message was deleted", class_="asked")
    said = without_tags(inline(target.text.partition("\n")[0], names)) or "…"
    return element(
        "p",
        element("strong", target.author.name),
        " ",
        element("a", said, href=f"#m{target.id}"),
        class_="asked",
    )


def _body(message: "Message", names: "Names") -> Html:
    shown = pictures(message.attachments)
    face = _Face(message.content, message.embeds, message.components)
    used = [one.filename for one in message.attachments if _is_in_embed(one.filename, face)]
    files = (
        shown.get(one.filename) or file(one)
        for one in message.attachments
        if one.filename not in used
    )
    inner = join(_face(face, names, shown), *files)
    if message.is_loading:
        return element("p", f"{message.author.name} is thinking …", class_="thinking")
    return element("del", inner) if message.deleted else inner


def _is_in_embed(filename: str, face: _Face) -> bool:
    return any(f"/{filename}" in str(one.get("image", "")) for one in face.embeds)


def _face(face: _Face, names: "Names", shown: dict[str, Html]) -> Html:
    content = element("div", markdown(face.content, names), class_="text") if face.content else None
    return join(
        content,
        *(embed(one, names, shown) for one in face.embeds),
        components(face.components, names),
    )


def _reactions(message: "Message") -> Html | None:
    shown = [_reaction(one) for one in message.reactions.values() if one.count]
    return element("ul", *shown, class_="reactions", aria_label="Reactions") if shown else None


def _reaction(reaction: "Reaction") -> Html:
    people = [user.name for user in (*reaction.normal.values(), *reaction.burst.values())]
    shown = reaction.emoji.name if reaction.emoji.id is None else f":{reaction.emoji.name}:"
    count = element("span", str(reaction.count), class_="count")
    return element("li", shown, " ", count, title=", ".join(people))


def _edits(message: "Message", names: "Names") -> Html | None:
    if not message.edits:
        return None
    times = "edited" if len(message.edits) == 1 else f"edited {len(message.edits)} times"
    versions = [
        element(
            "li",
            element("p", "until ", moment(one.until_ms // 1000, "f", names.now), class_="until"),
            _face(_Face(one.content, one.embeds, one.components), names, {}),
        )
        for one in message.edits
    ]
    return element(
        "details",
        element("summary", f"({times})"),
        element("ol", *versions, class_="versions"),
        class_="edits",
    )


def _pinned(message: "Message") -> Html | None:
    if not message.pinned:
        return None
    needle = element("span", "📌 ", aria_hidden="true")
    return element("p", needle, "Pinned to this channel", class_="only-you")


def _private(message: "Message") -> Html | None:
    if message.ephemeral_to is None:
        return None
    eye = element("span", "👁 ", aria_hidden="true")
    said = f"Only you ({message.ephemeral_to.name}) can see this"
    return element("p", eye, said, class_="only-you")


def _gone(message: "Message") -> Html | None:
    return element("p", "This message was deleted", class_="only-you") if message.deleted else None
