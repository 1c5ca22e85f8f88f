"""People with a key: they sign what they want, and post it like anybody else."""

import dataclasses
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Self

from eth_account import Account
from eth_account.messages import SignableMessage, encode_defunct, encode_typed_data
from eth_utils.crypto import keccak
from eth_utils.hexadecimal import is_0x_prefixed

from bot.domain.offchain.snapshot import SignedEnvelope
from bot.gateways.snapshot import typed_data
from bot.gateways.snapshot.signer import Signer
from sandbox.snapshot import shutter
from sandbox.snapshot.envelope import javascript
from sandbox.snapshot.exchange import RefusedError, Reply
from sandbox.snapshot.ledger import ProposalRecord, SpaceRecord
from sandbox.snapshot.proposing import drafted

_TYPES: dict[str, typed_data.TypeList] = {
    "Proposal": typed_data.PROPOSAL_TYPES,
    "UpdateProposal": typed_data.UPDATE_PROPOSAL_TYPES,
    "CancelProposal": typed_data.CANCEL_PROPOSAL_TYPES,
    "FlagProposal": typed_data.FLAG_PROPOSAL_TYPES,
    "Alias": typed_data.ALIAS_TYPES,
    "Follow": typed_data.FOLLOW_TYPES,
    "Unfollow": typed_data.UNFOLLOW_TYPES,
}
_TYPED_DATA = {"types", "domain", "primaryType", "message"}


