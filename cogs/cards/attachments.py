"""Texts that are too long, or have to be too exact, for an embed."""

import io

import discord

from bot.domain.draft import Draft


def draft_attachment(draft: Draft, reference: str) -> discord.File:
    """Give the very bytes that Snapshot gets, as a file."""
    return text_attachment(draft.title, draft.body, f"{reference}.md")


def text_attachment(title: str, body: str, name: str) -> discord.File:
    """Give a text as a Markdown file."""
    return discord.File(io.BytesIO(f"{title}\n\n{body}".encode(errors="replace")), filename=name)
