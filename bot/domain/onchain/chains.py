"""Chains that people know by a name: their coins, and how often their blocks come."""

from typing import NamedTuple

from bot.domain.types import ChainId

ETHEREUM_BLOCK_TIME = 12  # seconds: Ethereum's, and anybody's until two blocks are known


class _Chain(NamedTuple):
    name: str
    coin: str = "ETH"
    block_time: int | None = None  # seconds; `None`: they come as they come


_CHAINS = {
    1: _Chain("Ethereum", block_time=ETHEREUM_BLOCK_TIME),
    10: _Chain("OP Mainnet", block_time=2),
    56: _Chain("BNB Smart Chain", coin="BNB"),
    100: _Chain("Gnosis Chain", coin="xDAI"),
    137: _Chain("Polygon", coin="POL"),
    324: _Chain("ZKsync Era"),
    8453: _Chain("Base", block_time=2),
    42161: _Chain("Arbitrum One"),
    43114: _Chain("Avalanche C-Chain", coin="AVAX"),
    59144: _Chain("Linea"),
    534352: _Chain("Scroll"),
    11155111: _Chain("Sepolia", block_time=ETHEREUM_BLOCK_TIME),
    31337: _Chain("a local chain"),
}


def chain_coin(chain_id: ChainId) -> str:
    """Give the symbol of a chain's own coin, or words for it where we do not know it."""
    chain = _CHAINS.get(chain_id)
    return chain.coin if chain else "of the chain's own coin"


def chain_name(chain_id: ChainId) -> str:
    """Name a chain with its number: `Ethereum (chain 1)`, or `chain 5` where we know no name."""
    chain = _CHAINS.get(chain_id)
    return f"{chain.name} (chain {chain_id})" if chain else f"chain {chain_id}"


def block_time(chain_id: ChainId) -> int | None:
    """Give the seconds from one block to the next, before any was read.

    `None`: they do not come at a steady rate, or we do not know it.
    """
    chain = _CHAINS.get(chain_id)
    return chain.block_time if chain else None
