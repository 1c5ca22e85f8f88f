"""The envelope of a proposal: how large it will be, and what is read out of one of ours (pure)."""

import json

from bot.domain.offchain.delivery import Dates
from bot.domain.offchain.messages import ProposalMessage
from bot.domain.offchain.snapshot import SignedEnvelope
from bot.domain.text import utf16_units
from bot.domain.types import Address, UnixSeconds
from bot.gateways.snapshot.typed_data import envelope

_OF_A_KEY = "0x" + "00" * 65  # as long as the signature of any key


def envelope_units(message: ProposalMessage, signature: str = _OF_A_KEY) -> int:
    """Count the whole envelope as Snapshot does, in UTF-16 units."""
    return utf16_units(envelope(message.author, signature, message).text)


def dates_of(signed: SignedEnvelope) -> Dates:
    """Read the dates out of an envelope of ours."""
    message = json.loads(signed.text)["data"]["message"]
    return Dates(
        timestamp=UnixSeconds(message["timestamp"]),
        start=UnixSeconds(message["start"]),
        end=UnixSeconds(message["end"]),
    )


def signed_by(signed: SignedEnvelope) -> Address:
    """Read who has signed an envelope of ours."""
    return Address(json.loads(signed.text)["address"])
