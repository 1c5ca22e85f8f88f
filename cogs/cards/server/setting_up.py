"""The conversation that sets a server up: one message, a page for each question."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import discord

from bot.domain.offchain.author import Author
from bot.domain.offchain.snapshot import Space
from bot.domain.policy import PRESETS
from bot.domain.proposal import Community
from bot.domain.setting_up import (
    Duty,
    Place,
    Question,
    SetupChoices,
    channel_for,
    following,
    governor_name,
    missing,
    preceding,
)
from bot.domain.text import bare, line
from cogs.cards.fitting import Colour, Page, embed
from cogs.cards.markup import channel, role
from cogs.cards.server.followed import followed, governor_facts, governor_row, space_rules
from cogs.cards.server.permissions import Missing
from cogs.cards.server.setup_page import permission_rows, standing_fields
from cogs.cards.server.way import way

PRESETS_EXPLAINED = {
    "braintrust": "Ideas, a Temperature Check, a Consensus Check, then the vote on chain.",
    "single-vote": "Ideas, one vote on Snapshot, then the vote on chain.",
    "onchain-only": "Ideas, then the vote on chain; nothing is put on Snapshot.",
    "watch-only": "No ideas: Assent only tells what happens on chain.",
}
CHANNEL_NAMES = {
    Place.IDEAS: "ideas",
    Place.VOTING: "governance-votes",
    Place.ANNOUNCEMENTS: "governance-announcements",
    Place.MODERATORS: "moderators",
}
SPOKEN_IN = [discord.ChannelType.text, discord.ChannelType.news]
IDEAS_IN = [*SPOKEN_IN, discord.ChannelType.forum]
_LABEL_LIMIT = 100  # of an option
_ADDRESS_SHOWN = 10
_TITLES = {
    Question.ROLES: "Roles",
    Question.CHANNELS: "Channels",
    Question.PRESET: "How proposals are decided",
    Question.SPACE: "The Snapshot space",
    Question.GOVERNORS: "The governor contracts",
    Question.SUMMARY: "Look at it once more",
}
_NOT_CHOSEN = "not chosen yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a page shows beside the answers, as it is at this moment."""

    known: Collection[int] = ()  # the channels and roles there are
    author: Author | None = None  # in whose name votes are posted to Snapshot
    space: Space | None = None
    space_is_unread: bool = False  # Snapshot did not answer
    community: Community | None = None  # what the answers make, once nothing is missing
    missing: tuple[Missing, ...] = ()
    offers_channels: bool = False  # the person is asked whether those missing shall be made


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """One page of the conversation."""

    embed: discord.Embed
    view: discord.ui.View


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """What is particular to a question."""

    lines: tuple[str, ...]
    fields: tuple[tuple[str, str], ...] = ()
    next_step: str = "Choose, then press Next. Nothing is set up before you press Finish."
    menus: tuple[discord.ui.Item[Any], ...] = ()
    buttons: tuple[discord.ui.Item[Any], ...] = ()
    colour: Colour = Colour.TALK


def asking(choices: SetupChoices, around: Surroundings) -> Asking:
    """Show the question at which the conversation stands."""
    question = choices.question
    parts = _QUESTIONS[question](choices, around)
    questions = list(Question)
    page = Page(
        title=f"Set-up · {questions.index(question) + 1} of {len(questions)}: {_TITLES[question]}",
        lines=parts.lines,
        fields=parts.fields,
        next_step=parts.next_step,
        source="",
        colour=parts.colour,
    )
    return Asking(embed=embed(page), view=_view(question, parts))


def _view(question: Question, parts: _Parts) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    for row, menu in enumerate(parts.menus):
        menu.row = row
        view.add_item(menu)
    buttons = [*parts.buttons]
    if question is not Question.SUMMARY:
        is_primary = not any(_is_primary(button) for button in buttons)
        buttons.append(button(f"go:{following(question)}", "Next", is_primary=is_primary))
    if question is not Question.ROLES:
        buttons.insert(0, button(f"go:{preceding(question)}", "Back"))
    buttons.append(button("over", "Start over"))
    for each in buttons:
        each.row = len(parts.menus)
        view.add_item(each)
    view.stop()  # It is sent, and not remembered: the dynamic items answer.
    return view


