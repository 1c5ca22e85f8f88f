"""Every shape of an event that was seen in the wild, and what it means."""

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak

from bot.domain.onchain.event import (
    GovernorEvent,
    OperationCancelled,
    OperationExecuted,
    OperationScheduled,
    ParameterChanged,
    ProposalCreated,
    ProposalExtended,
    ProposalUpdated,
    ProposalVetoed,
    VoteCast,
    VoteReduced,
)
from bot.domain.types import UnixSeconds
from bot.gateways.chain.decode import decode_log
from bot.gateways.chain.json_rpc import Log

GOVERNOR = "0x1a0D3d5a43e53510f80F16905Bc96e907A47dD01"
ANA = "0xE1F43a543fAe801543A6916C85482F6Ed37F52ae"
BEN = "0xb6f1F016175588a049fDA12491cF3686De33990B"
MODULE = "0x281E9a847338e77Ad834C68b0C42552c83d7d9Fb"
ID = 2**255 + 7  # 77 digits
ETA = 1_795_225_423
TIME = UnixSeconds(ETA - 100)
CALLS = ([BEN], [5], [""], [b"\x01\x02"])


def decoded(event: str, *values: object) -> GovernorEvent | VoteCast | None:
    """Encode an event as Solidity does, and read it."""
    name, _, inputs = event.removesuffix(")").partition("(")
    parts = [part.partition(" ") for part in inputs.split(",")]
    types = [part[0] for part in parts]
    topics = ["0x" + keccak(text=f"{name}({','.join(types)})").hex()]
    data_types, data = [], []
    for (kind, _, indexed), value in zip(parts, values, strict=True):
        if indexed:
            topics.append("0x" + encode([kind], [value]).hex())
        else:
            data_types.append(kind)
            data.append(value)
    log = Log(
        address=GOVERNOR.lower(),
        topics=tuple(topics),
        data="0x" + encode(data_types, data).hex(),
        block_number="0x10",
        block_hash="0x" + "ab" * 32,
        transaction_hash="0x" + "cd" * 32,
        log_index="0x2",
    )
    return decode_log(log, TIME)


MODULES = "address indexed,address indexed"  # the proposer and the module
ARRAYS = "address[],uint256[],string[],bytes[],uint256,uint256,string"


@pytest.mark.parametrize(
    "event",
    [
        f"ProposalCreated(uint256,address,{ARRAYS},uint8)",  # Venus
        f"ProposalCreated(uint256 indexed,address indexed,{ARRAYS},uint8)",  # Optimism
    ],
)
def test_a_proposal_of_a_type_is_read_by_its_number_of_topics(event: str) -> None:
    found = decoded(event, ID, ANA, *CALLS, 17, 37, "# Title", 2)
    assert isinstance(found, ProposalCreated)
    assert (found.id, found.proposer, found.vote_start, found.vote_end) == (ID, ANA, 17, 37)
    assert (found.calls[0].target, found.calls[0].calldata) == (BEN, "0x0102")
    assert found.description == "# Title"


@pytest.mark.parametrize(
    ("event", "more"),
    [
        ("ProposalCreated(uint256,address,address,bytes,uint256,uint256,string)", ()),
        (
            f"ProposalCreated(uint256 indexed,{MODULES},bytes,uint256,uint256,string,uint8)",
            (1,),
        ),
    ],
)
def test_a_vote_among_a_modules_options_says_which_module(
    event: str, more: tuple[int, ...]
) -> None:
    found = decoded(event, ID, ANA, MODULE, b"\x01", 17, 37, "Elect five", *more)
    assert isinstance(found, ProposalCreated)
    assert (found.calls, found.voting_module) == ((), MODULE)
    assert (found.vote_start, found.vote_end) == (17, 37)


@pytest.mark.parametrize(
    "event",
    [
        "ProposalCreatedWithRequirements(uint256,address[],uint256,uint256,uint256,uint32 indexed)",
        "VoteCastWithClientId(address indexed,uint256 indexed,uint32 indexed)",
        "RefundableVote(address indexed,uint256,bool)",
    ],
)
def test_what_nouns_emits_beside_an_event_counts_nothing_twice(event: str) -> None:
    kinds = [part.partition(" ")[0] for part in event.partition("(")[2][:-1].split(",")]
    fitting = {"uint256": 1, "uint32": 1, "address": ANA, "address[]": [ANA], "bool": True}
    assert decoded(event, *(fitting[kind] for kind in kinds)) is None


