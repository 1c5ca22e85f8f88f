"""A real node for tests: anvil, from its published npm package.

`python -m sandbox.chain.anvil FOLDER` installs it there and prints the path of the program. Where
ASSENT_ANVIL gives such a path it is used, otherwise the one that is installed on the machine.
"""

import json
import os
import shutil
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

PACKAGE: Final = "@foundry-rs/anvil"
VERSION: Final = "1.4.4"  # later ones mine blocks so slowly that votes of 17,280 blocks time out
SECONDS_TO_START: Final = 30
LISTENING: Final = "Listening on "
STATES_KEPT: Final = 2_000  # of how many blocks contracts can be asked; forks may be as deep
ARGUMENTS: Final = (
    *("--port", "0", "--accounts", "1", "--no-mining", "--order", "fifo", "--auto-impersonate"),
    *("--gas-price", "0", "--block-base-fee-per-gas", "0", "--no-priority-fee"),
)


def install(folder: Path) -> Path:
    """Install anvil into a folder and give the path of its program; no package script is run.

    Raises:
        subprocess.CalledProcessError: npm failed.
        FileNotFoundError: There is no npm, or no build for this machine.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise FileNotFoundError("npm, which comes with Node.js, installs anvil and is not here.")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text(json.dumps({"private": True}), encoding="utf-8")
    command = [npm, "install", "--ignore-scripts", "--no-save", "--no-package-lock"]
    quiet = ["--no-audit", "--no-fund", "--silent"]
    subprocess.run([*command, *quiet, f"{PACKAGE}@{VERSION}"], cwd=folder, check=True)  # noqa: S603 - fixed words, no shell
    built = sorted((folder / "node_modules").glob(f"{PACKAGE}-*/bin/anvil"))
    if not built:
        raise FileNotFoundError("The package has no build of anvil for this machine.")
    built[0].chmod(0o755)
    return built[0]


def found() -> str | None:
    """Give the path of the program, or `None` where there is none."""
    return os.environ.get("ASSENT_ANVIL") or shutil.which("anvil")  # noqa: TID251 - no setting of the bot


@contextmanager
def running(
    program: str, *, start: int, chain_id: int = 31_337, states_kept: int | None = STATES_KEPT
) -> Iterator[str]:
    """Run a node on loopback and give its address; it has ended when this does.

    The chain begins at `start`, unix seconds. Blocks are mined when they are asked for, anybody
    may send for anybody, and gas costs nothing. Without `states_kept` contracts can be asked of
    the newest block alone, and blocks are mined ten times as quickly.
    """
    command = [program, *ARGUMENTS, "--timestamp", str(start), "--chain-id", str(chain_id)]
    command += ["--prune-history", *([] if states_kept is None else [str(states_kept)])]
    process = subprocess.Popen(  # noqa: S603 - the program that the machine's owner named
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    )
    # It tells of every block, and stands still once nobody reads that.
    told = threading.Thread(target=deque, args=(process.stdout, 0), daemon=True)
    try:
        address = _listening(process)
        told.start()
        yield f"http://{address}"
    finally:
        process.kill()  # It keeps nothing, so there is nothing to end in order.
        process.wait()
        if told.is_alive():
            told.join()
        if process.stdout is not None:
            process.stdout.close()


def _listening(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None, "the output is piped"
    deadline = threading.Timer(SECONDS_TO_START, process.kill)
    deadline.start()
    try:
        for line in process.stdout:
            if line.startswith(LISTENING):
                return line.removeprefix(LISTENING).strip()
    finally:
        deadline.cancel()
    raise RuntimeError(f"anvil ended before it listened (status {process.wait()}).")


if __name__ == "__main__":
    print(install(Path(sys.argv[1]).resolve()))
