"""What a wallet has signed, and whose signature it is (pure)."""

import json
import re

from eth_account import Account
from eth_account.messages import SignableMessage, encode_defunct, encode_typed_data
from eth_keys.exceptions import BadSignature
from eth_utils.address import is_address, to_checksum_address
from eth_utils.crypto import keccak
from eth_utils.exceptions import ValidationError

from bot.domain.types import Address

_SIGNATURE = re.compile(r"0x(?:[0-9a-fA-F]{2}){1,4096}")  # those of contract wallets may be long
_KEYS_SIGNATURE = 65  # bytes of one made with a key


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


def signer_of(message: SignableMessage, signature: str) -> Address | None:
    """Give the address whose key has made a signature; `None`: it is none that a key makes."""
    raw = bytes.fromhex(signature.removeprefix("0x"))
    if len(raw) != _KEYS_SIGNATURE:
        return None
    try:
        found = Account.recover_message(message, signature=raw)
    except (BadSignature, ValidationError, ValueError):
        return None
    return Address(str(found))
