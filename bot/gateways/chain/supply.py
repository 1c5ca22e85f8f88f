"""How many units of a token there are, as they were after one block."""

from bot.domain.types import Address, BlockNumber, TokenUnits
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.errors import EndpointLaggingError
from bot.gateways.chain.questions import question
from bot.gateways.chain.tokens import DECIMALS, SUPPLY, decimals_of, supply_of


async def total_supply(
    client: ChainClient, token: Address, block_number: BlockNumber
) -> tuple[TokenUnits, int] | None:
    """Read the supply in base units and the token's decimals; `None`: it is no token that tells.

    A supply of nothing is none that anything could be a share of.

    Source: ERC-20, `totalSupply()` and `decimals()`.

    Raises:
        EndpointLaggingError: The node does not have the block, or no longer its state.
        ChainError: The node cannot be asked.
    """
    block = await client.block(block_number)
    if block is None:
        raise EndpointLaggingError(f"The node does not have block {block_number}.")
    supply, places = question(token, SUPPLY), question(token, DECIMALS)
    answers = await client.ask((supply, places), block.id)
    units, decimals = supply_of(answers[supply]), decimals_of(answers[places])
    return None if units is None or decimals is None else (units, decimals)
