"""The Discord client: intents, the parts people see, and the one error handler."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
import structlog
from discord import app_commands
from discord.ext import commands
from typing_extensions import override

from bot.domain.proposal import Actor
from bot.domain.types import GuildId, RoleId, UserId
from bot.interactions import Asked, Form, answer_error, take_in, turn_away
from bot.languages import Languages, catalogs
from bot.places import Places
from bot.scheduler import Scheduler
from bot.services.aliases import Aliases
from bot.services.announced import Announced
from bot.services.ballots import Ballots
from bot.services.changes import Changes
from bot.services.deadlines import Deadlines
from bot.services.delivery import Delivery
from bot.services.drafts import Drafts
from bot.services.exports import Exports
from bot.services.forum_posts import ForumPosts
from bot.services.guide import Guide
from bot.services.ideas import Ideas
from bot.services.implementations import Implementations
from bot.services.merging import Merging
from bot.services.overrides import Overrides
from bot.services.oversight import Oversight
from bot.services.page_links import PageLinks
from bot.services.policies import Policies
from bot.services.powers import Powers
from bot.services.preferences import Preferences
from bot.services.preparing import Preparing
from bot.services.publishing import Publishing
from bot.services.records import Records
from bot.services.rehearsals import Rehearsals
from bot.services.reviews import Reviews
from bot.services.revisions import Revisions
from bot.services.setup import Setup
from bot.services.support import Support
from bot.services.technical_reviews import TechnicalReviews
from bot.services.upkeep import Upkeep
from bot.services.vote_links import VoteLinks
from bot.services.wallets import Wallets
from bot.services.watching import Watching
from bot.settings import Settings

if TYPE_CHECKING:
    import re

log = structlog.get_logger()

# Assent never speaks aloud, so nobody has to read that the libraries for it are missing.
discord.VoiceClient.warn_nacl = False
discord.VoiceClient.warn_dave = False

# How discord.py names the tasks in which it tells of events, presses and commands.
_TOLD = ("discord.py: ", "discord-ui-", "CommandTree-")
_FINISHING_SECONDS = 5.0
_HEARD_SECONDS = 1.0
_MADE_ONCE = ("/threads", "/channels", "/scheduled-events")

EXTENSIONS = (
    "cogs.announcements",
    "cogs.setup",
    "cogs.help",
    "cogs.ideas",
    "cogs.support",
    "cogs.lookalikes",
    "cogs.drafts",
    "cogs.proposals",
    "cogs.lists",
    "cogs.votes",
    "cogs.vote_links",
    "cogs.watching",
    "cogs.forums",
    "cogs.upkeep",
    "cogs.policy",
    "cogs.oversight",
    "cogs.repair",
    "cogs.announced",
    "cogs.changes",
    "cogs.implementations",
    "cogs.technical_reviews",
    "cogs.aliases",
    "cogs.signing",
    "cogs.calendar",
    "cogs.onchain",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The use cases that the cogs call."""

    setup: Setup
    guide: Guide
    ideas: Ideas
    support: Support
    merging: Merging
    preferences: Preferences
    drafts: Drafts
    publishing: Publishing
    revisions: Revisions
    reviews: Reviews
    records: Records
    delivery: Delivery
    upkeep: Upkeep
    forum_posts: ForumPosts
    policies: Policies
    rehearsals: Rehearsals
    oversight: Oversight
    exports: Exports
    overrides: Overrides
    announced: Announced
    ballots: Ballots
    watching: Watching
    vote_links: VoteLinks
    page_links: PageLinks
    wallets: Wallets
    aliases: Aliases
    changes: Changes
    deadlines: Deadlines
    powers: Powers
    preparing: Preparing
    implementations: Implementations
    technical_reviews: TechnicalReviews


class Tree(app_commands.CommandTree["GovernanceBot"]):
    """The commands; a failed one is answered in the one way."""

    @override
    async def on_error(
        self,
        interaction: discord.Interaction["GovernanceBot"],
        error: app_commands.AppCommandError,
        /,
    ) -> None:
        await answer_error(interaction, error)


def intents(*, message_content: bool = False) -> discord.Intents:
    """Give what we ask Discord to tell us; only what the operator has allowed is privileged."""
    wanted = discord.Intents.none()
    wanted.guilds = True  # channels, threads and roles, to check permissions before we need them
    wanted.guild_messages = True  # a card that somebody deleted is noticed at once
    wanted.guild_reactions = True  # support
    wanted.message_content = message_content  # what a member's forum post says
    return wanted


def never_twice() -> aiohttp.TraceConfig:
    """Watch requests, and end those that discord.py must not repeat.

    It repeats by itself what failed with a 5xx. A message has its nonce, which makes that harmless;
    a post in a forum, a new channel or an event has none, and would be there twice if only the
    answer had failed.
    """

    async def ended(_session: object, _context: object, end: aiohttp.TraceRequestEndParams) -> None:
        is_post = end.method == "POST" and end.url.path.endswith(_MADE_ONCE)
        if is_post and end.response.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            end.response.close()
            raise aiohttp.ServerConnectionError(
                f"{end.response.status} for what was to be made once"
            )

    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(ended)
    return trace


