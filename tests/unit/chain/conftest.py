import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture
def shared() -> Callable[[str], Any]:
    """Load a file of recorded facts, or skip: a user's clone does not have them."""
    folder = ROOT / os.environ.get("ASSENT_SHARED", "../shared") / "data" / "evm"  # noqa: TID251 - tests only

    def load(name: str) -> Any:
        path = folder / name
        if not path.exists():
            pytest.skip(f"the recorded facts ({name}) are not on this machine")
        return json.loads(path.read_text(encoding="utf-8"))

    return load