def _is_primary(item: discord.ui.Item[Any]) -> bool:
    return isinstance(item, discord.ui.Button) and item.style is discord.ButtonStyle.primary


def button(
    act: str, label: str, *, is_primary: bool = False, disabled: bool = False
) -> discord.ui.Button[Any]:
    """Make a button of the conversation; who may press it is checked when it is pressed."""
    style = discord.ButtonStyle.primary if is_primary else discord.ButtonStyle.secondary
    return discord.ui.Button(
        custom_id=f"setup:do:{act}", label=label, style=style, disabled=disabled
    )


def _roles(choices: SetupChoices, around: Surroundings) -> _Parts:
    moderators, called = choices.moderator_role_id, choices.announcement_role_id
    return _Parts(
        lines=(
            "Assent asks before everything that only some people may do. This says who they are.",
            "",
            f"1 · **Moderators** promote, publish and reject: {role(moderators)}"
            if moderators
            else f"1 · **Moderators** promote, publish and reject: {_NOT_CHOSEN}",
            f"2 · **Called** when a vote opens or ends soon: {role(called)}"
            if called
            else "2 · **Called** when a vote opens or ends soon: nobody (this is optional)",
        ),
        menus=(
            _role_menu(Duty.MODERATORS, "1 · The moderators' role", moderators, around, least=1),
            _role_menu(Duty.CALLED, "2 · The role that is called (optional)", called, around),
        ),
    )


def _role_menu(
    duty: Duty, placeholder: str, chosen: int | None, around: Surroundings, *, least: int = 0
) -> discord.ui.RoleSelect[Any]:
    kind = discord.SelectDefaultValueType.role
    return discord.ui.RoleSelect(
        custom_id=f"setup:role:{duty}",
        placeholder=placeholder,
        min_values=least,
        max_values=1,
        default_values=_shown(chosen, kind, around),
    )


def _shown(
    chosen: int | None, kind: discord.SelectDefaultValueType, around: Surroundings
) -> list[discord.SelectDefaultValue]:
    """Show what is chosen, if it is still there."""
    if chosen is None or chosen not in around.known:
        return []
    return [discord.SelectDefaultValue(id=chosen, type=kind)]


_PLACES: dict[Place, tuple[str, str, str]] = {
    Place.IDEAS: ("Ideas", "are spoken and discussed", _NOT_CHOSEN),
    Place.VOTING: ("Votes", "are announced and counted", _NOT_CHOSEN),
    Place.ANNOUNCEMENTS: ("Announcements", "of timelock and execution", "where votes are"),
    Place.MODERATORS: ("Moderators", "are told what waits for them", "in threads (optional)"),
}


def _channels(choices: SetupChoices, around: Surroundings) -> _Parts:
    rows, menus = [], []
    for number, (place, (name, what, without)) in enumerate(_PLACES.items(), 1):
        chosen = channel_for(choices, place)
        where = channel(chosen) if chosen else without
        rows.append(f"{number} · **{name}** {what}: {where}")
        kind = discord.SelectDefaultValueType.channel
        is_needed = place in {Place.IDEAS, Place.VOTING}
        menus.append(
            discord.ui.ChannelSelect[Any](
                custom_id=f"setup:channel:{place}",
                placeholder=f"{number} · {name}" + ("" if is_needed else " (optional)"),
                channel_types=IDEAS_IN if place is Place.IDEAS else SPOKEN_IN,
                min_values=0,
                max_values=1,
                default_values=_shown(chosen, kind, around),
            )
        )
    lines = ("Assent speaks in these channels and in no others.", "", *rows)
    lacking = [place for place in _PLACES if channel_for(choices, place) is None]
    if around.offers_channels:
        names = ", ".join(f"**#{CHANNEL_NAMES[place]}**" for place in lacking)
        return _Parts(
            lines=lines,
            next_step=f"Assent would make {names}; #{CHANNEL_NAMES[Place.MODERATORS]} only for the "
            "moderators' role and itself. Shall it?",
            menus=tuple(menus),
            buttons=(button("create:yes", "Yes, create them", is_primary=True),),
        )
    return _Parts(
        lines=lines,
        menus=tuple(menus),
        buttons=(button("create", "Create them for me"),) if lacking else (),
    )


