import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiosqlite
import pytest
import structlog

from bot.log import CHATTY, set_up_logs

SECRETS = ("token-abc", "", "https://node.example/key-def")


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    chatty = {name: logging.getLogger(name).level for name in CHATTY}
    yield
    root.handlers[:], root.level = handlers, level
    for name, before in chatty.items():
        logging.getLogger(name).setLevel(before)
    structlog.reset_defaults()


def lines(captured: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    written = captured.readouterr()
    assert written.out == ""
    return [json.loads(line) for line in written.err.splitlines()]


def test_a_line_for_machines_is_one_object_with_level_name_and_time(
    capsys: pytest.CaptureFixture[str],
) -> None:
    set_up_logs(level="INFO", as_json=True, secrets=SECRETS)
    structlog.get_logger("bot.test").info("commands synced", count=3)
    [line] = lines(capsys)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "commands synced",
        "count": 3,
        "level": "info",
        "logger": "bot.test",
    }


def test_a_line_for_people_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs(level="INFO", as_json=False, secrets=SECRETS)
    structlog.get_logger("bot.test").info("commands synced", count=3)
    [line] = capsys.readouterr().err.splitlines()
    assert "commands synced" in line
    assert "count=3" in line


@pytest.mark.parametrize("as_json", [True, False])
def test_a_secret_is_blotted_out_wherever_it_turns_up(
    capsys: pytest.CaptureFixture[str], *, as_json: bool
) -> None:
    set_up_logs(level="INFO", as_json=as_json, secrets=SECRETS)
    log = structlog.get_logger("bot.test")
    log.info("got token-abc", node="asked https://node.example/key-def/x")
    logging.getLogger("library").warning("sent %s", "token-abc")
    try:
        int("token-abc")
    except ValueError:
        log.exception("job failed")
    written = capsys.readouterr().err
    assert "token-abc" not in written
    assert "key-def" not in written
    assert written.count("[secret]") >= 4
    assert "Traceback" in written


def test_what_libraries_log_goes_the_same_way(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs(level="INFO", as_json=True, secrets=SECRETS)
    logging.getLogger("library").warning("lost %s of %s", 1, 2)
    [line] = lines(capsys)
    assert (line["event"], line["level"], line["logger"]) == ("lost 1 of 2", "warning", "library")


def test_below_the_level_nothing_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs(level="WARNING", as_json=True, secrets=SECRETS)
    structlog.get_logger("bot.test").info("too quiet")
    logging.getLogger("library").info("too quiet")
    assert lines(capsys) == []


def test_chatty_libraries_are_heard_from_warnings_on(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs(level="DEBUG", as_json=True, secrets=SECRETS)
    for name in ("discord.gateway", "httpx", "web3.providers", "aiosqlite"):
        logging.getLogger(name).info("chatter")
        logging.getLogger(name).warning("trouble")
    assert [line["event"] for line in lines(capsys)] == ["trouble"] * 4


def test_a_quiet_level_holds_for_chatty_libraries_too(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs(level="ERROR", as_json=True, secrets=SECRETS)
    logging.getLogger("httpx").warning("trouble")
    assert lines(capsys) == []


async def test_what_is_stored_is_in_no_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logs(level="DEBUG", as_json=True, secrets=SECRETS)
    async with aiosqlite.connect(tmp_path / "any.db") as connection:
        await connection.execute("SELECT ?", ("what nobody has to know",))
    assert "what nobody has to know" not in capsys.readouterr().err
