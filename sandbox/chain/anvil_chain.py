"""People on a chain of anvil's: the same verbs as on the sandbox's own."""

import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

from aiohttp import ClientSession, ClientTimeout
from eth._utils.address import generate_contract_address
from eth_abi.abi import decode
from eth_typing import Address
from eth_utils.address import to_checksum_address

from sandbox.chain.artifacts import Artifact, artifact
from sandbox.chain.calldata import call_data
from sandbox.chain.daos import Dao
from sandbox.chain.deploy import Family, make_dao
from sandbox.chain.ledger import RevertedError, reason_of
from sandbox.chain.wallet import FAUCET, Wallet

BLOCK_SECONDS: Final = 12
GAS: Final = hex(8_000_000)
# Each branch is another miner's: an empty block of the same parent and time would be the very same,
# and anvil forgets the state of a block too early that it has mined twice.
BRANCHES: Final = itertools.count(1)
NO_TRANSACTION: Final = "0x" + "00" * 32


class AnvilError(Exception):
    """The node refused a request."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error.get("message"))
        self.data = bytes.fromhex(str(error.get("data") or "0x")[2:])


class AnvilChain:
    """A chain on which nobody else mines, so what it looks like is known after every act."""

    def __init__(self, http: ClientSession, rpc_url: str) -> None:
        self.rpc_url = rpc_url
        self.chain_id = 0
        self.head_number = 0
        self.head_time = 0
        self.head_hash = ""
        self._http = http
        self._nonce = 0
        self._gathered: list[str] | None = None

    async def ask_node(self, method: str, *params: Any) -> Any:
        """Send one JSON-RPC request and give its result.

        Raises:
            AnvilError: It was refused.
        """
        return (await self._ask_all([(method, *params)]))[0]

    async def look(self, transaction_hash: str | None = None) -> dict[str, Any] | None:
        """Learn what the newest block is; gives the receipt of a transaction."""
        head, nonce, receipt = await self._ask_all(
            [
                ("eth_getBlockByNumber", "latest", False),
                ("eth_getTransactionCount", FAUCET.address, "latest"),
                ("eth_getTransactionReceipt", transaction_hash or NO_TRANSACTION),
            ]
        )
        self.head_number, self.head_time = int(head["number"], 16), int(head["timestamp"], 16)
        self.head_hash = head["hash"]
        self._nonce = int(nonce, 16)
        return receipt  # type: ignore[no-any-return] # JSON

    async def _ask_all(self, requests: Sequence[tuple[Any, ...]]) -> list[Any]:
        asked = [
            {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
            for number, (method, *params) in enumerate(requests)
        ]
        async with self._http.post(self.rpc_url, json=asked) as response:
            answers = await response.json()
        for answer in answers:
            if "error" in answer:
                raise AnvilError(answer["error"])
        return [answer["result"] for answer in sorted(answers, key=lambda one: int(one["id"]))]

    def wallet(self, name: str) -> Wallet:
        """Return a person's wallet."""
        return Wallet.named(name)

    async def mine(self, n: int = 1, spacing: int = BLOCK_SECONDS) -> int:
        """Mine `n` empty blocks, `spacing` seconds apart, and return the new height."""
        if n:
            await self.ask_node("anvil_mine", hex(n), hex(spacing))
        await self.look()
        return self.head_number

    async def jump(self, seconds: int) -> int:
        """Let time pass, mine one block, and return the new height."""
        await self.ask_node("evm_setNextBlockTimestamp", self.head_time + max(1, seconds))
        return await self.mine()

    async def jump_to(self, moment: int) -> int:
        """Let time pass until a moment at least, mine one block, and return the new height."""
        return await self.jump(moment - self.head_time)

    async def take_back(self, depth: int) -> None:
        """Take back the newest blocks; those that are mined from here on are others."""
        await self._fork()
        await self.ask_node("anvil_rollback", depth)
        await self.look()

    async def reorganise(self, depth: int, length: int | None = None) -> None:
        """Replace the newest `depth` blocks by `length` empty ones, by default one more."""
        wanted = depth + 1 if length is None else length
        await self._fork()
        await self.ask_node("anvil_reorg", depth, [])
        if wanted < depth:
            await self.ask_node("anvil_rollback", depth - wanted)
        await self.mine(max(0, wanted - depth))

    async def _fork(self) -> None:
        await self.ask_node("anvil_setCoinbase", f"0x{next(BRANCHES):040x}")

    async def snapshot(self) -> str:
        """Remember the chain, to come back to it once."""
        return str(await self.ask_node("evm_snapshot"))

    async def revert(self, mark: str) -> None:
        """Come back to what was remembered; what is mined from here on is another branch."""
        await self.ask_node("evm_revert", mark)
        await self._fork()
        await self.look()

    @asynccontextmanager
    async def one_block(self) -> AsyncIterator[None]:
        """Gather the transactions sent inside, and mine them in one block at the end."""
        self._gathered = []
        try:
            yield
        finally:
            hashes, self._gathered = self._gathered, None
        await self.mine()
        for transaction_hash in hashes:
            _check(await self.look(transaction_hash))

    async def transact(self, wallet: Wallet, to: str, data: bytes) -> str:
        """Send a transaction and return its hash.

        Raises:
            RevertedError: It failed; it is in a block all the same.
        """
        receipt = await self._sent({"from": wallet.address, "to": to, "data": "0x" + data.hex()})
        return str(receipt["transactionHash"])

    async def send(
        self, wallet: Wallet, to: str, signature: str, arguments: Sequence[Any] = ()
    ) -> str:
        """Call a function by its signature in a transaction, and return the hash.

        Raises:
            RevertedError: It failed; it is in a block all the same.
        """
        return await self.transact(wallet, to, call_data(signature, arguments))

    async def deploy(self, contract: Artifact | str, *arguments: Any) -> str:
        """Deploy a contract and return its address."""
        chosen = artifact(contract) if isinstance(contract, str) else contract
        code = "0x" + chosen.creation_code(arguments).hex()
        receipt = await self._sent({"from": FAUCET.address, "data": code})
        return to_checksum_address(receipt["contractAddress"])

    async def dao(self, family: Family, **parameters: Any) -> Dao:
        """Deploy a DAO of any family; the keywords are the fields of `Parameters`."""
        return await make_dao(self, family, **parameters)

    def next_deployment(self, ahead: int) -> str:
        """Foretell the address of the contract that is deployed after `ahead` others."""
        address = generate_contract_address(Address(FAUCET.address_bytes), self._nonce + ahead)
        return to_checksum_address(address)

    async def ask(
        self, to: str, signature: str, arguments: Sequence[Any], outputs: Sequence[str]
    ) -> tuple[Any, ...]:
        """Call a function without a transaction, after the newest block.

        Raises:
            RevertedError: The contract refused.
        """
        call = {"to": to, "data": "0x" + call_data(signature, arguments).hex()}
        try:
            answer = await self.ask_node("eth_call", call, "latest")
        except AnvilError as error:
            raise RevertedError(reason_of(error.data), error.data) from error
        return decode(outputs, bytes.fromhex(answer[2:]))

    async def _sent(self, transaction: dict[str, str]) -> dict[str, Any]:
        paid = {**transaction, "gas": GAS, "gasPrice": "0x0"}
        transaction_hash = str(await self.ask_node("eth_sendTransaction", paid))
        if self._gathered is not None:
            self._gathered.append(transaction_hash)
            return {"transactionHash": transaction_hash}
        await self.ask_node("anvil_mine")
        return _check(await self.look(transaction_hash))


def _check(receipt: dict[str, Any] | None) -> dict[str, Any]:
    assert receipt is not None, "it was mined"
    if receipt["status"] != "0x1":
        raise RevertedError("execution reverted", b"")
    return receipt


@asynccontextmanager
async def open_chain(rpc_url: str) -> AsyncIterator[AnvilChain]:
    """Take the chain of a running node as it is."""
    async with ClientSession(timeout=ClientTimeout(30)) as http:
        chain = AnvilChain(http, rpc_url)
        chain.chain_id = int(await chain.ask_node("eth_chainId"), 16)
        await chain.ask_node("anvil_setLoggingEnabled", False)  # noqa: FBT003 - JSON-RPC's
        await chain.ask_node("anvil_setBlockTimestampInterval", BLOCK_SECONDS)
        await chain.look()
        yield chain
