"""A server with its people in the three worlds, and the true bot in this process."""

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import discord

from bot.app import open_app
from bot.client import GovernanceBot
from bot.domain.outbox import marker
from bot.domain.proposal import Actor
from bot.domain.types import GuildId, UserId
from bot.settings import Settings
from sandbox.discord import Channel, DiscordWorld, Message, Person, Reply, Thread
from sandbox.snapshot.ledger import ProposalRecord
from sandbox.story.setting_up import walk_through_setup
from sandbox.worlds import Worlds

TUESDAY = 1_793_713_400  # 3 November 2026, 13:43 UTC
SPACE = "usebraintrust.eth"
DAY = 86_400
TITLE = "Lower the marketplace fee"
TEXT = "Clients compare us with agencies that take 5 %."
CHANGE = "Take 8 % instead of 10 %."
NEVER = "100000"  # seconds: jobs run when a test says so


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What the outbox knows of a message."""

    id: int
    key: str
    generation: int
    state: str
    channel_id: int | None
    message_id: int | None
    revision: int
    delivered_revision: int
    attempts: int

    @property
    def marker(self) -> str:
        """The code in the message's footer."""
        return marker(self)  # type: ignore[arg-type] # all that a marker is made of


class Home:
    """A server, what is in its channels, and what the bot remembers."""

    def __init__(self, worlds: Worlds, name: str = "Braintrust") -> None:
        self.worlds = worlds
        self.clock = worlds.clock
        self.world = worlds.discord
        self.faults = worlds.discord.faults
        self.guild = guild = worlds.discord.guild(name)
        self.moderator_role = guild.role("Moderators")
        self.voter_role = guild.role("Governance", mentionable=True)
        self.general = guild.text_channel("general")
        self.ideas = guild.text_channel("ideas")
        self.forum = guild.forum("idea-forum")
        self.votes = guild.text_channel("votes")
        self.announcements = guild.text_channel("announcements")
        self.moderators = guild.text_channel("moderators")
        self.owner = guild.owner
        guild.open_command("governance")  # What its commands take is for the bot to check.
        self.mara = guild.member("Mara")
        self.ana = guild.member("Ana", roles=[self.moderator_role])
        self.joel = guild.member("Joel", roles=[self.voter_role])
        self.kofi = guild.member("Kofi")
        self.noor: Person | None = None  # a second moderator, where a test wants one

    @property
    def database_file(self) -> Path:
        return self.worlds.folder / "assent.db"

    async def set_up(
        self, *, threshold: int = 2, discussion_hours: int = 0, **changes: Any
    ) -> Reply:
        """Walk through the set-up; two supporters are enough, and nothing has to be discussed."""
        answers = {
            "ideas": self.ideas,
            "voting": self.votes,
            "moderator_role": self.moderator_role,
            "announcement_role": self.voter_role,
            "announcements": self.announcements,
            "moderators": self.moderators,
            "space": SPACE,
            **changes,
        }
        reply = await walk_through_setup(self.owner, self.general, **answers)
        self.change_policy(support_threshold=threshold, minimum_discussion=discussion_hours * 3_600)
        return reply

    def change_policy(self, **rules: object) -> None:
        """Change rules of this server's policy, as if an administrator had."""
        path = {f"$.policy.{name}": value for name, value in rules.items()}
        parts = [part for pair in path.items() for part in pair]
        places = ", ".join("?" * len(parts))
        query = f"UPDATE communities SET body = json_set(body, {places}) WHERE guild_id = ?"  # noqa: S608 - only question marks
        with closing(sqlite3.connect(self.database_file)) as connection, connection:
            connection.execute(query, [*parts, self.guild.id])

    def open_space(self) -> None:
        """Open Braintrust's space on Snapshot, with the bot's address as an author."""
        self.worlds.snapshot.space(
            SPACE,
            name="Braintrust",
            symbol="BTRST",
            members=[self.worlds.bot_address],
            quorum=100_000,
            network=str(self.worlds.chain.chain_id),
            turbo=True,
        )

    async def speak(
        self,
        person: Person | None = None,
        title: str = TITLE,
        text: str = TEXT,
        change: str = CHANGE,
    ) -> Reply:
        """Fill in /idea new, and post the idea whatever reads like it."""
        person = person or self.mara
        reply = await self.submit_idea(person, title=title, problem=text, change=change)
        if "Is it one of these?" in reply.text:
            return await person.press(reply, "Post anyway")
        return reply

    async def submit_idea(self, person: Person, **fields: str) -> Reply:
        """Fill in /idea new; see what Assent says to it."""
        form = await person.run("/idea new", self.general)
        assert form.modal is not None, form.text
        asked = {field.custom_id for field in form.modal.fields}
        topic = {"topic": "fees"} if "topic" in asked else {}
        return await person.submit(form.modal, {**topic, **fields})

    def said_in(self, place: Channel | Thread) -> list[Message]:
        """Give what the bot has said there, as far as it still stands there, but for the board."""
        return [each for each in stands_in(place) if footer(each).split(" · ")[0] != "Ideas"]

    def board(self, place: Channel | Thread | None = None) -> Message:
        """Give the one board there is, in the channel of ideas or elsewhere."""
        boards = [
            each
            for each in stands_in(place or self.ideas)
            if footer(each).startswith("Ideas · ") and "no longer kept" not in each.text
        ]
        assert len(boards) == 1, f"{len(boards)} boards"
        return boards[0]

    def posts(self) -> list[Thread]:
        """Give the posts and threads of proposals: every one but the board's."""
        return [each for each in self.guild.threads if each.name != "The most supported ideas"]

    def saying(self, place: Channel | Thread, *words: str) -> list[Message]:
        """Give what the bot has said there with all of these words."""
        return [each for each in self.said_in(place) if all(word in read(each) for word in words)]

    def card(self, reference: str = "BTRST-1", place: Channel | None = None) -> Message:
        """Give a proposal's card."""
        found = [
            each
            for each in self.said_in(place or self.ideas)
            if reference in footer(each) and each.embeds and "·" in footer(each)
        ]
        assert len(found) == 1, f"{len(found)} cards of {reference}"
        return found[0]

    def thread(self, reference: str = "BTRST-1") -> Thread:
        """Give a proposal's thread."""
        thread = self.card(reference).thread
        assert thread is not None, "the card has no thread"
        return thread

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Ask the bot's database."""
        with closing(sqlite3.connect(self.database_file)) as connection:
            return connection.execute(query).fetchall()

    def phase(self, reference: str = "BTRST-1") -> str:
        """Say where a proposal stands."""
        return str(
            self.rows(f"SELECT phase FROM proposals WHERE reference = '{reference}'")[0][0]  # noqa: S608 - a test's own words
        )

    def memory(self) -> list[str]:
        """Write what the bot remembers as text, but for attempts, to see whether it changed."""
        with closing(sqlite3.connect(self.database_file)) as connection:
            return [row for row in connection.iterdump() if ",'refused: " not in row]

    def attempts(self, person: Person) -> list[str]:
        """Give what this person has tried without the right to it, as the audit tells."""
        return [
            what.removeprefix("refused: ")
            for (what,) in self.rows(
                f"SELECT what FROM history WHERE actor_id = {person.id} AND what LIKE 'refused: %'"  # noqa: S608 - a test's own words
            )
        ]

    def outbox(self, key: str = "") -> list[Row]:
        """Give the rows of the outbox whose key contains this."""
        return [row for row in outbox(self.database_file) if key in row.key]

    def check_that_all_is_said_once(self) -> None:
        check_that_all_is_said_once(self.world, self.outbox())

    def pings(self) -> dict[int, Message]:
        """Give the messages of the bot that have pinged anybody."""
        return {
            each.id: each
            for each in self.world.messages()
            if each.author.bot and (each.pinged_roles or each.pinged_users or each.pinged_everyone)
        }

    def calls(self, method: str, path: str) -> list[dict[str, Any]]:
        """Give the requests the bot has made."""
        return [
            call
            for call in self.world.calls
            if call["method"] == method and re.search(path, call["path"])
        ]


