from collections.abc import Callable
from typing import Any

import pytest

from bot.domain.onchain.call import Call
from bot.domain.onchain.event import OperationScheduled, ProposalCreated, ProposalQueued
from bot.domain.onchain.governor import ClockMode, Flavour, Governor, QuorumRule, TimelockKind
from bot.domain.types import Address, ChainId, Timepoint, TokenUnits, UnixSeconds, Wei
from bot.gateways.chain.decode import decode_log
from bot.gateways.chain.json_rpc import Log
from bot.gateways.chain.operations import operation_id, operation_id_v4, operations_of
from tests.spoken import log_of

GOVERNOR: dict[str, Any] = {
    "chain_id": ChainId(1),
    "address": Address("0x" + "22" * 20),
    "name": "Governor",
    "flavour": Flavour.OPENZEPPELIN,
    "clock_mode": ClockMode.BLOCK_NUMBER,
    "quorum_rule": QuorumRule.FOR,
    "token_address": None,
    "token_symbol": "",
    "token_decimals": 0,
    "voting_delay": Timepoint(1),
    "voting_period": Timepoint(20),
    "proposal_threshold": TokenUnits(0),
    "timelock_address": None,
    "timelock_delay": None,
    "grace_period": None,
}


def wire(log: dict[str, Any]) -> Log:
    return log_of(log | {key: hex(log[key]) for key in ("blockNumber", "logIndex")})


def scheduled_and_expected(
    recording: dict[str, Any], *, is_version_4: bool
) -> tuple[set[str], set[str]]:
    """Give the operations that were scheduled, and those the queued proposals should have."""
    proposals, queued, scheduled = {}, [], set()
    for log in recording["logs"]:
        match decode_log(wire(log), UnixSeconds(log["timestamp"])):
            case ProposalCreated() as event:
                proposals[event.id] = event
            case ProposalQueued() as event:
                queued.append(proposals[event.id])
            case OperationScheduled() as event:
                scheduled.add(event.operation_id)
            case _:
                pass
    expected = {
        operation_id_v4(one.calls, one.description)
        if is_version_4
        else operation_id(one.emitter, one.calls, one.description)
        for one in queued
    }
    return set(scheduled), set(expected)


@pytest.mark.parametrize("name", ["oz5", "oz5time", "oz4"])
def test_a_proposals_operation_is_known_from_the_proposal(
    name: str, shared: Callable[[str], Any]
) -> None:
    recording = shared(f"recorded/{name}.json")
    scheduled, expected = scheduled_and_expected(recording, is_version_4=name == "oz4")
    assert scheduled == expected
    assert len(scheduled) == 4


COMPOUND = {"btrst": Flavour.GOVERNOR_ALPHA, "unialpha": Flavour.GOVERNOR_ALPHA,
            "oz5compound": Flavour.OPENZEPPELIN}  # fmt: skip


@pytest.mark.parametrize("name", [*COMPOUND, "oz4", "oz5", "oz5time"])
def test_every_operation_that_a_recorded_proposal_scheduled_is_linked_to_it(
    name: str, shared: Callable[[str], Any]
) -> None:
    recording = shared(f"recorded/{name}.json")
    kind = TimelockKind.COMPOUND if name in COMPOUND else TimelockKind.CONTROLLER
    governor = GOVERNOR | {"address": recording["governor"], "timelock_kind": kind}
    proposals: dict[int, ProposalCreated] = {}
    scheduled: set[str] = set()
    linked: set[str] = set()
    for log in recording["logs"]:
        match decode_log(wire(log), UnixSeconds(log["timestamp"])):
            case ProposalCreated() as event:
                proposals[event.id] = event
            case ProposalQueued() as event:
                made = proposals[event.id]
                asked = (made.calls, made.description, event.eta)
                linked |= operations_of(Governor(**governor), *asked)
            case OperationScheduled() as event:
                scheduled.add(event.operation_id)
            case _:
                pass
    assert scheduled
    assert scheduled <= linked
    if kind is TimelockKind.COMPOUND:
        assert scheduled == linked


def test_without_an_eta_or_a_timelock_nothing_is_linked() -> None:
    call = Call(target=Address("0x" + "11" * 20), value=Wei(0), signature="", calldata="0x")
    for kind in (TimelockKind.COMPOUND, TimelockKind.NONE):
        governor = Governor(**(GOVERNOR | {"timelock_kind": kind}))
        assert operations_of(governor, [call], "Title", None) == frozenset()
