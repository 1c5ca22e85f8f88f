"""The stage: the server and its people, the telling, and the waiting for what has to be seen."""

import asyncio
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from sandbox.chain.daos import AlphaDao, OpenZeppelinDao
from sandbox.discord import Channel, Message, Person, Thread
from sandbox.discord.scheduled_events import ScheduledEvent
from sandbox.page import Chapter
from sandbox.snapshot.wallet import Wallet
from sandbox.worlds import BotProcess, Worlds

SPACE = "usebraintrust.eth"
PATIENCE_SECONDS = 25
Seen = TypeVar("Seen")


class NotSeenError(Exception):
    """A step of the story did not happen."""


@dataclass
class Narrator:
    """Prints the story as it unfolds, and keeps it for the page."""

    now: Callable[[], int]
    pauses: bool = False
    chapters: list[Chapter] = field(default_factory=list)
    _told: list[str] = field(default_factory=list)
    _title: str = ""
    _since: int = 0

    async def chapter(self, title: str) -> None:
        """Begin a chapter; with `STEP=1` a key is waited for before it."""
        self.close()
        if self.pauses and self._title:
            # In a thread: the worlds have to answer the bot meanwhile.
            await asyncio.to_thread(input, "\n   ⏎ for the next chapter ")
        self._title, self._since, self._told = title, self.now(), []
        print(f"\n{len(self.chapters) + 1}. {title}", flush=True)

    def tell(self, text: str) -> None:
        """Tell what just happened."""
        self._told.append(text)
        at = datetime.fromtimestamp(self.now(), UTC)
        print(f"   {at:%a %d %b %H:%M}  {text}", flush=True)

    def close(self) -> None:
        """End the chapter."""
        if self._title:
            self.chapters.append(Chapter(title=self._title, told=tuple(self._told), at=self._since))


class Server:
    """Braintrust's server: its channels, its roles and the people of the story."""

    def __init__(self, worlds: Worlds) -> None:
        self.guild = guild = worlds.discord.guild("Braintrust")
        self.moderator_role = guild.role("Moderators")
        self.voter_role = guild.role("Governance", mentionable=True)
        self.general = guild.text_channel("general")
        self.ideas = guild.text_channel("ideas")
        self.votes = guild.text_channel("governance-votes")
        self.announcements = guild.text_channel("announcements")
        self.moderators = guild.text_channel("moderators")
        self.owner = guild.owner
        self.mara = guild.member("Mara")
        self.ana = guild.member("Ana", roles=[self.moderator_role])
        self.joel, self.kofi, self.lin, self.sora, self.teo = (
            guild.member(name, roles=[self.voter_role])
            for name in ("Joel", "Kofi", "Lin", "Sora", "Teo")
        )
        self.crowd = guild.crowd(5)
        self.newcomer = guild.member("Noor")

    def events(self, *, are_ahead: bool = True) -> list[ScheduledEvent]:
        """Give the server's list of events, or with it what is over and what was cancelled."""
        return [event for event in self.guild.scheduled_events if event.is_ahead or not are_ahead]


def read(message: Message) -> str:
    """Give what a person reads: the text without the backslashes that keep it plain."""
    return message.text.replace("\\", "")


@dataclass
class Stage:
    """Everything a chapter needs."""

    worlds: Worlds
    server: Server
    narrator: Narrator
    dao: AlphaDao
    bot: BotProcess
    wallets: dict[str, Wallet]
    facts: dict[str, str] = field(default_factory=dict)
    card: Message | None = None  # the proposal's live card, once it is there
    proposal_id: int = 0  # on chain, once it is made
    second_dao: OpenZeppelinDao | None = None  # the chapter's, once it is followed

    def tell(self, text: str) -> None:
        """Tell what just happened."""
        self.narrator.tell(text)

    async def say(self, person: Person, place: Channel | Thread, text: str) -> None:
        """Let a person say something, and tell of it."""
        await person.say(place, text)
        self.tell(f"{person.name} in #{place.name}: {text}")

    async def until(self, what: str, condition: Callable[[], Seen]) -> Seen:
        """Wait until something is to be seen in Discord.

        The clock is moved by seconds meanwhile, because a card is edited every ten seconds at most.

        Raises:
            NotSeenError: It does not happen.
        """
        waiting = sys.stdout.isatty()
        for second in range(PATIENCE_SECONDS):
            try:
                found = await self.worlds.discord.until(condition, timeout_seconds=1)
            except TimeoutError:
                self.worlds.clock.jump(12)
                if waiting:
                    print(f"\r   … {what} ({second + 1} s)", end="", flush=True)
            else:
                if waiting and second:
                    print("\r\033[K", end="", flush=True)
                return found
        raise NotSeenError(f"never seen: {what}")

    async def seen(self, channel: Channel | Thread, *words: str) -> Message:
        """Wait for a message of the bot that bears all the words, and tell of it."""

        def found() -> Message | None:
            return next(
                (
                    message
                    for message in channel.messages
                    if message.author.bot and all(word in read(message) for word in words)
                ),
                None,
            )

        try:
            message = await self.until(f"“{' … '.join(words)}” in #{channel.name}", found)
        except NotSeenError as error:
            last = "\n---\n".join(read(message) for message in channel.messages[-3:])
            raise NotSeenError(f"{error}\n\nThe last messages there:\n{last}") from None
        assert message is not None, "until gives what is true"
        rows = read(message).strip().splitlines()
        shown = next((row for row in rows if row and not row.startswith("<@&")), "")
        self.tell(f"Assent in #{channel.name}: {shown}")
        return message
