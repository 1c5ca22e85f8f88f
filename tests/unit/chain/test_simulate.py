import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak

from bot.domain.onchain.call import Call
from bot.domain.onchain.simulation import Outcome, SimulatedCall
from bot.domain.types import Address, Wei
from bot.gateways.chain.json_rpc import Answer
from bot.gateways.chain.reverts import MOST_REASON, revert_reason
from bot.gateways.chain.simulate import payload, simulated, trial

TIMELOCK = Address("0xb6f1F016175588a049fDA12491cF3686De33990B")
TARGET = Address("0x281E9a847338e77Ad834C68b0C42552c83d7d9Fb")


def call(signature: str = "setMarketplaceFee(uint8)", calldata: str = "0x", value: int = 0) -> Call:
    return Call(target=TARGET, value=Wei(value), signature=signature, calldata=calldata)


def refused(text: str, data: object = None, code: int = 3) -> Answer:
    return Answer(error={"code": code, "message": text, "data": data})


def reverted(data: bytes) -> SimulatedCall:
    return simulated(refused("execution reverted", "0x" + data.hex()))


def error(signature: str, types: list[str], values: list[object]) -> bytes:
    return keccak(text=signature)[:4] + encode(types, values)


def test_a_call_with_a_signature_is_tried_with_its_selector() -> None:
    asked = trial(TIMELOCK, call(calldata="0x" + f"{8:064x}", value=5))
    assert asked.data == "0x" + keccak(text="setMarketplaceFee(uint8)")[:4].hex() + f"{8:064x}"
    assert (asked.sender, asked.value) == (TIMELOCK, 5)


def test_a_call_without_a_signature_is_tried_as_it_is() -> None:
    assert payload(call(signature="", calldata="0xabcd")) == b"\xab\xcd"


def test_an_answer_is_a_success() -> None:
    assert simulated(Answer(result="0x")) == SimulatedCall(outcome=Outcome.SUCCEEDS)


def test_a_reason_is_said_as_it_was_given() -> None:
    data = error("Error(string)", ["string"], ["Marketplace: only the owner may"])
    assert reverted(data).why == "Marketplace: only the owner may"
    assert reverted(data).outcome is Outcome.REVERTS


def test_a_panic_is_put_in_words() -> None:
    assert "below zero" in revert_reason(error("Panic(uint256)", ["uint256"], [0x11]))
    assert revert_reason(error("Panic(uint256)", ["uint256"], [0x99])) == "panic 0x99"


def test_a_known_error_is_named_with_its_arguments() -> None:
    data = error("OwnableUnauthorizedAccount(address)", ["address"], [TIMELOCK])
    assert revert_reason(data) == f"OwnableUnauthorizedAccount({TIMELOCK})"
    role = error(
        "AccessControlUnauthorizedAccount(address,bytes32)",
        ["address", "bytes32"],
        [TIMELOCK, b"\x01" * 32],
    )
    assert "0x" + "01" * 32 in revert_reason(role)


def test_an_unknown_error_is_given_by_its_selector() -> None:
    assert revert_reason(b"\xde\xad\xbe\xef" + bytes(32)) == (
        "an error that is not known: 0xdeadbeef"
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x08",
        keccak(text="Error(string)")[:4] + b"\xff" * 64,
        keccak(text="Panic(uint256)")[:4],
        error("Error(string)", ["bytes"], [b"\xff" * 4000]),
        keccak(text="Error(string)")[:4] + bytes(100_000),
    ],
)
def test_no_bytes_of_a_stranger_raise_or_are_endless(data: bytes) -> None:
    assert len(revert_reason(data)) <= MOST_REASON


@pytest.mark.parametrize(
    ("text", "data", "code"),
    [
        (
            "VM execution error.",
            "Reverted 0x" + error("Panic(uint256)", ["uint256"], [1]).hex(),
            -32015,
        ),
        ("reverted", {"data": "0x" + error("Panic(uint256)", ["uint256"], [1]).hex()}, -32603),
        ("execution reverted: assert", "0x" + error("Panic(uint256)", ["uint256"], [1]).hex(), 3),
    ],
)
def test_every_node_is_understood(text: str, data: object, code: int) -> None:
    assert simulated(refused(text, data, code)).why == "an assertion failed"


def test_the_words_of_a_node_that_gives_no_data_are_kept() -> None:
    found = simulated(refused("execution reverted: not today", None, -32000))
    assert (found.outcome, found.why) == (Outcome.REVERTS, "not today")


def test_a_sender_without_the_coin_is_told_from_a_broken_node() -> None:
    found = simulated(refused("insufficient funds for transfer", None, -32000))
    assert found.outcome is Outcome.REVERTS
    assert "does not hold" in found.why


@pytest.mark.parametrize("text", ["header not found", "internal error", "out of gas", ""])
def test_a_failing_node_is_no_finding(text: str) -> None:
    found = simulated(refused(text, None, -32000))
    assert found.outcome is Outcome.UNKNOWN
