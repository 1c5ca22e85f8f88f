"""Unit tests need no world."""

from collections.abc import Iterator

import pytest

from tests.no_network import no_network


@pytest.fixture(autouse=True, scope="module")
def _no_network() -> Iterator[None]:
    with no_network():
        yield
