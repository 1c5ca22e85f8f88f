"""Every catalog says all there is to say, nothing else, and nothing that Discord refuses."""

import re
import tomllib
from collections import Counter

import discord
import pytest

from bot.languages import catalogs
from tests.meta import untranslated
from tests.meta.untranslated import Path, english, texts

KNOWN = catalogs()
TYPED = re.compile(r"[-_'\w]{1,32}")  # Discord's rule for names that are typed after a slash


@pytest.fixture(scope="module")
def wanted() -> dict[Path, str]:
    return english()


@pytest.fixture(params=KNOWN, ids=lambda locale: locale.value)
def said(request: pytest.FixtureRequest) -> dict[Path, str]:
    return dict(texts(KNOWN[request.param]))


def test_there_is_german() -> None:
    assert discord.Locale.german in KNOWN


def test_nothing_is_untranslated(wanted: dict[Path, str], said: dict[Path, str]) -> None:
    missing = {path: text for path, text in wanted.items() if path not in said}
    assert not missing, "fill in: python -m tests.meta.untranslated"


def test_nothing_is_left_over(wanted: dict[Path, str], said: dict[Path, str]) -> None:
    assert not said.keys() - wanted.keys()


def test_every_name_is_one_that_discord_takes(
    wanted: dict[Path, str], said: dict[Path, str]
) -> None:
    menus = {path[0] for path in wanted} - {path[0] for path in wanted if path[-1] != "name"}
    for path, text in said.items():
        if path[0] == "choices" or path[-1] == "description":
            assert 1 <= len(text) <= 100, path
        elif path[0] in menus:
            assert 1 <= len(text) <= 32, path
        else:
            assert TYPED.fullmatch(text), path
            assert text == text.lower(), path


def test_siblings_have_names_of_their_own(said: dict[Path, str]) -> None:
    siblings = Counter(
        (path[0].rpartition(" ")[0] if len(path) == 2 else path[:-2], text)
        for path, text in said.items()
        if path[-1] == "name"
    )
    assert not [name for name, count in siblings.items() if count > 1]


def test_the_skeleton_of_what_is_missing_is_what_is_missing(wanted: dict[Path, str]) -> None:
    hard = {
        ("a b", "options", "c_d", "name"): 'with "quotes" \\ and ü',
        ("choices", "on chain"): "x",
    }
    for missing in (wanted, hard):
        assert dict(texts(tomllib.loads(untranslated.skeleton(missing)))) == missing


def test_the_command_prints_what_a_new_language_needs(capsys: pytest.CaptureFixture[str]) -> None:
    untranslated.main(["fr"])
    printed = capsys.readouterr().out
    assert "# de: 0 of" in printed
    assert printed.count('["idea new"]') == 1
