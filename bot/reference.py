"""The command reference, made from the very registry that Discord is told."""

import asyncio
from collections.abc import Iterator
from typing import Any, cast

from discord import app_commands

from bot.client import EXTENSIONS, GovernanceBot, Services
from bot.scheduler import Scheduler
from bot.settings import Settings


def command_reference() -> str:
    """Give every command with its options as a Markdown table."""
    return asyncio.run(_reference())


async def _reference() -> str:
    # No command is run here, so no service is needed and no token either.
    settings = Settings.model_construct(
        **{name: field.default for name, field in Settings.model_fields.items()}
    )
    bot = GovernanceBot(cast("Services", None), Scheduler(), settings)
    for extension in EXTENSIONS:
        await bot.load_extension(extension)
    rows = [row for command in bot.tree.get_commands() for row in _rows(command)]
    await bot.close()
    head = ["| command | what it does | options |", "| --- | --- | --- |"]
    return "\n".join([*head, *sorted(rows)]) + "\n"


def _rows(command: Any) -> Iterator[str]:
    match command:
        case app_commands.Group():
            for child in command.commands:
                yield from _rows(child)
        case app_commands.ContextMenu():
            yield f"| right-click a message → Apps → {command.name} | {_MENU} | |"
        case app_commands.Command():
            options = ", ".join(
                f"`{each.display_name}`" + ("" if each.required else " (optional)")
                for each in command.parameters
            )
            yield f"| `/{command.qualified_name}` | {command.description} | {options} |"


_MENU = "Makes an idea of what somebody wrote; they are its author."
