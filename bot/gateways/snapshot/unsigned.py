"""A proposal handed to somebody's wallet, and what becomes of it with their signature (pure)."""

import json

from bot.domain.offchain.messages import MessageKind, ProposalMessage
from bot.domain.offchain.snapshot import SignedEnvelope
from bot.domain.offchain.unsigned import Unsigned
from bot.gateways.snapshot.typed_data import (
    PROPOSAL_TYPES,
    STRUCTS,
    envelope_text,
    handed_to_wallet,
    message_id,
)


def unsigned(message: ProposalMessage) -> Unsigned:
    """Write a proposal as a wallet takes it."""
    return Unsigned(
        id=message_id(message),
        author=message.author,
        typed_data=handed_to_wallet(message),
    )


def envelope(message: Unsigned, signature: str) -> SignedEnvelope:
    """Put a signature to what was handed out."""
    fields = json.loads(message.typed_data)["message"]
    text = envelope_text(message.author, signature, PROPOSAL_TYPES, fields)
    return SignedEnvelope(id=message.id, text=text)


def handed_out(message: Unsigned) -> ProposalMessage:
    """Read the proposal that was handed to a wallet."""
    read = STRUCTS[MessageKind.PROPOSAL].read(json.loads(message.typed_data)["message"])
    assert isinstance(read, ProposalMessage), "it is what this kind is"
    return read
