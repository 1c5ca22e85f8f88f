"""Runs a module as where only requirements.txt is installed: `python -m bench.as_installed MODULE`.

structlog and httpx import these packages if they find them. Here the development tools brought
them; where the bot runs they are not, nor the five mebibytes that they take.
"""

import runpy
import sys

DEVELOPMENT_ONLY = ("click", "pygments", "rich")

if __name__ == "__main__":
    for name in DEVELOPMENT_ONLY:
        sys.modules[name] = None  # type: ignore[assignment]  # Python's way to say: not there
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
