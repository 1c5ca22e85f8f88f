"""Laws about the files themselves."""

import ast
import re

from tests.meta import tree

MOST_LINES = 400
UNKIND_NAMES = {"common", "core", "helpers", "manager", "misc", "utils"}
BAD_WORDS = {
    "a package index": re.compile(r"index-url|find-links|trusted-host|p[y]pi\.org|python[h]osted"),
    "a path of one machine": re.compile(r"(?<![\w.~*])/(?:root|work|home/\w+|Users/\w+)/"),
    "a mock": re.compile(r"^\s*(?:from|import) unittest\.mock", re.MULTILINE),
    "a merge left undone": re.compile(r"^(?:<{7}|>{7}) ", re.MULTILINE),
}
# A person's deed, a job's turn, and the words for a stranger's bytes: each fails by itself alone.
BROAD_HANDLERS = {
    "bot/interactions.py",
    "bot/scheduler.py",
    "bot/services/governance/describing.py",
}
EXCUSE = re.compile(r"#\s*(?:noqa(?P<rules>.*)|type: ignore(?P<types>.*))$")


def test_a_file_is_one_noun() -> None:
    long = {
        tree.name(file): count
        for file in tree.modules(*tree.PRODUCT, "migrations", "sandbox", "bench")
        if (count := len(file.read_text().splitlines())) > MOST_LINES
    }
    assert not long


def test_no_file_is_a_drawer_for_everything() -> None:
    assert not [tree.name(file) for file in tree.modules(*tree.ALL) if file.stem in UNKIND_NAMES]


def test_every_module_says_what_it_is_for_in_its_first_sentence() -> None:
    for file in tree.modules(*tree.PRODUCT, "sandbox"):
        said = ast.get_docstring(tree.syntax(file)) or ""
        first = said.split("\n\n")[0]
        assert first.endswith("."), tree.name(file)


def test_nothing_names_an_index_a_machine_or_a_mock() -> None:
    allowed = {("CONTRIBUTING.md", "a package index")}  # says how lists are made without one
    found = {
        (file, what)
        for file, text in tree.texts()
        for what, pattern in BAD_WORDS.items()
        if pattern.search(text)
    }
    assert found <= allowed


def test_there_are_at_least_as_many_lines_of_tests_as_of_product() -> None:
    assert tree.line_count("tests") >= tree.line_count(*tree.PRODUCT)


def test_every_failure_is_caught_in_three_places_only() -> None:
    broad = {
        tree.name(file)
        for file in tree.modules(*tree.PRODUCT)
        for node in ast.walk(tree.syntax(file))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"})
    }
    assert broad == BROAD_HANDLERS


def test_an_excused_rule_is_named() -> None:
    unnamed = [
        f"{file}: {line.strip()}"
        for file, text in tree.texts()
        if file.endswith(".py")
        for line in text.splitlines()
        if (found := EXCUSE.search(line))
        and not re.match(r": [A-Z]+\d|\[[a-z-]+", found["rules"] or found["types"] or "")
    ]
    assert not unnamed


def test_the_environment_is_read_in_one_module() -> None:
    readers = {
        tree.name(file)
        for file in tree.modules(*tree.PRODUCT)
        if re.search(r"\bos\.(?:environ|getenv)\b", file.read_text())
    }
    assert not readers  # the settings' library does it, in bot/settings.py


def test_a_family_of_governors_is_named_in_its_own_file_and_in_the_list_of_names_alone() -> None:
    """So one that is added touches its own file, its name, and the order in which it is tried."""
    own = "bot/gateways/chain/flavours/"
    names = [
        tree.name(file)
        for file in tree.modules(*tree.PRODUCT)
        if not tree.name(file).startswith(own)
        and re.search(r"\bFlavour\.[A-Z]", file.read_text(encoding="utf-8"))
    ]
    assert set(names) <= {"bot/domain/onchain/governor.py"}
