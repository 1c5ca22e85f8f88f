"""A message handed to somebody's wallet, and what becomes of it with their signature (pure)."""

import json
from typing import Any

from bot.domain.offchain.messages import Message
from bot.domain.offchain.snapshot import SignedEnvelope
from bot.domain.offchain.unsigned import Unsigned
from bot.gateways.snapshot.typed_data import (
    STRUCTS,
    Struct,
    envelope_text,
    handed_to_wallet,
    message_id,
)


def unsigned(message: Message) -> Unsigned:
    """Write a message as a wallet takes it."""
    return Unsigned(
        id=message_id(message),
        author=message.author,
        typed_data=handed_to_wallet(message),
    )


def envelope(message: Unsigned, signature: str) -> SignedEnvelope:
    """Put a signature to what was handed out."""
    struct, fields = _read(message)
    text = envelope_text(message.author, signature, struct.types, fields)
    return SignedEnvelope(id=message.id, text=text)


def handed_out(message: Unsigned) -> Message:
    """Read what was handed to a wallet."""
    struct, fields = _read(message)
    return struct.read(fields)


def _read(message: Unsigned) -> tuple[Struct, dict[str, Any]]:
    data = json.loads(message.typed_data)
    (struct,) = (each for each in STRUCTS.values() if each.primary == data["primaryType"])
    return struct, data["message"]
