"""How long a signed message is worth sending, and from when on it certainly never arrived."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.types import Seconds, UnixSeconds

SIGNATURE_LIFE = Seconds(6 * 86_400)  # the sequencer takes no older one
LATENESS = Seconds(3_600)  # how much of the time that was promised a vote may lose on its way
LAG = Seconds(900)  # by then the hub shows whatever was stored


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """The dates that are signed: they cannot be changed any more."""

    timestamp: UnixSeconds
    start: UnixSeconds
    end: UnixSeconds


class Standing(StrEnum):
    """What is to be done with a signed message that the hub does not show."""

    SEND = "send"
    WAIT = "wait"  # too late to send, too early to be certain that it has not arrived
    LOST = "lost"


def standing(dates: Dates, now: UnixSeconds) -> Standing:
    """Say what to do with a message that has not arrived as far as anybody knows."""
    last = min(dates.start + LATENESS, dates.end - 1, dates.timestamp + SIGNATURE_LIFE)
    if now <= last:
        return Standing.SEND
    return Standing.WAIT if now <= last + LAG else Standing.LOST
