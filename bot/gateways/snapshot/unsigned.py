"""A proposal handed to somebody's wallet, and what becomes of it with their signature (pure)."""

import json

from bot.domain.offchain.messages import MessageKind, ProposalMessage
from bot.domain.offchain.snapshot import SignedEnvelope
from bot.domain.offchain.unsigned import Unsigned
from bot.gateways.snapshot.typed_data import (
    DOMAIN,
    PROPOSAL_TYPES,
    STRUCTS,
    TypeList,
    digest_of,
    envelope_text,
    message_of,
)

# Wallets want the domain's own type spelled out; the sequencer wants it left out.
_DOMAIN_TYPE: TypeList = {
    "EIP712Domain": [{"name": "name", "type": "string"}, {"name": "version", "type": "string"}]
}


def unsigned(message: ProposalMessage) -> Unsigned:
    """Write a proposal as a wallet takes it."""
    data = {
        "domain": DOMAIN,
        "primaryType": "Proposal",
        "types": _DOMAIN_TYPE | PROPOSAL_TYPES,
        "message": message_of(message),
    }
    return Unsigned(
        id=digest_of(PROPOSAL_TYPES, message_of(message)),
        author=message.author,
        typed_data=json.dumps(data, ensure_ascii=False, indent=2),
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
