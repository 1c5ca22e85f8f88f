"""The bots are measured with what is installed where they run."""

import re
from pathlib import Path

from bench.as_installed import DEVELOPMENT_ONLY

REQUIREMENTS = Path(__file__).resolve().parents[3] / "requirements.txt"


def test_what_is_hidden_from_the_measured_bots_is_not_installed_with_them() -> None:
    installed = set(re.findall(r"^([a-z0-9_.-]+)==", REQUIREMENTS.read_text(), re.MULTILINE))
    assert "structlog" in installed
    assert not installed & set(DEVELOPMENT_ONLY)
