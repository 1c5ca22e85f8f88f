"""Laws about what is registered with Discord, and about the tables of the domain."""

import importlib
import re
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from discord import app_commands

from bot.client import EXTENSIONS
from bot.domain.announcement import Subject
from bot.domain.lifecycle import (
    DRAFTING,
    ENDED,
    GATHERING,
    NOTICED,
    STEP_OF,
    TRANSITIONS,
    VOTING,
    Move,
    Phase,
)
from bot.domain.live_card import ProposalCard
from bot.domain.speech import Speech
from bot.domain.types import ProposalId, RoleId, UnixSeconds, UserId
from bot.interactions import ProposalButton
from bot.reference import command_reference
from cogs.cards.buttons import Action
from cogs.cards.proposals import proposal_card
from tests.meta import tree

CUSTOM_ID_LIMIT = 100
LARGEST_ID = 2**63 - 1


def buttons(parent: type[ProposalButton] = ProposalButton) -> Iterator[type[ProposalButton]]:
    for child in parent.__subclasses__():
        yield child
        yield from buttons(child)


@pytest.fixture(scope="module")
def templates() -> dict[str, str]:
    """Give each button's template by the button's name."""
    for extension in EXTENSIONS:
        importlib.import_module(extension)
    compiled: Any = "__discord_ui_compiled_template__"
    kept = importlib.import_module("cogs.lookalikes").KeptButton.__subclasses__()
    return {button.__name__: getattr(button, compiled).pattern for button in (*buttons(), *kept)}


def _card(phase: Phase) -> ProposalCard:
    return ProposalCard(
        subject=Subject(proposal_id=ProposalId(LARGEST_ID), reference="BTRST-1", title="A title"),
        phase=phase,
        reason="",
        idea="An idea.",
        author_id=UserId(1),
        moderator_role_id=RoleId(2),
        supporters=3,
        threshold=3,
        support_emoji="👍",
        author_counts=False,
        promotable_from=UnixSeconds(0),
        votes=(),
        on_chain=None,
    )


def test_no_two_commands_share_a_name() -> None:
    names = [row.split("|")[1].strip() for row in command_reference().splitlines()[2:]]
    assert len(names) == len(set(names))


def test_every_cog_is_loaded() -> None:
    files = (tree.ROOT / "cogs").glob("[a-z]*.py")
    packages = (file.parent for file in (tree.ROOT / "cogs").glob("*/__init__.py"))
    cogs = {f"cogs.{file.stem}" for file in [*files, *packages]} - {"cogs.cards"}
    assert set(EXTENSIONS) == cogs


def test_the_state_of_every_button_is_its_id(templates: dict[str, str]) -> None:
    assert len(templates) >= 5
    for button, template in templates.items():
        number, word = r"\(\?P<\w+>\\d\+\)", r"\(\?P<\w+>[a-z|]+\)"
        assert re.fullmatch(f"(?:proposal|typed):{number}:[a-z]+(:({number}|{word}))*", template), (
            button
        )


def test_no_two_buttons_answer_to_one_id(templates: dict[str, str]) -> None:
    examples = {
        button: re.sub(
            r"\(\?P<\w+>([a-z]+)[a-z|]*\)",
            r"\1",
            re.sub(r"\(\?P<\w+>\\d\+\)", str(LARGEST_ID), template),
        )
        for button, template in templates.items()
    }
    for button, example in examples.items():
        assert len(example) <= CUSTOM_ID_LIMIT
        assert [
            other for other, template in templates.items() if re.fullmatch(template, example)
        ] == [button]


def test_every_button_on_a_card_is_answered(templates: dict[str, str]) -> None:
    for phase in Phase:
        for button in proposal_card.page(_card(phase)).buttons:
            if isinstance(button, Action):
                answered = [re.fullmatch(each, button.custom_id) for each in templates.values()]
                assert sum(map(bool, answered)) == 1, button


def test_every_phase_has_a_row_or_is_an_end() -> None:
    assert {
        Phase.IMPLEMENTED,
        Phase.TEMPERATURE_FAILED,
        Phase.CONSENSUS_FAILED,
    } == ENDED


def test_every_phase_can_be_reached_and_every_move_is_made() -> None:
    reached = {Phase.IDEA}
    while (
        further := {after for (before, _), after in TRANSITIONS.items() if before in reached}
        - reached
    ):
        reached |= further
    assert reached == set(Phase)
    assert {move for _, move in TRANSITIONS} == set(Move)


def test_the_phases_of_a_step_are_the_phases_of_drafts_notices_and_votes() -> None:
    assert set(STEP_OF) == DRAFTING | NOTICED | VOTING
    assert not GATHERING & set(STEP_OF)


def test_everything_that_can_be_said_has_a_kind_of_its_own() -> None:
    kinds = [speech.__dataclass_fields__["kind"].default for speech in get_args(Speech)]
    assert len(kinds) == len(set(kinds))


def test_everything_that_can_be_said_has_a_natural_key() -> None:
    assert all(isinstance(speech.key, property) for speech in get_args(Speech))


def test_groups_and_commands_explain_themselves_within_discords_limit() -> None:
    for file in EXTENSIONS:
        module = importlib.import_module(file)
        for value in vars(module).values():
            for command in getattr(value, "__cog_app_commands__", ()):
                assert isinstance(command, app_commands.Command | app_commands.Group)
                assert 1 <= len(command.description) <= 100
