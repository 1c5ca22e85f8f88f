"""Other users over REST: opening direct messages."""

from typing import TYPE_CHECKING

from sandbox.discord.direct_channels import direct_channel
from sandbox.discord.errors import ApiError, Json

if TYPE_CHECKING:
    from sandbox.discord.calls import Call


def get_user(call: "Call") -> Json:
    """Give one account."""
    user = call.state.users.get(call.id("user_id"))
    if user is None:
        raise ApiError(10013)
    return user.payload()


def open_direct_channel(call: "Call") -> Json:
    """Open the direct messages with somebody, or give those there are."""
    wanted = str(call.form.get("recipient_id") or "")
    user = call.state.users.get(int(wanted)) if wanted.isdecimal() else None
    if user is None:
        raise ApiError(50033)
    return direct_channel(call.state, user).payload()
