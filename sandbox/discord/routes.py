"""The table of routes: what Discord's REST answers, and how often it may be asked."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final
from urllib.parse import unquote

from sandbox.discord import (
    rest_applications,
    rest_channels,
    rest_events,
    rest_guilds,
    rest_interactions,
    rest_messages,
    rest_reactions,
    rest_threads,
    rest_users,
)
from sandbox.discord.calls import Call
from sandbox.discord.ratelimits import GENEROUS, MESSAGES, Limit

_MAJOR: Final = ("channel_id", "guild_id", "webhook_id", "interaction_id")


@dataclass(frozen=True, kw_only=True)
class Route:
    """One method on one path; `is_open` routes need no token but the one in the path."""

    method: str
    path: str
    handler: Callable[[Call], Any]
    status: int = 200
    limit: Limit = GENEROUS
    is_open: bool = False

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Give the path as a regular expression with a group for each parameter."""
        return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.path))

    def major(self, params: dict[str, str]) -> str:
        """Give what the limit is counted for."""
        return next((params[name] for name in _MAJOR if name in params), "")


def _route(line: str, handler: Callable[[Call], Any], status: int = 200) -> Route:
    method, path = line.split()
    return Route(method=method, path=path, handler=handler, status=status)


_CHANNEL: Final = "/channels/{channel_id}"
_MESSAGE: Final = "/channels/{channel_id}/messages/{message_id}"
_MEMBERS: Final = "/channels/{channel_id}/thread-members"
_GUILD: Final = "/guilds/{guild_id}"
_APP: Final = "/applications/{application_id}"
_ANSWER: Final = "/webhooks/{webhook_id}/{token}"

