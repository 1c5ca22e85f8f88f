from collections.abc import Callable
from typing import Any

import pytest

from bot.domain.onchain.event import OperationScheduled, ProposalCreated, ProposalQueued
from bot.domain.types import UnixSeconds
from bot.gateways.chain.decode import RawLog, decode_log
from bot.gateways.chain.operations import operation_id, operation_id_v4


def scheduled_and_expected(
    recording: dict[str, Any], *, is_version_4: bool
) -> tuple[set[str], set[str]]:
    """Give the operations that were scheduled, and those the queued proposals should have."""
    proposals, queued, scheduled = {}, [], set()
    for log in recording["logs"]:
        raw = RawLog(
            address=log["address"],
            topics=log["topics"],
            data=log["data"],
            blockNumber=hex(log["blockNumber"]),
            blockHash=log["blockHash"],
            transactionHash=log["transactionHash"],
            logIndex=hex(log["logIndex"]),
        )
        match decode_log(raw, UnixSeconds(log["timestamp"])):
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
