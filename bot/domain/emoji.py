"""Emoji as people set them and as Discord tells them: which of them are the same."""

import re

_CUSTOM = re.compile(r"<a?:\w{1,32}:(?P<id>\d{15,20})>", re.ASCII)
_EMOJI_STYLE = "\N{VARIATION SELECTOR-16}"  # a hint for fonts, which not every keyboard types


def is_custom(emoji: str) -> bool:
    """Say whether this is a server's own emoji, in Discord's markup: `<:name:id>`."""
    return _CUSTOM.fullmatch(emoji) is not None


def identity(emoji: str) -> str:
    """Give what tells this emoji from others: of a server's own one the id, whatever its name."""
    custom = _CUSTOM.fullmatch(emoji)
    return custom["id"] if custom else emoji.replace(_EMOJI_STYLE, "")
