"""The clock that all worlds share."""

from pathlib import Path

import pytest

from sandbox.clock import SandboxClock


def test_it_starts_where_it_is_told(tmp_path: Path) -> None:
    clock = SandboxClock.create(tmp_path / "clock", start=1_000_000)
    assert clock.now() - 1_000_000 in (0, 1)
    assert abs(clock.now_ms() // 1000 - clock.now()) <= 1


def test_a_jump_is_seen_by_everybody_who_opened_it(tmp_path: Path) -> None:
    clock = SandboxClock.create(tmp_path / "clock")
    other = SandboxClock.open(tmp_path / "clock")
    before = other.now()
    clock.jump(7 * 86_400)
    assert other.now() - before in (7 * 86_400, 7 * 86_400 + 1)


def test_it_never_goes_back(tmp_path: Path) -> None:
    clock = SandboxClock.create(tmp_path / "clock")
    with pytest.raises(ValueError, match="back"):
        clock.jump(-1)
