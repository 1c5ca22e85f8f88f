"""A message of Snapshot's that somebody is about to sign with a wallet of their own."""

from dataclasses import dataclass, replace
from typing import Literal

from bot.domain.offchain.messages import Message, ProposalMessage
from bot.domain.types import Address, Seconds, SnapshotProposalId, UnixSeconds

SIGNED_WITHIN = Seconds(600)  # a signature for an older message is not taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsigned:
    """What a wallet is handed to sign, to the letter.

    `id` is the EIP-712 digest: it is known before anything is signed, and what is posted has it.
    """

    kind: Literal["typed data"] = "typed data"
    id: SnapshotProposalId
    author: Address  # whose signature it has to be
    typed_data: str  # the JSON text that `eth_signTypedData_v4` takes


def is_fresh(made: Message, now: UnixSeconds) -> bool:
    """Say whether a message was made a moment ago; its dates are promised from then on."""
    return 0 <= now - made.timestamp <= SIGNED_WITHIN


def is_same_but_for_time(one: ProposalMessage, other: ProposalMessage) -> bool:
    """Compare two messages in all that does not follow from the moment they were made at."""
    timed = {
        "timestamp": one.timestamp,
        "start": one.start,
        "end": one.end,
        "snapshot_block": one.snapshot_block,
    }
    is_as_long = one.end - one.start == other.end - other.start
    is_as_late = one.start - one.timestamp == other.start - other.timestamp
    return is_as_long and is_as_late and replace(other, **timed) == one  # type: ignore[arg-type] # from keywords
