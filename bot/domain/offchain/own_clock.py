"""Our own clock held against the hub's and the chain's: a signature carries the time."""

from bot.domain.errors import Refusal
from bot.domain.types import Seconds, UnixSeconds

TOLERANCE = Seconds(120)  # Snapshot takes five minutes ahead; dates and delays count from ours
_MINUTE = 60
_HOUR = 3_600


class ClockError(Refusal):
    """Our clock, or the chain's, is too far off to sign dates by; it is mended, then it goes on."""


def clock_findings(
    now: UnixSeconds, hub: UnixSeconds | None, block: UnixSeconds | None
) -> list[str]:
    """Say which clocks disagree with ours and who mends it; `None` is a clock nobody has read.

    A newest block that is too old is not our clock's fault where the hub agrees with us.
    """
    found = []
    if hub is not None and abs(now - hub) > TOLERANCE:
        found.append(_ours(now - hub, "Snapshot's"))
    if block is not None and (block > now + TOLERANCE or (hub is None and _is_old(now, block))):
        found.append(_ours(now - block, "the newest block of the space's chain"))
    return found


def lag_finding(now: UnixSeconds, block: UnixSeconds | None) -> str:
    """Say that the chain's node is behind, if it is and our clock is right; else `""`."""
    if block is None or not _is_old(now, block):
        return ""
    return (
        f"The newest block of the space's chain is {_span(now - block)} old: its node is behind, "
        "or the chain stands still, and voting power would be counted back then. Whoever runs "
        "Assent looks at the node in RPC_URLS."
    )


def _is_old(now: UnixSeconds, block: UnixSeconds) -> bool:
    return now - block > TOLERANCE


def _ours(ahead: int, clock: str) -> str:
    side = "ahead of" if ahead > 0 else "behind"
    return (
        f"The clock of Assent's machine is {_span(abs(ahead))} {side} {clock}; more than "
        f"{_span(TOLERANCE)} is too much to sign dates by. Whoever runs Assent sets that clock "
        "(it should follow a time server)."
    )


def _span(seconds: int) -> str:
    if seconds < 2 * _HOUR:
        return f"{max(seconds // _MINUTE, 1)} minutes"
    return f"{seconds // _HOUR} hours"
