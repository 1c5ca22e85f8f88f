"""A Discord on loopback: REST v10 and gateway v10, and people who act in it."""

from sandbox.discord.channels import Channel, Thread
from sandbox.discord.community import Community
from sandbox.discord.errors import NoAnswerError, NotAllowedError
from sandbox.discord.guilds import Role
from sandbox.discord.intents import Intent
from sandbox.discord.messages import Message
from sandbox.discord.modals import Field, Modal
from sandbox.discord.people import Person
from sandbox.discord.permissions import DEFAULT_BOT_PERMISSIONS, Permission
from sandbox.discord.replies import Choice, Reply
from sandbox.discord.state import Rules
from sandbox.discord.uploads import Upload
from sandbox.discord.world import DiscordWorld

__all__ = [
    "DEFAULT_BOT_PERMISSIONS",
    "Channel",
    "Choice",
    "Community",
    "DiscordWorld",
    "Field",
    "Intent",
    "Message",
    "Modal",
    "NoAnswerError",
    "NotAllowedError",
    "Permission",
    "Person",
    "Reply",
    "Role",
    "Rules",
    "Thread",
    "Upload",
]
