"""The outermost checks of the sequencer: form, size, time, type list and a true signature."""

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from eth_abi.exceptions import EncodingError
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils.address import is_checksum_address
from eth_utils.crypto import keccak

from sandbox.snapshot.exchange import RefusedError

SIZE_LIMIT = 100_000  # UTF-16 units of the whole JSON
AHEAD_SECONDS = 300
BEHIND_SECONDS = 6 * 86_400

# SHA-256 of a type list as JSON, and the kind of message it makes.
KINDS = {
    "e037b37311c75c995f732b57cd456bdc685e5eac29668698be34388cafb14097": "proposal",
    "9c66485d2c9af4010e89b0352e3f78ce2aa96661c531b1bdbd7042388867e830": "update-proposal",
    "dd19ee4357e5bc813529e1b537b77ccb767135701f0223434f3b53f1ac03dcc6": "delete-proposal",
    "6107486ff2c58778b92eac3f9c92b26ab59f30959a12307ae868c197f382cdf6": "flag-proposal",
    "fb8fa9816cd42974e7f1af671aa548c8c458553364ed809e45042f141de8c0d5": "vote",
    "5f95ed849bafb034c37e340dc06ad6fa6985d674714cb602a6bf11119ffba2a1": "vote-array",
    "afc5911fd9722b3dc5e8b16a552997510644a52d2b229c3868fb1910b112416e": "vote-string",
    "65df19852816ead53c157161c62cd1580f509f9c33d27c06d46206eb3526b8b5": "follow",
    "150feb61a4a0f6d140f5444349c8baa068b062e7552d314a3119991e37ca6f8b": "unfollow",
    "1aad7825b991457fca04aae48a2a49d815ada524e10316af0da5522ea48b3df6": "alias",
    "beda1f464a6112f9ed6335c4614e32a97f0e18ef4ac10b4b1c8239c475f2d8e8": "proposal",
    "d56782e3b50ac86c25ae292923da8c367e3c9e8e7ea9d8baa435051fe2f430fa": "proposal",
    "9fecffaa3ddb7666a390be8db0aa6b8732e7679ffeebba069e4372597c0eb6c8": "proposal",
}

_SPACE_ID = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)
_SIGNATURE = re.compile(r"0x[0-9a-fA-F]+")
_ENVELOPE_KEYS = {"address", "sig", "data"}
_DATA_KEYS = {"domain", "types", "message"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A message whose outer form is right."""

    address: str
    sig: str
    data: dict[str, Any]
    types: dict[str, Any]
    kind: str

    @property
    def message(self) -> dict[str, Any]:
        """The signed fields."""
        message: dict[str, Any] = self.data["message"]
        return message

    def pin(self, message_id: str) -> dict[str, Any]:
        """Give the document that is pinned to IPFS."""
        return {"address": self.address, "sig": self.sig, "hash": message_id, "data": self.data}


def javascript(value: Any) -> str:
    """Write JSON as JavaScript does."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def utf16_units(text: str) -> int:
    """Count a text's length as JavaScript does."""
    return len(text.encode("utf-16-le", errors="surrogatepass")) // 2


def ipfs_address(document: Any) -> str:
    """Name a pinned document: a CID of version 1, raw, over its SHA-256."""
    digest = hashlib.sha256(javascript(document).encode()).digest()
    named = base64.b32encode(b"\x01\x55\x12\x20" + digest).decode()
    return "b" + named.lower().rstrip("=")


def opened(body: Any, now: int) -> Envelope:
    """Check form, size, time and type list, in the sequencer's order.

    Raises:
        RefusedError: The first check that failed, in the sequencer's words.
    """
    if not _is_envelope(body):
        raise RefusedError("wrong envelope format")
    data = body["data"]
    message = data["message"]
    if utf16_units(javascript(body)) > SIZE_LIMIT:
        raise RefusedError("too large message")
    if not now - BEHIND_SECONDS <= message["timestamp"] <= now + AHEAD_SECONDS:
        raise RefusedError("wrong timestamp")
    if re.search(r"\s", str(message.get("proposal", ""))):
        raise RefusedError("proposal cannot contain whitespace")
    domain = data["domain"]
    if domain.get("name") != "snapshot" or domain.get("version") != "0.1.4":
        raise RefusedError("wrong domain")
    types = {name: fields for name, fields in data["types"].items() if name != "EIP712Domain"}
    kind = KINDS.get(hashlib.sha256(javascript(types).encode()).hexdigest())
    if kind is None:
        raise RefusedError("wrong types")
    return Envelope(address=body["address"], sig=body["sig"], data=data, types=types, kind=kind)


def require_space_id(space_id: Any) -> None:
    """Check that a space is named like an ENS name.

    Raises:
        RefusedError: It is not.
    """
    if not isinstance(space_id, str) or not _SPACE_ID.fullmatch(space_id):
        raise RefusedError("Invalid space id")


def verified_id(envelope: Envelope) -> str:
    """Recover the signer from the signature, compare, and give the message's id: its digest.

    Raises:
        RefusedError: It was signed by another key, or not at all.
    """
    try:
        encoded = encode_typed_data(envelope.data["domain"], envelope.types, envelope.message)
        signer = Account.recover_message(encoded, signature=envelope.sig)
    except (ValueError, TypeError, OverflowError, LookupError, EncodingError) as error:
        raise RefusedError("signature validation failed") from error
    if signer != envelope.address:
        raise RefusedError("signature validation failed")
    return "0x" + keccak(b"\x19" + encoded.version + encoded.header + encoded.body).hex()


def _is_envelope(body: Any) -> bool:
    if not isinstance(body, dict) or body.keys() != _ENVELOPE_KEYS:
        return False
    data = body["data"]
    return (
        _is_address(body["address"])
        and isinstance(body["sig"], str)
        and _SIGNATURE.fullmatch(body["sig"]) is not None
        and isinstance(data, dict)
        and data.keys() - {"primaryType"} == _DATA_KEYS
        and all(isinstance(data[key], dict) for key in _DATA_KEYS)
        and _is_address(data["message"].get("from"))
        and _is_whole(data["message"].get("timestamp"))
    )


def _is_address(value: Any) -> bool:
    return isinstance(value, str) and is_checksum_address(value)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
