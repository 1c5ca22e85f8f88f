"""A node's JSON-RPC methods over the ledger, one call at a time."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from eth_utils.exceptions import ValidationError

from sandbox.chain.faults import Faults, Trouble
from sandbox.chain.ledger import NOBODY, Ledger, MinedBlock, RevertedError
from sandbox.chain.wire import (
    Json,
    header_json,
    logs_json,
    octets,
    receipt_json,
    transaction_json,
)

INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
SERVER_ERROR = -32000
REVERTED = 3


class RpcError(Exception):
    """A JSON-RPC error object."""

    def __init__(self, code: int, message: str, data: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.data = data

    def json(self) -> Json:
        """Write it."""
        error: dict[str, Any] = {"code": self.code, "message": str(self)}
        return error if self.data is None else error | {"data": self.data}


class Node:
    """Answers JSON-RPC requests; a pure reader of the ledger but for sent transactions.

    `mine` puts a raw transaction into a block and returns its hash.
    """

    def __init__(
        self, ledger: Ledger, faults: Faults, chain_id: int, mine: Callable[[bytes], bytes]
    ) -> None:
        self._ledger = ledger
        self._faults = faults
        self._chain_id = chain_id
        self._mine = mine
        self.finality_depth = 0
        self.methods: Counter[str] = Counter()

    def answer(self, request: Json, trouble: Trouble | None = None) -> Json:
        """Answer one request or a batch; all of it sees one state of the chain."""
        with self._ledger.lock:
            if isinstance(request, list):
                return [self._answer_one(one, trouble) for one in request]
            return self._answer_one(request, trouble)

    def _answer_one(self, request: Json, trouble: Trouble | None) -> Json:
        if not isinstance(request, dict) or not isinstance(request.get("method"), str):
            error = RpcError(INVALID_REQUEST, "invalid request")
            return {"jsonrpc": "2.0", "id": None, "error": error.json()}
        envelope = {"jsonrpc": "2.0", "id": request.get("id")}
        method = request["method"]
        self.methods[method] += 1
        if trouble is Trouble.EMPTY_LOGS and method == "eth_getLogs":
            return envelope | {"result": []}
        try:
            return envelope | {"result": self._result(method, request.get("params") or [])}
        except RpcError as error:
            return envelope | {"error": error.json()}

    def _result(self, method: str, params: list[Any]) -> Json:
        handler = METHODS.get(method)
        if handler is None:
            message = f"the method {method} does not exist/is not available"
            raise RpcError(METHOD_NOT_FOUND, message)
        try:
            return handler(self, *params)
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            raise RpcError(INVALID_PARAMS, f"invalid argument: {error}") from error

    @property
    def _head_number(self) -> int:
        return max(0, self._ledger.head.number - self._faults.lag_blocks)

    def _number(self, tag: str) -> int:
        match tag:
            case "latest" | "pending":
                return self._head_number
            case "safe" | "finalized":
                return max(0, self._head_number - self.finality_depth)
            case "earliest":
                return 0
            case _:
                return int(tag, 16)

    def _block(self, tag: str) -> MinedBlock | None:
        number = self._number(tag)
        return self._ledger.blocks[number] if number <= self._head_number else None

    def _block_by_hash(self, block_hash: str) -> MinedBlock | None:
        block = self._ledger.block_by_hash(bytes.fromhex(block_hash.removeprefix("0x")))
        return block if block is not None and block.number <= self._head_number else None

    def _state_block(self, tag: Json) -> MinedBlock:
        if isinstance(tag, dict) and "blockHash" in tag:
            if self._faults.refuses_block_hash:
                raise RpcError(INVALID_PARAMS, "invalid argument 1: hex string without 0x prefix")
            block = self._block_by_hash(tag["blockHash"])
        else:
            block = self._block(tag["blockNumber"] if isinstance(tag, dict) else tag)
        if block is None:
            raise RpcError(SERVER_ERROR, "header not found")
        return block

    def chain_id(self) -> Json:
        """Answer eth_chainId."""
        return hex(self._faults.chain_id or self._chain_id)

    def block_number(self) -> Json:
        """Answer eth_blockNumber."""
        return hex(self._head_number)

    def get_block(self, tag: str, full: bool = False) -> Json:  # noqa: FBT001, FBT002 - positional on the wire
        """Answer eth_getBlockByNumber."""
        block = self._block(tag)
        return None if block is None else header_json(block, full=full)

    def get_block_by_hash(self, block_hash: str, full: bool = False) -> Json:  # noqa: FBT001, FBT002 - as above
        """Answer eth_getBlockByHash."""
        block = self._block_by_hash(block_hash)
        return None if block is None else header_json(block, full=full)

    def call(self, call: Json, tag: Json = "latest") -> Json:
        """Answer eth_call; a revert is error 3 with the returned data, as geth writes it."""
        data = _octets(call.get("input") or call.get("data") or "0x")
        sender = _octets(call["from"]) if "from" in call else NOBODY
        try:
            block, value = self._state_block(tag), int(call.get("value", "0x0"), 16)
            return octets(self._ledger.call(block, _octets(call["to"]), data, sender, value))
        except RevertedError as error:
            if not error.is_revert:
                raise RpcError(SERVER_ERROR, str(error)) from error
            raise RpcError(REVERTED, str(error), octets(error.data)) from error

    def code(self, address: str, tag: Json = "latest") -> Json:
        """Answer eth_getCode."""
        state = self._ledger.state(self._state_block(tag))
        return octets(state.get_code(_octets(address)))

    def storage(self, address: str, slot: str, tag: Json = "latest") -> Json:
        """Answer eth_getStorageAt."""
        state = self._ledger.state(self._state_block(tag))
        return f"0x{state.get_storage(_octets(address), int(slot, 16)):064x}"

    def balance(self, address: str, tag: Json = "latest") -> Json:
        """Answer eth_getBalance."""
        return hex(self._ledger.state(self._state_block(tag)).get_balance(_octets(address)))

    def nonce(self, address: str, tag: Json = "latest") -> Json:
        """Answer eth_getTransactionCount."""
        return hex(self._ledger.state(self._state_block(tag)).get_nonce(_octets(address)))

    def gas_price(self) -> Json:
        """Answer eth_gasPrice."""
        return hex(self._ledger.head.header.base_fee_per_gas)

    def receipt(self, transaction_hash: str) -> Json:
        """Answer eth_getTransactionReceipt."""
        found = self._found(transaction_hash)
        return None if found is None else receipt_json(*found)

    def transaction(self, transaction_hash: str) -> Json:
        """Answer eth_getTransactionByHash."""
        found = self._found(transaction_hash)
        return None if found is None else transaction_json(*found)

    def _found(self, transaction_hash: str) -> tuple[MinedBlock, int] | None:
        wanted = _octets(transaction_hash)
        block = self._ledger.block_of_transaction(wanted)
        if block is None or block.number > self._head_number:
            return None
        return block, [bytes(t.hash) for t in block.transactions].index(wanted)

    def send(self, raw: str) -> Json:
        """Answer eth_sendRawTransaction; the transaction is mined at once."""
        try:
            return octets(self._mine(_octets(raw)))
        except ValidationError as error:
            raise RpcError(SERVER_ERROR, str(error)) from error

    def logs(self, wanted: Json) -> Json:
        """Answer eth_getLogs; blocks that the node does not know hold no logs, as in real life."""
        return [log for block in self._blocks_of(wanted) for log in _matching(block, wanted)]

    def _blocks_of(self, wanted: Json) -> list[MinedBlock]:
        if "blockHash" in wanted:
            block = self._block_by_hash(wanted["blockHash"])
            if block is None:
                raise RpcError(SERVER_ERROR, "unknown block")
            return [block]
        first = self._number(wanted.get("fromBlock", "latest"))
        last = self._number(wanted.get("toBlock", "latest"))
        if first > last:
            raise RpcError(INVALID_PARAMS, "invalid block range params")
        return self._ledger.blocks[first : min(last, self._head_number) + 1]


def _octets(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))


def _matching(block: MinedBlock, wanted: Json) -> Iterator[Json]:
    addresses = wanted.get("address") or []
    addresses = [addresses] if isinstance(addresses, str) else addresses
    lower = {address.lower() for address in addresses}
    for log in logs_json(block):
        if lower and log["address"].lower() not in lower:
            continue
        if _has_topics(log["topics"], wanted.get("topics") or []):
            yield log


def _has_topics(topics: list[str], wanted: list[Any]) -> bool:
    if len(wanted) > len(topics):
        return False
    for topic, choice in zip(topics, wanted, strict=False):
        choices = [choice] if isinstance(choice, str) else choice
        if choices and topic not in {one.lower() for one in choices}:
            return False
    return True


METHODS: dict[str, Callable[..., Json]] = {
    "eth_blockNumber": Node.block_number,
    "eth_call": Node.call,
    "eth_chainId": Node.chain_id,
    "eth_gasPrice": Node.gas_price,
    "eth_getBalance": Node.balance,
    "eth_getBlockByHash": Node.get_block_by_hash,
    "eth_getBlockByNumber": Node.get_block,
    "eth_getCode": Node.code,
    "eth_getLogs": Node.logs,
    "eth_getStorageAt": Node.storage,
    "eth_getTransactionByHash": Node.transaction,
    "eth_getTransactionCount": Node.nonce,
    "eth_getTransactionReceipt": Node.receipt,
    "eth_maxPriorityFeePerGas": lambda _node: "0x0",
    "eth_sendRawTransaction": Node.send,
    "eth_syncing": lambda _node: False,
    "net_version": lambda node: str(int(node.chain_id(), 16)),
    "web3_clientVersion": lambda _node: "assent-sandbox/py-evm",
}
