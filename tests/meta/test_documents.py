"""What documents say of the code is what the code says."""

import re
import tomllib

import discord
import pytest

from bot import __version__
from cogs.cards.server import permissions
from tests.meta import tree, written

README = written.README.read_text()
CONTRIBUTING = (tree.ROOT / "CONTRIBUTING.md").read_text()
MAKEFILE = (tree.ROOT / "Makefile").read_text()
ANEW = "write it anew: python -m tests.meta.written"


def test_the_example_of_the_settings_is_the_settings() -> None:
    assert written.ENV_EXAMPLE.read_text() == written.env_example(), ANEW


def test_the_tables_of_the_readme_are_the_commands_and_the_settings() -> None:
    assert written.readme_with_tables(README) == README, ANEW


def test_the_invitation_asks_for_the_permissions_that_are_checked() -> None:
    listing = {"create_events": ("Create Events", "put deadlines into the list of events")}
    needed = permissions._TALKING | permissions._GATHERING | listing
    [asked] = re.findall(r"permissions=(\d+)", README)
    assert int(asked) == discord.Permissions(**dict.fromkeys(needed, True)).value
    plain = " ".join(README.split())
    for wanted, _ in needed.values():
        assert wanted.removesuffix(" Channel") in plain


@pytest.mark.parametrize("document", [README, CONTRIBUTING], ids=["README", "CONTRIBUTING"])
def test_every_target_of_make_that_is_named_exists(document: str) -> None:
    named = set(re.findall(r"`make ([\w./]+)", document)) | set(
        re.findall(r"^ *make ([\w./]+)", document, re.MULTILINE)
    )
    assert named
    for target in named:
        assert re.search(rf"^{re.escape(target)}:", MAKEFILE, re.MULTILINE), target


@pytest.mark.parametrize("document", [README, CONTRIBUTING], ids=["README", "CONTRIBUTING"])
def test_every_file_that_is_named_exists(document: str) -> None:
    named = set(re.findall(r"`((?:bot|cogs|sandbox|migrations|tests|bench)/[\w./-]*)`", document))
    named |= set(re.findall(r"\]\((?!https?:)([\w./-]+\.?\w*)\)", document)) - {"docs/demo.png"}
    missing = {path for path in named if not (tree.ROOT / path).exists()}
    assert named
    assert not missing


def test_the_tree_in_the_guide_names_what_is_there_and_all_of_it() -> None:
    block = CONTRIBUTING[CONTRIBUTING.index("\nbot/  ") : CONTRIBUTING.index("tests/      ")]
    modules = set(re.findall(r"(?<!\S)([a-z_]+\.py)", block))
    there = {file.name for file in (tree.ROOT / "bot").glob("*.py")}
    there |= {file.name for file in (tree.ROOT / "bot" / "domain").rglob("*.py")}
    there |= {file.name for file in (tree.ROOT / "bot" / "pages").glob("*.py")}
    there -= {"__init__.py", "types.py", "errors.py", "calendar.py"}
    assert there <= modules | {"__main__.py"}
    assert modules <= there | {"announcements.py", "signer.py", "__main__.py"}


def test_every_word_of_the_glossary_is_a_word_of_the_code() -> None:
    table = CONTRIBUTING.partition("## Glossary")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
    words = {word for row in rows for word in re.findall(r"`(\w+)`", row)}
    code = "\n".join(file.read_text() for file in tree.modules("bot"))
    assert len(words) > 40
    assert not {word for word in words if not re.search(rf"\b{word}\b", code)}


def test_the_changelog_knows_this_version() -> None:
    project = tomllib.loads((tree.ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == __version__
    assert f"## [{project['version']}]" in (tree.ROOT / "CHANGELOG.md").read_text()


def test_each_step_of_the_image_is_a_step_of_the_checks() -> None:
    steps = re.findall(r"^RUN (.*)$", (tree.ROOT / "Dockerfile").read_text(), re.MULTILINE)
    checks = (tree.ROOT / ".ci" / "run").read_text()
    left_out = ("useradd ", "mkdir ", "chown ")  # a folder has no user of its own
    for step in steps:
        if not step.startswith(left_out):
            command = step.replace("/opt", '"$image"/opt')
            command = re.sub(r"^python ", ".venv/bin/python ", command)
            assert re.search(rf"^{re.escape(command)}$", checks, re.MULTILINE), step
