"""Buttons: links to addresses we have checked, and actions whose whole state is their id."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import discord

from bot.domain.text import bare
from bot.domain.types import ProposalId

LABEL_LIMIT = 80
_MOST_BUTTONS = 5  # one row
_ADDRESS_LIMIT = 512  # of a button, by Discord's word
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A button that opens an address; it is left out where the address is no safe one."""

    label: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A button that asks Assent for something; who may is checked when it is pressed."""

    label: str
    proposal_id: ProposalId
    name: str
    is_primary: bool = False

    @property
    def custom_id(self) -> str:
        """The whole state of the button, so that it outlives a restart."""
        return f"proposal:{int(self.proposal_id)}:{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewAction:
    """As an action, of the technical review of what is no proposal of ours."""

    label: str
    code: str
    name: str
    is_primary: bool = False

    @property
    def custom_id(self) -> str:
        """The whole state of the button, so that it outlives a restart."""
        return f"review:{self.code}:{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A button that decides what becomes of a text that was kept; only its author may."""

    label: str
    typed_id: int
    name: str
    is_primary: bool = False

    @property
    def custom_id(self) -> str:
        """The whole state of the button, so that it outlives a restart."""
        return f"typed:{self.typed_id}:{self.name}"


Button = Link | Action | ReviewAction | Kept


def is_safe(address: str) -> bool:
    """Say whether a button may open this: https, or http on this very machine, and no disguise."""
    if len(address) > _ADDRESS_LIMIT or not (address.isascii() and address.isprintable()):
        return False
    if any(character in address for character in ' "<>\\^`{|}'):
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if parts.hostname is None or "@" in parts.netloc:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)


def view(buttons: Sequence[Button]) -> discord.ui.View | None:
    """Make the row of buttons, or `None` where there is nothing to press.

    The view is stopped at once: it is sent, and not remembered for every message. The cogs' dynamic
    items answer its buttons, also after a restart.
    """
    items = [item for button in buttons if (item := _item(button))][:_MOST_BUTTONS]
    if not items:
        return None
    row = discord.ui.View(timeout=None)
    for item in items:
        row.add_item(item)
    row.stop()
    return row


def _item(button: Button) -> discord.ui.Button[discord.ui.View] | None:
    label = bare(button.label, LABEL_LIMIT)
    if isinstance(button, Link):
        address = button.address
        return discord.ui.Button(label=label, url=address) if is_safe(address) else None
    style = discord.ButtonStyle.primary if button.is_primary else discord.ButtonStyle.secondary
    return discord.ui.Button(label=label, custom_id=button.custom_id, style=style)
