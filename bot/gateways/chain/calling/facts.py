"""What contracts tell of themselves when a proposal calls them: token, proxy, clock."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from bot.domain.onchain.block import BlockId
from bot.domain.onchain.contract import ContractFacts
from bot.domain.types import Address
from bot.gateways.chain.calling.units import MOST_DECIMALS
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.proxies import IMPLEMENTATION_SLOT
from bot.gateways.chain.questions import contract, number, question, text

MOST_CONTRACTS: Final = 40  # of one proposal that are asked
_PROBES: Final = ("symbol()", "decimals()", "implementation()", "CLOCK_MODE()", "votingPeriod()")
# A symbol stands beside a number, and must not look like a part of it, or like other letters.
_SYMBOL: Final = re.compile(r"[A-Za-z$][A-Za-z0-9.$_+-]{0,15}")


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
    name, places, mode = text(symbol), number(decimals), text(clock_mode)
    counts_seconds = None
    if number(voting_period) is not None:  # Without a clock mode, a governor counts blocks.
        counts_seconds = "mode=timestamp" in mode
    return ContractFacts(
        symbol=name if _SYMBOL.fullmatch(name) else "",
        decimals=places if places is not None and places <= MOST_DECIMALS else None,
        counts_seconds=counts_seconds,
        implementation=contract(slot) or contract(implementation),
    )
