"""Accounts and governors by the names people know, safe to be put into our sentences."""

from typing import Final

from bot.domain.onchain.governor import TimelockKind
from bot.domain.onchain.naming import shortened
from bot.domain.text import line
from bot.domain.types import UnixSeconds
from cogs.cards.markup import when
from cogs.cards.proposals.announcements import REFERENCE_SHOWN

NAME_SHOWN = 60  # of a governor or of whoever has a name, escaped
HASH_SHOWN = 80
_DIGITS_SHOWN = 12  # of a number that counts up; what is longer is a hash

_TIMELOCK: Final = "the timelock, the contract that holds back for a while what was decided"
_WAITS_IN: Final = {
    TimelockKind.ACCESS_MANAGER: (
        "the AccessManager, the contract that says who may call what and how long such a call has "
        "to wait"
    )
}


def who(address: str, name: str) -> str:
    """Name somebody on chain: by their name where one is known, and always by their address.

    Its ends tell people apart; the transaction that is named beside it has the whole of it.
    """
    if not name:
        return line(shortened(address), HASH_SHOWN)
    return f"{line(name, NAME_SHOWN)} ({line(shortened(address), HASH_SHOWN)})"


def at_governor(reference: str, governor_name: str) -> str:
    """Say of which proposal it is, and where: `BTRST-12 at Braintrust Governor`."""
    governor = line(governor_name, NAME_SHOWN)
    return f"{line(reference, REFERENCE_SHOWN)} at {governor}" if reference else governor


def waits_in(kind: TimelockKind | None) -> str:
    """Name what holds a decision back, and say in a few words what that is."""
    return _WAITS_IN.get(kind, _TIMELOCK) if kind else _TIMELOCK


def proposal_number(proposal_id: int | str) -> str:
    """Write a proposal's number; of one that is a hash, its ends."""
    digits = str(proposal_id)
    shown = digits if len(digits) <= _DIGITS_SHOWN else f"{digits[:4]}…{digits[-4:]}"
    return line(shown, HASH_SHOWN)


def until_when(expires_at: UnixSeconds | None) -> str:
    """Say until when it has to be executed; `""`: it does not expire."""
    return f"must be executed before {when(expires_at)}, or it expires" if expires_at else ""
