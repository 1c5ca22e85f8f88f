"""/governance: setting a server up, and seeing what is missing."""

from dataclasses import replace

import discord
from discord import app_commands
from discord.ext import commands
from typing_extensions import override

from bot.client import GovernanceBot
from bot.domain.errors import Refusal
from bot.domain.policy import BRAINTRUST, PRESETS, Policy, preset
from bot.domain.proposal import Community
from bot.domain.text import line
from bot.domain.types import ChainId, ChannelId, RoleId, Seconds
from bot.interactions import Asked, administrator_of, guild_of, tell
from cogs.cards import MissingPermission, MissingRole, setup_page

HOUR = 3_600

_TALKING = {
    "view_channel": ("View Channel", "see the channel"),
    "send_messages": ("Send Messages", "say what happened"),
    "embed_links": ("Embed Links", "show cards"),
    "read_message_history": ("Read Message History", "never say anything twice"),
}
_GATHERING = {
    **_TALKING,
    "add_reactions": ("Add Reactions", "offer the reaction of support"),
    "create_public_threads": ("Create Public Threads", "give each idea a thread"),
    "send_messages_in_threads": ("Send Messages in Threads", "tell the thread what happens"),
    "attach_files": ("Attach Files", "show drafts in full"),
    "pin_messages": ("Pin Messages", "keep the board of ideas on top"),
}
# Instead of the pin, where ideas are posts; ideas go out without them.
_IN_A_FORUM = {
    **{name: words for name, words in _GATHERING.items() if name != "pin_messages"},
    "manage_threads": ("Manage Threads", "keep the board on top, and tag the posts of members"),
    "manage_channels": ("Manage Channels", "give the forum its tags"),
}


Missing = MissingPermission | MissingRole


def missing_here(community: Community, guild: discord.Guild) -> list[Missing]:
    """List what Assent lacks, channel by channel, in the words of Discord's settings."""
    wanted = {
        community.voting_channel_id: _TALKING,
        community.announcements_channel_id: _TALKING,
        community.moderators_channel_id: _TALKING,
        community.ideas_channel_id: _IN_A_FORUM if community.ideas_channel_is_forum else _GATHERING,
    }
    missing: list[Missing] = _deleted_roles(community, guild)
    for channel_id, needs in wanted.items():
        if channel_id is None:
            continue
        channel = guild.get_channel(channel_id)
        if channel is None:
            missing.append(_gone(channel_id))
            continue
        held = channel.permissions_for(guild.me)
        missing += [
            MissingPermission(channel_id=ChannelId(channel.id), name=name, needed_for=needed_for)
            for permission, (name, needed_for) in needs.items()
            if not getattr(held, permission)
        ]
    return [*missing, *_unheard_role(community, guild)]


def _gone(channel_id: ChannelId) -> MissingPermission:
    return MissingPermission(
        channel_id=channel_id,
        name="View Channel",
        needed_for="see the channel (if it was deleted, run `/governance setup` with another)",
    )


def _unheard_role(community: Community, guild: discord.Guild) -> list[MissingPermission]:
    """Say where the announcement role would be named in vain."""
    role = guild.get_role(community.announcement_role_id or 0)
    if role is None or role.mentionable:
        return []
    places = dict.fromkeys([community.voting_channel_id, community.announcements_channel_id])
    channels = [channel for place in places if (channel := guild.get_channel(place))]
    return [
        MissingPermission(
            channel_id=ChannelId(channel.id),
            name="Allow anyone to @mention this role",
            needed_for=f"call the role {line(role.name, 64)} (it is in the role's own settings)",
        )
        for channel in channels
        if not channel.permissions_for(guild.me).mention_everyone
    ]


def _deleted_roles(community: Community, guild: discord.Guild) -> list[Missing]:
    named = {
        "Moderators": community.moderator_role_id,
        "Called for votes": community.announcement_role_id,
    }
    return [
        MissingRole(name=name)
        for name, role_id in named.items()
        if role_id is not None and guild.get_role(role_id) is None
    ]


def _check_roles(moderators: discord.Role, called: discord.Role | None) -> None:
    """Refuse the role that everybody has.

    Raises:
        Refusal: It was chosen; the message says for what.
    """
    if moderators.is_default():
        raise Refusal(
            "@everyone cannot be the moderators' role: every member could publish and reject. "
            "Choose a role that only moderators have; nothing was changed."
        )
    if called is not None and called.is_default():
        raise Refusal(
            "@everyone cannot be the announcement role: Assent never calls the whole server. "
            "Choose a role that members can take; nothing was changed."
        )


def _policy(
    before: Community | None, rules: str | None, threshold: int | None, hours: int | None
) -> Policy:
    """Give the rules: those there are, unless others are named, with what is named changed."""
    if before is not None and rules in {None, before.policy.preset}:
        policy = before.policy
    else:
        policy = preset(rules or BRAINTRUST.preset)
    if threshold is not None:
        policy = replace(policy, support_threshold=threshold)
    if hours is not None:
        policy = replace(policy, minimum_discussion=Seconds(hours * HOUR))
    return policy


