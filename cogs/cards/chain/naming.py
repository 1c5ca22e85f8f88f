"""Accounts and governors by the names people know, safe to be put into our sentences."""

from bot.domain.text import line
from cogs.cards.proposals.announcements import REFERENCE_SHOWN

NAME_SHOWN = 60  # of a governor or of whoever has a name, escaped
HASH_SHOWN = 80
_SHORT = 6  # characters of an address that are shown of its beginning, and four of its end


def who(address: str, name: str) -> str:
    """Name somebody on chain: by their name where one is known, and always by their address."""
    if not name:
        return line(address, HASH_SHOWN)
    short = f"{address[:_SHORT]}…{address[-4:]}"
    return f"{line(name, NAME_SHOWN)} ({line(short, HASH_SHOWN)})"


def at_governor(reference: str, governor_name: str) -> str:
    """Say of which proposal it is, and where: `BTRST-12 at Braintrust Governor`."""
    governor = line(governor_name, NAME_SHOWN)
    return f"{line(reference, REFERENCE_SHOWN)} at {governor}" if reference else governor
