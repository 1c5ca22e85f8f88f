"""Logs that were recorded from real contracts, and whose they are; a clone does not have them."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from bot.domain.onchain.governor import ClockMode, Flavour, Governor, QuorumRule, TimelockKind
from bot.domain.types import Address, ChainId, Seconds, Timepoint, TokenUnits

ROOT = Path(__file__).parents[1]
DATA = ROOT / os.environ.get("ASSENT_SHARED", "../shared") / "data" / "evm"  # noqa: TID251 - where the data is
IS_HERE = (DATA / "recorded").is_dir() and (DATA / "logs").is_dir()
needs_recordings = pytest.mark.skipif(
    not IS_HERE, reason=f"there are no recordings in {DATA}; set ASSENT_SHARED"
)

CHAIN = ChainId(31_337)
DAY = 86_400
TOKEN = 10**18
LIVES = ("btrst", "oz4", "oz5", "oz5compound", "oz5time", "unialpha")

Log = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """What a governor and its timelock did, in the order of the chain.

    `quorum` is what its contract would answer, `None` where there is too little to know what it
    would: then every call is reverted. `times` are those of blocks that are known, unix seconds.
    """

    governor: Governor
    logs: Sequence[Log]
    quorum: int | None
    times: Sequence[tuple[int, int]]

    @property
    def first(self) -> int:
        """The first block in which something happened."""
        return int(self.logs[0]["blockNumber"], 16)

    @property
    def last(self) -> int:
        """The last block in which something happened."""
        return int(self.logs[-1]["blockNumber"], 16)

    @property
    def family(self) -> list[Log]:
        """The logs of the governor and of its timelock alone."""
        ours = {address.lower() for address in self.governor.contracts}
        return [log for log in self.logs if log["address"].lower() in ours]

    def cut(self, first: int, last: int) -> "Recording":
        """Keep what happened in these blocks."""
        kept = [log for log in self.logs if first <= int(log["blockNumber"], 16) <= last]
        return replace(self, logs=kept)


def life(name: str) -> Recording:
    """Give a recorded life cycle; its quorum is that of the deployment."""
    recorded = json.loads((DATA / "recorded" / f"{name}.json").read_text())
    is_alpha = "Alpha" in recorded["kind"]
    has_compounds = is_alpha or "Compound" in recorded["kind"]
    quorums = {"btrst": 100_000, "unialpha": 40_000_000}
    return _recording(
        recorded["logs"],
        quorum=quorums.get(name, 40_000) * TOKEN,
        chain_id=CHAIN,
        address=Address(recorded["governor"]),
        name=recorded["kind"],
        flavour=Flavour.GOVERNOR_ALPHA if is_alpha else Flavour.OPENZEPPELIN,
        clock_mode=ClockMode(recorded["clock"]),
        quorum_rule=QuorumRule.FOR if is_alpha else QuorumRule.FOR_AND_ABSTAIN,
        token_address=Address(recorded["token"]),
        timelock_kind=TimelockKind.COMPOUND if has_compounds else TimelockKind.CONTROLLER,
        timelock_address=Address(recorded["timelock"]),
        grace_period=Seconds(14 * DAY) if has_compounds else None,
    )


def compound() -> Recording:
    """Give all that happened on Compound's GovernorAlpha: 42 proposals from 2020 to 2021."""
    return _recording(
        _logs("compound_governor_alpha.reconstructed.json"),
        quorum=400_000 * TOKEN,
        address=Address("0xc0dA01a04C3f3E0be433606045bB7017A7323E38"),
        name="Compound Governor Alpha",
        flavour=Flavour.GOVERNOR_ALPHA,
        timelock_address=Address("0x6d903f6003cca6255D85CcA4D3B5E5146dC33925"),
        grace_period=Seconds(14 * DAY),
    )


def excerpts() -> dict[str, Recording]:
    """Give single logs of other families, each with the governor that it is about."""
    return {
        "a vote as another index tells it": _recording(
            _logs("compound_alpha_VoteCast_covalent.json"),
            address=Address("0xc0dA01a04C3f3E0be433606045bB7017A7323E38"),
            flavour=Flavour.GOVERNOR_ALPHA,
        ),
        "a deadline that moved": _recording(
            _logs("compound_governor_ProposalExtended_610.json"),
            address=Address("0x309a862bbC1A00e45506cB8A802D1ff10004c8C0"),
            name="Compound Governor",
        ),
        "an operation of a timelock": _recording(
            _logs("ens_timelockcontroller_CallScheduled.json"),
            address=Address("0x323A76393544d5ecca80cd6ef2A560C6a395b7E3"),
            name="ENS Governor",
            timelock_kind=TimelockKind.CONTROLLER,
            timelock_address=Address("0xFe89cc7aBB2C4183683ab71653C4cdc9B02D44b7"),
        ),
        "a proposal and a vote among a DAO's other events": _recording(
            _logs("nouns_mainnet_receipts.json"),
            address=Address("0x6f3E6272A167e8AcCb32072d08E0957F9c79223d"),
            name="Nouns DAO",
            flavour=Flavour.NOUNS,
        ),
    }


def _logs(name: str) -> list[Log]:
    logs: list[Log] = json.loads((DATA / "logs" / name).read_text())
    return logs


def _recording(logs: Sequence[Log], *, quorum: int | None = None, **facts: Any) -> Recording:
    told = [_as_a_node_tells(log, index) for index, log in enumerate(logs)]
    told.sort(key=lambda log: (int(log["blockNumber"], 16), int(log["logIndex"], 16)))
    usual: dict[str, Any] = {
        "chain_id": ChainId(1),
        "name": "",
        "flavour": Flavour.OPENZEPPELIN,
        "clock_mode": ClockMode.BLOCK_NUMBER,
        "quorum_rule": QuorumRule.FOR,
        "token_address": None,
        "token_symbol": "VOTE",
        "token_decimals": 18,
        "voting_delay": Timepoint(1),
        "voting_period": Timepoint(17_280),
        "proposal_threshold": TokenUnits(0),
        "timelock_kind": TimelockKind.COMPOUND,
        "timelock_address": None,
        "timelock_delay": None,
        "grace_period": None,
    }
    return Recording(
        governor=Governor(**(usual | facts)),
        logs=told,
        quorum=quorum,
        times=sorted({(_number(log["blockNumber"]), _time(log)) for log in logs if _time(log)}),
    )


def _as_a_node_tells(log: Log, index: int) -> Log:
    """Give the fields that a node gives; what was not recorded is made up."""
    number = _number(log["blockNumber"])
    return {
        "address": log["address"],
        "topics": log["topics"],
        "data": log["data"],
        "blockNumber": hex(number),
        "blockHash": log.get("blockHash", block_hash(number)),
        "transactionHash": log["transactionHash"],
        "logIndex": hex(log.get("logIndex", index)),
        "removed": False,
    }


def block_hash(number: int) -> str:
    """Make up the hash of a block of which none was recorded."""
    return "0x" + sha256(str(number).encode()).hexdigest()


def _number(written: int | str) -> int:
    return written if isinstance(written, int) else int(written, 16)


def _time(log: Log) -> int:
    told = log.get("timestamp", 0)
    if isinstance(told, int):
        return told
    return int(datetime.fromisoformat(told).replace(tzinfo=UTC).timestamp())
