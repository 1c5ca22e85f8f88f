"""Whatever a contract reverts with, and whatever is typed as a function, is read in little time."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from eth_abi.abi import encode
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.onchain.block import BlockId
from bot.domain.onchain.simulation import Outcome
from bot.domain.types import BlockHash, BlockNumber
from bot.gateways.chain.json_rpc import Answer, rpc_error
from bot.gateways.chain.questions import selector
from bot.gateways.chain.reverts import MOST_REASON, _signatures, revert_reason
from bot.gateways.chain.simulate import simulated
from bot.gateways.chain.typed_values import (
    MistypedError,
    Reading,
    function_signature,
    read_arguments,
    types_of,
)

AT = BlockId(number=BlockNumber(7), hash=BlockHash("0x" + "11" * 32))
KNOWN = sorted(_signatures().values())
MOST_SECONDS = 0.5  # on a busy machine; alone it is a few milliseconds
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=80),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@contextmanager
def soon() -> Iterator[None]:
    started = time.perf_counter()
    yield
    assert time.perf_counter() - started < MOST_SECONDS


@pytest.mark.parametrize("signature", KNOWN)
def test_every_error_we_know_is_named(signature: str) -> None:
    types = [each for each in signature.partition("(")[2][:-1].split(",") if each]
    given_values: dict[str, Any] = {"address": "0x" + "11" * 20, "string": "why", "bytes4": b"1234"}
    values = [given_values.get(each, b"\x01" * 32 if each == "bytes32" else 7) for each in types]
    reason = revert_reason(selector(signature) + encode(types, values))
    assert reason
    assert "not known" not in reason
    if signature not in ("Error(string)", "Panic(uint256)"):
        assert reason.startswith(signature.partition("(")[0] + "(")


@given(st.sampled_from(KNOWN), st.binary(max_size=400))
def test_an_error_with_anything_behind_it_is_read_or_said_to_be_unknown(
    signature: str, data: bytes
) -> None:
    with soon():
        assert 0 <= len(revert_reason(selector(signature) + data)) <= MOST_REASON


@given(JSON, JSON, JSON)
@example(3, "execution reverted", "0x")
@example(-32000, "execution reverted: " + "x" * 10_000, None)
def test_no_answer_of_a_node_breaks_a_simulation(code: Any, message: Any, data: Any) -> None:
    with soon():
        found = simulated(Answer(error={"code": code, "message": message, "data": data}))
    assert found.outcome is not Outcome.SUCCEEDS
    assert len(found.why) <= MOST_REASON
    found.why.encode()


@given(JSON)
def test_no_error_object_breaks_the_reader(error: Any) -> None:
    assert isinstance(rpc_error(error).data, bytes)


@given(st.text(alphabet="f()[],uint8 address tuple0123456789\n", max_size=600))
@example("f(" + "(" * 500)
@example("f" * 10_000)
@example("f(" + "uint8," * 500 + "uint8)")
@example("f() " + "external " * 1_000)
@example("f() returns (" + " " * 5_000)
def test_no_function_takes_long_to_read(text: str) -> None:
    with soon():
        try:
            types = types_of(function_signature(text))
            read_arguments(types, "[1]\n[2]", Reading())
        except MistypedError:
            return


@given(st.integers(0, 2**256 - 1))
def test_a_number_reads_the_same_in_either_form(number: int) -> None:
    types = types_of("f(uint256,uint256)")
    assert read_arguments(types, f"{number}\n{number:#x}", Reading()) == (number, number)
