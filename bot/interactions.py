"""Answers to interactions: who asks, with which authority, and what they read when it fails."""

import re
import secrets
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

import aiohttp
import discord
import structlog
from discord import app_commands
from typing_extensions import override

from bot.domain.errors import Denial, Refusal
from bot.domain.lifecycle import Phase
from bot.domain.onchain.proposal import GovernorProposal
from bot.domain.policy import Step
from bot.domain.proposal import Actor, require_administrator
from bot.domain.support import Membership, Reactor
from bot.domain.text import bare
from bot.domain.types import GuildId, ProposalId, RoleId, UnixSeconds, UserId

if TYPE_CHECKING:
    from bot.client import GovernanceBot  # noqa: F401 - named in a string below

log = structlog.get_logger()

CHOICE_NAME_LIMIT = 100  # Discord's limit for an offered choice
CHOICES_LIMIT = 25  # and for how many are offered

_Choice = TypeVar("_Choice", bound=StrEnum)
Asked = discord.Interaction["GovernanceBot"]


def guild_of(interaction: Asked) -> GuildId:
    """Give the server an interaction comes from.

    Raises:
        Refusal: It comes from a direct message.
    """
    if interaction.guild_id is None:
        raise Refusal("This works in a server only.")
    return GuildId(interaction.guild_id)


async def actor_of(interaction: Asked) -> Actor:
    """Say who asks, with the roles they have at this moment.

    A moderator has the community's role for it, or may manage the server.
    """
    member = interaction.user
    community = await interaction.client.services.setup.community(guild_of(interaction))
    is_administrator = is_moderator = interaction.permissions.manage_guild
    if community is not None and isinstance(member, discord.Member):
        is_moderator |= member.get_role(community.moderator_role_id) is not None
    return Actor(
        user_id=UserId(member.id),
        name=member.display_name,
        is_moderator=is_moderator,
        is_administrator=is_administrator,
        role_ids=_roles_of(member),
    )


def _roles_of(user: discord.Member | discord.User) -> frozenset[RoleId]:
    roles = user.roles if isinstance(user, discord.Member) else []
    return frozenset(RoleId(role.id) for role in roles)


def reactor_of(user: discord.Member | discord.User) -> Reactor:
    """Say who this is, as far as it matters whether their support counts."""
    membership = None
    if isinstance(user, discord.Member):
        joined = user.joined_at
        membership = Membership(
            role_ids=_roles_of(user),
            joined_at=None if joined is None else UnixSeconds(int(joined.timestamp())),
        )
    return Reactor(user_id=UserId(user.id), is_bot=user.bot, membership=membership)


async def administrator_of(interaction: Asked) -> Actor:
    """Say who asks, if they may manage the server.

    Raises:
        Denial: They may not.
    """
    actor = await actor_of(interaction)
    require_administrator(actor)
    return actor


def chosen(kind: type[_Choice], value: str) -> _Choice:
    """Give what was chosen of a fixed list.

    Raises:
        Denial: Discord offers no such choice: it was made up.
    """
    try:
        return kind(value)
    except ValueError:
        raise Denial(
            "This is none of the choices that Discord offers; nothing was changed. Pick one from "
            "the list that appears while you type."
        ) from None


async def references(
    interaction: Asked, current: str, phases: Sequence[Phase] = ()
) -> list[app_commands.Choice[str]]:
    """Offer this server's proposals while a person types a reference."""
    found = await interaction.client.services.records.matching(
        guild_of(interaction), current, phases
    )
    return [
        app_commands.Choice(
            name=bare(f"{proposal.reference} · {proposal.title}", CHOICE_NAME_LIMIT),
            value=proposal.reference,
        )
        for proposal in found
    ]


async def topics(interaction: Asked, current: str) -> list[app_commands.Choice[str]]:
    """Offer the topics of this community while a person types one."""
    community = await interaction.client.services.setup.community(guild_of(interaction))
    there_are = community.policy.topics if community else ()
    fitting = [each for each in there_are if current.strip().casefold() in each.casefold()]
    return [
        app_commands.Choice(name=bare(each, CHOICE_NAME_LIMIT), value=each[:CHOICE_NAME_LIMIT])
        for each in fitting[:CHOICES_LIMIT]
    ]


