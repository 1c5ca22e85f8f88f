from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain.onchain.block import BlockId, Position
from bot.domain.onchain.call import Call
from bot.domain.onchain.event import (
    GovernorEvent,
    OperationCancelled,
    OperationExecuted,
    OperationScheduled,
    ProposalCanceled,
    ProposalCreated,
    ProposalExecuted,
    ProposalQueued,
    VoteCast,
)
from bot.domain.types import (
    Address,
    BlockHash,
    BlockNumber,
    OperationId,
    Seconds,
    TokenUnits,
    TransactionHash,
    UnixSeconds,
)
from bot.gateways.chain.decode import decode_log
from bot.gateways.chain.errors import UndecodableLogError
from bot.gateways.chain.json_rpc import Log
from bot.gateways.chain.layouts import BY_TOPICS, LAYOUTS, TOPICS

GOVERNOR = "0x1a0D3d5a43e53510f80F16905Bc96e907A47dD01"
TIMELOCK = "0xb6f1F016175588a049fDA12491cF3686De33990B"
ANA = "0xE1F43a543fAe801543A6916C85482F6Ed37F52ae"
TIME = UnixSeconds(1_795_225_423)

CREATED = (
    "ProposalCreated(uint256,address,address[],uint256[],string[],bytes[],uint256,uint256,string)"
)
CANCELED = "CancelTransaction(bytes32,address,uint256,string,bytes,uint256)"
CREATED_TYPES = CREATED[len("ProposalCreated(") : -1].split(",")
RECORDED = ("btrst", "unialpha", "oz4", "oz5", "oz5time", "oz5compound")


def topic(signature: str) -> str:
    return "0x" + keccak(text=signature).hex()


def raw_log(topics: list[str], data: bytes, address: str = GOVERNOR) -> Log:
    return Log(
        address=address.lower(),
        topics=tuple(topics),
        data="0x" + data.hex(),
        block_number="0x10",
        block_hash="0x" + "AB" * 32,
        transaction_hash="0x" + "cd" * 32,
        log_index="0x2",
    )


def padded(value: int | str) -> str:
    number = int(value, 16) if isinstance(value, str) else value
    return f"0x{number:064x}"


def created(description: bytes = b"# Title", *, signature: bytes = b"setFee(uint8)") -> Log:
    types = [kind.replace("string", "bytes") for kind in CREATED_TYPES]
    values = (3, ANA, [TIMELOCK], [5], [signature], [b"\x08"], 17, 37, description)
    return raw_log([topic(CREATED)], encode(types, values))


def recorded(name: str, shared: Callable[[str], Any]) -> list[tuple[str, Log]]:
    logs = shared(f"recorded/{name}.json")["logs"]
    return [(log["event"], wire(log)) for log in logs]


def wire(log: dict[str, Any]) -> Log:
    number = log["blockNumber"]
    return Log(
        address=log["address"],
        topics=tuple(log["topics"]),
        data=log["data"],
        block_number=number if isinstance(number, str) else hex(number),
        block_hash=log.get("blockHash", "0x" + "00" * 32),
        transaction_hash=log["transactionHash"],
        log_index=hex(log.get("logIndex", 0)),
    )


def test_a_created_proposal_has_its_calls_and_its_window() -> None:
    event = decode_log(created(), TIME)
    assert isinstance(event, ProposalCreated)
    assert event.emitter == GOVERNOR
    assert (event.id, event.proposer, event.vote_start, event.vote_end) == (3, ANA, 17, 37)
    assert event.description == "# Title"
    assert event.calls == (
        Call(target=Address(TIMELOCK), value=event.calls[0].value, signature="setFee(uint8)",
             calldata="0x08"),
    )  # fmt: skip
    assert event.calls[0].value == 5


def test_an_event_knows_where_it_stands() -> None:
    event = decode_log(created(), TIME)
    assert isinstance(event, ProposalCreated)
    position = event.position
    assert isinstance(position, Position)
    assert position.block == BlockId(number=BlockNumber(16), hash=BlockHash("0x" + "ab" * 32))
    assert position.block_time == TIME
    assert position.transaction_hash == TransactionHash("0x" + "cd" * 32)
    assert position.log_index == 2


@pytest.mark.parametrize("support", [False, True])
def test_a_governor_alpha_vote_is_for_or_against_without_a_reason(*, support: bool) -> None:
    data = encode(["address", "uint256", "bool", "uint256"], [ANA, 3, support, 10**18])
    event = decode_log(raw_log([topic("VoteCast(address,uint256,bool,uint256)")], data), TIME)
    assert isinstance(event, VoteCast)
    assert (event.voter, event.support, event.weight) == (ANA, int(support), 10**18)
    assert type(event.support) is int
    assert event.reason == ""


def test_an_openzeppelin_vote_has_a_reason_and_an_indexed_voter() -> None:
    topics = [topic("VoteCast(address,uint256,uint8,uint256,string)"), padded(ANA)]
    data = encode(["uint256", "uint8", "uint256", "string"], [2**255, 2, 7, "because"])
    event = decode_log(raw_log(topics, data), TIME)
    assert isinstance(event, VoteCast)
    assert (event.voter, event.id, event.support) == (ANA, 2**255, 2)
    assert (event.weight, event.reason) == (TokenUnits(7), "because")


