"""Files that were sent: pictures inside of the page, texts to unfold, others by name."""

from base64 import b64encode
from typing import TYPE_CHECKING, Final

from sandbox.page.html import Html, element, join

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.discord.messages import Attachment

_PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_TEXTS: Final = (".md", ".txt", ".json", ".csv")
_MOST_BYTES: Final = 1_000_000  # of one file that is put into the page


def pictures(attachments: "Sequence[Attachment]") -> dict[str, Html]:
    """Show the pictures among the files, by file name."""
    return {one.filename: _picture(one) for one in attachments if _is_picture(one)}


def file(attachment: "Attachment") -> Html:
    """Show a file as a small card; a text can be unfolded."""
    name = element("span", attachment.filename, class_="file-name")
    card = join(_ICON, name, element("small", _size(len(attachment.data))))
    if not _is_text(attachment):
        return element("div", card, class_="file")
    content = attachment.data.decode(errors="replace")
    return element(
        "details", element("summary", card), element("pre", content, tabindex=0), class_="file"
    )


def _is_picture(attachment: "Attachment") -> bool:
    return attachment.content_type in _PICTURES and len(attachment.data) <= _MOST_BYTES


def _is_text(attachment: "Attachment") -> bool:
    return attachment.filename.endswith(_TEXTS) and len(attachment.data) <= _MOST_BYTES


def _picture(attachment: "Attachment") -> Html:
    data = b64encode(attachment.data).decode()
    alt = attachment.description or attachment.filename
    return element("img", src=f"data:{attachment.content_type};base64,{data}", alt=alt)


def _size(count: int) -> str:
    return f"{count} bytes" if count < 1024 else f"{count / 1024:.1f} KB"


_ICON: Final = element("span", "📄", class_="file-icon", aria_hidden="true")