# More literal paths stand before those with a parameter in the same place.
ROUTES: Final = (
    _route("GET /users/@me", rest_applications.get_me),
    _route("GET /users/@me/guilds", rest_applications.list_my_guilds),
    _route("POST /users/@me/channels", rest_users.open_direct_channel),
    _route("GET /users/{user_id}", rest_users.get_user),
    _route("GET /oauth2/applications/@me", rest_applications.get_application),
    _route("GET /applications/@me", rest_applications.get_application),
    _route("GET /gateway", rest_applications.get_gateway),
    _route("GET /gateway/bot", rest_applications.get_gateway_bot),
    *(
        route
        for scope in (_APP, f"{_APP}{_GUILD}")
        for route in (
            _route(f"GET {scope}/commands", rest_applications.list_commands),
            _route(f"PUT {scope}/commands", rest_applications.put_commands),
            _route(f"POST {scope}/commands", rest_applications.post_command),
            _route(f"GET {scope}/commands/{{command_id}}", rest_applications.get_command),
            _route(f"PATCH {scope}/commands/{{command_id}}", rest_applications.patch_command),
            _route(
                f"DELETE {scope}/commands/{{command_id}}", rest_applications.delete_command, 204
            ),
        )
    ),
    _route(f"GET {_GUILD}", rest_guilds.get_guild),
    _route(f"GET {_GUILD}/channels", rest_channels.list_channels),
    _route(f"POST {_GUILD}/channels", rest_channels.create_channel, 201),
    _route(f"GET {_GUILD}/roles", rest_guilds.list_roles),
    _route(f"GET {_GUILD}/members/{{user_id}}", rest_guilds.get_member),
    _route(f"PUT {_GUILD}/members/{{user_id}}/roles/{{role_id}}", rest_guilds.add_role, 204),
    _route(f"DELETE {_GUILD}/members/{{user_id}}/roles/{{role_id}}", rest_guilds.remove_role, 204),
    _route(f"GET {_GUILD}/threads/active", rest_threads.list_active),
    _route(f"GET {_GUILD}/scheduled-events", rest_events.list_events),
    _route(f"POST {_GUILD}/scheduled-events", rest_events.create_event),
    _route(f"GET {_GUILD}/scheduled-events/{{event_id}}", rest_events.get_event),
    _route(f"PATCH {_GUILD}/scheduled-events/{{event_id}}", rest_events.change_event),
    _route(f"DELETE {_GUILD}/scheduled-events/{{event_id}}", rest_events.delete_event, 204),
    _route(f"GET {_CHANNEL}", rest_channels.get_channel),
    _route(f"PATCH {_CHANNEL}", rest_channels.change_channel),
    _route(f"DELETE {_CHANNEL}", rest_channels.delete_channel),
    _route(f"PUT {_CHANNEL}/permissions/{{overwrite_id}}", rest_channels.put_overwrite, 204),
    _route(f"DELETE {_CHANNEL}/permissions/{{overwrite_id}}", rest_channels.delete_overwrite, 204),
    _route(f"POST {_CHANNEL}/typing", rest_messages.typing, 204),
    _route(f"GET {_CHANNEL}/pins", rest_messages.list_pins_plainly),
    _route(f"PUT {_CHANNEL}/pins/{{message_id}}", rest_messages.pin, 204),
    _route(f"DELETE {_CHANNEL}/pins/{{message_id}}", rest_messages.unpin, 204),
    _route(f"GET {_CHANNEL}/messages/pins", rest_messages.list_pins),
    _route(f"PUT {_CHANNEL}/messages/pins/{{message_id}}", rest_messages.pin, 204),
    _route(f"DELETE {_CHANNEL}/messages/pins/{{message_id}}", rest_messages.unpin, 204),
    _route(f"POST {_CHANNEL}/messages/bulk-delete", rest_messages.bulk_delete, 204),
    _route(f"GET {_CHANNEL}/messages", rest_messages.list_messages),
    Route(
        method="POST",
        path=f"{_CHANNEL}/messages",
        handler=rest_messages.create_message,
        limit=MESSAGES,
    ),
    _route(f"GET {_MESSAGE}", rest_messages.get_message),
    Route(method="PATCH", path=_MESSAGE, handler=rest_messages.edit_message, limit=MESSAGES),
    _route(f"DELETE {_MESSAGE}", rest_messages.delete_message, 204),
    _route(f"POST {_MESSAGE}/threads", rest_threads.start_from_message, 201),
    _route(f"PUT {_MESSAGE}/reactions/{{emoji}}/@me", rest_reactions.react, 204),
    _route(f"DELETE {_MESSAGE}/reactions/{{emoji}}/@me", rest_reactions.unreact, 204),
    _route(f"DELETE {_MESSAGE}/reactions/{{emoji}}/{{user_id}}", rest_reactions.remove_from, 204),
    _route(f"GET {_MESSAGE}/reactions/{{emoji}}", rest_reactions.list_users),
    _route(f"DELETE {_MESSAGE}/reactions/{{emoji}}", rest_reactions.clear_emoji, 204),
    _route(f"DELETE {_MESSAGE}/reactions", rest_reactions.clear, 204),
    _route(f"POST {_CHANNEL}/threads", rest_threads.start, 201),
    _route(f"GET {_CHANNEL}/threads/archived/public", rest_threads.list_archived),
    _route(f"GET {_MEMBERS}", rest_threads.list_members),
    _route(f"PUT {_MEMBERS}/@me", rest_threads.join, 204),
    _route(f"DELETE {_MEMBERS}/@me", rest_threads.leave, 204),
    _route(f"GET {_MEMBERS}/{{user_id}}", rest_threads.get_member),
    _route(f"PUT {_MEMBERS}/{{user_id}}", rest_threads.add_member, 204),
    _route(f"DELETE {_MEMBERS}/{{user_id}}", rest_threads.remove_member, 204),
    Route(
        method="POST",
        path="/interactions/{interaction_id}/{token}/callback",
        handler=rest_interactions.respond,
        is_open=True,
    ),
    *(
        Route(method=method, path=path, handler=handler, status=status, is_open=True)
        for method, path, handler, status in (
            ("POST", _ANSWER, rest_interactions.follow_up, 200),
            ("GET", f"{_ANSWER}/messages/{{message_id}}", rest_interactions.get_answer, 200),
            ("PATCH", f"{_ANSWER}/messages/{{message_id}}", rest_interactions.edit_answer, 200),
            ("DELETE", f"{_ANSWER}/messages/{{message_id}}", rest_interactions.delete_answer, 204),
        )
    ),
)


def find(method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """Find the route of a request, with its parameters decoded."""
    for route in ROUTES:
        if route.method == method and (match := route.pattern.fullmatch(path)):
            return route, {name: unquote(value) for name, value in match.groupdict().items()}
    return None
