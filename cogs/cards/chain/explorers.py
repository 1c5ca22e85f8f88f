"""Where a chain can be looked at in a browser; on a chain without a known explorer, nowhere."""

from bot.domain.onchain.naming import shortened
from bot.domain.text import line
from bot.domain.types import ChainId
from cogs.cards.buttons import Link
from cogs.cards.chain.naming import HASH_SHOWN

_EXPLORERS = {
    1: "https://etherscan.io",
    10: "https://optimistic.etherscan.io",
    56: "https://bscscan.com",
    100: "https://gnosisscan.io",
    137: "https://polygonscan.com",
    8453: "https://basescan.org",
    42161: "https://arbiscan.io",
    59144: "https://lineascan.build",
    11155111: "https://sepolia.etherscan.io",
}


def transaction_link(chain_id: ChainId, transaction: str | None) -> tuple[Link, ...]:
    """Link a transaction, where there is one and a page that shows it."""
    explorer = _EXPLORERS.get(chain_id)
    if explorer is None or transaction is None:
        return ()
    return (Link(label="See the transaction", address=f"{explorer}/tx/{transaction}"),)


def transaction_row(chain_id: ChainId, transaction: str) -> str:
    """Name a transaction: by its ends beside a link to it, and whole where there is none."""
    shown = shortened(transaction) if chain_id in _EXPLORERS else transaction
    return f"Transaction {line(shown, HASH_SHOWN)}"


def delegation_link(chain_id: ChainId, token: str | None) -> tuple[Link, ...]:
    """Link the page on which a wallet can call `delegate` of a token."""
    explorer = _EXPLORERS.get(chain_id)
    if explorer is None or token is None:
        return ()
    return (Link(label="Delegate votes", address=f"{explorer}/address/{token}#writeContract"),)