def key_of(name: str) -> str:
    """Make up a private key, the same one for the same name always."""
    return "0x" + keccak(text=f"the sandbox's wallet of {name}").hex()


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a person sees of Snapshot, and the way to it."""

    now: Callable[[], int]
    head: Callable[[], int]  # the newest block
    space: Callable[[str], SpaceRecord | None]
    proposal: Callable[[str], ProposalRecord | None]
    send: Callable[[str, str], Awaitable[Reply]]  # a name and an envelope


@dataclass(frozen=True, slots=True, kw_only=True)
class Wallet:
    """A person's wallet. `key` is a private key in text, good for play only.

    What is sent with `vote`, `propose`, `update`, `delete`, `flag` and `link` raises a
    `RefusedError` when the sequencer refuses it; `post` gives whatever it answered.
    """

    name: str
    key: str = field(repr=False)
    signer: Signer = field(repr=False)
    world: Surroundings = field(repr=False)
    principal: str = ""  # whom it signs for, if not for itself

    @property
    def address(self) -> str:
        """The wallet's own address, EIP-55 checksummed."""
        return self.signer.address

    @property
    def now(self) -> Callable[[], int]:
        """Tells unix seconds."""
        return self.world.now

    def acting_for(self, principal: str) -> Self:
        """Give the same wallet as a deputy's, who signs in the name of another address."""
        return dataclasses.replace(self, principal=principal)

    async def vote(self, proposal_id: str, choice: Any, reason: str = "") -> Reply:
        """Sign a vote and post it.

        Args:
            proposal_id: The proposal.
            choice: As the voting system wants it: options count from 1. Where votes are shielded
                it is encrypted, unless it is a ciphertext already.
            reason: Shown beside the vote.

        Raises:
            RefusedError: The sequencer refused it, in its own words.
        """
        proposal = self._proposal(proposal_id)
        types, signed_choice = _ballot(proposal, choice)
        message = {
            "from": self.principal or self.address,
            "space": proposal.space,
            "timestamp": self.now(),
            "proposal": proposal_id,
            "choice": signed_choice,
            "reason": reason,
            "app": "sandbox",
            "metadata": "{}",
        }
        return await self._accepted(self._signed(types, message))

    async def propose(self, space_id: str, title: str, **fields: Any) -> str:
        """Post a proposal, by default as the space's rules want it; give its id.

        Args:
            space_id: The space.
            title: The title.
            fields: Any other field that is signed, under its name on the wire: `body`, `choices`,
                `type`, `start`, `end`, `discussion`, `labels`, `privacy`, `snapshot`, ...

        Raises:
            RefusedError: The sequencer refused it, in its own words.
        """
        space = self.world.space(space_id)
        message = drafted(
            space_id,
            space.voting if space else {},
            now=self.now(),
            head=self.world.head(),
            fields={"title": title, **fields},
        )
        reply = await self._accepted(self.sign("Proposal", message))
        return str(reply.json["id"])

    async def update(self, proposal_id: str, **fields: Any) -> Reply:
        """Edit a proposal before it starts: `title`, `body`, `choices`, `type`, `discussion`, ...

        Raises:
            RefusedError: The sequencer refused it, in its own words.
        """
        proposal = self._proposal(proposal_id)
        names = ("space", "type", "title", "body", "discussion", "choices", "labels", "privacy")
        kept = {name: getattr(proposal, name) for name in names}
        message = {"proposal": proposal_id, **kept, "plugins": javascript(proposal.plugins)}
        return await self._accepted(self.sign("UpdateProposal", {**message, **fields}))

    async def delete(self, proposal_id: str) -> Reply:
        """Delete a proposal.

        Raises:
            RefusedError: The sequencer refused it, in its own words.
        """
        return await self._accepted(self.sign("CancelProposal", self._target(proposal_id)))

    async def flag(self, proposal_id: str) -> Reply:
        """Mark a proposal as harmful.

        Raises:
            RefusedError: The sequencer refused it, in its own words.
        """
        return await self._accepted(self.sign("FlagProposal", self._target(proposal_id)))

    async def link(self, alias: str) -> Reply:
        """Let another address sign in this one's name for thirty days; again to renew.

        Raises:
            RefusedError: The sequencer refused it, in its own words.
        """
        return await self._accepted(self.sign("Alias", {"alias": alias}))

    async def post(self, primary_type: str, message: dict[str, Any]) -> Reply:
        """Sign any other message, `from` and `timestamp` filled in where absent, and post it."""
        return await self.world.send(self.name, self.sign(primary_type, message).text)

    def sign(self, primary_type: str, message: dict[str, Any]) -> SignedEnvelope:
        """Sign any other message, `from` and `timestamp` filled in where absent."""
        author = self.principal or self.address
        whole = {"from": author, "timestamp": self.now(), **message}
        return self._signed(_TYPES[primary_type], whole)

    def _signed(self, types: typed_data.TypeList, message: dict[str, Any]) -> SignedEnvelope:
        """Sign whatever it is, as a wallet does: the bot's signer knows its own kinds alone."""
        signed = Account.from_key(self.key).sign_message(typed_data.signable(types, message))
        signature = "0x" + signed.signature.hex().removeprefix("0x")
        return SignedEnvelope(
            id=typed_data.digest_of(types, message),
            text=typed_data.envelope_text(self.address, signature, types, message),
        )

    def sign_typed_data(self, text: str) -> str:
        """Sign EIP-712 typed data, as a wallet in a browser does for `eth_signTypedData_v4`.

        Args:
            text: JSON with `types`, `domain`, `primaryType` and `message`.

        Returns:
            The signature: 65 bytes in hexadecimal, with `0x`.

        Raises:
            ValueError: The text is not JSON, or not typed data that fits its own types.
        """
        data = json.loads(text)
        if not isinstance(data, dict) or not data.keys() >= _TYPED_DATA:
            raise ValueError(f"Typed data has {', '.join(sorted(_TYPED_DATA))}.")
        return self._signature(encode_typed_data(full_message=data))

    def sign_text(self, text: str) -> str:
        """Sign a text, as a wallet in a browser does for `personal_sign`; also one in hexadecimal.

        Returns:
            The signature: 65 bytes in hexadecimal, with `0x`.
        """
        if is_0x_prefixed(text):
            return self._signature(encode_defunct(hexstr=text))
        return self._signature(encode_defunct(text=text))

    def _signature(self, message: SignableMessage) -> str:
        signed = Account.from_key(self.key).sign_message(message)
        return "0x" + str(signed.signature.hex()).removeprefix("0x")

    def _proposal(self, proposal_id: str) -> ProposalRecord:
        proposal = self.world.proposal(proposal_id)
        if proposal is None:
            raise RefusedError("unknown proposal")
        return proposal

    def _target(self, proposal_id: str) -> dict[str, Any]:
        return {"space": self._proposal(proposal_id).space, "proposal": proposal_id}

    async def _accepted(self, envelope: SignedEnvelope) -> Reply:
        reply = await self.world.send(self.name, envelope.text)
        if reply.status != 200:
            raise RefusedError(reply.refusal, reply.status)
        return reply


def _ballot(proposal: ProposalRecord, choice: Any) -> tuple[typed_data.TypeList, Any]:
    """Pick the type list for a choice, and write the choice as it is signed."""
    if proposal.privacy == shutter.PRIVACY:
        is_sealed = shutter.is_ciphertext(choice)
        sealed = choice if is_sealed else shutter.encrypt(proposal.id, choice)
        return typed_data.VOTE_STRING_TYPES, sealed
    if isinstance(choice, dict):
        return typed_data.VOTE_STRING_TYPES, javascript(choice)
    if isinstance(choice, list):
        return typed_data.VOTE_ARRAY_TYPES, choice
    return typed_data.VOTE_TYPES, choice
