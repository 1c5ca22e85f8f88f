"""The sequencer: takes signed messages, checks them in the real one's order, writes them down."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from eth_account import Account
from eth_account.messages import encode_defunct
from eth_utils.crypto import keccak

from sandbox.snapshot import ballots, writers
from sandbox.snapshot.envelope import (
    Envelope,
    ipfs_address,
    javascript,
    opened,
    require_space_id,
    verified_id,
)
from sandbox.snapshot.exchange import (
    BrokenError,
    RefusedError,
    Reply,
    Request,
    html_reply,
    json_reply,
)
from sandbox.snapshot.faults import Faults
from sandbox.snapshot.ledger import Ledger, MessageRecord, ProposalRecord

_RELAYER = Account.from_key(keccak(b"the sandbox's relayer"))

# Kinds that an alias may sign for its principal, and kinds that belong to no space.
_ALIASED = {
    "proposal",
    "update-proposal",
    "delete-proposal",
    "flag-proposal",
    "vote",
    "vote-array",
    "vote-string",
    "follow",
    "unfollow",
}
_SPACELESS = {"alias"}

_STORED_KIND = {"vote-array": "vote", "vote-string": "vote"}

SETTLING_SECONDS = 60  # after the end, the time in which late votes are still being stored


@dataclass(slots=True, kw_only=True)
class Sequencer:
    """One sequencer over one ledger. `first_block` is where the space's network begins."""

    ledger: Ledger
    faults: Faults
    now: Callable[[], int]
    block_number: Callable[[], int]
    first_block: int = 1
    is_in_maintenance: bool = False
    _in_flight: set[str] = field(default_factory=set)

    async def answer(self, request: Request) -> Reply:
        """Answer one request."""
        if request.method == "POST":
            return await self._take(request)
        if request.path == "/":
            return json_reply(
                {"name": "snapshot-sequencer", "version": "0.1.4", "relayer": _RELAYER.address}
            )
        if request.path.startswith("/scores/"):
            await self.faults.linger(request)
            return json_reply({"result": self._recount(request.path.removeprefix("/scores/"))})
        return html_reply(404)

    async def _take(self, request: Request) -> Reply:
        try:
            body = json.loads(request.body)
        except ValueError:
            return html_reply(400)
        fingerprint = javascript(body)
        if fingerprint in self._in_flight:
            return _refused(RefusedError("request already being processed", 425))
        self._in_flight.add(fingerprint)
        try:
            await self.faults.linger(request)
            return json_reply(self._ingest(request, body))
        except RefusedError as refusal:
            return _refused(refusal)
        except BrokenError:
            return json_reply({"error": "server_error", "error_description": {}}, 500)
        finally:
            self._in_flight.discard(fingerprint)

    def _ingest(self, request: Request, body: Any) -> dict[str, Any]:
        try:
            envelope, message_id, effect = self._checked(body)
        except RefusedError as refusal:
            self.faults.trip(request, refusal)
            raise
        self.faults.trip(request)
        ipfs = ipfs_address(envelope.pin(message_id))
        effect(ipfs)
        self.ledger.pins[ipfs] = envelope.pin(message_id)
        receipt = _receipt(envelope.sig)
        self._remember(envelope, message_id, ipfs, receipt)
        relayer = {"address": _RELAYER.address, "receipt": receipt}
        return {"id": message_id, "ipfs": ipfs, "relayer": relayer}

    def _checked(self, body: Any) -> tuple[Envelope, str, writers.Effect]:
        """Apply all checks, in their order; give the message, its id and its effect."""
        if self.is_in_maintenance:
            raise RefusedError("update in progress, try later", 503)
        now = self.now()
        envelope = opened(body, now)
        self._require_known_space(envelope)
        self._require_right_to_sign(envelope, now)
        message_id = verified_id(envelope)
        if message_id in self.ledger.messages:
            raise RefusedError("duplicate message")
        return envelope, message_id, writers.write(self._entry(envelope, message_id, now))

    def _require_known_space(self, envelope: Envelope) -> None:
        if envelope.kind in _SPACELESS:
            return
        space_id = envelope.message.get("space")
        require_space_id(space_id)
        if self.ledger.space(str(space_id)) is None:
            raise RefusedError("unknown space")

    def _require_right_to_sign(self, envelope: Envelope, now: int) -> None:
        principal = envelope.message["from"]
        if envelope.address == principal:
            return
        if envelope.kind not in _ALIASED:
            raise RefusedError(f"alias not allowed for the type: {envelope.kind}")
        if not self.ledger.may_sign_for(envelope.address, principal, now):
            raise RefusedError("wrong alias")

    def _entry(self, envelope: Envelope, message_id: str, now: int) -> writers.Entry:
        return writers.Entry(
            id=message_id,
            kind=envelope.kind,
            message=envelope.message,
            ledger=self.ledger,
            now=now,
            block_number=self.block_number(),
            first_block=self.first_block,
        )

    def _remember(self, envelope: Envelope, message_id: str, ipfs: str, receipt: str) -> None:
        self.ledger.messages[message_id] = MessageRecord(
            mci=len(self.ledger.messages) + 1,
            id=message_id,
            ipfs=ipfs,
            address=envelope.address,
            timestamp=envelope.message["timestamp"],
            space=envelope.message.get("space", ""),
            type=_STORED_KIND.get(envelope.kind, envelope.kind),
            sig=envelope.sig,
            receipt=receipt,
        )

    def _recount(self, proposal_id: str) -> bool:
        """Recount on demand. The real one waits out the settling time; this one says no."""
        proposal = self.ledger.proposals.get(proposal_id)
        now = self.now()
        if proposal is None or now <= proposal.start:
            return False
        if proposal.end < now < proposal.end + SETTLING_SECONDS:
            return False
        settle(self.ledger, proposal, now)
        return True


def settle(ledger: Ledger, proposal: ProposalRecord, moment: int) -> None:
    """Count a proposal's votes, for good if it has ended; sealed votes have no end.

    Scores that somebody wrote down for a proposal without any vote here are left alone.
    """
    votes = ledger.votes_of(proposal.id)
    is_over = moment > proposal.end and not ballots.is_sealed(proposal)
    if votes or (is_over and not proposal.scores):
        ballots.count(proposal, votes)
        proposal.scores_updated = moment
    if is_over:
        proposal.scores_state = "final"


def _receipt(signature: str) -> str:
    signed = _RELAYER.sign_message(encode_defunct(text=signature))
    return "0x" + str(signed.signature.hex()).removeprefix("0x")


def _refused(refusal: RefusedError) -> Reply:
    return json_reply({"error": "client_error", "error_description": refusal.text}, refusal.status)
