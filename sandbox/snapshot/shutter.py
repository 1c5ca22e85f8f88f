"""Shielded votes: choices that nobody can read until the proposal's key is released.

The real cipher needs a committee of key holders. This one keeps its shape: a ciphertext in
hexadecimal that says nothing about the choice, and a key for each proposal.
"""

import json
import secrets
from typing import Any

from eth_utils.crypto import keccak

PRIVACY = "shutter"

_MARK = b"\x03"
_SALT_BYTES = 16
_CHECK_BYTES = 8
_BLOCK_BYTES = 32


def is_ciphertext(choice: Any) -> bool:
    """Tell whether a choice looks encrypted, which is all that can be told while a vote is open."""
    return isinstance(choice, str) and choice.startswith("0x")


def encrypt(proposal_id: str, choice: Any) -> str:
    """Hide a choice; the same choice never looks the same twice."""
    salt = secrets.token_bytes(_SALT_BYTES)
    plain = json.dumps(choice, separators=(",", ":")).encode()
    checked = keccak(plain)[:_CHECK_BYTES] + plain
    return "0x" + (_MARK + salt + _masked(checked, proposal_id, salt)).hex()


def decrypt(proposal_id: str, ciphertext: str) -> Any:
    """Read a choice.

    Raises:
        ValueError: This is no ciphertext for this proposal's key.
    """
    sealed = bytes.fromhex(ciphertext.removeprefix("0x"))
    head = len(_MARK) + _SALT_BYTES
    if not sealed.startswith(_MARK) or len(sealed) <= head:
        raise ValueError("no ciphertext")
    checked = _masked(sealed[head:], proposal_id, sealed[len(_MARK) : head])
    plain = checked[_CHECK_BYTES:]
    if keccak(plain)[:_CHECK_BYTES] != checked[:_CHECK_BYTES]:
        raise ValueError("another proposal's ciphertext")
    return json.loads(plain)


def _masked(text: bytes, proposal_id: str, salt: bytes) -> bytes:
    """Apply the key, which is its own reverse."""
    stream = b"".join(
        keccak(proposal_id.encode() + salt + block.to_bytes(4, "big"))
        for block in range(len(text) // _BLOCK_BYTES + 1)
    )
    return bytes(byte ^ mask for byte, mask in zip(text, stream, strict=False))
