"""The pinned lists are what the project asks for, whole, hashed, and each part of the next."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.meta import tree

LISTS = ("requirements.txt", "requirements-sandbox.txt", "requirements-dev.txt")
PROJECT = tomllib.loads((tree.ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
ASKED = {
    "requirements.txt": PROJECT["dependencies"],
    "requirements-sandbox.txt": [*PROJECT["dependencies"], *EXTRAS["sandbox"]],
    "requirements-dev.txt": [*PROJECT["dependencies"], *EXTRAS["sandbox"], *EXTRAS["dev"]],
}


def pins(file: str) -> dict[str, tuple[str, frozenset[str]]]:
    """Give each package with its version and its hashes."""
    text = (tree.ROOT / file).read_text().replace("\\\n", " ")
    found = {}
    for line in text.splitlines():
        package, _, hashes = line.partition("--hash=")
        pin = Requirement(package.strip())
        [specifier] = pin.specifier
        assert specifier.operator == "==", line
        key = f"{pin.name} {pin.marker or ''}".strip()
        found[key] = (specifier.version, frozenset(re.findall(r"sha256:\w{64}", hashes)))
    return found


@pytest.mark.parametrize("file", LISTS)
def test_every_package_is_pinned_with_its_hashes(file: str) -> None:
    assert not [package for package, (_, hashes) in pins(file).items() if not hashes]


@pytest.mark.parametrize("file", LISTS)
def test_what_the_project_asks_for_is_what_is_pinned(file: str) -> None:
    versions = {
        canonicalize_name(key.split(" ")[0]): version for key, (version, _) in pins(file).items()
    }
    for wanted in map(Requirement, ASKED[file]):
        assert wanted.specifier.contains(versions[canonicalize_name(wanted.name)], prereleases=True)


@pytest.mark.parametrize(("smaller", "larger"), [LISTS[:2], LISTS[1:]])
def test_each_list_is_part_of_the_next(smaller: str, larger: str) -> None:
    assert pins(smaller).items() <= pins(larger).items()


@pytest.mark.parametrize("file", LISTS)
def test_a_list_holds_pins_and_nothing_else(file: str) -> None:
    assert "://" not in (tree.ROOT / file).read_text()


def test_there_is_one_way_to_install() -> None:
    way = "--require-hashes --no-deps --only-binary :all:"
    for file in ("Makefile", "Dockerfile", ".ci/run"):
        assert (tree.ROOT / file).read_text().count(way) == 1, file
