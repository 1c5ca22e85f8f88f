"""A message of Snapshot's that somebody is about to sign with a wallet of their own."""

from dataclasses import dataclass
from typing import Literal

from bot.domain.types import Address, SnapshotProposalId


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsigned:
    """What a wallet is handed to sign, to the letter.

    `id` is the EIP-712 digest: it is known before anything is signed, and what is posted has it.
    """

    kind: Literal["typed data"] = "typed data"
    id: SnapshotProposalId
    author: Address  # whose signature it has to be
    typed_data: str  # the JSON text that `eth_signTypedData_v4` takes
