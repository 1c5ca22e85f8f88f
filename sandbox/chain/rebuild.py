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

OPENZEPPELIN, OPENZEPPELIN_4 = "@openzeppelin/contracts", "openzeppelin-4"
PACKAGES = {"@uniswap/governance": "1.0.2", OPENZEPPELIN: "5.7.0", "solc": "0.8.37"}
# npm keeps a second version of a package under a name of our choice.
OTHER_VERSIONS = {OPENZEPPELIN_4: (OPENZEPPELIN, "4.9.6")}
COMPILED_BY_UNISWAP = "solc 0.5.16"  # devDependencies of the package
COMPILED_HERE = f"solc {PACKAGES['solc']}, optimizer 200 runs, cancun"

# Artifact: where it comes from. Published builds are taken as they are, sources are compiled.
PUBLISHED = {"GovernorAlpha": "@uniswap/governance", "Timelock": "@uniswap/governance"}
FOUNDED_ON_5 = {
    "SandboxGovernor": "SandboxGovernor.sol",
    "CompoundTimelockGovernor": "CompoundTimelockGovernor.sol",
    "SequentialGovernor": "SequentialGovernor.sol",
    "AccessGovernor": "AccessGovernor.sol",
    "PlainGovernor": "PlainGovernor.sol",
    "OverridableGovernor": "OverridableGovernor.sol",
    "VotesToken": "VotesToken.sol",
    "OwnedVotesToken": "OwnedVotesToken.sol",
    "Marketplace": "Marketplace.sol",
    "SandboxBravo": "SandboxBravo.sol",
    "SandboxBravoDelegator": "SandboxBravo.sol",
    "SandboxNouns": "SandboxNouns.sol",
    "TimelockController": f"{OPENZEPPELIN}/governance/TimelockController.sol",
    "AccessManager": f"{OPENZEPPELIN}/access/manager/AccessManager.sol",
    "ERC1967Proxy": f"{OPENZEPPELIN}/proxy/ERC1967/ERC1967Proxy.sol",
}
FOUNDED_ON_4 = {
    "BravoCompatibleGovernor": "BravoCompatibleGovernor.sol",
    "TimelockController4": f"{OPENZEPPELIN_4}/governance/TimelockController.sol",
}


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
    names += [f"{alias}@npm:{name}@{v}" for alias, (name, v) in OTHER_VERSIONS.items()]
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


def compiled(
    directory: Path, contracts: dict[str, str], remappings: tuple[str, ...] = ()
) -> dict[str, dict[str, Any]]:
    """Compile contracts from the sources named: ours, or those of a package."""
    job = {
        "language": "Solidity",
        "sources": {
            source: {"content": _path(directory, source).read_text(encoding="utf-8")}
            for source in set(contracts.values())
        },
        "settings": {
            "evmVersion": "cancun",
            "optimizer": {"enabled": True, "runs": 200},
            "remappings": list(remappings),
            # Without the hash of the metadata the bytecode depends on the code alone.
            "metadata": {"bytecodeHash": "none", "appendCBOR": False},
            "outputSelection": {"*": {"*": ["abi", "evm.bytecode.object"]}},
        },
    }
    answer = json.loads(run(["node", str(CONTRACTS / "compile.cjs")], directory, json.dumps(job)))
    errors = [e["formattedMessage"] for e in answer.get("errors", ()) if e["severity"] == "error"]
    if errors:
        sys.exit("\n".join(errors))
    return {
        name: _compiled_artifact(name, source, answer["contracts"][source])
        for name, source in contracts.items()
    }


def _path(directory: Path, source: str) -> Path:
    own = CONTRACTS / source
    return own if own.exists() else directory / "node_modules" / source


def _compiled_artifact(name: str, source: str, contracts: dict[str, Any]) -> dict[str, Any]:
    contract = contracts.get(name) or contracts[Path(source).stem]
    return {
        "contract": name,
        "package": _origin(source),
        "compiler": COMPILED_HERE,
        "licence": "MIT",
        "abi": contract["abi"],
        "bytecode": "0x" + contract["evm"]["bytecode"]["object"],
    }


def _origin(source: str) -> str:
    if source.startswith(OPENZEPPELIN_4):
        package, version = OTHER_VERSIONS[OPENZEPPELIN_4]
        return f"{package}@{version}"
    if source.startswith(OPENZEPPELIN):
        return f"{OPENZEPPELIN}@{PACKAGES[OPENZEPPELIN]}"
    return f"sandbox/chain/contracts/{source}"


def main() -> int:
    """Rebuild, or compare with `--check`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail on a difference")
    check = parser.parse_args().check
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        install(directory)
        artifacts = published(directory) | compiled(directory, FOUNDED_ON_5)
        artifacts |= compiled(directory, FOUNDED_ON_4, (f"{OPENZEPPELIN}/={OPENZEPPELIN_4}/",))
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
