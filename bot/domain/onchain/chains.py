"""The names of chains, where people know one better by it than by its number, and their coins."""

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

_COINS = {
    **dict.fromkeys((1, 10, 324, 8453, 42161, 59144, 534352, 11155111, 31337), "ETH"),
    56: "BNB",
    100: "xDAI",
    137: "POL",
    43114: "AVAX",
}


def chain_coin(chain_id: ChainId) -> str:
    """Give the symbol of a chain's own coin, or words for it where we do not know it."""
    return _COINS.get(chain_id, "of the chain's own coin")


def chain_name(chain_id: ChainId) -> str:
    """Name a chain with its number: `Ethereum (chain 1)`, or `chain 5` where we know no name."""
    name = _NAMES.get(chain_id)
    return f"{name} (chain {chain_id})" if name else f"chain {chain_id}"
