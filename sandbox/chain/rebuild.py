"""Rebuild every contract artifact of the sandbox from published packages, by name.

`python -m sandbox.chain.rebuild` writes sandbox/chain/artifacts; with `--check` it writes nothing
and fails when an artifact differs. It needs node and npm, works in a temporary directory, and
takes packages from whatever registry npm is set up with.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
CONTRACTS = HERE / "contracts"
ARTIFACTS = HERE / "artifacts"

PACKAGES = {"@uniswap/governance": "1.0.2", "@openzeppelin/contracts": "5.7.0", "solc": "0.8.37"}
COMPILED_BY_UNISWAP = "solc 0.5.16"  # devDependencies of the package
COMPILED_HERE = f"solc {PACKAGES['solc']}, optimizer 200 runs, cancun"

# Artifact: where it comes from. Published builds are taken as they are, sources are compiled.
PUBLISHED = {"GovernorAlpha": "@uniswap/governance", "Timelock": "@uniswap/governance"}
COMPILED = {
    "SandboxGovernor": ("SandboxGovernor.sol", "MIT"),
    "VotesToken": ("VotesToken.sol", "MIT"),
    "Marketplace": ("Marketplace.sol", "MIT"),
    "TimelockController": ("@openzeppelin/contracts/governance/TimelockController.sol", "MIT"),
}
OURS = ("SandboxGovernor.sol", "VotesToken.sol", "Marketplace.sol")


def run(command: list[str], directory: Path, text: str = "") -> str:
    """Run a program and return what it printed."""
    done = subprocess.run(  # noqa: S603 - fixed words, no shell
        command, cwd=directory, input=text, capture_output=True, text=True, check=True
    )
    return done.stdout


def install(directory: Path) -> None:
    """Put the packages into the directory's node_modules; no package script is run."""
    (directory / "package.json").write_text("{}\n", encoding="utf-8")
    names = [f"{name}@{version}" for name, version in PACKAGES.items()]
    run(["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", *names], directory)


def published(directory: Path) -> dict[str, dict[str, Any]]:
    """Trim the builds that a package ships."""
    artifacts = {}
    for name, package in PUBLISHED.items():
        path = directory / "node_modules" / package / "build" / f"{name}.json"
        build = json.loads(path.read_text(encoding="utf-8"))
        artifacts[name] = {
            "contract": name,
            "package": f"{package}@{PACKAGES[package]}",
            "compiler": COMPILED_BY_UNISWAP,
            "licence": "BSD-3-Clause (Compound Labs, Inc.), published under MIT",
            "abi": build["abi"],
            "bytecode": "0x" + build["bytecode"].removeprefix("0x"),
        }
    return artifacts


def compiled(directory: Path) -> dict[str, dict[str, Any]]:
    """Compile our sources and OpenZeppelin's TimelockController."""
    sources: dict[str, dict[str, str]] = {
        name: {"content": (CONTRACTS / name).read_text(encoding="utf-8")} for name in OURS
    }
    timelock = COMPILED["TimelockController"][0]
    path = directory / "node_modules" / timelock
    sources[timelock] = {"content": path.read_text(encoding="utf-8")}
    job = {
        "language": "Solidity",
        "sources": sources,
        "settings": {
            "evmVersion": "cancun",
            "optimizer": {"enabled": True, "runs": 200},
            # Without the hash of the metadata the bytecode depends on the code alone.
            "metadata": {"bytecodeHash": "none", "appendCBOR": False},
            "outputSelection": {"*": {"*": ["abi", "evm.bytecode.object"]}},
        },
    }
    answer = json.loads(run(["node", str(CONTRACTS / "compile.cjs")], directory, json.dumps(job)))
    errors = [e["formattedMessage"] for e in answer.get("errors", ()) if e["severity"] == "error"]
    if errors:
        sys.exit("\n".join(errors))
    return {name: _compiled_artifact(answer, name) for name in COMPILED}


def _compiled_artifact(answer: dict[str, Any], name: str) -> dict[str, Any]:
    source, licence = COMPILED[name]
    contract = answer["contracts"][source][name]
    package = f"@openzeppelin/contracts@{PACKAGES['@openzeppelin/contracts']}"
    own = f"sandbox/chain/contracts/{source}"
    return {
        "contract": name,
        "package": package if source not in OURS else own,
        "compiler": COMPILED_HERE,
        "licence": licence,
        "abi": contract["abi"],
        "bytecode": "0x" + contract["evm"]["bytecode"]["object"],
    }


def main() -> int:
    """Rebuild, or compare with `--check`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail on a difference")
    check = parser.parse_args().check
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        install(directory)
        artifacts = published(directory) | compiled(directory)
    differing = []
    for contract, artifact in artifacts.items():
        path = ARTIFACTS / f"{contract}.json"
        text = json.dumps(artifact, separators=(",", ":"), sort_keys=True) + "\n"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            differing.append(contract)
            if not check:
                path.write_text(text, encoding="utf-8")
    print(f"{len(artifacts)} artifacts, differing: {', '.join(differing) or 'none'}")
    return 1 if check and differing else 0


if __name__ == "__main__":
    sys.exit(main())
