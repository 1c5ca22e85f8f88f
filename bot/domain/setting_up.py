"""Setting a server up, question by question: the answers so far, what they lack, what they make."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import unquote

from bot.domain.errors import Refusal
from bot.domain.onchain.governor import Governor
from bot.domain.policy import BRAINTRUST, Policy, preset
from bot.domain.proposal import Community
from bot.domain.text import line
from bot.domain.types import ChannelId, GuildId, RoleId, SpaceId

MOST_GOVERNORS = 10  # a server; what is asked of chains, and what fits on a page, is bounded
_SPACE_LIMIT = 80


class Question(StrEnum):
    """What is asked, in this order. Roles come first: the moderators' channel is private to one."""

    ROLES = "roles"
    CHANNELS = "channels"
    PRESET = "preset"
    SPACE = "space"
    GOVERNORS = "governors"
    SUMMARY = "summary"


class Place(StrEnum):
    """What a channel can be chosen for."""

    IDEAS = "ideas"
    VOTING = "voting"
    ANNOUNCEMENTS = "announcements"
    MODERATORS = "moderators"


class Duty(StrEnum):
    """What a role can be chosen for."""

    MODERATORS = "moderators"
    CALLED = "called"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupChoices:
    """The answers that administrators of a server have given so far; `None`: none yet."""

    guild_id: GuildId
    question: Question = Question.ROLES  # where the conversation stands
    moderator_role_id: RoleId | None = None
    announcement_role_id: RoleId | None = None
    ideas_channel_id: ChannelId | None = None
    ideas_channel_is_forum: bool = False
    voting_channel_id: ChannelId | None = None
    announcements_channel_id: ChannelId | None = None  # `None`: where votes are
    moderators_channel_id: ChannelId | None = None
    preset: str = BRAINTRUST.preset
    space: SpaceId | None = None
    governors: tuple[Governor, ...] = ()
    found: Governor | None = None  # recognised, and waiting for somebody to say that it is the one


def begun(
    guild_id: GuildId, community: Community | None, governors: Collection[Governor]
) -> SetupChoices:
    """Begin with what is set up already."""
    if community is None:
        return SetupChoices(guild_id=guild_id)
    voting = community.voting_channel_id
    ideas: ChannelId | None = community.ideas_channel_id
    announcements: ChannelId | None = community.announcements_channel_id
    return SetupChoices(
        guild_id=guild_id,
        moderator_role_id=community.moderator_role_id,
        announcement_role_id=community.announcement_role_id,
        ideas_channel_id=ideas if community.policy.takes_ideas or ideas != voting else None,
        ideas_channel_is_forum=community.ideas_channel_is_forum,
        voting_channel_id=voting,
        announcements_channel_id=None if announcements == voting else announcements,
        moderators_channel_id=community.moderators_channel_id,
        preset=community.policy.preset,
        space=community.space,
        governors=tuple(governors),
    )


def following(question: Question) -> Question:
    """Say what is asked next."""
    questions = list(Question)
    return questions[min(questions.index(question) + 1, len(questions) - 1)]


def preceding(question: Question) -> Question:
    """Say what was asked before."""
    questions = list(Question)
    return questions[max(questions.index(question) - 1, 0)]


def with_channel(
    choices: SetupChoices, place: Place, channel_id: ChannelId | None, *, is_forum: bool = False
) -> SetupChoices:
    """Choose a channel for something, or none."""
    match place:
        case Place.IDEAS:
            return replace(choices, ideas_channel_id=channel_id, ideas_channel_is_forum=is_forum)
        case Place.VOTING:
            return replace(choices, voting_channel_id=channel_id)
        case Place.ANNOUNCEMENTS:
            return replace(choices, announcements_channel_id=channel_id)
        case Place.MODERATORS:
            return replace(choices, moderators_channel_id=channel_id)


def channel_for(choices: SetupChoices, place: Place) -> ChannelId | None:
    """Give the channel that was chosen for something."""
    return {
        Place.IDEAS: choices.ideas_channel_id,
        Place.VOTING: choices.voting_channel_id,
        Place.ANNOUNCEMENTS: choices.announcements_channel_id,
        Place.MODERATORS: choices.moderators_channel_id,
    }[place]


