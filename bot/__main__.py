"""`python -m bot`: run the bot, or answer a question about it."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Sequence

import aiohttp
import discord
import structlog

from bot.app import open_app, open_backfill
from bot.clock import system_clock
from bot.domain.errors import Refusal
from bot.gateways.chain.calling.published import AbiFolderError
from bot.gateways.chain.errors import ChainError
from bot.gateways.snapshot.signer import SignerError
from bot.heartbeat import heartbeat_path, is_beating
from bot.log import set_up_logs
from bot.metrics import MetricsError
from bot.pages import PageError
from bot.progress_bar import ProgressBar
from bot.reference import command_reference
from bot.settings import Settings, SettingsError
from bot.storage.database import DatabaseInUseError
from bot.storage.migration import NewerSchemaError

log = structlog.get_logger()

EX_UNAVAILABLE = 69  # sysexits.h: a service is unavailable
EX_CONFIG = 78  # sysexits.h: something was found in an unconfigured or misconfigured state


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that is asked for; the exit status says how it went."""
    parser = argparse.ArgumentParser(prog="python -m bot", description=__doc__)
    parser.add_argument(
        "command",
        nargs="?",
        default="run",
        choices=["run", "commands", "check-config", "health", "backfill"],
        help="run the bot (default), print its slash commands, check the settings, say whether "
        "a running bot is well, or read what governors did before they were watched",
    )
    past = parser.add_argument_group("backfill (while the bot is stopped)")
    past.add_argument("--chain", type=int, metavar="N", help="of this chain alone")
    past.add_argument("--governor", metavar="ADDRESS", help="of this governor alone")
    past.add_argument("--from", dest="first", type=int, metavar="BLOCK", help="from this block on")
    asked = parser.parse_args(arguments)
    command = asked.command
    if command == "commands":
        sys.stdout.write(command_reference())
        return 0
    try:
        settings = Settings.load()
    except SettingsError as error:
        sys.stderr.write(
            f"Assent cannot start. What is missing or wrong in the settings:\n{error}\n"
        )
        return EX_CONFIG
    if command == "check-config":
        sys.stdout.write("The settings are complete.\n")
        return 0
    if command == "health":
        return 0 if is_beating(heartbeat_path(settings), system_clock()) else 1
    set_up_logs(level=settings.log_level, as_json=settings.log_json, secrets=settings.secrets)
    if command == "backfill":
        return asyncio.run(_backfill(settings, asked))
    return asyncio.run(_run(settings))


async def _backfill(settings: Settings, asked: argparse.Namespace) -> int:
    """Read the past of governors, and show on stderr how far that is."""
    try:
        async with open_backfill(settings, ProgressBar(sys.stderr).show) as backfill:
            count = await backfill.run(asked.chain, asked.governor, asked.first)
    except (DatabaseInUseError, NewerSchemaError) as error:
        sys.stderr.write(f"Nothing was read: {error}\n")
        return EX_CONFIG
    except (ChainError, Refusal) as error:
        sys.stderr.write(f"\n{error} What was read is kept: run this again to go on.\n")
        return EX_UNAVAILABLE
    sys.stderr.write(f"The past of {count} governors is read.\n" if count else _NOBODY)
    return 0


_NOBODY = "No server watches such a governor: /governance setup, or /watch add, comes first.\n"


async def _run(settings: Settings) -> int:
    """Run until SIGTERM or Ctrl-C; what is under way is finished first."""
    task = asyncio.current_task()
    assert task is not None, "asyncio.run makes one"
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    try:
        async with open_app(settings) as bot:
            log.info("connecting", gateway=settings.discord_gateway_url)
            await bot.connect()
    except (
        AbiFolderError,
        DatabaseInUseError,
        MetricsError,
        NewerSchemaError,
        PageError,
        SignerError,
    ) as error:
        sys.stderr.write(f"Assent cannot start: {error}\n")
        return EX_CONFIG
    except (aiohttp.ClientConnectionError, OSError) as error:
        sys.stderr.write(f"Assent cannot reach Discord at {settings.discord_api_url}: {error}\n")
        return EX_UNAVAILABLE
    except discord.LoginFailure:
        sys.stderr.write("Assent cannot start: Discord does not take DISCORD_TOKEN.\n")
        return EX_CONFIG
    except asyncio.CancelledError:
        log.info("stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
