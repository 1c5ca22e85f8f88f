"""Discord's own markup, made by us from numbers and safe text only."""

from decimal import Decimal

from bot.domain.policy import DAY, HOUR
from bot.domain.text import ELLIPSIS, plain
from bot.domain.types import ChannelId, RoleId, Seconds, UnixSeconds, UserId

UNKNOWN = "❔"  # what could not be told; ○ is what is not there yet
_LAST_MOMENT = 8_640_000_000_000  # the last second of a JavaScript date; Discord shows none later
_QUOTED_ROWS = 12


def member(user_id: UserId) -> str:
    """Name a member; Discord shows the name of the day."""
    return f"<@{int(user_id)}>"


def role(role_id: RoleId) -> str:
    """Name a role."""
    return f"<@&{int(role_id)}>"


def channel(channel_id: ChannelId) -> str:
    """Name a channel or a thread, as a link to it."""
    return f"<#{int(channel_id)}>"


def when(moment: UnixSeconds | None, *, is_estimate: bool = False) -> str:
    """Give a moment in the reader's own time zone, and how far away it is."""
    if moment is None or not 0 < moment <= _LAST_MOMENT:
        return "(time not known yet)"
    return f"{'about ' if is_estimate else ''}<t:{int(moment)}:F> (<t:{int(moment)}:R>)"


def day(moment: UnixSeconds | None) -> str:
    """Give the date of a moment in the reader's own time zone, and no more."""
    if moment is None or not 0 < moment <= _LAST_MOMENT:
        return "(date not known)"
    return f"<t:{int(moment)}:D>"


def ago(moment: UnixSeconds) -> str:
    """Say how far away a moment is, and no more."""
    return f"<t:{int(moment)}:R>" if 0 < moment <= _LAST_MOMENT else "(time not known yet)"


def quoted(text: str, limit: int) -> str:
    """Show a stranger's words as a quotation of a few rows and at most `limit` units of theirs."""
    rows = plain(text, limit).split("\n")
    shown = rows[:_QUOTED_ROWS] + ([ELLIPSIS] if len(rows) > _QUOTED_ROWS else [])
    return "\n".join(f"> {row}" for row in shown)


def many(count: int, one: str, more: str = "") -> str:
    """Count something in words: `1 vote`, `2 votes`."""
    return f"{count:,} {one if count == 1 else more or one + 's'}"


def span(seconds: Seconds) -> str:
    """Say a length of time in days, or in hours where it is no whole day."""
    whole, rest = divmod(seconds, DAY)
    return many(whole, "day") if not rest else f"{Decimal(seconds) / HOUR:,.4g} hours"
