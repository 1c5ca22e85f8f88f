"""How many units of a token there are, as they were after one block."""

from bot.domain.types import Address, BlockNumber, TokenUnits
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.errors import EndpointLaggingError
from bot.gateways.chain.questions import number, question

_MOST_DECIMALS = 255  # a uint8


async def total_supply(
    client: ChainClient, token: Address, block_number: BlockNumber
) -> tuple[TokenUnits, int] | None:
    """Read the supply in base units and the token's decimals; `None`: it is no token that tells.

    Source: ERC-20, `totalSupply()` and `decimals()`.

    Raises:
        EndpointLaggingError: The node does not have the block, or no longer its state.
        ChainError: The node cannot be asked.
    """
    block = await client.block(block_number)
    if block is None:
        raise EndpointLaggingError(f"The node does not have block {block_number}.")
    asked = (question(token, "totalSupply()"), question(token, "decimals()"))
    answers = await client.ask(asked, block.id)
    units, decimals = (number(answers[one]) for one in asked)
    if units is None or decimals is None or decimals > _MOST_DECIMALS:
        return None
    return TokenUnits(units), decimals
