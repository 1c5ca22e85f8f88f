"""The quick way to read votes: there are thousands, and their words stand in fixed places (pure).

It reads what a compiler writes, and leaves everything else to `decode_log`: a log that it reads,
it reads as that does.
"""

from typing import Final

from eth_utils.crypto import keccak

from bot.domain.onchain.event import VoteCast
from bot.domain.types import (
    Address,
    BlockNumber,
)
from bot.gateways.chain.codec import checksummed
from bot.gateways.chain.json_rpc import Log

_WORD: Final = 64  # hex digits
_TOPIC_LENGTH: Final = 2 + _WORD

# GovernorAlpha's: voter, id, support and votes, nothing indexed.
_ALPHA: Final = "0x" + keccak(text="VoteCast(address,uint256,bool,uint256)").hex()
_ALPHA_LENGTH: Final = 2 + 4 * _WORD
_BOOLS: Final = ("0" * 64, "0" * 63 + "1")
# Everybody else's: the voter is indexed; then id, support, weight, where the reason begins, its
# length, and the reason.
_BRAVO: Final = "0x" + keccak(text="VoteCast(address,uint256,uint8,uint256,string)").hex()
_REASON_AT: Final = "80".rjust(64, "0")
_BRAVO_TOPICS: Final = 2
_BRAVO_LENGTH: Final = 2 + 5 * _WORD
_NO_REASON: Final = _REASON_AT + "0" * 64
_SMALL: Final = "0" * 62  # what is before one octet: the support
_NO_ADDRESS: Final = "0x" + "0" * 24


def vote_of(log: Log, emitter: Address, number: BlockNumber, log_index: int) -> VoteCast | None:
    """Read a vote; `None`: this is none, or one that has to be read with more care.

    Raises:
        ValueError: A field is no hex.
    """
    topics, data = log.topics, log.data
    if data is None or not topics:
        return None
    if topics[0] == _BRAVO and len(topics) == _BRAVO_TOPICS:
        voter = topics[1]
        reason = "" if data[194:] == _NO_REASON else _reason(data)
        if reason is None or data[66:128] != _SMALL:
            return None
        support, weight = data[128:130], data[130:194]
        id_ = data[2:66]
    elif topics[0] == _ALPHA and len(data) == _ALPHA_LENGTH and len(topics) == 1:
        voter, id_, reason = data[:66], data[66:130], ""
        support, weight = data[130:194], data[194:]
        if support not in _BOOLS:
            return None
    else:
        return None
    if voter[:26] != _NO_ADDRESS or len(voter) != _TOPIC_LENGTH:
        return None
    fields = (
        number,
        log_index,
        emitter,
        int(id_, 16),
        checksummed("0x" + voter[26:]),
        int(support, 16),
        int(weight, 16),
        reason,
        log.transaction_hash.lower(),
        None,
    )
    return tuple.__new__(VoteCast, fields)  # a third of the time that a call with names takes


def _reason(data: str) -> str | None:
    """Give the reason, if it stands where a compiler puts it; `None`: it does not."""
    if len(data) < _BRAVO_LENGTH or data[194:258] != _REASON_AT:
        return None
    length = int(data[258:_BRAVO_LENGTH], 16)
    end = _BRAVO_LENGTH + 2 * length
    if not length or len(data) < _BRAVO_LENGTH + 64 * -(-length // 32):
        return None
    return bytes.fromhex(data[_BRAVO_LENGTH:end]).decode("utf-8", errors="replace")
