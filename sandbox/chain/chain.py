"""What people on a chain need of it, whichever node it is."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from sandbox.chain.artifacts import Artifact
from sandbox.chain.wallet import Wallet


class Chain(Protocol):
    """A chain whose blocks and time are ours to make; every transaction is mined at once."""

    chain_id: int
    rpc_url: str

    @property
    def head_number(self) -> int:
        """The newest block's height."""

    @property
    def head_time(self) -> int:
        """The newest block's time, unix seconds."""

    async def mine(self, n: int = 1, spacing: int = 12) -> int:
        """Mine `n` empty blocks, `spacing` seconds apart, and return the new height."""

    async def jump(self, seconds: int) -> int:
        """Let time pass, mine one block, and return the new height."""

    async def jump_to(self, moment: int) -> int:
        """Let time pass until a moment at least, mine one block, and return the new height."""

    async def deploy(self, contract: Artifact | str, *arguments: Any) -> str:
        """Deploy a contract and return its address."""

    def next_deployment(self, ahead: int) -> str:
        """Foretell the address of the contract that is deployed after `ahead` others."""

    async def transact(self, wallet: Wallet, to: str, data: bytes) -> str:
        """Send a transaction and return its hash; a reverted one raises."""

    async def send(
        self, wallet: Wallet, to: str, signature: str, arguments: Sequence[Any] = ()
    ) -> str:
        """Call a function in a transaction and return the hash; a reverted one raises."""

    async def ask(
        self, to: str, signature: str, arguments: Sequence[Any], outputs: Sequence[str]
    ) -> tuple[Any, ...]:
        """Call a function without a transaction, after the newest block."""

    def one_block(self) -> AbstractAsyncContextManager[None]:
        """Gather the transactions sent inside, and mine them in one block at the end."""

    async def take_back(self, depth: int) -> None:
        """Take back the newest blocks; those that are mined from here on are others."""

    async def reorganise(self, depth: int, length: int | None = None) -> None:
        """Replace the newest `depth` blocks by `length` empty ones, by default one more."""
