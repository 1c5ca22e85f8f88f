"""The pinned board."""

from collections.abc import Callable
from typing import Any

from bot.domain.announcement import Subject
from bot.domain.lifecycle import Phase
from bot.domain.live_card import Board, BoardRow
from bot.domain.types import ChannelId

Read = Callable[..., Any]


def row(subject: Subject, **changes: Any) -> BoardRow:
    values: dict[str, Any] = {
        "subject": subject,
        "phase": Phase.IDEA,
        "topic": "fees",
        "supporters": 7,
        "thread_id": ChannelId(901),
        **changes,
    }
    return BoardRow(**values)


def test_a_board_shows_how_far_each_idea_is_and_where(read: Read, subject: Subject) -> None:
    shown = read(Board(rows=(row(subject),), threshold=10))
    assert shown.text.splitlines() == [
        "**BTRST-12** · Lower the marketplace fee from 10 % to 8 %",
        "▰▰▰▰▰▰▰▱▱▱ 7 of 10 · fees · <#901>",
    ]
    assert "`/idea new`" in shown.next_step


def test_what_is_ready_says_so_and_what_has_no_thread_yet_links_none(
    read: Read, subject: Subject
) -> None:
    ready = row(subject, phase=Phase.READY, supporters=12, topic="", thread_id=None)
    assert read(Board(rows=(ready,), threshold=10)).text.endswith("12 of 10 · ✔ ready")


def test_an_empty_board_invites(read: Read) -> None:
    shown = read(Board(rows=(), threshold=10))
    assert shown.text == "No idea gathers support at the moment."


def test_the_last_words_of_a_board_lead_to_its_successor(read: Read) -> None:
    moved = read(Board(rows=(), threshold=10, is_retired=True, moved_to=ChannelId(77)))
    assert "<#77>" in moved.text
    ended = read(Board(rows=(), threshold=10, is_retired=True))
    assert "keeps no board" in ended.text
    assert "`/idea list`" in ended.next_step
