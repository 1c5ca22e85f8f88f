"""What the bot is measured against: discord.py in the same world, doing nothing.

It says over REST what the bench waits for: it asks for the card once it is ready, and again each
time that it has heard so many reactions.
"""

import asyncio
import os
import sys

import discord
import yarl


class BareBot(discord.Client):
    """Hears the events that Assent hears, and drops them."""

    def __init__(self, card: tuple[int, int], burst: int) -> None:
        wanted = discord.Intents.none()
        wanted.guilds = wanted.guild_messages = wanted.guild_reactions = True
        super().__init__(
            intents=wanted,
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            guild_ready_timeout=0.1,
        )
        self._channel_id, self._message_id = card
        self._burst = burst
        self.heard = 0

    async def on_ready(self) -> None:
        """Say so."""
        await self._say()

    async def on_raw_reaction_add(self, _event: discord.RawReactionActionEvent) -> None:
        """Count it."""
        self.heard += 1
        if self.heard % self._burst == 0:
            await self._say()

    async def _say(self) -> None:
        await self.place.fetch_message(self._message_id)

    @property
    def place(self) -> discord.PartialMessageable:
        """The card's channel."""
        return self.get_partial_messageable(self._channel_id)


async def main(channel_id: int, message_id: int, burst: int) -> None:
    await start(BareBot((channel_id, message_id), burst))


async def start(bot: BareBot) -> None:
    """Run until killed, in the world that the environment names."""
    settings = os.environ  # noqa: TID251 - an entry point
    discord.http.Route.BASE = settings["DISCORD_API_URL"]
    gateway = yarl.URL(settings["DISCORD_GATEWAY_URL"])
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = gateway
    async with bot:
        await bot.start(settings["DISCORD_TOKEN"])


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
