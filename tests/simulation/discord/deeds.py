"""Everything that a person can ask of Assent, as an entry of the table says it; and who may."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from typing_extensions import override

from sandbox.discord import Channel, Message, Modal, Person, Reply, Thread
from sandbox.discord.interactions import COMMAND
from sandbox.discord.people import _command_data, _without_demands
from tests.simulation.discord.scene import Named, Scene

Place = Channel | Thread


_NAMES = re.compile(r"\{(\w+)\.(?:id|reference)\}")


class Right(StrEnum):
    """Who may."""

    EVERYBODY = "everybody"
    AUTHOR = "the author"
    AUTHOR_OR_MODERATOR = "the author or a moderator"
    MODERATOR = "a moderator"
    ADMINISTRATOR = "an administrator"
    ITS_PERSON = "the one it was made for"


class Effect(StrEnum):
    """What it does if somebody may."""

    ONCE = "it is done once, and whoever is second is told"
    EACH_TIME = "it is done each time"
    SHOWS = "nothing is changed: something is shown, or a form opened"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Something a person can ask for; the texts in it name what is in the scene."""

    right: Right
    effect: Effect = Effect.SHOWS
    by: str = ""  # whose it is, where the right does not say it
    outlives: bool = False  # it may also be done with what has ended

    @property
    def texts(self) -> Sequence[str]:
        """Give all in which a proposal may be named."""
        raise NotImplementedError

    @property
    def names_something(self) -> bool:
        return any(_NAMES.search(text) for text in self.texts)

    @property
    def names_a_proposal(self) -> bool:
        named = {name for text in self.texts for name in _NAMES.findall(text)}
        return bool(named - {"kept", "text", "deletion", "preparation"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Command(Deed):
    """A slash command; an option is a text with names in it, or what is read off the scene."""

    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    @override
    def texts(self) -> Sequence[str]:
        return [value for value in self.options.values() if isinstance(value, str)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu(Deed):
    """A right-click on a message or on a member."""

    on: Callable[[Scene], Message | Person]

    @property
    @override
    def texts(self) -> Sequence[str]:
        return []


@dataclass(frozen=True, slots=True, kw_only=True)
class Press(Deed):
    """A button or a menu, by its state."""

    state: str
    values: Sequence[str] = ()  # of a menu
    kind: int = 2

    @property
    @override
    def texts(self) -> Sequence[str]:
        return [self.state, *self.values]


@dataclass(frozen=True, slots=True, kw_only=True)
class Send(Deed):
    """A form, as filled in; `opened_by` is the entry that shows it."""

    state: str
    opened_by: str | Press
    fields: Mapping[str, Any]

    @property
    @override
    def texts(self) -> Sequence[str]:
        return [self.state]


def filled(scene: Scene, given: Any, names: Mapping[str, Any] | None = None) -> Any:
    """Give what stands for a text with names in it, or is read off the home."""
    if isinstance(given, str):
        return given.format_map(names or scene.known)
    if isinstance(given, list | tuple):
        return [filled(scene, each, names) for each in given]
    return given(scene) if callable(given) else given


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One person asks for it, somewhere; with `wrong`, of a proposal that is not there."""

    scene: Scene
    name: str
    deed: Deed
    person: Person
    wrong: Named | None = None
    place: Place | None = None
    state: str | None = None
    more: Mapping[str, str] = field(default_factory=dict)  # fields or options, instead

    async def __call__(self) -> Reply:
        """Do it, and wait for the answer."""
        place = self.place or _some_place(self.scene, self.person)
        match self.deed:
            case Command():
                return await run(self.person, place, self.name, self._all(self.deed.options))
            case Menu():
                return await right_click(self.person, place, self.name, self.deed.on(self.scene))
            case Press():
                state, values = self._state(self.deed.state), self._filled(self.deed.values)
                return await self.person.forge_component(
                    place, state, component_type=self.deed.kind, values=values
                )
            case Send():
                state, fields = self._state(self.deed.state), self._all(self.deed.fields)
                return await self.person.forge_modal(place, state, fields=fields)
        raise AssertionError(self.deed)

    def _filled(self, given: Any) -> Any:
        value = filled(self.scene, given, self.scene.names(self.wrong))
        # Discord offers nobody of another server.
        is_foreign = (
            isinstance(value, Person) and value.member.guild is not self.person.member.guild
        )
        return self.person if is_foreign else value

    def _all(self, given: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self._filled(value) for name, value in given.items()} | dict(self.more)

    def _state(self, template: str) -> str:
        return self._filled(template) if self.state is None else self.state


def _some_place(scene: Scene, person: Person) -> Place:
    at_home = person.member.guild is scene.home.guild.guild
    return scene.home.general if at_home else scene.other.general


async def run(person: Person, place: Place, name: str, options: Mapping[str, Any]) -> Reply:
    """Send a command as a client would that knows neither rights nor limits."""
    found, words = person._command(1, name.removeprefix("/").split())
    typed = person._typed()
    encoded = typed.path(_without_demands(found.body), words, options)
    return await person._do(COMMAND, place, _command_data(found, typed, {"options": encoded}))


async def right_click(person: Person, place: Place, name: str, target: Message | Person) -> Reply:
    """Choose a command on a message or a member, wherever it is sent from."""
    typed = person._typed()
    if isinstance(target, Person):
        kind = 2
        typed.resolve_user(target.id)
    else:
        kind = 3
        typed.resolved["messages"] = {str(target.id): target.payload(person._state.bot.id)}
    found, _ = person._command(kind, [name])
    data = _command_data(found, typed, {"target_id": str(target.id)})
    return await person._do(COMMAND, place, data)


def rightful(scene: Scene, deed: Deed) -> list[Person]:
    """Give those who may, first the one who is most likely to."""
    home = scene.home
    if deed.by:
        return [getattr(home, deed.by)]
    return {
        Right.EVERYBODY: [home.joel, home.kofi],
        Right.AUTHOR: [home.mara],
        Right.AUTHOR_OR_MODERATOR: [home.mara, home.ana],
        Right.MODERATOR: [home.ana, scene.second],
        Right.ADMINISTRATOR: [home.owner, scene.chief],
        Right.ITS_PERSON: [home.mara],
    }[deed.right]


def strangers(scene: Scene, deed: Deed) -> list[Person]:
    """Give those who may not."""
    home = scene.home
    return {
        Right.EVERYBODY: [],
        Right.AUTHOR: [home.joel, home.ana, home.owner],
        Right.AUTHOR_OR_MODERATOR: [home.joel],
        Right.MODERATOR: [home.joel, home.mara],
        Right.ADMINISTRATOR: [home.joel, home.ana, home.mara],
        Right.ITS_PERSON: [home.joel, home.ana, home.owner],
    }[deed.right]


async def opened_forms(scene: Scene) -> dict[str, Modal]:
    """Open every form of the table, each by the first who may."""
    from tests.simulation.discord.authority_table import DEEDS  # noqa: PLC0415 - made of deeds

    opened = {}
    for name, deed in DEEDS.items():
        if isinstance(deed, Send):
            by = deed.opened_by
            opener = DEEDS[by] if isinstance(by, str) else by
            person = rightful(scene, deed)[0]
            reply = await Try(scene=scene, name=str(by), deed=opener, person=person)()
            assert reply.modal is not None, f"{deed.opened_by} opens no form: {reply.text}"
            opened[name] = reply.modal
            await scene.back()
    return opened
