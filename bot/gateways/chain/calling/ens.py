"""Names of addresses in the Ethereum Name Service: each proven in both directions.

Anybody may say in the registry that their address is called `vitalik.eth`. It is, if that name
leads back to the address. Sources: ENSIP-1 (`namehash`), ENSIP-3 (reverse resolution).
"""

from collections.abc import Mapping, Sequence
from typing import Final

from eth_utils.crypto import keccak

from bot.domain.onchain.block import BlockId
from bot.domain.onchain.naming import is_plain_name
from bot.domain.types import Address, ChainId
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.questions import Question, contract, question, text

ENS_CHAIN: Final = ChainId(1)
REGISTRY: Final = Address("0x00000000000C2E074eC69A0dFb2997BA6C7d2e1e")


def namehash(name: str) -> bytes:
    """Give a name's node: the hash of its labels from the last to the first."""
    node = bytes(32)
    for label in reversed(name.split(".") if name else []):
        node = keccak(node + keccak(text=label))
    return node


async def names_of(
    client: ChainClient, addresses: Sequence[Address], at: BlockId
) -> Mapping[Address, str]:
    """Give the names of addresses, four HTTP requests for all of them; `""`: it has none.

    Whose resolver makes the node fail is left out: nothing is known of that one.

    Raises:
        ChainError: The node could not be asked: nothing is known then.
    """
    nodes = {address: reverse_node(address) for address in addresses}
    claims = await _asked(client, nodes, "name(bytes32)", at)
    claimed = {address: text(answer) for address, answer in claims.items()}
    # Only names that read as they are: others could be drawn like somebody else's.
    plain = {address: name for address, name in claimed.items() if is_plain_name(name)}
    forward = {address: namehash(name) for address, name in plain.items()}
    owners = await _asked(client, forward, "addr(bytes32)", at)
    proven = {address for address, answer in owners.items() if contract(answer) == address}
    return {
        address: plain[address] if address in proven else ""
        for address in addresses
        if address in claims and (address not in plain or address in owners)
    }


async def _asked(
    client: ChainClient, nodes: Mapping[Address, bytes], record: str, at: BlockId
) -> dict[Address, bytes | None]:
    """Ask the resolver of each node for a record; who has no resolver has none.

    What the node cannot say of one of them is left out.
    """
    if not nodes:
        return {}
    lookups = {
        address: question(REGISTRY, "resolver(bytes32)", node) for address, node in nodes.items()
    }
    found = await client.ask_each(lookups.values(), at)
    asked: dict[Address, Question] = {}
    told: dict[Address, bytes | None] = {}
    for address, lookup in lookups.items():
        if lookup not in found:
            continue
        resolver = contract(found[lookup])
        if resolver is None:
            told[address] = None
        else:
            asked[address] = question(resolver, record, nodes[address])
    answers = await client.ask_each(asked.values(), at) if asked else {}
    return told | {address: answers[one] for address, one in asked.items() if one in answers}


def reverse_node(address: Address) -> bytes:
    """Give the node under which an address says how it is called."""
    return namehash(f"{address[2:].lower()}.addr.reverse")
