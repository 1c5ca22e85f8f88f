"""The application itself over REST: who it is, and its commands."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sandbox.discord.calls import Answer
from sandbox.discord.commands import Command, check_command, check_commands
from sandbox.discord.errors import ApiError, Json
from sandbox.discord.forms import Form
from sandbox.discord.intents import Intent
from sandbox.discord.localizations import without_locales

if TYPE_CHECKING:
    from sandbox.discord.calls import Call

_MESSAGE_CONTENT_LIMITED = 1 << 19
_MEMBERS_LIMITED = 1 << 15


def get_me(call: "Call") -> Json:
    """Give the bot's own account."""
    private = {"mfa_enabled": False, "locale": "en-US", "verified": True, "email": None}
    return {**call.bot.payload(), **private}


def list_my_guilds(call: "Call") -> list[Json]:
    """Give the servers the bot is in."""
    return [
        {
            "id": str(guild.id),
            "name": guild.name,
            "icon": None,
            "banner": None,
            "owner": False,
            "permissions": "0",
            "features": [],
        }
        for guild in call.state.guilds.values()
        if call.bot.id in guild.members
    ]


def get_application(call: "Call") -> Json:
    """Give the application."""
    privileged = call.state.rules.privileged_intents
    flags = _MESSAGE_CONTENT_LIMITED if privileged & Intent.MESSAGE_CONTENT else 0
    flags |= _MEMBERS_LIMITED if privileged & Intent.GUILD_MEMBERS else 0
    owner = next((u for u in call.state.users.values() if not u.bot), call.bot)
    return {
        "id": str(call.bot.id),
        "name": call.bot.name,
        "icon": None,
        "description": "",
        "type": None,
        "bot": call.bot.payload(),
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": flags,
        "flags_new": str(flags),
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": owner.payload(),
        "team": None,
        "approximate_guild_count": len(call.state.guilds),
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "eligible_oauth2_scopes": [],
    }


def get_gateway(call: "Call") -> Json:
    """Say where the gateway is."""
    return {"url": _gateway_url(call)}


def get_gateway_bot(call: "Call") -> Json:
    """Say where the gateway is and how often the bot may identify."""
    limit = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
    return {"url": _gateway_url(call), "shards": 1, "session_start_limit": limit}


def _gateway_url(call: "Call") -> str:
    return call.state.cdn_url.replace("http://", "ws://") + "/gw"


def list_commands(call: "Call") -> list[Json]:
    """Give the commands of everywhere, or of one server; translations only if asked for."""
    said = [command.payload() for command in _mine(call)]
    is_asked = call.query.get("with_localizations", "").lower() in ("1", "true")
    return said if is_asked else [without_locales(one) for one in said]


def put_commands(call: "Call") -> list[Json]:
    """Replace all commands; those with a known name and type keep their id."""
    _require_own(call)
    bodies = call.body if isinstance(call.body, list) else []
    _checked(check_commands, bodies)
    before = {(command.type, command.name): command for command in _mine(call)}
    after = [_store(call, body, before) for body in bodies]
    for command in before.values():
        if command not in after:
            del call.state.commands[command.id]
    call.state.changes.notify()
    return [command.payload() for command in after]


def post_command(call: "Call") -> Answer:
    """Add a command, or replace the one of that name and type."""
    _require_own(call)
    _checked(lambda form, body: check_command(form, (), body), call.form)
    before = {(command.type, command.name): command for command in _mine(call)}
    command = _store(call, call.form, before)
    is_new = command not in before.values()
    return Answer(status=201 if is_new else 200, body=command.payload())


def get_command(call: "Call") -> Json:
    """Give one command."""
    return _command(call).payload()


def patch_command(call: "Call") -> Json:
    """Change a command."""
    command = _command(call)
    body = {**command.body, **call.form}
    _checked(lambda form, whole: check_command(form, (), whole), body)
    command.body = body
    command.version = call.state.snowflakes.take()
    return command.payload()


def delete_command(call: "Call") -> None:
    """Take a command away."""
    del call.state.commands[_command(call).id]


def _checked(check: Callable[[Form, Any], None], body: Any) -> None:
    form = Form()
    check(form, body)
    form.check()


def _store(call: "Call", body: Json, before: dict[tuple[int, str], Command]) -> Command:
    version = call.state.snowflakes.take()
    command = before.get((int(body.get("type") or 1), body["name"]))
    if command is None:
        command = Command(
            id=version,
            version=version,
            application_id=call.bot.id,
            guild_id=_guild_id(call),
            body=body,
        )
        call.state.commands[command.id] = command
    elif command.body != body:
        command.body, command.version = body, version
    return command


def _mine(call: "Call") -> list[Command]:
    _require_own(call)
    guild_id = _guild_id(call)
    return [c for c in call.state.commands.values() if c.guild_id == guild_id]


def _command(call: "Call") -> Command:
    command = call.state.commands.get(call.id("command_id"))
    if command not in _mine(call) or command is None:
        raise ApiError(10063)
    return command


def _guild_id(call: "Call") -> int | None:
    return call.guild().id if "guild_id" in call.params else None


def _require_own(call: "Call") -> None:
    if call.id("application_id") != call.bot.id:
        raise ApiError(20012, status=403, message="You are not authorized for this application")
