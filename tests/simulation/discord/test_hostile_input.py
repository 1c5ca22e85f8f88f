"""Whatever people type, into any field of any form and any option of any command."""

from collections.abc import AsyncIterator, Iterable
from typing import Any

import pytest

from sandbox.discord import Message, NoAnswerError, Reply
from tests.simulation.discord.authority_table import COMMANDS, DEEDS, FORMS
from tests.simulation.discord.deeds import Try, rightful
from tests.simulation.discord.hostile import harm, texts
from tests.simulation.discord.scene import Scene

pytestmark = pytest.mark.asyncio(loop_scope="module")

_STRING, _TEXT_INPUT = 3, 4
OPTION_LIMIT = 6_000  # of a text option that names no limit of its own


def options_of(scene: Scene, name: str) -> list[str]:
    """List the text options of a command, as Discord was told of them."""
    known = [each.body for each in scene.home.world.state.commands.values() if each.type == 1]
    body: dict[str, Any] = {"options": known}
    for word in name.removeprefix("/").split():
        body = next(each for each in body["options"] if each["name"] == word)
    return [each["name"] for each in body.get("options", []) if each["type"] == _STRING]


def fields_of(scene: Scene, name: str) -> list[str]:
    """List the text fields of a form, as it was opened."""
    parts = [field.part for field in scene.forms[name].fields]
    return [part["custom_id"] for part in parts if part["type"] == _TEXT_INPUT]


def harm_done(scene: Scene, before: set[int], reply: Reply | None) -> list[str]:
    """Look through everything that was said since, and what it has been said in."""
    places = list(scene.home.world.state.places.values())
    places += scene.home.world.state.direct.values()
    said: Iterable[Message] = [message for place in places for message in place.log.values()]
    fresh = [each for each in said if each.author.bot and _is_fresh(each, before)]
    found = [f"{each.channel.name}: {what}" for each in fresh for what in harm(each)]
    if reply is not None and reply.modal is None:
        if not reply.messages:
            found.append("nothing was answered")
        if any(message.ephemeral_to is None for message in reply.messages):
            found.append("the answer is public")
        if "Something went wrong" in reply.text:
            found.append(reply.text)
    return found


def _is_fresh(message: Message, before: set[int]) -> bool:
    return message.id not in before or bool(message.edits)


async def hurled(scene: Scene, name: str, field: str) -> AsyncIterator[tuple[str, list[str]]]:
    """Put each hostile text into one field; give what is wrong after each."""
    person = rightful(scene, DEEDS[name])[0]
    for what, text in texts(scene.home).items():
        await scene.back()
        state = scene.home.world.state
        before = {id_ for place in state.places.values() for id_ in place.log}
        one = Try(
            scene=scene,
            name=name,
            deed=DEEDS[name],
            person=person,
            more={field: text[:OPTION_LIMIT]},
        )
        try:
            reply = await one()
        except NoAnswerError as silent:
            yield what, [str(silent)]
            continue
        await scene.assent.settle(turns=2)
        wrong = harm_done(scene, before, reply)
        unsaid = [row for row in scene.home.outbox() if row.state not in _DONE]
        yield what, [*wrong, *(f"unsaid: {row}" for row in unsaid)]


_DONE = {"said", "skipped", "gone"}


@pytest.mark.parametrize("name", sorted(COMMANDS))
async def test_no_option_of_a_command_does_harm(scene: Scene, name: str) -> None:
    wrong = [
        f"{option}, {what}: {each}"
        for option in options_of(scene, name)
        async for what, found in hurled(scene, name, option)
        for each in found
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", sorted(FORMS))
async def test_no_field_of_a_form_does_harm(scene: Scene, name: str) -> None:
    assert fields_of(scene, name)
    wrong = [
        f"{field}, {what}: {each}"
        for field in fields_of(scene, name)
        async for what, found in hurled(scene, name, field)
        for each in found
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", sorted(FORMS))
async def test_a_form_without_its_fields_is_answered(scene: Scene, name: str) -> None:
    person = rightful(scene, DEEDS[name])[0]
    for fields in ({}, {"unknown": "x"}, {key: ["a", "b"] for key in fields_of(scene, name)}):
        state = scene.forms[name].custom_id
        reply = await person.forge_modal(scene.home.general, state, fields=fields)
        assert reply.messages
        assert "Something went wrong" not in reply.text