@dataclass
class Assent:
    """The running bot, its jobs run by hand."""

    bot: GovernanceBot
    home: Home
    noticed: "asyncio.Queue[object]" = field(default_factory=asyncio.Queue)

    async def run(self, *jobs: str) -> None:
        """Run jobs now, in this order."""
        for job in jobs:
            await self.bot.scheduler.run(job)

    async def drain(self) -> None:
        """Deliver everything that is due."""
        await self.run("outbox")

    async def settle(self, seconds: int = 40, turns: int = 4) -> None:
        """Deliver what is due, and what is due a little later."""
        for _ in range(turns):
            self.home.clock.jump(seconds)
            await self.drain()

    async def notice(self, event: discord.RawReactionActionEvent) -> None:
        """Remember that the bot was told of somebody's reaction; it comes after the cog."""
        if event.user_id != self.home.world.bot.id:
            self.noticed.put_nowait(event)

    async def hears(self, count: int = 1) -> None:
        """Wait until so many reactions were noticed, and store them."""
        async with asyncio.timeout(5):
            for _ in range(count):
                await self.noticed.get()
        await self.run("reactions")

    async def support(self, card: Message, *people: Person) -> None:
        """Let people support an idea, and the bot store it."""
        for person in people:
            await person.react(card, "👍")
        await self.hears(len(people))

    async def ready_idea(self, title: str = TITLE) -> Message:
        """Bring an idea to the threshold."""
        home = self.home
        before = {each.id for each in home.said_in(home.ideas)}
        await home.speak(title=title)
        card = next(each for each in home.said_in(home.ideas) if each.id not in before)
        await self.support(card, home.joel, home.kofi)
        await self.settle()
        return card

    async def draft(self, title: str = TITLE) -> Message:
        """Bring an idea into drafting."""
        card = await self.ready_idea(title)
        await self.home.ana.press(card, "Promote")
        await self.settle()
        return card

    async def noticed_vote(self, title: str = TITLE) -> Message:
        """Bring an idea to the announcement of its first vote."""
        card = await self.draft(title)
        offer = await self.home.ana.press(card, "Publish…")
        await self.home.ana.press(offer, "Announce the vote")
        await self.settle()
        return card

    async def open_vote(self, title: str = TITLE) -> ProposalRecord:
        """Bring an idea to Snapshot, where its first vote is open, or opens after the delay."""
        await self.noticed_vote(title)
        await self.home.worlds.chain.mine(14)
        self.home.clock.jump(5 * DAY)
        await self.run("publishing", "publishing")
        await self.settle()
        return self.home.worlds.snapshot.proposals[-1]

    async def decide(self, **changes: Any) -> None:
        """Let the community change its policy."""
        setup, owner = self.bot.services.setup, self.home.owner
        community = await setup.community(GuildId(self.home.guild.id))
        assert community is not None
        changed = replace(community, policy=replace(community.policy, **changes))
        actor = Actor(user_id=UserId(owner.id), name=owner.name, is_moderator=True)
        await setup.set_up(changed, actor)
        await self.run("forums", "outbox")

    async def sync(self) -> None:
        """Wait until the bot has dealt with everything that Discord told it so far."""
        await self.home.owner.run("/proposal list", self.home.general)
        told = {task for task in asyncio.all_tasks() if task.get_name().startswith("discord.py: ")}
        if told:
            await asyncio.wait(told, timeout=5)


