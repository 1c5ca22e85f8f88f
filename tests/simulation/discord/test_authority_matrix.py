"""Whoever has no right to something, and whoever makes something up, changes nothing.

Each command, button, menu and form of the registry is tried in every way; the bot has been started
anew since everything was prepared, so what people press and send comes from before a restart.
"""

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from discord import AppCommandType, app_commands

from sandbox.discord import Person, Reply
from tests.simulation.discord.authority_table import COMMANDS, COMPONENTS, DEEDS, FORMS, MENUS
from tests.simulation.discord.deeds import (
    Command,
    Effect,
    Menu,
    Press,
    Right,
    Send,
    Try,
    filled,
    rightful,
    strangers,
)
from tests.simulation.discord.scene import Named, Scene

pytestmark = pytest.mark.asyncio(loop_scope="module")

CUSTOM_ID_LIMIT = 100
EVERY = sorted(DEEDS)
GUARDED = [name for name in EVERY if DEEDS[name].right is not Right.EVERYBODY]
NAMING = [name for name in EVERY if DEEDS[name].names_something]
DOING = [name for name in EVERY if DEEDS[name].effect is not Effect.SHOWS]
STATES = [name for name in EVERY if isinstance(DEEDS[name], Press | Send)]
WRONG_NUMBERS = (10**9, 2**31, 2**63 - 1, 2**63, 2**64, 10**30, 0)
WRONG_REFERENCES = (
    "BTRST-999999",
    "BTRST-0",
    "-1",
    "x" * 6_000,
    "BTRST-1; DROP",
    "\u202e1-TSRTB",
    " ",
)


def check_told(reply: Reply) -> str:
    """See that a person was told no: privately, in a sentence; give what they read."""
    text = check_private(reply)
    assert text.endswith((".", "!", ")")), text
    assert text.lstrip("*_“✖⚠✔👍 ")[:1].isupper(), text
    return text


def check_private(reply: Reply) -> str:
    """See that a person was answered, with no word to anybody else; give what they read."""
    assert reply.modal is None, "a form was opened"
    assert reply.messages, "nothing was said"
    assert all(message.ephemeral_to is not None for message in reply.messages), "not private"
    text = reply.text.replace("\\", "").strip()
    assert not any(word in text for word in ("Something went wrong", "Traceback", "Error:")), text
    return text


@contextmanager
def unchanged(scene: Scene) -> Iterator[None]:
    """See that nothing is remembered, and nothing said aloud, that was not before."""
    before, public = scene.home.memory(), scene.public()
    yield
    after = scene.home.memory()
    assert after == before, sorted(set(after) ^ set(before))
    assert scene.public() == public


def attempts(scene: Scene, person: Person) -> list[str]:
    return scene.home.attempts(person)


def check_written_down(scene: Scene, name: str, person: Person) -> None:
    tried = attempts(scene, person)
    assert tried, f"{name} by {person.name} is not in the audit"
    if isinstance(DEEDS[name], Command | Menu):
        assert any(each.startswith(f"{name}: ") for each in tried)


async def test_the_table_has_each_command_button_menu_and_form_and_no_other(scene: Scene) -> None:
    bot = scene.assent.bot
    known = list(bot.tree.walk_commands())
    menus = [
        command.name
        for kind in (AppCommandType.message, AppCommandType.user)
        for command in bot.tree.get_commands(type=kind)
    ]
    commands = [
        f"/{each.qualified_name}" for each in known if isinstance(each, app_commands.Command)
    ]
    components = [item.__name__ for item in bot._connection._view_store._dynamic_items.values()]
    assert sorted(commands) == sorted(COMMANDS)
    assert sorted(menus) == sorted(MENUS)
    assert sorted(components) == sorted(COMPONENTS)
    assert sorted(form.__name__ for form in bot._forms) == sorted(FORMS)


async def test_every_state_in_the_table_is_one_of_its_own_part(scene: Scene) -> None:
    for name in STATES:
        assert templates(scene)[name].fullmatch(state_of(scene, name)), name


def templates(scene: Scene) -> dict[str, re.Pattern[str]]:
    bot = scene.assent.bot
    items = bot._connection._view_store._dynamic_items
    components = {item.__name__: pattern for pattern, item in items.items()}
    return components | {form.__name__: form.template for form in bot._forms}


def state_of(scene: Scene, name: str, wrong: Named | None = None) -> str:
    deed: Any = DEEDS[name]
    return str(deed.state.format_map(scene.names(wrong)))


@pytest.mark.parametrize("name", EVERY)
async def test_somebody_who_may_is_served(scene: Scene, name: str) -> None:
    deed = DEEDS[name]
    before = scene.home.memory()
    reply = await attempt(scene, name, rightful(scene, deed)[0])
    if deed.effect is not Effect.SHOWS:
        assert scene.home.memory() != before, reply.text
    assert not any(scene.home.attempts(person) for person in rightful(scene, deed))
    assert "Something went wrong" not in reply.text
    if reply.modal is None:
        assert reply.ephemeral
    await scene.assent.settle()
    scene.home.check_that_all_is_said_once()


@pytest.mark.parametrize("name", GUARDED)
async def test_a_stranger_is_told_and_written_down(scene: Scene, name: str) -> None:
    for person in strangers(scene, DEEDS[name]):
        with unchanged(scene):
            check_told(await attempt(scene, name, person))
            await scene.assent.drain()
        check_written_down(scene, name, person)


