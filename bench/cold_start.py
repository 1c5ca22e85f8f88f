"""From the start of the process to READY handled: a bot that was set up before comes back."""

from bench.figure import Figure
from bench.town import Town

ROUNDS = 3


async def measure(town: Town) -> list[Figure]:
    """Start Assent and the bare bot in turns, and take the best of each."""
    ours, bare = [], []
    for _ in range(ROUNDS):
        async with town.assent() as assent:
            ours.append(assent.ready_after_seconds)
        async with town.bare_bot() as bot:
            bare.append(bot.ready_after_seconds)
    return [
        Figure(
            name="cold_start_s",
            value=round(min(ours), 2),
            unit="s",
            aim="≤ 3",
            baseline=round(min(bare), 2),
            compared_with="discord.py alone, in the same world",
        )
    ]
