"""A chain on loopback: an EVM, a node that answers over HTTP, and people with wallets."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Self

from eth_abi.abi import decode
from eth_utils.address import to_checksum_address

from sandbox.chain.artifacts import Artifact, artifact
from sandbox.chain.calldata import call_data
from sandbox.chain.daos import AlphaDao, Dao, OpenZeppelinDao
from sandbox.chain.deploy import Family, Parameters, make_alpha, make_dao, make_openzeppelin
from sandbox.chain.faults import Faults
from sandbox.chain.ledger import Ledger
from sandbox.chain.miner import ETHER, Miner
from sandbox.chain.node import Node
from sandbox.chain.server import NodeServer
from sandbox.chain.wallet import FAUCET, Wallet
from sandbox.clock import SandboxClock

BLOCK_SECONDS = 12


class ChainWorld:
    """The chain's outside: blocks follow the sandbox's clock, and the clock follows blocks.

    Every transaction is mined at once in a block of its own, unless `one_block` gathers several.
    """

    def __init__(self, clock: SandboxClock, *, chain_id: int = 31337) -> None:
        self.clock = clock
        self.chain_id = chain_id
        self.faults = Faults()
        self.rpc_url = ""
        funds = {FAUCET.address_bytes: 10**9 * ETHER}
        self._ledger = Ledger(chain_id, clock.now(), funds)
        self._miner = Miner(self._ledger, clock, chain_id)
        self._node = Node(self._ledger, self.faults, chain_id, self._miner.mine_raw)
        self._server = NodeServer(self._node, self.faults)

    async def start(self) -> None:
        """Open the node's port; `rpc_url` is its address from now on."""
        self.rpc_url = await self._server.start()

    async def close(self) -> None:
        """Close the node's port."""
        await self._server.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.close()

    @property
    def head_number(self) -> int:
        """The newest block's height."""
        return self._ledger.head.number

    @property
    def head_hash(self) -> str:
        """The newest block's hash."""
        return "0x" + self._ledger.head.hash.hex()

    @property
    def head_time(self) -> int:
        """The newest block's time, unix seconds."""
        return self._ledger.head.timestamp

    @property
    def requests(self) -> int:
        """How many HTTP requests the node has had."""
        return self._server.requests

    @property
    def methods(self) -> Counter[str]:
        """How often each JSON-RPC method was asked."""
        return self._node.methods

    @property
    def finality_depth(self) -> int:
        """How many blocks `safe` and `finalized` are behind the newest."""
        return self._node.finality_depth

    @finality_depth.setter
    def finality_depth(self, blocks: int) -> None:
        self._node.finality_depth = blocks

    def wallet(self, name: str) -> Wallet:
        """Return a person's wallet; it gets ether when it first sends something."""
        return Wallet.named(name)

    async def mine(self, n: int = 1, spacing: int = BLOCK_SECONDS) -> int:
        """Mine `n` empty blocks, `spacing` seconds apart, and return the new height.

        The last one is at the clock's time; if there is no room the clock jumps forward.
        """
        await asyncio.to_thread(self._miner.mine_empty, n, spacing)
        return self.head_number

    async def jump(self, seconds: int) -> int:
        """Let time pass, mine one block, and return the new height."""
        self.clock.jump(seconds)
        return await self.mine(1, spacing=1)

    async def jump_to(self, moment: int) -> int:
        """Let time pass until a moment at least, mine one block, and return the new height."""
        return await self.jump(max(0, moment - self.clock.now()))

    def snapshot(self) -> str:
        """Remember the newest block, to come back to it."""
        return self.head_hash

    def revert(self, mark: str) -> None:
        """Take back every block above the remembered one; time is not taken back."""
        with self._ledger.lock:
            self._ledger.take_back(bytes.fromhex(mark[2:]))

    async def take_back(self, depth: int) -> None:
        """Take back the newest blocks; those that are mined from here on are others."""
        self.revert("0x" + self._ledger.blocks[-1 - depth].hash.hex())

    async def reorganise(self, depth: int, length: int | None = None) -> None:
        """Replace the newest `depth` blocks by `length` empty ones, by default one more."""
        await self.take_back(depth)
        await self.mine(depth + 1 if length is None else length, spacing=1)

    @asynccontextmanager
    async def one_block(self) -> AsyncIterator[None]:
        """Gather the transactions sent inside, and mine them in one block at the end."""
        self._miner.gather()
        try:
            yield
        except BaseException:
            self._miner.discard_gathered()
            raise
        await asyncio.to_thread(self._miner.mine_gathered)

    async def transact(self, wallet: Wallet, to: str, data: bytes) -> str:
        """Send a transaction and return its hash.

        Raises:
            RevertedError: It failed; it is in a block all the same.
        """
        outcome = await asyncio.to_thread(self._miner.transact, wallet, to, data)
        return "0x" + outcome.transaction_hash.hex()

    async def deploy(self, contract: Artifact | str, *arguments: Any) -> str:
        """Deploy a contract and return its address."""
        chosen = artifact(contract) if isinstance(contract, str) else contract
        code = chosen.creation_code(arguments)
        outcome = await asyncio.to_thread(self._miner.transact, FAUCET, None, code)
        assert outcome.created_address is not None
        return to_checksum_address(outcome.created_address)

    async def send(
        self, wallet: Wallet, to: str, signature: str, arguments: Sequence[Any] = ()
    ) -> str:
        """Call a function by its signature in a transaction, and return the hash.

        Raises:
            RevertedError: It failed; it is in a block all the same.
        """
        return await self.transact(wallet, to, call_data(signature, arguments))

    async def ask(
        self, to: str, signature: str, arguments: Sequence[Any], outputs: Sequence[str]
    ) -> tuple[Any, ...]:
        """Call a function without a transaction, after the newest block.

        Raises:
            RevertedError: The contract refused.
        """
        data = call_data(signature, arguments)
        answer = await asyncio.to_thread(self._call, bytes.fromhex(to[2:]), data)
        return decode(outputs, answer)

    async def braintrust(self, **parameters: Any) -> AlphaDao:
        """Deploy Braintrust's kind of DAO: GovernorAlpha and a Compound Timelock.

        The keywords are the fields of `Parameters`.
        """
        return await make_alpha(self, Parameters(**parameters))

    async def openzeppelin(self, **parameters: Any) -> OpenZeppelinDao:
        """Deploy an OpenZeppelin 5 DAO: Governor and TimelockController.

        The keywords are the fields of `Parameters`.
        """
        return await make_openzeppelin(self, Parameters(**parameters))

    async def dao(self, family: Family, **parameters: Any) -> Dao:
        """Deploy a DAO of any family; the keywords are the fields of `Parameters`."""
        return await make_dao(self, family, **parameters)

    def next_deployment(self, ahead: int) -> str:
        """Foretell the address of the contract that is deployed after `ahead` others."""
        return self._miner.next_deployment(ahead)

    def _call(self, to: bytes, data: bytes) -> bytes:
        with self._ledger.lock:
            return self._ledger.call(self._ledger.head, to, data)