def _with_what_was(named: Community, before: Community | None, *, splits: bool) -> Community:
    """Keep what this set-up does not name; `splits`: it names a channel for announcements."""
    if before is None:
        return named
    had_split = before.announcements_channel_id != before.voting_channel_id
    return replace(
        named,
        announcements_channel_id=before.announcements_channel_id
        if had_split and not splits
        else named.announcements_channel_id,
        moderators_channel_id=named.moderators_channel_id or before.moderators_channel_id,
        announcement_role_id=named.announcement_role_id or before.announcement_role_id,
        space=named.space or before.space,
        is_rehearsing=before.is_rehearsing,
    )


class IdeasChannel(app_commands.Transformer):
    """A channel where ideas can be spoken: one for text, or a forum."""

    @property
    @override
    def type(self) -> discord.AppCommandOptionType:
        return discord.AppCommandOptionType.channel

    @property
    @override
    def channel_types(self) -> list[discord.ChannelType]:
        return [discord.ChannelType.text, discord.ChannelType.news, discord.ChannelType.forum]

    @override
    async def transform(  # type: ignore[override]  # our client is the only one
        self, interaction: Asked, value: app_commands.AppCommandChannel, /
    ) -> app_commands.AppCommandChannel:
        return value


class Setup(
    commands.GroupCog, group_name="governance", group_description="Set Assent up in this server"
):
    """What an administrator does; nobody else sees these commands."""

    def __init__(self, bot: GovernanceBot) -> None:
        self.bot = bot

    @app_commands.command()
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.describe(
        ideas="Where ideas are spoken: a text channel or a forum",
        voting="Where votes are announced and tallied",
        moderator_role="Who may promote, publish and reject",
        announcement_role="Who is called when a vote opens or ends",
        announcements="Where timelock and execution are announced; without it, where votes are",
        moderators="Where moderators are told what to do next",
        space="The Snapshot space, for example usebraintrust.eth",
        governor="The address of the governor contract",
        chain="The governor's chain id; 1 is Ethereum",
        threshold="How many supporters make an idea ready",
        discussion_hours="How long an idea has to be discussed at least",
        rules="The preset of rules to start from",
    )
    @app_commands.choices(
        rules=[app_commands.Choice(name=name, value=name) for name in sorted(PRESETS)]
    )
    async def setup(  # noqa: PLR0913 - the options of the command
        self,
        interaction: Asked,
        ideas: app_commands.Transform[app_commands.AppCommandChannel, IdeasChannel],
        voting: discord.TextChannel,
        moderator_role: discord.Role,
        *,
        announcement_role: discord.Role | None = None,
        announcements: discord.TextChannel | None = None,
        moderators: discord.TextChannel | None = None,
        space: str | None = None,
        governor: str | None = None,
        chain: int = 1,
        threshold: app_commands.Range[int, 1, 10_000] | None = None,
        discussion_hours: app_commands.Range[int, 0, 2_000] | None = None,
        rules: str | None = None,
    ) -> None:
        """Say where Assent talks, who moderates, and which space and governor it follows."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        actor = await administrator_of(interaction)
        _check_roles(moderator_role, announcement_role)
        service, guild_id = self.bot.services.setup, guild_of(interaction)
        before = await service.community(guild_id)
        community = Community(
            guild_id=guild_id,
            policy=_policy(before, rules, threshold, discussion_hours),
            ideas_channel_id=ChannelId(ideas.id),
            ideas_channel_is_forum=ideas.type is discord.ChannelType.forum,
            voting_channel_id=ChannelId(voting.id),
            announcements_channel_id=ChannelId((announcements or voting).id),
            moderators_channel_id=ChannelId(moderators.id) if moderators else None,
            moderator_role_id=RoleId(moderator_role.id),
            announcement_role_id=RoleId(announcement_role.id) if announcement_role else None,
            space=(await service.space(space)).id if space else None,
        )
        community = _with_what_was(community, before, splits=announcements is not None)
        await service.set_up(community, actor, (governor, ChainId(chain)) if governor else None)
        await self.bot.scheduler.run("forums")
        await self.bot.scheduler.run("outbox")
        await self._show(interaction)

    @app_commands.command()
    @app_commands.default_permissions(manage_guild=True)
    async def check(self, interaction: Asked) -> None:
        """See how Assent is set up here, and which permission it lacks in which channel."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await administrator_of(interaction)
        await self.bot.services.delivery.unpark()
        await self._show(interaction)

    async def _show(self, interaction: Asked) -> None:
        standing = await self.bot.services.setup.standing(guild_of(interaction))
        assert interaction.guild is not None, "guild_of has asked"
        missing = missing_here(standing.community, interaction.guild)
        await tell(
            interaction, "", embed=setup_page(standing.community, standing.governors, missing)
        )


async def setup(bot: GovernanceBot) -> None:
    """Add the cog."""
    await bot.add_cog(Setup(bot))