@pytest.mark.parametrize("name", [name for name in GUARDED if DEEDS[name].right is Right.MODERATOR])
async def test_a_moderator_who_has_lost_the_role_meanwhile_is_a_stranger(
    scene: Scene, name: str
) -> None:
    home, former = scene.home, scene.second
    deed = DEEDS[name]
    shown = await attempt(scene, name, former) if deed.effect is Effect.SHOWS else None
    home.guild.take(former, home.moderator_role)
    with unchanged(scene):
        if shown is not None and shown.modal is not None:
            form = next(
                each
                for each in FORMS.values()
                if isinstance(each, Send) and filled(scene, each.state) == shown.modal.custom_id
            )
            fields = dict(form.fields)
            check_told(await former.submit(shown.modal, fields))
        check_told(await attempt(scene, name, former))
    check_written_down(scene, name, former)


@pytest.mark.parametrize("name", NAMING)
async def test_a_member_of_another_server_finds_nothing_of_this_one(
    scene: Scene, name: str
) -> None:
    with unchanged(scene):
        for person in (scene.other.owner, scene.other.joel):
            check_told(await attempt(scene, name, person))
            if isinstance(DEEDS[name], Press | Send):
                assert attempts(scene, person)


@pytest.mark.parametrize("name", EVERY)
async def test_in_a_direct_message_nothing_can_be_done(scene: Scene, name: str) -> None:
    with unchanged(scene):
        for person in rightful(scene, DEEDS[name]):
            text = check_told(await attempt(scene, name, person, place=scene.private(person)))
            assert "server" in text, text


@pytest.mark.parametrize("name", NAMING)
async def test_a_proposal_that_never_was_is_not_found(scene: Scene, name: str) -> None:
    card = scene.home.said_in(scene.home.ideas)[0]
    for person in (rightful(scene, DEEDS[name])[0], scene.home.owner):
        for number in (*WRONG_NUMBERS, scene.home.guild.id, person.id, card.id, card.channel.id):
            wrong = Named(id=number, reference=f"BTRST-{number}", thread=number)
            with unchanged(scene):
                check_told(await attempt(scene, name, person, wrong=wrong))
        for reference in WRONG_REFERENCES:
            wrong = Named(id=10**9, reference=reference, thread=1)
            with unchanged(scene):
                check_told(await attempt(scene, name, person, wrong=wrong))


@pytest.mark.parametrize(
    "name", [name for name in NAMING if not DEEDS[name].outlives and DEEDS[name].names_a_proposal]
)
async def test_what_has_ended_stays_as_it_is(scene: Scene, name: str) -> None:
    with unchanged(scene):
        ended = scene.known["ended"]
        text = check_told(await attempt(scene, name, rightful(scene, DEEDS[name])[0], wrong=ended))
        assert ended.reference in text or "the proposal stands at" in text, text


@pytest.mark.parametrize("name", DOING)
async def test_twice_at_once_it_is_done_once_and_the_second_is_told(
    scene: Scene, name: str
) -> None:
    deed = DEEDS[name]
    people = rightful(scene, deed)
    await attempt(scene, name, people[0])
    await scene.assent.settle()
    once = scene.counts()
    for pair in {(people[0], people[0]), (people[0], people[-1])}:
        await scene.back()
        async with asyncio.TaskGroup() as tasks:
            tried = [tasks.create_task(attempt(scene, name, person)) for person in pair]
        texts = [check_private(each.result()) for each in tried]
        await scene.assent.settle()
        scene.home.check_that_all_is_said_once()
        if deed.effect is Effect.ONCE:
            assert scene.counts() == once, texts
            assert texts[0] != texts[1]


@pytest.mark.parametrize("name", STATES)
async def test_a_malformed_state_does_nothing(scene: Scene, name: str) -> None:
    template, state = templates(scene)[name], state_of(scene, name)
    match = template.fullmatch(state)
    assert match is not None
    people = {*rightful(scene, DEEDS[name])[:1], scene.home.owner}
    for forged in malformed(match):
        again = template.fullmatch(forged)
        if again is not None and meaning(again) == meaning(match):
            continue
        for person in people:
            with unchanged(scene):
                reply = await attempt(scene, name, person, state=forged)
                # What has the right form may show something else that is no secret.
                check_told(reply) if again is None else check_private(reply)


def meaning(match: re.Match[str]) -> list[object]:
    groups = match.groupdict()
    # Whoever may write a draft may give it any section, and look at a collision once more.
    for harmless in ("section", "seen"):
        groups.pop(harmless, None)
    return [int(each) if each and each.isdecimal() else each for each in groups.values()]


def malformed(match: re.Match[str]) -> set[str]:
    """Make up states that are nearly right."""
    state = match.string
    made = {
        f"{state}:x",
        f"x{state}",
        state.upper(),
        state[:-1],
        f"{state} ",
        f"{state}\n",
        "a" * 100,
    }
    made |= {state.replace(":", "::"), f"{state}:{'9' * 100}", "٣" * 100, "proposal", ":", "\u202e"}
    for number, value in enumerate(match.groups(), start=1):
        start, end = match.span(number)
        wrong = [
            "",
            "x",
            "-1",
            "1.5",
            "1e3",
            "²",
            "\u0661",
            "\uff11",
            "9" * 30,
            "9" * 80,
            str(2**63),
            " 1",
        ]
        wrong += ["\u202e", "NaN", "0x1", f"{value}\n", (value or "").upper(), "temperature'"]
        made |= {state[:start] + each + state[end:] for each in wrong}
    return {each[:CUSTOM_ID_LIMIT] for each in made if each} - {state}


async def attempt(scene: Scene, name: str, person: Person, **more: Any) -> Reply:
    return await Try(scene=scene, name=name, deed=DEEDS[name], person=person, **more)()