async def on_chain_names(interaction: Asked, current: str) -> list[app_commands.Choice[str]]:
    """Offer what this server's governors have on chain while a person types."""
    found = await interaction.client.services.records.on_chain(guild_of(interaction))
    times = Counter(each.key.id for each in found)
    choices = [_on_chain_choice(each, is_unique=times[each.key.id] == 1) for each in found]
    typed = current.casefold()
    return [each for each in choices if typed in each.name.casefold() or typed in each.value][
        :CHOICES_LIMIT
    ]


def _on_chain_choice(proposal: GovernorProposal, *, is_unique: bool) -> app_commands.Choice[str]:
    """Offer an on-chain proposal; where two governors use the same id, with its governor."""
    title = bare(proposal.title, CHOICE_NAME_LIMIT) or "(no title)"
    key = proposal.key
    if is_unique:
        return app_commands.Choice(name=title, value=str(key.id))
    # A whole address and an id of 77 digits are too long for a choice.
    governor = key.governor[-8:].lower()
    name = f"{bare(title, CHOICE_NAME_LIMIT - 12)} · …{governor}"
    return app_commands.Choice(name=name, value=f"{governor}:{key.id}")


async def tell(interaction: Asked, text: str, **more: Any) -> None:
    """Answer privately, whatever was answered before."""
    if interaction.response.is_done():
        await interaction.followup.send(text, ephemeral=True, **more)
    else:
        await interaction.response.send_message(text, ephemeral=True, **more)


async def answer_error(interaction: Asked, error: Exception, **more: Any) -> None:
    """Tell the person privately what went wrong: the one answer to every failed interaction.

    `more` goes with it: the file of a text that must not be lost, for example.
    """
    cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
    match cause:
        case Denial():
            await _write_down(interaction, cause)
            text = str(cause)
        case Refusal():
            text = str(cause)
        case app_commands.CheckFailure() | app_commands.TransformerError():
            text = f"That did not fit: {cause}"[:300]
        case _:
            text = _noted(cause, interaction.client.world_failures)
    try:
        await tell(interaction, text, **more)
    except discord.HTTPException as failure:
        log.warning("could not answer", error=repr(failure))


async def _write_down(interaction: Asked, denial: Denial) -> None:
    """Put an attempt at what somebody has no right to into the audit of their server."""
    if interaction.guild_id is not None:
        await interaction.client.services.records.denied(
            GuildId(interaction.guild_id),
            UserId(interaction.user.id),
            _attempted(interaction),
            str(denial),
        )


def _attempted(interaction: Asked) -> str:
    """Name what was tried: the command, or the state of the button or form."""
    if interaction.command is not None:
        slash = "/" if isinstance(interaction.command, app_commands.Command) else ""
        return f"{slash}{interaction.command.qualified_name}"
    data: Any = interaction.data or {}
    return str(data.get("custom_id", "something unknown"))


def _noted(error: Exception, world_failures: tuple[type[Exception], ...]) -> str:
    """Write a failure down under a code, and say what a person can do about it."""
    code = secrets.token_hex(3)
    if isinstance(error, world_failures) and not _is_refused(error):
        log.warning("the world failed an interaction", code=code, error=repr(error))
        # Snapshot and the chain are asked before anything is written; Discord is told afterwards.
        may_be_done = isinstance(error, discord.HTTPException | aiohttp.ClientError | OSError)
        return "Snapshot, the chain's node or Discord does not answer right now. " + (
            f"Look whether it was done before you repeat it. (code {code})"
            if may_be_done
            else f"Nothing was changed; please try again in a minute. (code {code})"
        )
    log.error("interaction failed", code=code, exc_info=error)
    return (
        "Something went wrong on our side, and it was noted. What you did may not have "
        f"been done: look before you repeat it. (code {code})"
    )


def _is_refused(error: Exception) -> bool:
    """Say whether Discord answered, and the answer is that we asked for something wrong."""
    return (
        isinstance(error, discord.HTTPException)
        and error.status < HTTPStatus.INTERNAL_SERVER_ERROR
        and error.status != HTTPStatus.TOO_MANY_REQUESTS
    )


