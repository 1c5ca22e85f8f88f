"""People with a key: they sign what they want, and post it like anybody else."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from eth_account import Account
from eth_utils.crypto import keccak

from bot.domain.offchain.snapshot import SignedEnvelope
from bot.gateways.snapshot import typed_data
from bot.gateways.snapshot.signer import Signer
from sandbox.snapshot import ballots
from sandbox.snapshot.envelope import javascript
from sandbox.snapshot.exchange import RefusedError, Reply
from sandbox.snapshot.ledger import ProposalRecord

_TYPES: dict[str, typed_data.TypeList] = {
    "Proposal": typed_data.PROPOSAL_TYPES,
    "UpdateProposal": typed_data.UPDATE_PROPOSAL_TYPES,
    "CancelProposal": typed_data.CANCEL_PROPOSAL_TYPES,
    "FlagProposal": typed_data.FLAG_PROPOSAL_TYPES,
    "Alias": typed_data.ALIAS_TYPES,
}


def key_of(name: str) -> str:
    """Make up a private key, the same one for the same name always."""
    return "0x" + keccak(text=f"the sandbox's wallet of {name}").hex()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wallet:
    """A person's wallet. `key` is a private key in text, good for play only."""

    name: str
    key: str = field(repr=False)
    signer: Signer = field(repr=False)
    now: Callable[[], int] = field(repr=False)
    find: Callable[[str], ProposalRecord | None] = field(repr=False)
    send: Callable[[str, str], Awaitable[Reply]] = field(repr=False)  # a name and an envelope

    @property
    def address(self) -> str:
        """The wallet's address, EIP-55 checksummed."""
        return self.signer.address

    async def vote(self, proposal_id: str, choice: Any, reason: str = "") -> Reply:
        """Sign a vote and post it.

        Args:
            proposal_id: The proposal.
            choice: As the voting system wants it: options count from 1.
            reason: Shown beside the vote.

        Raises:
            RefusedError: The sequencer refused it, in its own words.
        """
        proposal = self.find(proposal_id)
        if proposal is None:
            raise RefusedError("unknown proposal")
        types, signed_choice = _ballot(proposal, choice)
        message = {
            "from": self.address,
            "space": proposal.space,
            "timestamp": self.now(),
            "proposal": proposal_id,
            "choice": signed_choice,
            "reason": reason,
            "app": "sandbox",
            "metadata": "{}",
        }
        reply = await self.send(self.name, self._signed(types, message).text)
        if reply.status != 200:
            raise RefusedError(reply.json["error_description"], reply.status)
        return reply

    async def post(self, primary_type: str, message: dict[str, Any]) -> Reply:
        """Sign any other message, `from` and `timestamp` filled in where absent, and post it."""
        return await self.send(self.name, self.sign(primary_type, message).text)

    def sign(self, primary_type: str, message: dict[str, Any]) -> SignedEnvelope:
        """Sign any other message, `from` and `timestamp` filled in where absent."""
        whole = {"from": self.address, "timestamp": self.now(), **message}
        return self._signed(_TYPES[primary_type], whole)

    def _signed(self, types: typed_data.TypeList, message: dict[str, Any]) -> SignedEnvelope:
        """Sign whatever it is, as a wallet does: the bot's signer knows its own kinds alone."""
        signed = Account.from_key(self.key).sign_message(typed_data.signable(types, message))
        signature = "0x" + signed.signature.hex().removeprefix("0x")
        return SignedEnvelope(
            id=typed_data.digest_of(types, message),
            text=typed_data.envelope_text(self.address, signature, types, message),
        )


def _ballot(proposal: ProposalRecord, choice: Any) -> tuple[typed_data.TypeList, Any]:
    """Pick the type list for a choice, and write the choice as it is signed."""
    if proposal.privacy == ballots.SHUTTER:
        return typed_data.VOTE_STRING_TYPES, choice
    if isinstance(choice, dict):
        return typed_data.VOTE_STRING_TYPES, javascript(choice)
    if isinstance(choice, list):
        return typed_data.VOTE_ARRAY_TYPES, choice
    return typed_data.VOTE_TYPES, choice
