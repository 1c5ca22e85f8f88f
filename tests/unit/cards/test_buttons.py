"""Buttons."""

import pytest

from bot.domain.types import ProposalId
from cogs.cards.buttons import Action, Link, is_safe, view


@pytest.mark.parametrize(
    "address",
    [
        "https://snapshot.box/#/s:usebraintrust.eth/proposal/0xabc",
        "https://etherscan.io/tx/0xab",
        "http://127.0.0.1:8080/p/1",
        "http://localhost/p",
        "http://[::1]:80/p",
    ],
)
def test_https_and_this_machine_may_be_opened(address: str) -> None:
    assert is_safe(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "snapshot.box",
        "http://snapshot.box/",
        "http://127.0.0.1.evil.example/",
        "https:///path",
        "https://snapshot.box@evil.example/",
        "https://snapshot.box\\@evil.example/",
        "https://[",
        "javascript:alert(1)",
        "data:text/html,hi",
        "discord://app",
        "https://snapshot.box/a b",
        "https://snapshot.box/\n",
        "https://sn\u0430pshot.box/",
        "https://snapshot.box/" + "x" * 512,
    ],
)
def test_everything_else_may_not(address: str) -> None:
    assert not is_safe(address)


def test_an_action_carries_its_whole_state() -> None:
    action = Action(label="Promote", proposal_id=ProposalId(12), name="promote")
    assert action.custom_id == "proposal:12:promote"


def test_nothing_to_press_is_no_view() -> None:
    assert view(()) is None
    assert view((Link(label="x", address="ftp://x"),)) is None


def test_one_row_holds_five_buttons_with_labels_that_fit() -> None:
    row = view([Link(label="y" * 200, address="https://x.example")] * 9)
    assert row is not None
    payload = row.to_components()
    assert len(payload) == 1
    buttons = payload[0]["components"]
    assert len(buttons) == 5
    assert len(buttons[0]["label"]) == 80


async def test_a_sent_view_is_not_remembered_by_the_library() -> None:
    row = view((Action(label="Edit", proposal_id=ProposalId(12), name="edit"),))
    assert row is not None
    assert row.timeout is None
    assert row.is_finished()
