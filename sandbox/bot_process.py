"""The true bot on the sandbox's clock: what `python -m bot` does, with another time.

Only the worlds start this; their settings come in the environment.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

from bot.app import open_app
from bot.log import set_up_logs
from bot.settings import Settings
from sandbox.clock import SandboxClock


async def main() -> None:
    """Run until SIGTERM."""
    clock = SandboxClock.open(Path(os.environ["SANDBOX_CLOCK"]))  # noqa: TID251 - an entry point
    settings = Settings.load()
    set_up_logs(level=settings.log_level, as_json=settings.log_json, secrets=settings.secrets)
    task = asyncio.current_task()
    assert task is not None, "asyncio.run makes one"
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    async with open_app(settings, now=clock.now) as bot:
        await bot.connect()


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except asyncio.CancelledError:
        sys.exit(0)