@asynccontextmanager
async def answering(interaction: Asked) -> AsyncIterator[None]:
    """Answer in the one way whatever goes wrong inside."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - the error handler for what the tree does not see
        await answer_error(interaction, error)


class Form(discord.ui.Modal):
    """A form; its `custom_id` is its whole state, so what people type into it outlives restarts.

    discord.py itself would keep one open form for each `custom_id`, in memory: of two people with
    the same form one would be heard as the other, or not at all. A subclass gives a `template` for
    its `custom_id`, and what happens in `submitted`.
    """

    template: ClassVar[re.Pattern[str]]

    @override
    def __init_subclass__(cls, *, template: str, **more: Any) -> None:
        super().__init_subclass__(**more)
        cls.template = re.compile(template, re.DOTALL)

    async def open(self, interaction: Asked) -> None:
        """Show the form to the person."""
        self.stop()  # So discord.py does not remember it.
        await interaction.response.send_modal(self)

    @classmethod
    async def submitted(
        cls, interaction: Asked, state: re.Match[str], typed: Mapping[str, str]
    ) -> None:
        """Do what the form is for; `typed` is by the fields' `custom_id`."""
        raise NotImplementedError


async def take_in(interaction: Asked, forms: Iterable[type[Form]]) -> None:
    """Find out which form a person has sent, and do what it is for."""
    data: Any = interaction.data
    async with answering(interaction):
        for form in forms:
            if state := form.template.fullmatch(data["custom_id"]):
                await form.submitted(interaction, state, _typed(data["components"]))
                return
        raise Denial(_UNKNOWN)


async def turn_away(interaction: Asked, answered: Iterable[re.Pattern[str]]) -> None:
    """Answer a press of what nothing of ours answers: out of date, or made up."""
    data: Any = interaction.data
    if not any(pattern.fullmatch(data["custom_id"]) for pattern in answered):
        async with answering(interaction):
            raise Denial(_UNKNOWN)


_UNKNOWN = (
    "This is out of date, or it was never one of Assent's; nothing was changed. "
    "The card of the proposal has what can be done now: `/proposal show` finds it."
)


def _typed(components: Sequence[Any]) -> Mapping[str, str]:
    """Give what was entered; a field that a forged form leaves out reads as empty."""
    fields = [label["component"] for label in components if "component" in label]
    return defaultdict(str, {field["custom_id"]: _entered(field) for field in fields})


def _entered(field: Mapping[str, Any]) -> str:
    """Give a text, or what was chosen in a menu: one a line."""
    return str(field.get("value") or "\n".join(map(str, field.get("values") or ())))


class Stateful(discord.ui.DynamicItem[Any], template=r"never:used"):
    """A button or a menu whose `custom_id` is its whole state, so that it outlives restarts.

    A subclass gives a `template` with named parts, and what happens in `used`. Who may use it is
    asked when it is used: an id can be made up, and a button can be old.
    """

    def __init__(self, item: discord.ui.Item[Any], state: Mapping[str, str]) -> None:
        super().__init__(item)
        self.state = state  # all that its `custom_id` says, by name

    @classmethod
    @override
    async def from_custom_id(
        cls,
        interaction: discord.Interaction[Any],
        item: discord.ui.Item[Any],
        match: re.Match[str],
        /,
    ) -> Self:
        return cls(item, match.groupdict())

    @override
    async def callback(self, interaction: Asked) -> None:  # type: ignore[override] # our client is the only one
        """Do what it is for, and answer in the one way whatever goes wrong."""
        async with answering(interaction):
            await self.used(interaction)

    async def used(self, interaction: Asked) -> None:
        """Do what it is for."""
        raise NotImplementedError


def values_of(interaction: Asked) -> list[str]:
    """Give what was chosen in a menu."""
    data: Any = interaction.data
    return [str(value) for value in data.get("values") or ()]


class ProposalButton(Stateful, template=r"never:pressed"):
    r"""A button of one proposal, such as those on its card.

    A subclass gives `template=r"proposal:(?P<id>\d+):<name>"`, and what happens in `pressed`.
    """

    @property
    def proposal_id(self) -> ProposalId:
        """The proposal that it says it is of."""
        return ProposalId(int(self.state["id"]))

    @property
    def seen(self) -> tuple[Step, int]:
        """The revision of a draft that the button speaks of, if it speaks of one."""
        return Step(self.state["step"]), int(self.state["revision"])

    @override
    async def used(self, interaction: Asked) -> None:
        """Find the proposal in this server and do what the button says."""
        records = interaction.client.services.records
        reference = await records.reference(guild_of(interaction), self.proposal_id)
        await self.pressed(interaction, reference)

    async def pressed(self, interaction: Asked, reference: str) -> None:
        """Do what the button says."""
        raise NotImplementedError