def _preset(choices: SetupChoices, _around: Surroundings) -> _Parts:
    options = [
        discord.SelectOption(
            label=name,
            value=name,
            description=PRESETS_EXPLAINED[name],
            default=name == choices.preset,
        )
        for name in PRESETS
    ]
    return _Parts(
        lines=(
            "A preset is a set of rules to begin with; `/governance policy` changes each of them.",
            "",
            *(
                f"{'●' if name == choices.preset else '○'} **{name}**: {explained}"
                for name, explained in PRESETS_EXPLAINED.items()
            ),
        ),
        next_step="Choose, then press Next. Another preset than before replaces all rules.",
        menus=(
            discord.ui.Select[Any](
                custom_id="setup:option:preset", placeholder="The preset", options=options
            ),
        ),
    )


def _space(choices: SetupChoices, around: Surroundings) -> _Parts:
    purpose = "In its Snapshot space a community votes off chain; Assent posts and counts there."
    rows: tuple[str, ...] = ("○ no space chosen: Assent posts nothing to Snapshot",)
    if around.space is not None:
        rows = space_rules(around.space, around.author)
    elif around.space_is_unread:
        rows = (
            *followed(choices.space, ())[:1],
            "⚠ Snapshot does not answer right now, so its rules cannot be shown.",
            "Try it again in a minute, or go on: your answers are kept.",
        )
    elif choices.space is not None:
        rows = (f"✖ Snapshot knows no space {line(choices.space, 80)} any more: name another.",)
    without = button("space:none", "Without a space")
    return _Parts(
        lines=(purpose, "", *rows),
        next_step="Name the space, or press Next to go on without one.",
        buttons=(
            button(
                "space:name",
                "Name another space…" if choices.space else "Name the space…",
                is_primary=choices.space is None,
            ),
            *([without] if choices.space else []),
        ),
    )


def _governors(choices: SetupChoices, _around: Surroundings) -> _Parts:
    purpose = "A governor is the contract in which the community decides on chain; Assent reads it."
    if choices.found is not None:
        return _Parts(
            lines=(
                "Is this the one? So it reads on the chain:",
                "",
                *governor_facts(choices.found),
            ),
            next_step="Add it if it is; nothing is followed before you press Finish.",
            buttons=(
                button("governor:add", "Add it", is_primary=True),
                button("governor:name", "Another address…"),
            ),
        )
    rows = [governor_row(each) for each in choices.governors]
    options = [
        discord.SelectOption(
            label=bare(each.name, _LABEL_LIMIT) or "a governor without a name",
            value=governor_name(each),
            description=f"chain {each.chain_id}, {each.address[:_ADDRESS_SHOWN]}…",
        )
        for each in choices.governors
    ]
    remove = discord.ui.Select[Any](
        custom_id="setup:option:unwatch", placeholder="Remove a governor", options=options
    )
    return _Parts(
        lines=(purpose, "", *(rows or ("○ no governor yet: nothing on chain is followed",))),
        next_step="Add a governor by its address, or press Next to go on.",
        menus=(remove,) if options else (),
        buttons=(button("governor:name", "Add a governor…", is_primary=not rows),),
    )


def _summary(choices: SetupChoices, around: Surroundings) -> _Parts:
    if around.community is None:
        return _Parts(
            lines=tuple(f"✖ Please choose {each}." for each in missing(choices)),
            next_step="Press Back, or run `/governance setup` later: your answers are kept.",
            buttons=(button("finish", "Finish", disabled=True),),
            colour=Colour.BAD,
        )
    permissions = "\n".join(permission_rows(around.missing))
    return _Parts(
        lines=way(around.community),
        fields=(
            *standing_fields(around.community, choices.governors, around.author),
            ("Permissions", permissions),
        ),
        next_step="Press Finish, and it is so. What is missing can also be given afterwards.",
        buttons=(button("finish", "Finish", is_primary=True),),
    )


_QUESTIONS: dict[Question, Callable[[SetupChoices, Surroundings], _Parts]] = {
    Question.ROLES: _roles,
    Question.CHANNELS: _channels,
    Question.PRESET: _preset,
    Question.SPACE: _space,
    Question.GOVERNORS: _governors,
    Question.SUMMARY: _summary,
}
