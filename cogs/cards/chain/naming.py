"""Accounts and governors by the names people know, safe to be put into our sentences."""

from bot.domain.onchain.naming import shortened
from bot.domain.text import line
from cogs.cards.proposals.announcements import REFERENCE_SHOWN

NAME_SHOWN = 60  # of a governor or of whoever has a name, escaped
HASH_SHOWN = 80


def who(address: str, name: str) -> str:
    """Name somebody on chain: by their name where one is known, and always by their address."""
    if not name:
        return line(address, HASH_SHOWN)
    return f"{line(name, NAME_SHOWN)} ({line(shortened(address), HASH_SHOWN)})"


def at_governor(reference: str, governor_name: str) -> str:
    """Say of which proposal it is, and where: `BTRST-12 at Braintrust Governor`."""
    governor = line(governor_name, NAME_SHOWN)
    return f"{line(reference, REFERENCE_SHOWN)} at {governor}" if reference else governor
