"""The quick way to read votes: there are thousands, and their words stand in fixed places (pure).

It reads what a compiler writes, and leaves everything else to `decode_log`: a log that it reads,
it reads as that does.
"""

from functools import lru_cache
from typing import Any, Final

from eth_utils.crypto import keccak

from bot.domain.onchain.block import BlockId, Place
from bot.domain.onchain.event import VoteCast
from bot.domain.types import (
    BlockHash,
    BlockNumber,
    GovernorProposalId,
    TokenUnits,
    TransactionHash,
)
from bot.gateways.chain.layouts import address

# GovernorAlpha's: voter, id, support and votes, nothing indexed.
_ALPHA: Final = "0x" + keccak(text="VoteCast(address,uint256,bool,uint256)").hex()
_ALPHA_LENGTH: Final = 2 + 4 * 64
# Everybody else's: the voter is indexed; then id, support, weight, where the reason begins, its
# length, and the reason.
_BRAVO: Final = "0x" + keccak(text="VoteCast(address,uint256,uint8,uint256,string)").hex()
_REASON_AT: Final = "80".rjust(64, "0")
_BRAVO_LENGTH: Final = 2 + 5 * 64
_NO_ADDRESS: Final = "0" * 24

_checksummed = lru_cache(maxsize=20_000)(address)
_TOPIC_COUNTS: Final = {_ALPHA: 1, _BRAVO: 2}


def vote_of(log: dict[str, Any], number: int, log_index: int) -> VoteCast | None:
    """Read a vote; `None`: this is none, or one that has to be read with more care.

    Raises:
        ValueError: A field is no hex.
    """
    topics, data = log["topics"], log["data"]
    topic = topics[0]
    if _TOPIC_COUNTS.get(topic) != len(topics):
        return None
    if topic == _ALPHA:
        if len(data) != _ALPHA_LENGTH or data[2:26] != _NO_ADDRESS or data[130:194] not in _BOOLS:
            return None
        voter, words, reason = data[26:66], data[66:], ""
    else:
        found = _reason(data)
        if found is None or topics[1][2:26] != _NO_ADDRESS:
            return None
        voter, words, reason = topics[1][26:], data[2:], found
    return VoteCast(
        emitter=_checksummed(log["address"]),
        position=Place(
            block=_block(log["blockHash"], number),
            transaction_hash=TransactionHash(log["transactionHash"].lower()),
            log_index=log_index,
        ),
        id=GovernorProposalId(int(words[:64], 16)),
        voter=_checksummed("0x" + voter),
        support=int(words[64:128], 16),
        weight=TokenUnits(int(words[128:192], 16)),
        reason=reason,
    )


@lru_cache(maxsize=64)  # Votes of one block come together.
def _block(block_hash: str, number: int) -> BlockId:
    return BlockId(number=BlockNumber(number), hash=BlockHash(block_hash.lower()))


_BOOLS: Final = ("0" * 64, "0" * 63 + "1")


def _reason(data: str) -> str | None:
    """Give the reason, if it stands where a compiler puts it; `None`: it does not."""
    if len(data) < _BRAVO_LENGTH or data[194:258] != _REASON_AT or data[66:128] != _SMALL:
        return None
    length = int(data[258:_BRAVO_LENGTH], 16)
    if not length:
        return "" if len(data) == _BRAVO_LENGTH else None
    end = _BRAVO_LENGTH + 2 * length
    if len(data) < _BRAVO_LENGTH + 64 * -(-length // 32):
        return None
    return bytes.fromhex(data[_BRAVO_LENGTH:end]).decode("utf-8", errors="replace")


_SMALL: Final = "0" * 62  # what is before one octet: the support
