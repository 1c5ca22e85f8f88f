"""What a wallet has signed, and whose signature it is."""

import json
import re
from collections.abc import Awaitable, Callable

from eth_account import Account
from eth_account.messages import SignableMessage, encode_defunct, encode_typed_data
from eth_keys.exceptions import BadSignature
from eth_utils.address import is_address, to_checksum_address
from eth_utils.crypto import keccak
from eth_utils.exceptions import ValidationError

from bot.domain.types import Address

AskContract = Callable[[Address, bytes, bytes], Awaitable[bool]]

_SIGNATURE = re.compile(r"0x(?:[0-9a-fA-F]{2}){1,4096}")  # those of contract wallets may be long
_WORD = 32  # bytes of r, and of s
_COMPACT, _LONG = 2 * _WORD, 2 * _WORD + 1  # bytes of a key's: with the parity in s, or in a v
_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141  # of secp256k1
_PARITY_IN_S = 1 << 255
_PARITIES = {0: 0, 1: 1, 27: 0, 28: 1}  # by v: hardware wallets leave Ethereum's 27 away


def address_of(text: str) -> Address | None:
    """Read an address, in whatever case it is written; `None`: it is none."""
    if not (text.startswith("0x") and is_address(text.lower())):
        return None
    return Address(to_checksum_address(text.lower()))


def is_signature(text: str) -> bool:
    """Say whether a text can be a signature at all."""
    return _SIGNATURE.fullmatch(text) is not None


def personal_message(text: str) -> SignableMessage:
    """Encode a text as `personal_sign` signs it (EIP-191)."""
    return encode_defunct(text=text)


def typed_data(text: str) -> SignableMessage:
    """Encode a JSON text as `eth_signTypedData_v4` signs it (EIP-712)."""
    return encode_typed_data(full_message=json.loads(text))


def digest(message: SignableMessage) -> bytes:
    """Give the 32 bytes that are signed."""
    return keccak(b"\x19" + message.version + message.header + message.body)


def canonical(signature: str) -> str | None:
    """Write a key's signature in its one form: r, the lower s, and 27 or 28 (EIP-2).

    Wallets write the same one in several ways, and not every verifier takes each of them: the
    compact one of EIP-2098, a v of 0 or 1, the upper s. `None`: no key has made this.
    """
    if not is_signature(signature):
        return None
    raw = bytes.fromhex(signature[2:])
    if len(raw) not in (_COMPACT, _LONG):
        return None
    s = int.from_bytes(raw[_WORD:_COMPACT])
    parity: int | None = s // _PARITY_IN_S
    if len(raw) == _COMPACT:
        s %= _PARITY_IN_S
    else:
        parity = _PARITIES.get(raw[-1])
    if parity is None or not 0 < s < _ORDER:
        return None
    if s > _ORDER // 2:
        s, parity = _ORDER - s, 1 - parity
    return "0x" + (raw[:_WORD] + s.to_bytes(_WORD) + bytes([27 + parity])).hex()


def signer_of(message: SignableMessage, signature: str) -> Address | None:
    """Give the address whose key has made a signature; `None`: it is none that a key makes."""
    written = canonical(signature)
    if written is None:
        return None
    try:
        return Address(str(Account.recover_message(message, signature=written)))
    except (BadSignature, ValidationError, ValueError):
        return None


async def own_signature(
    address: Address, message: SignableMessage, signature: str, ask: AskContract | None
) -> str | None:
    """Give a wallet's signature as it is posted: a key's in its one form, a contract's as it is.

    `ask` asks the contract at an address whether it takes a signature of a digest (ERC-1271).
    `None`: it is not this wallet's own.
    """
    if not is_signature(signature):
        return None
    if signer_of(message, signature) == address:
        return canonical(signature)
    given = bytes.fromhex(signature.removeprefix("0x"))
    if ask and await ask(address, digest(message), given):
        return signature
    return None
