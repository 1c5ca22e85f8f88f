from collections.abc import Sequence
from typing import Any, cast

import pytest
from typing_extensions import override
from web3 import AsyncWeb3
from web3.providers.async_base import AsyncBaseProvider
from web3.types import RPCEndpoint, RPCResponse

from bot.domain.onchain.block import BlockId
from bot.domain.types import Address, BlockHash, BlockNumber, ChainId
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.errors import ChainError, EndpointLaggingError, RangeTooWideError
from bot.gateways.chain.json_rpc import rpc_error
from bot.gateways.chain.questions import question
from tests.spoken import spoken

GOVERNOR = Address("0x1a0D3d5a43e53510f80F16905Bc96e907A47dD01")
AT = BlockId(number=BlockNumber(16), hash=BlockHash("0x" + "0b" * 32))
EXECUTED = "0x712ae1383f79ac853f8d882153778e0260ef8f03b504e2866e0593e04d2b291f"


class ScriptedProvider(AsyncBaseProvider):
    """Answers one batch after the other from a script; a script's end is an empty answer."""

    def __init__(self, *batches: Any) -> None:
        super().__init__()
        self._batches = list(batches)

    @override
    async def make_batch_request(
        self, requests: list[tuple[RPCEndpoint, Any]]
    ) -> list[RPCResponse] | RPCResponse:
        return cast("list[RPCResponse]", spoken(self._batches.pop(0)))


def client(*batches: Any) -> ChainClient:
    return ChainClient(AsyncWeb3(ScriptedProvider(*batches)), ChainId(1))


def results(*values: Any) -> list[dict[str, Any]]:
    return [{"jsonrpc": "2.0", "id": index, "result": one} for index, one in enumerate(values)]


def error(code: int, message: str, data: Any = None) -> dict[str, Any]:
    return {"id": 1, "error": {"code": code, "message": message, "data": data}}


def header(number: int = 16, fill: str = "0b") -> dict[str, str]:
    return {
        "number": hex(number),
        "hash": "0x" + fill * 32,
        "parentHash": "0x" + "0a" * 32,
        "timestamp": "0x6b000000",
    }


def log(**changes: Any) -> dict[str, Any]:
    return {
        "address": GOVERNOR,
        "topics": [EXECUTED],
        "data": f"0x{3:064x}",
        "blockNumber": "0x10",
        "blockHash": "0x" + "0b" * 32,
        "transactionHash": "0x" + "0c" * 32,
        "logIndex": "0x0",
    } | changes


async def read(*batches: Any, first: int = 10, last: int = 16) -> Any:
    return await client(*batches).logs(BlockNumber(first), BlockNumber(last), [GOVERNOR])


@pytest.mark.parametrize(
    "answers",
    [
        None,
        "nonsense",
        {"id": 1, "result": []},
        [],
        [{"id": 1}],
        results(header(), header()),
        results({"number": "0x10"}),
        results({"number": 16, "hash": None}),
        results("0x10"),
        {"id": None, "error": {"code": -32000, "message": "boom"}},
        {"id": None, "error": "boom"},
    ],
)
async def test_what_is_no_answer_is_an_error(answers: Any) -> None:
    with pytest.raises(ChainError):
        await client(answers).head()


async def test_the_logs_of_a_range_are_read_with_its_header() -> None:
    page = await read(results(header(), [log()], header()))
    assert len(page.events) == 1
    assert page.last.id == AT
    assert page.undecodable_count == 0


async def test_a_log_of_another_block_of_the_same_height_proves_nothing() -> None:
    with pytest.raises(EndpointLaggingError):
        await read(results(header(), [log(blockHash="0x" + "0d" * 32)], header()))


async def test_a_log_whose_block_has_changed_meanwhile_proves_nothing() -> None:
    page = results(header(), [log(blockNumber="0xc", blockHash="0x" + "0e" * 32)], header())
    with pytest.raises(EndpointLaggingError):
        await read(page, results(header(12, "0f")))
    with pytest.raises(EndpointLaggingError):
        await read(page, results(None))


@pytest.mark.parametrize(
    "changes",
    [
        {"removed": True},
        {"address": "0x" + "11" * 20},
        {"blockNumber": "0x11"},
        {"blockNumber": "0x1"},
        {"topics": []},
        {"topics": [EXECUTED, "0x" + "00" * 32]},
    ],
)
async def test_logs_that_were_not_asked_for_are_left_out(changes: dict[str, Any]) -> None:
    page = await read(results(header(), [log(**changes)], header()))
    assert page.events == ()
    assert page.undecodable_count == 0


