"""The blocks of a chain, whichever of its endpoints is asked."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any, Self

from eth_utils.address import is_address

from bot.domain.onchain.block import Block
from bot.domain.types import Address, BlockNumber, ChainId, TransactionHash
from bot.gateways.chain.answers import block_if_told, block_of, known
from bot.gateways.chain.codec import checksummed
from bot.gateways.chain.endpoint import Endpoint, Request
from bot.gateways.chain.errors import WrongChainError
from bot.gateways.chain.json_rpc import Answer, result
from bot.gateways.chain.reading import header_request

if TYPE_CHECKING:
    from web3 import AsyncWeb3


@dataclass(frozen=True, slots=True, kw_only=True)
class Tip:
    """The newest block of a chain, and the newest that it says can never be undone."""

    head: Block
    finalized: Block | None  # `None`: it does not say


class ChainBlocks:
    """The blocks of one chain, and its endpoints; every method may raise `ChainError`.

    With several endpoints each method takes the one that is best at that time. What has to come
    from one and the same is read through one of `nodes`.
    """

    def __init__(
        self,
        web3: "AsyncWeb3[Any] | Sequence[AsyncWeb3[Any]]",
        chain_id: ChainId,
        now: Callable[[], float] = monotonic,
    ) -> None:
        """Take one web3 for each endpoint, and a clock of seconds."""
        self.chain_id = chain_id
        several = web3 if isinstance(web3, Sequence) else (web3,)
        self._endpoints = tuple(Endpoint(each, now) for each in several)

    @classmethod
    def _of(cls, endpoint: Endpoint, chain_id: ChainId) -> Self:
        client = cls((), chain_id)
        client._endpoints = (endpoint,)
        return client

    @property
    def nodes(self) -> Sequence[Self]:
        """The same chain through each endpoint alone, the best first."""
        return [self._of(endpoint, self.chain_id) for endpoint in self._in_order()]

    def _in_order(self) -> list[Endpoint]:
        return sorted(self._endpoints, key=lambda each: (each.pause_seconds > 0, each.failures))

    @property
    def endpoint(self) -> Endpoint:
        """The endpoint that is asked next."""
        return self._in_order()[0]

    @property
    def endpoints(self) -> Sequence[Endpoint]:
        """Every endpoint, as they were given."""
        return self._endpoints

    @property
    def request_count(self) -> int:
        """How many HTTP requests have been sent."""
        return sum(endpoint.request_count for endpoint in self._endpoints)

    @property
    def calls(self) -> Counter[str]:
        """How many JSON-RPC calls were made, by their method."""
        return sum((endpoint.calls for endpoint in self._endpoints), Counter())

    async def check_chain_id(self) -> None:
        """Make sure that the endpoint serves this chain.

        Raises:
            WrongChainError: It serves another.
        """
        endpoint = self.endpoint
        (answer,) = await endpoint.batch([("eth_chainId", [])])
        self._check_chain_id(endpoint, answer)

    def _check_chain_id(self, endpoint: Endpoint, answer: Answer) -> None:
        found = str(result(answer))[:66]
        if found != hex(self.chain_id):
            endpoint.serves_another_chain()
            raise WrongChainError(f"The node is of chain {found}, not {hex(self.chain_id)}.")

    async def tip(self) -> Tip:
        """Return the newest block, and how far blocks are final, in one HTTP request.

        Raises:
            WrongChainError: The endpoint serves another chain.
        """
        endpoint = self.endpoint
        chain_id, head, finalized = await endpoint.batch(
            [("eth_chainId", []), header_request("latest"), header_request("finalized")]
        )
        self._check_chain_id(endpoint, chain_id)
        return Tip(head=known(block_of(result(head))), finalized=block_if_told(finalized))

    async def head(self) -> Block:
        """Return the newest block."""
        (answer,) = await self.endpoint.batch([header_request("latest")])
        return known(block_of(result(answer)))

    async def block(self, number: BlockNumber) -> Block | None:
        """Return the block of this height, or `None` if the node does not have it."""
        (found,) = await self.blocks((number,))
        return found

    async def blocks(self, numbers: Sequence[BlockNumber]) -> tuple[Block | None, ...]:
        """Return the blocks of these heights, parallel to them."""
        asked = [header_request(hex(number)) for number in numbers]
        return tuple(block_of(result(answer)) for answer in await self._in_batches(asked))

    async def _in_batches(self, requests: list[Request]) -> list[Answer]:
        """Ask one endpoint, in as few HTTP requests as it takes."""
        endpoint, answers = self.endpoint, list[Answer]()
        while len(answers) < len(requests):
            chunk = requests[len(answers) : len(answers) + endpoint.batch_size]
            answers += await endpoint.batch(chunk)
        return answers

    async def senders(
        self, transactions: Sequence[TransactionHash]
    ) -> dict[TransactionHash, Address]:
        """Say who sent these transactions; what the node does not tell is left out."""
        asked: list[Request] = [("eth_getTransactionByHash", [each]) for each in transactions]
        told: dict[TransactionHash, Address] = {}
        for each, answer in zip(transactions, await self._in_batches(asked), strict=True):
            found = None if answer.error else result(answer)
            sender = found.get("from") if isinstance(found, Mapping) else None
            if isinstance(sender, str) and is_address(sender):
                told[each] = checksummed(sender)
        return told
