"""An environment of our own: neither the developer's nor a `.env` that lies about."""

import os
from pathlib import Path

import pytest

from bot.settings import Settings


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """Stand in an empty folder, with none of our settings in the environment."""
    ours = {name.upper() for name in Settings.model_fields}
    for name in [name for name in os.environ if name.upper() in ours]:  # noqa: TID251 - a test's
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return monkeypatch
