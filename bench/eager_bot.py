"""What Assent's edits are measured against: a bot that edits its message at every reaction."""

import asyncio
import sys

import discord
from typing_extensions import override

from bench.bare_bot import BareBot, start


class EagerBot(BareBot):
    """Keeps a number true by an edit each time it changes."""

    @override
    async def on_ready(self) -> None:
        """Say the message that is edited."""
        self._message = await self.place.send("0")
        await super().on_ready()

    @override
    async def on_raw_reaction_add(self, event: discord.RawReactionActionEvent) -> None:
        """Edit the message."""
        await self._message.edit(content=str(self.heard + 1))
        await super().on_raw_reaction_add(event)


async def main(channel_id: int, message_id: int, burst: int) -> None:
    await start(EagerBot((channel_id, message_id), burst))


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
