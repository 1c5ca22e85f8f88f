"""Recordings of the real services and vectors of the real library, where the folder is at hand."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
SHARED = Path(
    os.environ.get("ASSENT_SHARED", "../shared")  # noqa: TID251 - where the data is, not a setting
)
DATA = (ROOT / SHARED).resolve() / "data" / "snapshot"


def load(name: str) -> Any:
    path = DATA / name
    return json.loads(path.read_text()) if path.exists() else None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make one test of each recorded case and of each vector, under its own name."""
    if "case" in metafunc.fixturenames:
        parametrize(metafunc, "case", "recordings.json", "cases", "case")
    if "vector" in metafunc.fixturenames:
        parametrize(metafunc, "vector", "eip712-vectors.json", "vectors", "name")


def parametrize(metafunc: pytest.Metafunc, name: str, file: str, key: str, title: str) -> None:
    loaded = load(file)
    if loaded is None:
        absent = pytest.mark.skip(reason=f"{DATA / file} is not here; set ASSENT_SHARED")
        metafunc.parametrize(name, [pytest.param(None, marks=absent, id="absent")])
        return
    metafunc.parametrize(name, [pytest.param(each, id=each[title]) for each in loaded[key]])


@pytest.fixture(scope="session")
def recordings() -> Any:
    loaded = load("recordings.json")
    if loaded is None:
        pytest.skip(f"{DATA / 'recordings.json'} is not here; set ASSENT_SHARED")
    return loaded