async def test_an_undecodable_log_does_not_lose_the_others() -> None:
    logs = [log(data="0x01"), log(logIndex="0x1"), log(logIndex="0x2", data=None)]
    page = await read(results(header(), logs, header()))
    assert len(page.events) == 1
    assert page.undecodable_count == 2


@pytest.mark.parametrize("key", list(log()))
async def test_a_log_that_lacks_a_field_is_an_error(key: str) -> None:
    cut = log()
    del cut[key]
    with pytest.raises(ChainError):
        await read(results(header(), [cut], header()))


@pytest.mark.parametrize(
    "logs", [None, "0x", [None], [{}], [{"blockNumber": 5}], [log(topics=5)], [5]]
)
async def test_logs_that_are_none_are_an_error(logs: Any) -> None:
    with pytest.raises(ChainError):
        await read(results(header(), logs, header()))


@pytest.mark.parametrize("number", ["0x" + "f" * 16, "0x1" + "0" * 500, "-0x1"])
async def test_numbers_that_no_block_or_log_has_are_an_error(number: str) -> None:
    with pytest.raises(ChainError):
        await read(results(header(), [log(logIndex=number)], header()))
    for field in ("number", "timestamp"):
        with pytest.raises(ChainError):
            await client(results(header() | {field: number})).head()


@pytest.mark.parametrize("is_whole_batch", [True, False])
async def test_a_refused_range_is_told_apart_however_it_comes(*, is_whole_batch: bool) -> None:
    refusal = error(-32005, "eth_getLogs is limited to a 5 range")
    batch = [*results(header()), refusal, *results(header())]
    with pytest.raises(RangeTooWideError) as caught:
        await read(refusal if is_whole_batch else batch)
    assert caught.value.suggested_span == 5


@pytest.mark.parametrize("is_whole_batch", [True, False])
async def test_any_other_refusal_does_not_shrink_the_range(*, is_whole_batch: bool) -> None:
    refusal = error(-32005, "daily request count exceeded, request rate limited")
    batch = [*results(header()), refusal, *results(header())]
    with pytest.raises(ChainError) as caught:
        await read(refusal if is_whole_batch else batch)
    assert not isinstance(caught.value, RangeTooWideError)


REVERTS: Sequence[dict[str, Any]] = [
    error(3, "execution reverted", "0x"),
    error(-32000, "execution reverted"),
    error(-32015, "VM execution error.", "Reverted 0x"),
    error(-32000, "invalid opcode: INVALID"),
    error(-32603, "VM Exception while processing transaction: revert"),
    # Whoever writes a contract chooses its reason, and how its code fails.
    error(3, "execution reverted: header not found"),
    error(-32000, "execution reverted: unknown block"),
    error(-32000, "stack underflow (0 <=> 1)"),
    error(-32000, "stack limit reached 1024 (1023)"),
    error(-32000, "gas uint64 overflow"),
    error(-32603, "EVM error StackUnderflow"),
    error(-32000, "Execution halted"),
]


@pytest.mark.parametrize("refusal", REVERTS)
async def test_a_contract_that_refuses_answers_nothing(refusal: dict[str, Any]) -> None:
    asked = question(GOVERNOR, "state(uint256)", 1)
    assert await client([refusal]).ask([asked], AT) == {asked: None}


@pytest.mark.parametrize(
    "message",
    [
        "header not found",
        "Unknown block",
        "missing trie node 0b",
        "hash is not currently canonical",
    ],
)
async def test_a_block_that_the_node_lacks_is_not_a_refusal(message: str) -> None:
    with pytest.raises(EndpointLaggingError):
        await client([error(-32000, message)]).ask([question(GOVERNOR, "name()")], AT)


@pytest.mark.parametrize("answer", [error(-32005, "rate limit"), *results(None, 5, "0xzz")])
async def test_a_node_that_fails_is_never_taken_for_a_contract_that_refuses(answer: Any) -> None:
    with pytest.raises(ChainError):
        await client([answer]).ask([question(GOVERNOR, "name()")], AT)


def test_errors_are_read_in_every_form() -> None:
    assert rpc_error("bare text").text == "bare text"
    assert rpc_error({"message": "a", "data": "b"}).text == "a b"
    assert rpc_error({"message": "a", "data": "0x00"}).text == "a"
    assert rpc_error({"code": "odd", "message": "x" * 9000}).code == 0
    assert len(rpc_error({"message": "x" * 9000}).text) == 500
