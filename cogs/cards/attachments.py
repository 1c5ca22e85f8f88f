"""Texts that are too long, or have to be too exact, for an embed."""

import gzip
import io
from typing import Any

import discord
from typing_extensions import override

from bot.domain.drafting.draft import Draft

_FILE_LIMIT = 8 * 1024 * 1024  # bytes; every server takes as much


class TextFile(discord.File):
    """A text as a file, announced the way Discord specifies it: its id is text, not a number."""

    @override
    def to_dict(self, index: int) -> dict[str, Any]:
        return {**super().to_dict(index), "id": str(index)}


def draft_attachment(draft: Draft, reference: str) -> TextFile:
    """Give the very bytes that Snapshot gets, as a file."""
    return text_file(draft.body, f"{reference}.md")


def text_attachment(title: str, body: str, name: str) -> TextFile:
    """Give a text under its title as a Markdown file."""
    return text_file(f"{title}\n\n{body}", name)


def text_file(text: str, name: str) -> TextFile:
    """Give exactly this text as a file."""
    return TextFile(io.BytesIO(text.encode(errors="replace")), filename=name)


def data_attachment(text: str, name: str) -> TextFile:
    """Give a text as a file of any kind; what Discord would find too large is compressed."""
    data = text.encode(errors="replace")
    if len(data) > _FILE_LIMIT:
        return TextFile(io.BytesIO(gzip.compress(data)), filename=f"{name}.gz")
    return TextFile(io.BytesIO(data), filename=name)