def test_a_vote_with_parameters_is_a_vote() -> None:
    topics = [topic("VoteCastWithParams(address,uint256,uint8,uint256,string,bytes)"), padded(ANA)]
    types = ["uint256", "uint8", "uint256", "string", "bytes"]
    event = decode_log(raw_log(topics, encode(types, [1, 255, 9, "split", b"\x01"])), TIME)
    assert isinstance(event, VoteCast)
    assert (event.support, event.weight, event.reason) == (255, 9, "split")


def test_the_short_events_of_a_proposal() -> None:
    one = encode(["uint256"], [3])
    queued = decode_log(
        raw_log([topic("ProposalQueued(uint256,uint256)")], one + encode(["uint256"], [99])), TIME
    )
    executed = decode_log(raw_log([topic("ProposalExecuted(uint256)")], one), TIME)
    canceled = decode_log(raw_log([topic("ProposalCanceled(uint256)")], one), TIME)
    assert isinstance(queued, ProposalQueued)
    assert (queued.id, queued.eta) == (3, 99)
    assert isinstance(executed, ProposalExecuted)
    assert executed.id == 3
    assert isinstance(canceled, ProposalCanceled)
    assert canceled.id == 3


def test_the_events_of_a_timelock_controller() -> None:
    operation = "0x" + "5a" * 32
    scheduled = decode_log(
        raw_log(
            [topic("CallScheduled(bytes32,uint256,address,uint256,bytes,bytes32,uint256)"),
             operation, padded(1)],
            encode(["address", "uint256", "bytes", "bytes32", "uint256"],
                   [ANA, 0, b"\x01", bytes(32), 604_800]),
            TIMELOCK,
        ),
        TIME,
    )  # fmt: skip
    executed = decode_log(
        raw_log(
            [topic("CallExecuted(bytes32,uint256,address,uint256,bytes)"), operation, padded(1)],
            encode(["address", "uint256", "bytes"], [ANA, 0, b"\x01"]),
            TIMELOCK,
        ),
        TIME,
    )
    cancelled = decode_log(raw_log([topic("Cancelled(bytes32)"), operation], b"", TIMELOCK), TIME)
    assert isinstance(scheduled, OperationScheduled)
    assert (scheduled.operation_id, scheduled.index) == (OperationId(operation), 1)
    assert scheduled.delay == Seconds(604_800)
    assert isinstance(executed, OperationExecuted)
    assert (executed.operation_id, executed.index) == (OperationId(operation), 1)
    assert isinstance(cancelled, OperationCancelled)
    assert cancelled.operation_id == operation
    assert cancelled.emitter == TIMELOCK


def test_text_that_is_not_utf_8_does_not_lose_the_event() -> None:
    event = decode_log(created(b"Lower \xff\xfe the fee", signature=b"\xc3("), TIME)
    assert isinstance(event, ProposalCreated)
    assert event.description == "Lower \ufffd\ufffd the fee"
    assert event.calls[0].signature == "\ufffd("


def test_an_empty_proposal_is_decoded() -> None:
    # Uniswap's first eight: no signature, no data, an empty description.
    values = (1, ANA, ["0x" + "00" * 20], [0], [""], [b""], 2, 3, "")
    event = decode_log(raw_log([topic(CREATED)], encode(CREATED_TYPES, values)), TIME)
    assert isinstance(event, ProposalCreated)
    assert event.description == ""
    assert event.calls[0].calldata == "0x"


def test_the_same_name_with_other_indexed_fields_is_another_event() -> None:
    # Aave's governance emits ProposalExecuted with an indexed id under the same first topic.
    log = raw_log([topic("ProposalExecuted(uint256)"), padded(3)], b"")
    assert decode_log(log, TIME) is None


@pytest.mark.parametrize("topics", [[], [topic("Transfer(address,address,uint256)")]])
def test_other_logs_are_no_governor_events(topics: list[str]) -> None:
    assert decode_log(raw_log(topics, b""), TIME) is None


def test_calls_of_unequal_length_are_undecodable() -> None:
    values = (1, ANA, [ANA, ANA], [0], [""], [b""], 2, 3, "")
    with pytest.raises(UndecodableLogError):
        decode_log(raw_log([topic(CREATED)], encode(CREATED_TYPES, values)), TIME)


