"""Where a chain can be looked at in a browser, and what is on it named so that it can be found.

Ends of an address or a hash are enough where a link leads to the whole of it; where we know of no
page, it stands there whole, to be copied.
"""

import re

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
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
_HASH = re.compile(r"0x[0-9a-fA-F]{64}")


def transaction_link(chain_id: ChainId | None, transaction: str | None) -> tuple[Link, ...]:
    """Link a transaction, where there is one and a page that shows it."""
    explorer = _EXPLORERS.get(chain_id) if chain_id else None
    if explorer is None or transaction is None:
        return ()
    return (Link(label="See the transaction", address=f"{explorer}/tx/{transaction}"),)


def transaction_row(chain_id: ChainId | None, transaction: str) -> str:
    """Name a transaction: by its ends beside a link to it, and whole where there is none."""
    return f"Transaction {hash_shown(chain_id, transaction)}"


def hash_shown(chain_id: ChainId | None, whole: str) -> str:
    """Show a hash; the link to it, or to what it belongs to, stands beside it."""
    return line(shortened(whole), HASH_SHOWN) if chain_id in _EXPLORERS else _copyable(whole)


def address_shown(chain_id: ChainId, address: str) -> str:
    """Show an address that somebody may want to look at, or to call."""
    explorer = _EXPLORERS.get(chain_id)
    if explorer is None or not is_address(address):
        return _copyable(address)
    return f"[{line(shortened(address), HASH_SHOWN)}]({explorer}/address/{address})"


def is_address(text: str) -> bool:
    """Say whether this is an address and nothing else."""
    return _ADDRESS.fullmatch(text) is not None


def _copyable(whole: str) -> str:
    is_hex = is_address(whole) or _HASH.fullmatch(whole)
    return f"`{whole}`" if is_hex else line(whole, HASH_SHOWN)


def delegation_link(chain_id: ChainId, token: str | None) -> tuple[Link, ...]:
    """Link the page on which a wallet can call `delegate` of a token."""
    explorer = _EXPLORERS.get(chain_id)
    if explorer is None or token is None:
        return ()
    return (Link(label="Delegate votes", address=f"{explorer}/address/{token}#writeContract"),)