def test_a_fractional_vote_says_how_it_is_divided() -> None:
    params = b"".join(part.to_bytes(16, "big") for part in (1, 2, 3))
    event = "VoteCastWithParams(address indexed,uint256,uint8,uint256,string,bytes)"
    found = decoded(event, ANA, ID, 255, 6, "split", params)
    assert isinstance(found, VoteCast)
    assert (found.support, found.weight, found.fractions) == (255, 6, (1, 2, 3))
    for length in (32, 47, 49, 96):
        other = decoded(event, ANA, ID, 1, 6, "", b"\x01" * length)
        assert isinstance(other, VoteCast)
        assert other.fractions is None, "Other parameters divide nothing."


def test_a_vote_over_a_delegates_head_is_a_vote_and_takes_from_the_delegates() -> None:
    voted = decoded(
        "OverrideVoteCast(address indexed,uint256,uint8,uint256,string)", ANA, ID, 1, 9, "mine"
    )
    reduced = decoded("VoteReduced(address indexed,uint256,uint8,uint256)", BEN, ID, 0, 9)
    assert isinstance(voted, VoteCast)
    assert (voted.voter, voted.support, voted.weight, voted.reason) == (ANA, 1, 9, "mine")
    assert isinstance(reduced, VoteReduced)
    assert (reduced.delegate, reduced.support, reduced.weight) == (BEN, 0, 9)


@pytest.mark.parametrize(
    "event",
    [
        "ProposalExtended(uint256 indexed,uint64)",
        "ProposalDeadlineUpdated(uint256,uint64)",
        "ProposalObjectionPeriodSet(uint256 indexed,uint256)",
    ],
)
def test_a_moved_deadline_is_read_whoever_moves_it(event: str) -> None:
    found = decoded(event, ID, 99)
    assert isinstance(found, ProposalExtended)
    assert (found.id, found.vote_end) == (ID, 99)


def test_a_veto_is_read() -> None:
    found = decoded("ProposalVetoed(uint256)", ID)
    assert isinstance(found, ProposalVetoed)
    assert found.id == ID


UPDATED = "(uint256 indexed,address indexed,address[],uint256[],string[],bytes[]"


def test_an_updated_proposal_says_which_part_was() -> None:
    whole = decoded(f"ProposalUpdated{UPDATED},string,string)", 3, ANA, *CALLS, "new", "why")
    calls = decoded(f"ProposalTransactionsUpdated{UPDATED},string)", 3, ANA, *CALLS, "why")
    text = decoded(
        "ProposalDescriptionUpdated(uint256 indexed,address indexed,string,string)",
        *(3, ANA, "new", "why"),
    )
    assert isinstance(whole, ProposalUpdated)
    assert isinstance(calls, ProposalUpdated)
    assert isinstance(text, ProposalUpdated)
    assert whole.calls is not None
    assert (whole.calls[0].target, whole.description) == (BEN, "new")
    assert (calls.calls, calls.description) == (whole.calls, None)
    assert (text.calls, text.description) == (None, "new")


