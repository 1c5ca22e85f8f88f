"""Calls inside calls: found, followed to a bound, and never a way to be slow or to raise."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.onchain.call import Call, CallSource, DecodedCall
from bot.domain.onchain.contract import Function
from bot.domain.types import Address, Wei
from bot.gateways.chain.calling.abi import by_selector, functions_of
from bot.gateways.chain.calling.nested import NESTINGS
from bot.gateways.chain.calls import (
    BUILT_IN,
    MOST_CALLS,
    MOST_DEPTH,
    Dictionary,
    describe,
    selector_of,
)
from bot.gateways.chain.codec import encode

TARGET = Address("0x281E9a847338e77Ad834C68b0C42552c83d7d9Fb")
OTHER = Address("0xb6f1F016175588a049fDA12491cF3686De33990B")
FEE = selector_of("setMarketplaceFee(uint8)") + encode(["uint8"], [8])
ZERO = bytes(32)


def raw(data: bytes, dictionary: Dictionary = BUILT_IN) -> DecodedCall:
    call = Call(target=OTHER, value=Wei(3), signature="", calldata="0x" + data.hex())
    return describe(call, dictionary)


def made(signature: str, *values: object) -> bytes:
    inside = signature[signature.index("(") :]
    return selector_of(signature) + encode([inside], [values])[32 if _is_dynamic(inside) else 0 :]


def _is_dynamic(types: str) -> bool:
    return "[]" in types or "bytes," in types or "bytes)" in types or "string" in types


EIGHT_ARGUMENTS = "(address,uint256,uint256,address,address,uint256,uint256,bytes)"
COMPOUND = "queueTransaction(address,uint256,string,bytes,uint256)"
SAFE = "execTransaction(address,uint256,bytes,uint8,uint256,uint256,uint256,address,address,bytes)"


@pytest.mark.parametrize(
    ("signature", "values"),
    [
        (COMPOUND, (TARGET, 0, "setMarketplaceFee(uint8)", FEE[4:], 9)),
        (COMPOUND, (TARGET, 0, "", FEE, 9)),
        (
            "schedule(address,uint256,bytes,bytes32,bytes32,uint256)",
            (TARGET, 0, FEE, ZERO, ZERO, 9),
        ),
        (
            "scheduleBatch(address[],uint256[],bytes[],bytes32,bytes32,uint256)",
            ([TARGET], [0], [FEE], ZERO, ZERO, 9),
        ),
        ("execute(address[],uint256[],bytes[],bytes32)", ([TARGET], [0], [FEE], ZERO)),
        (
            "propose(address[],uint256[],string[],bytes[],string)",
            ([TARGET], [0], ["setMarketplaceFee(uint8)"], [FEE[4:]], "why"),
        ),
        ("execute(address,bytes)", (TARGET, FEE)),
        ("relay(address,uint256,bytes)", (TARGET, 0, FEE)),
        ("upgradeAndCall(address,address,bytes)", (TARGET, OTHER, FEE)),
        ("aggregate3((address,bool,bytes)[])", ([(TARGET, True, FEE)],)),
        ("aggregate3Value((address,bool,uint256,bytes)[])", ([(TARGET, True, 0, FEE)],)),
        (SAFE, (TARGET, 0, FEE, 0, 0, 0, 0, OTHER, OTHER, b"")),
        (
            "multiSend(bytes)",
            (b"\x00" + bytes.fromhex(TARGET[2:]) + ZERO + len(FEE).to_bytes(32, "big") + FEE,),
        ),
    ],
)
def test_the_call_inside_is_described(signature: str, values: tuple[object, ...]) -> None:
    call = raw(made(signature, *values))
    assert call.signature == signature
    (inner,) = call.calls
    assert (inner.target, inner.function) == (TARGET, "setMarketplaceFee")
    assert inner.arguments[0].value == "8"
    assert not inner.is_elsewhere


@pytest.mark.parametrize(
    ("signature", "values"),
    [
        (SAFE, (TARGET, 5, FEE, 1, 0, 0, 0, OTHER, OTHER, b"")),
        ("execTransactionFromModule(address,uint256,bytes,uint8)", (TARGET, 5, FEE, 1)),
        (
            "multiSend(bytes)",
            (b"\x01" + bytes.fromhex(TARGET[2:]) + ZERO + len(FEE).to_bytes(32, "big") + FEE,),
        ),
    ],
)
def test_foreign_code_that_is_run_as_the_contract_itself_is_read_as_no_call(
    signature: str, values: tuple[object, ...]
) -> None:
    call = raw(made(signature, *values))
    (inner,) = call.calls
    assert inner.is_delegated
    assert call.delegates
    assert (inner.target, inner.function, inner.value) == (TARGET, "", 0)
    assert (inner.selector, inner.size) == ("0x" + FEE[:4].hex(), len(FEE))


@pytest.mark.parametrize(
    ("signature", "values"),
    [
        ("sendTxToL1(address,bytes)", (TARGET, FEE)),
        (f"createRetryableTicket{EIGHT_ARGUMENTS}", (TARGET, 0, 1, OTHER, OTHER, 1, 1, FEE)),
        ("sendMessage(address,bytes,uint32)", (TARGET, FEE, 1)),
    ],
)
def test_a_call_over_a_bridge_is_on_another_chain(
    signature: str, values: tuple[object, ...]
) -> None:
    (inner,) = raw(made(signature, *values)).calls
    assert inner.is_elsewhere
    assert inner.function == "setMarketplaceFee"


def test_a_batch_is_of_the_contract_itself() -> None:
    call = raw(made("multicall(bytes[])", [FEE, FEE]))
    assert [each.target for each in call.calls] == [OTHER, OTHER]


def test_an_upgrade_that_calls_nothing_has_no_call_inside() -> None:
    call = raw(made("upgradeToAndCall(address,bytes)", TARGET, b""))
    assert (call.function, call.calls) == ("upgradeToAndCall", ())


def test_calls_are_followed_to_a_depth_and_then_counted() -> None:
    data = FEE
    for _ in range(MOST_DEPTH + 2):
        data = made("execute(address,bytes)", TARGET, data)
    call, depth = raw(data), 0
    while call.calls:
        (call,) = call.calls
        depth += 1
    assert (depth, call.function, call.left_out) == (MOST_DEPTH, "execute", 1)


def test_calls_are_followed_to_a_number_and_then_counted() -> None:
    call = raw(made("multicall(bytes[])", [FEE] * (MOST_CALLS + 5)))
    assert (len(call.calls), call.left_out) == (MOST_CALLS, 5)


def test_lists_of_different_lengths_have_no_calls() -> None:
    call = raw(made("execute(address[],uint256[],bytes[],bytes32)", [TARGET], [], [FEE], ZERO))
    assert (call.function, call.calls) == ("execute", ())


def test_a_multisend_that_ends_early_gives_what_is_whole() -> None:
    whole = b"\x00" + bytes.fromhex(TARGET[2:]) + ZERO + ZERO
    call = raw(made("multiSend(bytes)", whole + whole[:-1] + b"\x05"))
    assert len(call.calls) == 1


GUESS = "mysteryFee(uint8)"
MYSTERY = selector_of(GUESS) + encode(["uint8"], [8])


def test_a_guess_is_marked_and_accepted_only_if_it_gives_the_same_bytes() -> None:
    guesses = Dictionary(guesses={MYSTERY[:4]: (GUESS,)})
    assert (raw(MYSTERY, guesses).function, raw(MYSTERY, guesses).source) == (
        "mysteryFee",
        CallSource.GUESS,
    )
    assert raw(MYSTERY + b"\x00", guesses).source is CallSource.NOTHING
    assert raw(MYSTERY[:4] + ZERO[:31] + b"\x01" + ZERO, guesses).function == ""


# Two functions that happen to have the same selector.
ONE, TWO = "setOne5253(uint8)", "setTwo20988(uint16)"


def test_two_guesses_that_both_fit_are_none() -> None:
    data = selector_of(ONE) + encode(["uint8"], [8])
    assert selector_of(ONE) == selector_of(TWO)
    both = Dictionary(guesses={data[:4]: (ONE, TWO)})
    assert raw(data, both).source is CallSource.NOTHING
    wide = selector_of(TWO) + encode(["uint16"], [256])
    assert raw(wide, both).function == "setTwo20988"


def test_a_guess_that_has_another_selector_is_refused() -> None:
    wrong = Dictionary(guesses={MYSTERY[:4]: ("setMarketplaceFee(uint8)",)})
    assert raw(MYSTERY, wrong).source is CallSource.NOTHING


ABI = [
    {
        "type": "function",
        "name": "mysteryFee",
        "stateMutability": "nonpayable",
        "inputs": [{"name": "newFee", "type": "uint8"}],
    },
    {"type": "function", "name": "fee", "stateMutability": "view", "inputs": []},
    {
        "type": "function",
        "name": "pay",
        "inputs": [
            {
                "name": "payments",
                "type": "tuple[]",
                "components": [{"type": "address"}, {"type": "uint256"}],
            }
        ],
    },
    {"type": "event", "name": "Paid", "inputs": []},
]


def test_an_abi_names_functions_and_parameters() -> None:
    assert functions_of(ABI) == (
        Function(signature="mysteryFee(uint8)", names=("newFee",)),
        Function(signature="pay((address,uint256)[])", names=("payments",)),
    )
    assert functions_of({"abi": ABI}) == functions_of(ABI)
    published = Dictionary(abis={OTHER: by_selector(functions_of(ABI))})
    call = raw(MYSTERY, published)
    assert (call.function, call.arguments[0].name) == ("mysteryFee", "newFee")
    assert call.source is CallSource.ABI


def test_an_abi_names_the_parameters_of_what_the_proposal_says() -> None:
    published = Dictionary(abis={OTHER: by_selector(functions_of(ABI))})
    data = "0x" + MYSTERY[4:].hex()
    call = describe(Call(target=OTHER, value=Wei(0), signature=GUESS, calldata=data), published)
    assert (call.source, call.arguments[0].name) == (CallSource.SIGNATURE, "newFee")


@pytest.mark.parametrize(
    "abi",
    [
        None,
        "abi",
        {},
        [None, 1, {"type": "function"}],
        [{"type": "function", "name": "f", "inputs": [{"type": "uint7"}]}],
        [{"type": "function", "name": "f(", "inputs": []}],
        [{"type": "function", "name": "f", "inputs": [None]}],
        [{"type": "function", "name": "f", "inputs": [{"type": "tuple"}]}],
        [{"type": "function", "name": "f", "inputs": "no"}],
    ],
)
def test_what_is_no_abi_has_no_functions(abi: object) -> None:
    assert functions_of(abi) == ()


NESTED = st.sampled_from(sorted(NESTINGS))


@given(NESTED, st.lists(st.one_of(st.integers(0, 600), st.integers(0, 2**256 - 1)), max_size=60))
def test_any_bytes_behind_a_nesting_function_are_described(
    signature: str, words: list[int]
) -> None:
    data = b"".join(word.to_bytes(32, "big") for word in words)
    said = "0x" + data.hex()
    call = describe(Call(target=OTHER, value=Wei(0), signature=signature, calldata=said))
    assert call.function in ("", signature.partition("(")[0])


def test_twice_the_calls_take_at_most_about_twice_the_time() -> None:
    def spent(count: int) -> float:
        data = made("multicall(bytes[])", [FEE] * count)
        best = 9.0
        for _ in range(5):
            began = time.process_time()
            raw(data)
            best = min(best, time.process_time() - began)
        return best

    assert spent(2 * MOST_CALLS) < 4 * spent(MOST_CALLS) + 0.02