@asynccontextmanager
async def awake(home: Home, *, connects: bool = True, **overrides: str) -> AsyncIterator[Assent]:
    """Run the true bot in this process until the end of the block."""
    environment = home.worlds.environment(
        OUTBOX_EVERY_SECONDS=NEVER,
        SNAPSHOT_EVERY_SECONDS=NEVER,
        CHAIN_EVERY_SECONDS=NEVER,
        RECOUNT_EVERY_SECONDS=NEVER,
        REACTIONS_EVERY_SECONDS=NEVER,
        CALENDAR_EVERY_SECONDS=NEVER,
    )
    environment.update(overrides)
    given = {name.lower(): value for name, value in environment.items() if value}
    settings = Settings.load(_env_file=None, **given)
    async with asyncio.TaskGroup() as tasks, open_app(settings, now=home.clock.now) as bot:
        # The default of two seconds waits for more servers, of which there are none.
        bot._connection.guild_ready_timeout = 0.01
        assent = Assent(bot=bot, home=home)
        bot.add_listener(assent.notice, "on_raw_reaction_add")
        bot.add_listener(assent.notice, "on_raw_reaction_remove")
        if connects:
            tasks.create_task(bot.connect())
            async with asyncio.timeout(20):
                await bot.wait_until_ready()
        yield assent


def stands_in(place: Channel | Thread) -> list[Message]:
    """Give the cards and announcements in a place, the board too."""
    return [each for each in place.messages if each.author.bot and each.embeds]


def read(message: Message | Reply) -> str:
    """Give what a person reads: the text without the backslashes that keep it plain."""
    return message.text.replace("\\", "")


def footer(message: Message) -> str:
    """Give the footer that identifies a message of the bot."""
    return next((embed["footer"]["text"] for embed in message.embeds if "footer" in embed), "")


def markers(messages: Sequence[Message]) -> list[str]:
    """Give the codes at the ends of the footers: which row of the outbox each message is."""
    return [footer(each).rpartition(" · ")[2] for each in messages]


def outbox(file: Path) -> list[Row]:
    """Read the outbox, in the order it was said."""
    names = list(Row.__dataclass_fields__)
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute(f"SELECT {', '.join(names)} FROM posts ORDER BY id")  # noqa: S608 - our own names
        return [Row(**dict(zip(names, row, strict=True))) for row in rows]


def check_that_all_is_said_once(world: DiscordWorld, rows: Sequence[Row]) -> None:
    """See that what the outbox holds stands in Discord once, as it reads now, and nothing more."""
    unsaid = [row for row in rows if row.state not in {"said", "skipped", "gone"}]
    assert not unsaid, f"not said: {unsaid}"
    said = [row for row in rows if row.state == "said"]
    behind = [
        row
        for row in said
        # The board may lag: it is not written anew for every reaction.
        if row.delivered_revision != row.revision and row.key != "board"
    ]
    assert not behind, f"not brought up to date: {behind}"
    stands = [each for each in world.messages() if each.author.bot and each.embeds]
    assert sorted(markers(stands)) == sorted(row.marker for row in said)
    assert {each.id for each in stands} == {row.message_id for row in said}
    for channel in {each.channel.id for each in stands}:
        there = [row for row in said if row.channel_id == channel and not row.generation]
        assert there == sorted(there, key=lambda row: row.message_id or 0), "out of order"