@pytest.mark.parametrize(
    ("event", "values", "before", "after"),
    [
        ("VotingPeriodSet(uint256,uint256)", (17_280, 40_320), "17280", "40320"),
        ("VotingDelaySet(uint256,uint256)", (1, 2), "1", "2"),
        ("ProposalThresholdSet(uint256,uint256)", (2**200, 1), str(2**200), "1"),
        ("QuorumNumeratorUpdated(uint256,uint256)", (4, 3), "4", "3"),
        ("QuorumUpdated(uint256,uint256)", (4, 3), "4", "3"),
        ("LateQuorumVoteExtensionSet(uint64,uint64)", (0, 7), "0", "7"),
        ("MinDelayChange(uint256,uint256)", (1, 2), "1", "2"),
        ("TimelockChange(address,address)", (ANA, BEN), ANA, BEN),
        ("NewImplementation(address,address)", (ANA, BEN), ANA, BEN),
        ("Upgraded(address indexed)", (BEN,), "", BEN),
        ("NewDelay(uint256 indexed)", (604_800,), "", "604800"),
        ("NewAdmin(address indexed)", (BEN,), "", BEN),  # a Timelock's
        ("NewAdmin(address,address)", (ANA, BEN), ANA, BEN),  # GovernorBravo's
        ("NewPendingAdmin(address indexed)", (BEN,), "", BEN),
        ("ProposalGuardianSet(address,address)", (ANA, BEN), ANA, BEN),
        (
            "ProposalGuardianSet(address,uint96,address,uint96)",
            (ANA, 5, BEN, ETA),
            f"{ANA} 5",
            f"{BEN} {ETA}",
        ),
        ("WhitelistAccountExpirationSet(address,uint256)", (BEN, ETA), "", f"{BEN} {ETA}"),
        ("WhitelistGuardianSet(address,address)", (ANA, BEN), ANA, BEN),
        ("QuorumCoefficientSet(uint32,uint32)", (1, 2), "1", "2"),
        ("NewVetoer(address,address)", (ANA, BEN), ANA, BEN),
        ("ObjectionPeriodDurationSet(uint32,uint32)", (1, 2), "1", "2"),
        (
            "TimelocksAndAdminSet(address,address,address)",
            (ANA, BEN, BEN),
            "",
            f"{ANA} {BEN} {BEN}",
        ),
    ],
)  # fmt: skip
def test_a_changed_parameter_is_told_in_plain_values(
    event: str, values: tuple[object, ...], before: str, after: str
) -> None:
    found = decoded(event, *values)
    assert isinstance(found, ParameterChanged)
    assert found.name == event.partition("(")[0]
    assert (found.before, found.after) == (before, after)


TRANSACTION = "(bytes32 indexed,address indexed,uint256,string,bytes,uint256)"
HASH = b"\x5a" * 32


def test_a_compound_timelock_queues_executes_and_cancels_by_hash() -> None:
    values = (HASH, BEN, 5, "setFee(uint8)", b"\x08", ETA)
    queued = decoded("QueueTransaction" + TRANSACTION, *values)
    executed = decoded("ExecuteTransaction" + TRANSACTION, *values)
    canceled = decoded("CancelTransaction" + TRANSACTION, *values)
    assert isinstance(queued, OperationScheduled)
    assert isinstance(executed, OperationExecuted)
    assert isinstance(canceled, OperationCancelled)
    ids = {queued.operation_id, executed.operation_id, canceled.operation_id}
    assert ids == {"0x" + HASH.hex()}
    assert (queued.ready_at, queued.call) == (ETA, executed.call)
    assert queued.call is not None
    assert (queued.call.signature, queued.call.calldata) == ("setFee(uint8)", "0x08")


def test_cancelling_what_was_never_queued_is_no_cancellation() -> None:
    values = (HASH, BEN, 0, "setFee(uint8)", b"\x08", 0)
    assert decoded("CancelTransaction" + TRANSACTION, *values) is None


def test_the_call_of_a_timelock_controllers_operation_is_kept() -> None:
    found = decoded(
        "CallScheduled(bytes32 indexed,uint256 indexed,address,uint256,bytes,bytes32,uint256)",
        *(HASH, 1, BEN, 5, b"\x01", bytes(32), 100),
    )
    assert isinstance(found, OperationScheduled)
    assert found.call is not None
    assert (found.call.target, found.call.value, found.call.calldata) == (BEN, 5, "0x01")
    assert found.ready_at == TIME + 100, "Only the delay is told."


def test_the_operations_of_an_access_manager_say_whose_they_are() -> None:
    scheduled = decoded(
        "OperationScheduled(bytes32 indexed,uint32 indexed,uint48,address,address,bytes)",
        *(HASH, 3, ETA, ANA, BEN, b"\x01"),
    )
    executed = decoded("OperationExecuted(bytes32 indexed,uint32 indexed)", HASH, 3)
    canceled = decoded("OperationCanceled(bytes32 indexed,uint32 indexed)", HASH, 3)
    assert isinstance(scheduled, OperationScheduled)
    assert (scheduled.caller, scheduled.ready_at) == (ANA, ETA)
    assert scheduled.call is not None
    assert scheduled.call.target == BEN
    assert isinstance(executed, OperationExecuted)
    assert isinstance(canceled, OperationCancelled)
    assert executed.operation_id == canceled.operation_id == scheduled.operation_id
