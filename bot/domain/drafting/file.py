"""A draft as a Markdown file and back: each section under its heading, nothing lost either way.

A line in a section that reads like the heading of a section bears a backslash before it in the
file, one more than it has; so a file that was downloaded and uploaded changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.drafting.draft import Section
from bot.domain.drafting.revision import WHOLE_LIMIT, written
from bot.domain.errors import Refusal

ENDINGS = (".md", ".markdown", ".txt")
_HEADINGS = ("## ", "##\t")


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadedFile:
    """A file that somebody gave to a command; its size and name are known before its content."""

    name: str
    size: int


def check_file(file: UploadedFile) -> None:
    """Refuse a file before it is read.

    Raises:
        Refusal: It is too large, or no text by its name.
    """
    if not file.name.casefold().endswith(ENDINGS):
        raise Refusal(f"A draft is a text file: {', '.join(ENDINGS)}. Save it as one of these.")
    if file.size > WHOLE_LIMIT:
        raise Refusal(
            f"The file has {file.size / 1_000:,.0f} kB; at most {WHOLE_LIMIT // 1_000} kB fit."
        )


def decoded(content: bytes) -> str:
    """Read an uploaded file's text.

    Raises:
        Refusal: It is too large, no UTF-8, or holds what no text holds.
    """
    if len(content) > WHOLE_LIMIT:
        raise Refusal(f"The file is larger than {WHOLE_LIMIT // 1_000} kB.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refusal(
            f"The file is no UTF-8 text (byte {error.start:,} does not fit). Save it as UTF-8 "
            "and upload it again; nothing was changed."
        ) from None
    if "\0" in text:
        raise Refusal("The file holds a NUL character, so it is no text; nothing was changed.")
    return text


def as_file(sections: Sequence[Section]) -> str:
    """Write all sections, also empty ones, each under its heading."""
    names = [section.name for section in sections]
    parts = []
    for section in sections:
        heading = [f"## {section.name}"] if section.name else []
        rows = [_marked(row, names) for row in section.text.split("\n")] if section.text else []
        parts.append("\n\n".join([*heading, *(["\n".join(rows)] if rows else [])]))
    return "\n\n".join(part for part in parts if part) + "\n"


def from_file(text: str, before: Sequence[Section]) -> tuple[tuple[Section, ...], tuple[str, ...]]:
    """Put a file's text into the sections; give also the names of those the file does not have.

    They stay as they are. A heading of no section is part of the section it stands in; what comes
    before the first heading goes first.
    """
    names = [section.name for section in before]
    found: dict[str, list[list[str]]] = {"": [[]]}
    here = ""
    for row in written(text).split("\n"):
        if (name := _heading(row, names)) is not None:
            here = name
            found.setdefault(here, []).append([])
        else:
            found[here][-1].append(_unmarked(row, names))
    texts = {name: _joined(parts) for name, parts in found.items()}
    first = texts.pop("")
    if first:
        texts[""] = first
        before = before if "" in names else (Section(name="", text=""), *before)
    absent = tuple(each.name for each in before if each.name not in texts and each.text)
    changed = (Section(name=each.name, text=texts.get(each.name, each.text)) for each in before)
    return tuple(changed), absent


def _joined(parts: list[list[str]]) -> str:
    return "\n\n".join(text for part in parts if (text := written("\n".join(part))))


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def _named(row: str, names: Sequence[str]) -> tuple[str, str] | None:
    """Read a row as the heading of a section: its backslashes, and the section's name."""
    heading = row.lstrip("\\")
    if not heading.startswith(_HEADINGS):
        return None
    wanted = _folded(heading[2:])
    name = next((each for each in names if each and _folded(each) == wanted), None)
    return None if name is None else (row[: len(row) - len(heading)], name)


def _heading(row: str, names: Sequence[str]) -> str | None:
    named = _named(row, names)
    return named[1] if named and not named[0] else None


def _marked(row: str, names: Sequence[str]) -> str:
    return f"\\{row}" if _named(row, names) else row


def _unmarked(row: str, names: Sequence[str]) -> str:
    return row[1:] if _named(row, names) else row