def with_role(choices: SetupChoices, duty: Duty, role_id: RoleId | None) -> SetupChoices:
    """Choose a role for something, or none; the server's own id is the role of everybody.

    Raises:
        Refusal: It is the role that everybody has; the message says why that cannot be.
    """
    is_everyone = role_id is not None and int(role_id) == int(choices.guild_id)
    if duty is Duty.MODERATORS:
        if is_everyone:
            raise Refusal(
                "@everyone cannot be the moderators' role: every member could publish and reject. "
                "Choose a role that only moderators have; nothing was changed."
            )
        return replace(choices, moderator_role_id=role_id)
    if is_everyone:
        raise Refusal(
            "@everyone cannot be the announcement role: Assent never calls the whole server. "
            "Choose a role that members can take; nothing was changed."
        )
    return replace(choices, announcement_role_id=role_id)


def with_found(choices: SetupChoices) -> SetupChoices:
    """Take the governor that was recognised; one that is there already is noted anew.

    Raises:
        Refusal: None waits to be taken, or there are too many.
    """
    found = choices.found
    if found is None:
        raise Refusal("This was dealt with already; nothing was changed.")
    others = tuple(each for each in choices.governors if not is_same_contract(each, found))
    if len(others) >= MOST_GOVERNORS:
        raise Refusal(f"At most {MOST_GOVERNORS} governors fit; remove one first.")
    return replace(choices, governors=(*others, found), found=None)


def without_governor(choices: SetupChoices, name: str) -> SetupChoices:
    """Take a governor off the list; `name` as `governor_name` gives it."""
    kept = tuple(each for each in choices.governors if governor_name(each) != name)
    return replace(choices, governors=kept)


def governor_name(governor: Governor) -> str:
    """Name the contract by its chain and address."""
    return f"{governor.chain_id}:{governor.address}"


def is_same_contract(one: Governor, other: Governor) -> bool:
    """Say whether both are the same contract, whatever was read of it when."""
    return governor_name(one) == governor_name(other)


def missing(choices: SetupChoices) -> tuple[str, ...]:
    """Name what has to be chosen before it can be finished, in people's words."""
    takes_ideas = preset(choices.preset).takes_ideas
    wanted = {
        "the moderators' role": choices.moderator_role_id,
        "the channel for votes": choices.voting_channel_id,
        "the channel for ideas": choices.ideas_channel_id or not takes_ideas or None,
    }
    return tuple(name for name, chosen in wanted.items() if chosen is None)


def community_of(choices: SetupChoices, before: Community | None) -> Community:
    """Make the community of the answers; rules stay as they are unless another preset was chosen.

    Raises:
        Refusal: Something has to be chosen first.
    """
    moderators, voting = choices.moderator_role_id, choices.voting_channel_id
    ideas = choices.ideas_channel_id
    if (lacking := missing(choices)) or moderators is None or voting is None:
        raise Refusal(f"Please choose {' and '.join(lacking)} first; nothing was changed.")
    return Community(
        guild_id=choices.guild_id,
        policy=_policy(choices, before),
        ideas_channel_id=ideas if ideas is not None else voting,
        ideas_channel_is_forum=ideas is not None and choices.ideas_channel_is_forum,
        voting_channel_id=voting,
        announcements_channel_id=choices.announcements_channel_id or voting,
        moderators_channel_id=choices.moderators_channel_id,
        moderator_role_id=moderators,
        announcement_role_id=choices.announcement_role_id,
        space=choices.space,
        is_rehearsing=before is not None and before.is_rehearsing,
    )


def _policy(choices: SetupChoices, before: Community | None) -> Policy:
    if before is not None and before.policy.preset == choices.preset:
        return before.policy
    return preset(choices.preset)


def space_named(text: str) -> SpaceId:
    """Read a space's name, or its address on snapshot.org or snapshot.box.

    Raises:
        Refusal: Nothing was typed that could be a space.
    """
    last = text.strip().split("?")[0].rstrip("/")
    if "/" in last:  # https://snapshot.box/#/s:usebraintrust.eth/proposal/0x…
        parts = [part for part in last.replace("#", "/").split("/") if "." in part][1:]
        last = next((part.removeprefix("s:") for part in parts), "")
    name = unquote(last.removeprefix("s:")).lower()
    if not name or len(name) > _SPACE_LIMIT or not name.isprintable() or " " in name:
        raise Refusal(
            f"“{line(text, _SPACE_LIMIT)}” is no name of a space. Type it like usebraintrust.eth, "
            "or paste its address, like https://snapshot.box/#/s:usebraintrust.eth."
        )
    return SpaceId(name)
