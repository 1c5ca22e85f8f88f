"""The names of chains, where people know one better by it than by its number."""

from bot.domain.types import ChainId

_NAMES = {
    1: "Ethereum",
    10: "OP Mainnet",
    56: "BNB Smart Chain",
    100: "Gnosis Chain",
    137: "Polygon",
    324: "ZKsync Era",
    8453: "Base",
    42161: "Arbitrum One",
    43114: "Avalanche C-Chain",
    59144: "Linea",
    534352: "Scroll",
    11155111: "Sepolia",
    31337: "a local chain",
}


def chain_name(chain_id: ChainId) -> str:
    """Name a chain with its number: `Ethereum (chain 1)`, or `chain 5` where we know no name."""
    name = _NAMES.get(chain_id)
    return f"{name} (chain {chain_id})" if name else f"chain {chain_id}"
