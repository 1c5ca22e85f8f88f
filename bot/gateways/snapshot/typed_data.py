"""What Snapshot has people sign: its EIP-712 domain, its type lists, a proposal's message and id.

The sequencer knows a message's kind by the SHA-256 of its type list as JSON, so the order of the
fields below is part of the protocol, and so is the order of the two keys of each field.
"""

import json
from typing import Any

from eth_account.messages import SignableMessage, encode_typed_data
from eth_utils.crypto import keccak

from bot.domain.offchain.snapshot import ProposalMessage
from bot.domain.types import SnapshotProposalId

TypeList = dict[str, list[dict[str, str]]]

# The same on every network; the sequencer compares these two keys and no others.
DOMAIN = {"name": "snapshot", "version": "0.1.4"}


def _struct(name: str, fields: str) -> TypeList:
    """Read `string from,uint64 timestamp` as the list of one struct, in wire order."""
    pairs = (field.split(" ") for field in fields.split(","))
    return {name: [{"name": name_, "type": type_} for type_, name_ in pairs]}


PROPOSAL_TYPES = _struct(
    "Proposal",
    "string from,string space,uint64 timestamp,string type,string title,string body,"
    "string discussion,string[] choices,string[] labels,uint64 start,uint64 end,uint64 snapshot,"
    "string plugins,string privacy,string app",
)
UPDATE_PROPOSAL_TYPES = _struct(
    "UpdateProposal",
    "string proposal,string from,string space,uint64 timestamp,string type,string title,"
    "string body,string discussion,string[] choices,string[] labels,string plugins,string privacy",
)
CANCEL_PROPOSAL_TYPES = _struct(
    "CancelProposal", "string from,string space,uint64 timestamp,string proposal"
)
FLAG_PROPOSAL_TYPES = _struct(
    "FlagProposal", "string from,string space,string proposal,uint64 timestamp"
)
ALIAS_TYPES = _struct("Alias", "address from,address alias,uint64 timestamp")
FOLLOW_TYPES = _struct("Follow", "address from,string network,string space,uint64 timestamp")
UNFOLLOW_TYPES = _struct("Unfollow", "address from,string network,string space,uint64 timestamp")


def _vote(choice_type: str) -> TypeList:
    return _struct(
        "Vote",
        f"string from,string space,uint64 timestamp,string proposal,{choice_type} choice,"
        "string reason,string app,string metadata",
    )


VOTE_TYPES = _vote("uint32")  # single-choice, basic
VOTE_ARRAY_TYPES = _vote("uint32[]")  # approval, ranked-choice, copeland
VOTE_STRING_TYPES = _vote("string")  # weighted, quadratic, and every encrypted choice


def message_of(message: ProposalMessage) -> dict[str, Any]:
    """Give the proposal the names and the order of the wire."""
    return {
        "from": message.author,
        "space": message.space,
        "timestamp": message.timestamp,
        "type": message.type.value,
        "title": message.title,
        "body": message.body,
        "discussion": message.discussion,
        "choices": list(message.choices),
        "labels": list(message.labels),
        "start": message.start,
        "end": message.end,
        "snapshot": message.snapshot_block,
        "plugins": message.plugins,
        "privacy": message.privacy,
        "app": message.app,
    }


def signable(types: TypeList, message: dict[str, Any]) -> SignableMessage:
    """Encode a message of Snapshot's for signing.

    Raises:
        ValueError: A field of the type list is missing or of another type.
    """
    return encode_typed_data(DOMAIN, types, message)


def digest_of(types: TypeList, message: dict[str, Any]) -> SnapshotProposalId:
    """Compute the EIP-712 digest, which the sequencer uses as the message's id."""
    encoded = signable(types, message)
    packed = b"\x19" + encoded.version + encoded.header + encoded.body
    return SnapshotProposalId("0x" + keccak(packed).hex())


def proposal_id(message: ProposalMessage) -> SnapshotProposalId:
    """Tell the id the proposal will have on Snapshot, before anything is signed or sent."""
    return digest_of(PROPOSAL_TYPES, message_of(message))


def typed_data_text(message: ProposalMessage) -> str:
    """Write what is signed for people to read, to the letter."""
    data = {"domain": DOMAIN, "types": PROPOSAL_TYPES, "message": message_of(message)}
    return json.dumps(data, ensure_ascii=False, indent=2)


def envelope_text(address: str, signature: str, types: TypeList, message: dict[str, Any]) -> str:
    """Write the envelope as the one JSON text that is stored and posted."""
    envelope = {
        "address": address,
        "sig": signature,
        "data": {"domain": DOMAIN, "types": types, "message": message},
    }
    return json.dumps(envelope, ensure_ascii=False, separators=(",", ":"))