class GovernanceBot(commands.Bot):
    """Assent, as Discord sees it."""

    def __init__(
        self,
        services: Services,
        scheduler: Scheduler,
        settings: Settings,
        world_failures: tuple[type[Exception], ...] = (),
    ) -> None:
        """Say which errors mean that the world failed: people are told, no traceback is logged."""
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=intents(message_content=settings.message_content),
            tree_cls=Tree,
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            # The library waits two seconds for yet another server to appear. Nothing of ours needs
            # them all at once: what we missed is asked for over REST.
            guild_ready_timeout=0.25,
            http_trace=never_twice(),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
            allowed_contexts=app_commands.AppCommandContext(guild=True),
        )
        self.services = services
        self.scheduler = scheduler
        self.settings = settings
        self.world_failures = world_failures
        self.places = Places(self)
        self._forms: list[type[Form]] = []
        self._answered: list[re.Pattern[str]] = []

    def add_forms(self, *forms: type[Form]) -> None:
        """Answer these forms from now on, also those that were opened before a restart."""
        self._forms.extend(forms)

    @override
    def add_dynamic_items(self, *items: type[discord.ui.DynamicItem[Any]]) -> None:
        """Answer these buttons and selects, and know that they are answered."""
        super().add_dynamic_items(*items)
        self._answered += [item.__discord_ui_compiled_template__ for item in items]

    def extend(
        self, name: str, *parts: app_commands.Group | app_commands.Command[Any, ..., Any]
    ) -> None:
        """Add commands to the group of this name: one `/governance`, in several files."""
        outer, *inner = name.split()
        group = self.tree.get_command(outer)
        for each in inner:
            assert isinstance(group, app_commands.Group), "a group is in a group"
            group = group.get_command(each)
        assert isinstance(group, app_commands.Group), "the cog of the group is loaded before"
        for part in parts:
            group.add_command(part)

    async def actor(self, guild_id: GuildId, user_id: UserId) -> Actor | None:
        """Ask Discord who a member is at this moment; `None`: they are not in the server.

        Raises:
            discord.HTTPException: Discord did not say.
            ConnectionError: It has not told us of the server yet, or cannot just now.
        """
        guild = self.get_guild(guild_id)
        if guild.unavailable if guild else not self.is_ready():
            raise ConnectionError("Discord has not told of the server yet")
        if guild is None:
            return None
        try:
            member = await guild.fetch_member(user_id)
        except discord.NotFound:
            return None
        community = await self.services.setup.community(guild_id)
        is_administrator = member.guild_permissions.manage_guild
        role_id = community.moderator_role_id if community else None
        return Actor(
            user_id=user_id,
            name=member.display_name,
            is_moderator=is_administrator or any(role.id == role_id for role in member.roles),
            is_administrator=is_administrator,
            role_ids=frozenset(RoleId(role.id) for role in member.roles),
        )

    async def on_interaction(self, interaction: Asked) -> None:
        """Take in forms, and turn away what nothing answers; discord.py sees to the rest."""
        if interaction.type is discord.InteractionType.modal_submit:
            await take_in(interaction, self._forms)
        elif interaction.type is discord.InteractionType.component:
            await turn_away(interaction, self._answered)

    @override
    async def setup_hook(self) -> None:
        for extension in EXTENSIONS:
            await self.load_extension(extension)
        await self._sync_commands(Languages(catalogs()))

    @override
    async def connect(self, *, reconnect: bool = True) -> None:
        """Stay connected until closed or cancelled.

        discord.py connects within `asyncio.wait_for`, which before Python 3.12 loses a cancellation
        that comes in the very moment the connection is made; so it is said again until it is heard.
        """
        connection = asyncio.ensure_future(super().connect(reconnect=reconnect))
        try:
            await asyncio.wait({connection})
        finally:
            while not connection.done():
                connection.cancel()
                await asyncio.wait({connection}, timeout=_HEARD_SECONDS)
        connection.result()

    async def _sync_commands(self, languages: Languages) -> None:
        """Tell Discord our commands, only when they read differently from the last time."""
        await self.tree.set_translator(languages)
        payload = [
            await command.get_translated_payload(self.tree, languages)
            for command in self.tree.get_commands()
        ]
        text = json.dumps(payload, sort_keys=True, default=str)
        fingerprint = f"{self.application_id}:{hashlib.sha256(text.encode()).hexdigest()}"
        if await self.services.setup.synced_commands() != fingerprint:
            await self.tree.sync()
            await self.services.setup.commands_were_synced(fingerprint)
            log.info("commands synced", count=len(payload))


@asynccontextmanager
async def logged_in(bot: GovernanceBot, token: str) -> AsyncIterator[GovernanceBot]:
    """Log the bot in and load its parts; at the end it finishes what it was told, and closes."""
    async with bot:
        await bot.login(token)
        try:
            yield bot
        finally:
            told = [task for task in asyncio.all_tasks() if task.get_name().startswith(_TOLD)]
            if told:
                await asyncio.wait(told, timeout=_FINISHING_SECONDS)