def test_cut_data_is_undecodable_and_says_which_log() -> None:
    log = created()
    data = log.data or ""
    log = replace(log, data=data[: len(data) // 2])
    with pytest.raises(UndecodableLogError, match=log.transaction_hash):
        decode_log(log, TIME)


def test_data_that_is_not_hex_is_undecodable() -> None:
    for data in ("0xzz", None):
        with pytest.raises(UndecodableLogError):
            decode_log(replace(created(), data=data), TIME)


@given(st.sampled_from(LAYOUTS), st.binary(max_size=2048))
def test_any_data_is_an_event_or_undecodable(layout: Any, data: bytes) -> None:
    topics = [layout.topic, *["0x" + "00" * 32] * sum(layout.indexed)]
    try:
        event = decode_log(raw_log(topics, data), TIME)
    except UndecodableLogError:
        return
    assert event is not None or layout.topic == topic(CANCELED), "Only eta 0 is no cancellation."


def test_every_topic_is_asked_for_once() -> None:
    assert len(TOPICS) == len(set(TOPICS))
    assert len(BY_TOPICS) == len(LAYOUTS), "No two layouts are of the same log."


# By their sources alone: no table has the ABI of these.
OF_SOURCES = {
    topic(signature)
    for signature in (
        "OverrideVoteCast(address,uint256,uint8,uint256,string)",
        "VoteReduced(address,uint256,uint8,uint256)",
        "SuperQuorumNumeratorUpdated(uint256,uint256)",
        "QuorumUpdated(uint256,uint256)",
        "ProposalGuardianSet(address,address)",
        "ProposalGuardianSet(address,uint96,address,uint96)",
    )
}


def test_the_layouts_are_those_of_the_known_abis(shared: Callable[[str], Any]) -> None:
    known = {event["topic0"]: event["full"] for event in shared("abi/events.json")}
    assert set(TOPICS) - known.keys() == OF_SOURCES
    for layout in LAYOUTS:
        full = known.get(layout.topic, "")
        if full and full.count("indexed") != sum(layout.indexed):
            # Venus indexes nothing where Optimism does, under the same topic.
            assert "proposalType" in full, full


@pytest.mark.parametrize("name", RECORDED)
def test_recorded_life_cycles_decode_without_loss(name: str, shared: Callable[[str], Any]) -> None:
    ours = {layout.topic for layout in LAYOUTS}
    decoded = 0
    for event_name, log in recorded(name, shared):
        event = decode_log(log, TIME)
        if log.topics[0] not in ours or is_no_cancellation(log):
            assert event is None, event_name
            continue
        assert event is not None, event_name
        assert rebuilt(event, event_name) is None or rebuilt(event, event_name) == log.data
        decoded += 1
    assert decoded > 10


def is_no_cancellation(log: Log) -> bool:
    return log.topics[0] == topic(CANCELED) and int((log.data or "")[194:258], 16) == 0


def rebuilt(event: GovernorEvent | VoteCast, name: str) -> str | None:
    """Encode an event again, where it holds all that its data held."""
    types = name[name.index("(") + 1 : -1].split(",")
    match event:
        case ProposalCreated(calls=calls):
            values: tuple[Any, ...] = (
                event.id,
                event.proposer,
                [call.target for call in calls],
                [call.value for call in calls],
                [call.signature for call in calls],
                [bytes.fromhex(call.calldata[2:]) for call in calls],
                event.vote_start,
                event.vote_end,
                event.description,
            )
        case VoteCast() if "bool" in types:
            values = (event.voter, event.id, bool(event.support), event.weight)
        case VoteCast():
            types = types[1:]
            values = (event.id, event.support, event.weight, event.reason)
        case ProposalQueued():
            values = (event.id, event.eta)
        case ProposalExecuted() | ProposalCanceled():
            values = (event.id,)
        case _:
            return None
    return "0x" + encode(types, values).hex()


def test_compounds_whole_history_decodes(shared: Callable[[str], Any]) -> None:
    logs = shared("logs/compound_governor_alpha.reconstructed.json")
    counts = Counter(type(decode_log(wire(log), TIME)).__name__ for log in logs)
    assert counts == {
        "ProposalCreated": 42,
        "VoteCast": 2416,
        "ProposalQueued": 36,
        "ProposalExecuted": 36,
        "ProposalCanceled": 2,
    }


def test_a_real_vote_of_compound(shared: Callable[[str], Any]) -> None:
    (log,) = shared("logs/compound_alpha_VoteCast_covalent.json")
    event = decode_log(wire(log), TIME)
    assert isinstance(event, VoteCast)
    assert event.voter.lower() == "0x0dc1f2633d657122d67735d9606e0b29f5523aef"
    assert (event.id, event.support) == (42, 1)
    assert event.weight == 0xDE3AEBF3BB7EA44


def test_a_real_scheduled_call_of_ens(shared: Callable[[str], Any]) -> None:
    (log,) = shared("logs/ens_timelockcontroller_CallScheduled.json")
    event = decode_log(wire(log), TIME)
    assert isinstance(event, OperationScheduled)
    assert event.operation_id == log["topics"][1]
    assert (event.index, event.delay) == (0, 172_800)


def test_real_receipts_of_nouns_give_each_proposal_once(shared: Callable[[str], Any]) -> None:
    # Nouns emits a second, richer event beside ProposalCreated: it must not count twice.
    logs = shared("logs/nouns_mainnet_receipts.json")
    kinds = [type(decode_log(wire(log), TIME)) for log in logs]
    assert kinds.count(ProposalCreated) == 1
    assert kinds.count(VoteCast) == 1
