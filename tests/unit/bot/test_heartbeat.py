import os
from pathlib import Path

from bot.domain.types import UnixSeconds
from bot.heartbeat import beat, heartbeat_path, is_beating
from bot.settings import Settings

NOW = UnixSeconds(1_800_000_000)


def beaten_at(path: Path, second: int) -> Path:
    path.touch()
    os.utime(path, (second, second))
    return path


def test_the_sign_of_life_lies_beside_the_database() -> None:
    settings = Settings.model_construct(database_path=Path("data/assent.db"))
    assert heartbeat_path(settings) == Path("data/assent.heartbeat")


async def test_a_bot_that_is_well_leaves_a_sign_of_life(tmp_path: Path) -> None:
    path = tmp_path / "assent.heartbeat"
    await beat(path, lambda: True)
    assert path.exists()


async def test_a_bot_that_is_not_connected_leaves_none(tmp_path: Path) -> None:
    path = tmp_path / "assent.heartbeat"
    await beat(path, lambda: False)
    assert not path.exists()


async def test_each_beat_is_newer_than_the_last(tmp_path: Path) -> None:
    path = beaten_at(tmp_path / "assent.heartbeat", 1_000)
    await beat(path, lambda: True)
    assert path.stat().st_mtime > 1_000


def test_without_a_sign_of_life_there_is_no_bot(tmp_path: Path) -> None:
    assert not is_beating(tmp_path / "assent.heartbeat", NOW)


def test_a_sign_of_life_counts_for_a_minute(tmp_path: Path) -> None:
    path = tmp_path / "assent.heartbeat"
    assert is_beating(beaten_at(path, NOW), NOW)
    assert is_beating(beaten_at(path, NOW - 59), NOW)
    assert not is_beating(beaten_at(path, NOW - 60), NOW)
