"""What contracts tell of themselves when a proposal calls them: token, proxy, clock."""

from collections.abc import Mapping, Sequence
from typing import Final

from bot.domain.onchain.block import BlockId
from bot.domain.onchain.contract import ContractFacts
from bot.domain.types import Address
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.proxies import IMPLEMENTATION_SLOT
from bot.gateways.chain.questions import contract, number, question, text
from bot.gateways.chain.tokens import DECIMALS, SYMBOL, decimals_of, plain_symbol_of

MOST_CONTRACTS: Final = 40  # of one proposal that are asked
_PROBES: Final = (SYMBOL, DECIMALS, "implementation()", "CLOCK_MODE()", "votingPeriod()")


async def read_facts(
    client: ChainClient, addresses: Sequence[Address], at: BlockId
) -> Mapping[Address, ContractFacts]:
    """Ask contracts of themselves, two HTTP requests for all of them.

    Raises:
        ChainError: The node could not be asked: nothing is known then.
    """
    if not addresses:
        return {}
    asked = {(each, name): question(each, name) for each in addresses for name in _PROBES}
    answers = await client.ask(asked.values(), at)
    slots = await client.slots([(each, IMPLEMENTATION_SLOT) for each in addresses], at)
    return {
        address: _facts([answers[asked[address, name]] for name in _PROBES], slot)
        for address, slot in zip(addresses, slots, strict=True)
    }


def _facts(answers: Sequence[bytes | None], slot: bytes) -> ContractFacts:
    symbol, decimals, implementation, clock_mode, voting_period = answers
    mode = text(clock_mode)
    counts_seconds = None
    if number(voting_period) is not None:  # Without a clock mode, a governor counts blocks.
        counts_seconds = "mode=timestamp" in mode
    return ContractFacts(
        symbol=plain_symbol_of(symbol),
        decimals=decimals_of(decimals),
        counts_seconds=counts_seconds,
        implementation=contract(slot) or contract(implementation),
    )
