"""Above an answer stands what a person did to get it."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest

from sandbox.discord import Channel, DiscordWorld, Message, Person
from sandbox.discord.interactions import COMMAND, COMPONENT, MODAL_SUBMIT, Interaction
from sandbox.page.asked import asked
from sandbox.page.names import Names

Say = Callable[..., Message]
Do = Callable[..., Interaction]
NEW_IDEA = {
    "name": "idea",
    "type": 1,
    "options": [{"name": "new", "type": 1, "options": [{"name": "topic", "type": 3}]}],
}


@pytest.fixture
def do(world: DiscordWorld, mara: Person, ideas: Channel) -> Do:
    """Let Mara do something, without sending it."""

    def make(kind: int, data: dict[str, Any], **more: Any) -> Interaction:
        interaction = Interaction(
            id=world.state.snowflakes.take(),
            token=f"token {len(world.state.interactions)}",
            kind=kind,
            member=mara.member,
            guild=mara.member.guild,
            place=ideas,
            data=data,
            born_ms=0,
            **more,
        )
        world.state.interactions[interaction.token] = interaction
        return interaction

    return make


@pytest.fixture
def above(
    world: DiscordWorld, ideas: Channel, assent_says: Say
) -> Callable[[Interaction | None], str]:
    """Answer something, and read what stands above the answer."""

    def read(interaction: Interaction | None) -> str:
        said = None if interaction is None else interaction.metadata()
        answer = assent_says(ideas, "Done", interaction=said)
        names = Names.of(world.state.guild(ideas.guild_id), world.state, 0)
        return unescape(re.sub("<[^>]*>", "", asked(answer, names) or ""))

    return read


def test_a_command_is_named_in_full(do: Do, above: Callable[[Interaction], str]) -> None:
    assert above(do(COMMAND, NEW_IDEA)) == "Mara used /idea new"


def test_a_right_click_is_named(do: Do, above: Callable[[Interaction], str]) -> None:
    data = {"name": "Make this an idea", "type": 3, "target_id": "1"}
    assert above(do(COMMAND, data)) == "Mara used Make this an idea"


def test_a_form_is_named_by_what_opened_it(do: Do, above: Callable[[Interaction], str]) -> None:
    root = do(COMMAND, NEW_IDEA)
    form = do(MODAL_SUBMIT, {"custom_id": "x", "components": []}, root=root)
    assert above(form) == "Mara sent the form of /idea new"


def test_a_button_is_named_even_when_it_is_gone(
    do: Do, above: Callable[[Interaction], str], ideas: Channel, assent_says: Say
) -> None:
    button = {"type": 2, "style": 1, "label": "Promote", "custom_id": "p", "id": 2}
    card = assent_says(ideas, "Card", components=[{"type": 1, "components": [button], "id": 1}])
    pressed = do(COMPONENT, {"custom_id": "p", "component_type": 2}, message=card)
    assert above(pressed) == "Mara pressed Promote"
    card.remember(0)
    card.components = []
    assert above(pressed) == "Mara pressed Promote"
    unknown = do(COMPONENT, {"custom_id": "q", "component_type": 2}, message=card)
    assert above(unknown) == "Mara pressed a button"


def test_what_nobody_asked_for_has_nothing_above_it(
    above: Callable[[Interaction | None], str],
) -> None:
    assert above(None) == ""
