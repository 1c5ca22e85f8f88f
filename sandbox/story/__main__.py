"""`make demo`: Braintrust's story from the idea to the execution, with the true bot."""

import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path

from sandbox.discord import Rules
from sandbox.page import write_page
from sandbox.story.chain import CONFIRMED
from sandbox.story.chapters import CHAPTERS
from sandbox.story.stage import SPACE, Narrator, NotSeenError, Server, Stage
from sandbox.worlds import ROOT, open_worlds, running_bot

TUESDAY = 1_793_713_400  # 3 November 2026, 13:43 UTC
POWER = {
    "mara": 12_000,
    "joel": 45_000,
    "kofi": 30_000,
    "lin": 26_500,
    "sora": 8_250,
    "teo": 61_000,
}


async def main(folder: Path, page: Path, *, pauses: bool) -> None:
    """Tell the story and write the page."""
    recorded = os.environ.get("SANDBOX_RECORD")  # noqa: TID251 - an entry point
    record = Path(recorded) if recorded else None
    async with open_worlds(folder, start=TUESDAY, rules=Rules(), record=record) as worlds:
        narrator = Narrator(now=worlds.clock.now, pauses=pauses)
        server = Server(worlds)
        wallets = {name: worlds.snapshot.wallet(name, power=p) for name, p in POWER.items()}
        worlds.snapshot.space(
            SPACE,
            name="Braintrust",
            symbol="BTRST",
            members=[worlds.bot_address, wallets["mara"].address, wallets["teo"].address],
            quorum=100_000,
            network=str(worlds.chain.chain_id),
            turbo=True,  # a chain that Snapshot does not know is for paid spaces only
        )
        dao = await worlds.chain.braintrust(supply=1_200_000)
        await worlds.chain.mine(CONFIRMED)
        async with running_bot(worlds) as bot:
            stage = Stage(
                worlds=worlds,
                server=server,
                narrator=narrator,
                dao=dao,
                bot=bot,
                wallets=wallets,
            )
            await worlds.discord.until(worlds.discord.commands, timeout_seconds=30)
            try:
                for title, chapter in CHAPTERS:
                    await narrator.chapter(title)
                    await chapter(stage)
            finally:
                narrator.close()
                write_page(page, worlds.discord, narrator.chapters, stage.facts)


def run() -> int:
    """Run the demonstration; the exit status is 0 only if every step was seen."""
    page = ROOT / "demo" / "index.html"
    began = time.monotonic()
    print(
        "Assent: one proposal's whole life, in a Discord, a Snapshot and a chain on this machine."
    )
    with tempfile.TemporaryDirectory(prefix="assent-demo-") as folder:
        try:
            pauses = os.environ.get("STEP") == "1"  # noqa: TID251 - an entry point
            asyncio.run(main(Path(folder), page, pauses=pauses))
        except NotSeenError as error:
            log = (Path(folder) / "bot.log").read_text()[-4_000:]
            print(
                f"\nThe story broke off: {error}\n\nThe bot's last words:\n{log}", file=sys.stderr
            )
            return 1
    print(f"\nEvery step was seen, in {time.monotonic() - began:.0f} s. The page: {page}")
    return 0


if __name__ == "__main__":
    sys.exit(run())
