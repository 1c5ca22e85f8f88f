"""A node that gives prepared answers to calls: contracts as simple as a test wants them."""

from collections.abc import Callable
from typing import Any

from eth_abi.abi import encode
from eth_utils.crypto import keccak
from typing_extensions import override
from web3 import AsyncWeb3
from web3.providers.async_base import AsyncBaseProvider

from bot.domain.onchain.block import BlockId
from bot.domain.onchain.governor import ClockMode, Flavour, Governor, QuorumRule, TimelockKind
from bot.domain.types import (
    Address,
    BlockHash,
    BlockNumber,
    ChainId,
    Timepoint,
    TokenUnits,
)
from bot.gateways.chain.calling.ens import REGISTRY, namehash
from bot.gateways.chain.client import ChainClient
from tests.spoken import spoken

TOKEN = Address("0x799ebfABE77a6E34311eeEe9825190B9ECe32824")  # an address
GOVERNOR = Address("0x00000000000000000000000000000000000000b1")
TIMELOCK = Address("0x00000000000000000000000000000000000000b2")
BLOCK_SECONDS = 12
GENESIS_TIME = 1_800_000_000


class AnsweringChain(AsyncBaseProvider):
    """Contracts that are only answers; what has none is reverted."""

    def __init__(self, chain_id: int = 1, height: int = 100) -> None:
        super().__init__()
        self.chain_id = ChainId(chain_id)
        self.height = height
        self.requests = 0
        self.asked: list[str] = []  # methods
        self.is_down = False
        self.oldest_state = 0  # below it, this node knows no state any more
        self._answers: dict[tuple[str, str], Callable[[int], bytes]] = {}
        self._slots: dict[tuple[str, int], Callable[[int], bytes]] = {}

    def client(self) -> ChainClient:
        return ChainClient(AsyncWeb3(self), self.chain_id)

    def block(self, number: int | None = None) -> BlockId:
        height = self.height if number is None else number
        return BlockId(number=BlockNumber(height), hash=BlockHash(_hash(height)))

    def answer(
        self,
        to: str,
        signature: str,
        types: list[str],
        *values: Any,
        given: list[Any] | None = None,
    ) -> None:
        """Let a contract answer a call with these values, at every block."""
        raw = encode(types, values)
        self.answer_raw(to, signature, lambda _height: raw, given=given)

    def answer_raw(
        self,
        to: str,
        signature: str,
        said: Callable[[int], bytes],
        *,
        given: list[Any] | None = None,
    ) -> None:
        """Let a contract answer a call by the block it is asked at."""
        types = [each for each in signature[signature.index("(") + 1 : -1].split(",") if each]
        data = keccak(text=signature)[:4] + encode(types, given or [])
        self._answers[to.lower(), data.hex()] = said

    def slot(self, address: str, slot: int, said: Callable[[int], bytes]) -> None:
        """Let a word of a contract's storage be this, by the block."""
        self._slots[address.lower(), slot] = said

    @override
    async def make_batch_request(self, requests: Any) -> Any:
        self.requests += 1
        self.asked += [method for method, _ in requests]
        if self.is_down:
            raise ConnectionError
        return spoken([self._answer(method, params) for method, params in requests])

    def _answer(self, method: str, params: list[Any]) -> dict[str, Any]:
        answers: dict[str, Callable[..., Any]] = {
            "eth_chainId": lambda: hex(self.chain_id),
            "eth_getBlockByNumber": self._header,
            "eth_call": self._call,
            "eth_getStorageAt": self._storage,
        }
        try:
            return {"jsonrpc": "2.0", "id": 1, "result": answers[method](*params)}
        except LookupError:
            return {"jsonrpc": "2.0", "id": 1, "error": {"code": 3, "message": "reverted"}}
        except ValueError as error:
            return {"jsonrpc": "2.0", "id": 1, "error": {"code": -32000, "message": str(error)}}

    def _header(self, tag: str, _full: bool) -> dict[str, str] | None:  # noqa: FBT001 - JSON-RPC's
        number = self.height if not tag.startswith("0x") else int(tag, 16)
        if number > self.height:
            return None
        return {
            "number": hex(number),
            "hash": _hash(number),
            "parentHash": _hash(number - 1),
            "timestamp": hex(GENESIS_TIME + number * BLOCK_SECONDS),
        }

    def _call(self, call: dict[str, str], at: Any) -> str:
        height = int(at["blockHash"], 16) if isinstance(at, dict) else int(at, 16)
        self._check(height)
        return "0x" + self._answers[call["to"].lower(), call["data"][2:]](height).hex()

    def _storage(self, address: str, slot: str, at: str) -> str:
        self._check(int(at, 16))
        said = self._slots.get((address.lower(), int(slot, 16)))
        return "0x" + (said(int(at, 16)) if said else bytes(32)).hex()

    def _check(self, height: int) -> None:
        if height < self.oldest_state:
            raise ValueError("missing trie node")


def _hash(number: int) -> str:
    return f"0x{max(number, 0):064x}"


def give_name(chain: AnsweringChain, address: Address, name: str, owner: str | None = None) -> None:
    """Write a reverse record, and a forward one that leads to `owner`, or to the address."""
    resolver = "0x4976fb03C32e5B8cfe2b6cCB31c09Ba78EBaBa41"
    node = namehash(f"{address[2:].lower()}.addr.reverse")
    for each in (node, namehash(name)):
        chain.answer(REGISTRY, "resolver(bytes32)", ["address"], resolver, given=[each])
    chain.answer(resolver, "name(bytes32)", ["string"], name, given=[node])
    chain.answer(resolver, "addr(bytes32)", ["address"], owner or address, given=[namehash(name)])


def a_governor() -> Governor:
    """Give a governor with a token and a timelock, on the chain of this node."""
    return Governor(
        chain_id=ChainId(1),
        address=GOVERNOR,
        name="A governor",
        flavour=Flavour.OPENZEPPELIN,
        clock_mode=ClockMode.BLOCK_NUMBER,
        quorum_rule=QuorumRule.FOR,
        token_address=TOKEN,
        token_symbol="BTRST",
        token_decimals=18,
        voting_delay=Timepoint(1),
        voting_period=Timepoint(17_280),
        proposal_threshold=TokenUnits(500 * 10**18),
        timelock_kind=TimelockKind.COMPOUND,
        timelock_address=TIMELOCK,
        timelock_delay=None,
        grace_period=None,
    )
