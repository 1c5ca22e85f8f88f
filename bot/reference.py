"""The command reference, made from the very registry that Discord is told."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any, cast

from discord import app_commands

from bot.client import EXTENSIONS, GovernanceBot, Services, Tree
from bot.scheduler import Scheduler
from bot.settings import Settings


def command_reference() -> str:
    """Give every command with its options as a Markdown table."""
    return asyncio.run(_reference())


async def _reference() -> str:
    async with registry() as tree:
        rows = [row for command in tree.get_commands() for row in _rows(command)]
    head = ["| command | what it does | options |", "| --- | --- | --- |"]
    return "\n".join([*head, *sorted(rows)]) + "\n"


@asynccontextmanager
async def registry() -> AsyncIterator[Tree]:
    """Give all commands, as Discord would be told of them."""
    # No command is run here, so no service is needed and no token either.
    settings = Settings.model_construct(
        **{name: field.default for name, field in Settings.model_fields.items()}
    )
    bot = GovernanceBot(cast("Services", None), Scheduler(), settings)
    for extension in EXTENSIONS:
        await bot.load_extension(extension)
    tree = bot.tree
    assert isinstance(tree, Tree), "the client makes it"
    yield tree
    await bot.close()


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
