"""The files of the house, as the laws about it see them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("bot", "cogs")
ALL = (*PRODUCT, "migrations", "sandbox", "bench", "tests")
_TEXT = {".py", ".md", ".toml", ".txt", ".mako", ".html", ".css", ".js", ".sol", ".cjs", ".json"}
_AT_THE_TOP = (
    ".ci/run",
    ".dockerignore",
    ".env.example",
    ".gitignore",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Dockerfile",
    "LICENSE",
    "Makefile",
    "NOTICE",
    "README.md",
    "pyproject.toml",
    "requirements-dev.txt",
    "requirements-sandbox.txt",
    "requirements.txt",
)


def modules(*packages: str) -> list[Path]:
    """Give every Python file of the packages."""
    return sorted(file for package in packages for file in (ROOT / package).rglob("*.py"))


def texts() -> Iterator[tuple[str, str]]:
    """Give every committed text with its name, but those of this folder, which name what is bad."""
    for package in ALL:
        for file in sorted((ROOT / package).rglob("*")):
            is_ours = file.suffix in _TEXT and "__pycache__" not in file.parts
            if is_ours and file.is_file() and file.parent != Path(__file__).parent:
                yield name(file), file.read_text()
    for top in _AT_THE_TOP:
        yield top, (ROOT / top).read_text()


def name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def line_count(*packages: str) -> int:
    """Count the lines that are not empty."""
    return sum(
        1 for file in modules(*packages) for line in file.read_text().splitlines() if line.strip()
    )


@cache
def syntax(file: Path) -> ast.Module:
    return ast.parse(file.read_text(), str(file))
