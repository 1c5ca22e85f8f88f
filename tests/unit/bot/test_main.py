import os
import time
from pathlib import Path

import pytest

from bot.__main__ import EX_CONFIG, main
from bot.reference import command_reference
from tests.meta.written import ENV_EXAMPLE

Environment = pytest.MonkeyPatch
Output = pytest.CaptureFixture[str]


def test_help_names_every_command(capsys: Output) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--help"])
    assert end.value.code == 0
    written = capsys.readouterr().out
    assert "python -m bot" in written
    for command in ("run", "commands", "check-config", "health"):
        assert command in written


def test_an_unknown_command_is_refused(capsys: Output) -> None:
    with pytest.raises(SystemExit) as end:
        main(["dance"])
    assert end.value.code == 2
    assert "dance" in capsys.readouterr().err


@pytest.mark.usefixtures("environment")
def test_the_reference_needs_no_settings(capsys: Output) -> None:
    assert main(["commands"]) == 0
    assert capsys.readouterr().out == command_reference()


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize("command", [[], ["run"], ["check-config"], ["health"]])
def test_without_settings_it_says_all_that_is_missing_and_stops(
    command: list[str], capsys: Output
) -> None:
    assert main(command) == EX_CONFIG
    written = capsys.readouterr()
    assert written.out == ""
    first, second = written.err.splitlines()
    assert first == "Assent cannot start. What is missing or wrong in the settings:"
    assert second.startswith("DISCORD_TOKEN: ")


def test_complete_settings_are_called_complete(environment: Environment, capsys: Output) -> None:
    environment.setenv("DISCORD_TOKEN", "abc")
    assert main(["check-config"]) == 0
    assert capsys.readouterr().out == "The settings are complete.\n"


def test_the_example_file_with_a_token_passes_the_check(
    environment: Environment, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text(ENV_EXAMPLE.read_text())
    assert main(["check-config"]) == EX_CONFIG
    environment.setenv("DISCORD_TOKEN", "abc")
    assert main(["check-config"]) == 0


def test_health_tells_a_running_bot_from_none(environment: Environment, tmp_path: Path) -> None:
    environment.setenv("DISCORD_TOKEN", "abc")
    environment.setenv("DATABASE_PATH", str(tmp_path / "assent.db"))
    assert main(["health"]) == 1
    sign = tmp_path / "assent.heartbeat"
    sign.touch()
    assert main(["health"]) == 0
    long_ago = time.time() - 3_600  # noqa: TID251 - the command reads the machine's clock
    os.utime(sign, (long_ago, long_ago))
    assert main(["health"]) == 1
