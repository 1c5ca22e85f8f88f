"""What Snapshot has people sign: its EIP-712 domain, its type lists, our messages and their ids.

The sequencer knows a message's kind by the SHA-256 of its type list as JSON, so the order of the
fields below is part of the protocol, and so is the order of the two keys of each field.
"""

import json
from dataclasses import dataclass, fields
from typing import Any

from eth_account.messages import SignableMessage, encode_typed_data
from eth_utils.crypto import keccak

from bot.domain.offchain.messages import (
    AliasMessage,
    CancelMessage,
    Message,
    MessageKind,
    ProposalMessage,
    UpdateMessage,
)
from bot.domain.offchain.snapshot import SignedEnvelope, VotingType
from bot.domain.types import Address, SnapshotProposalId

TypeList = dict[str, list[dict[str, str]]]

# The same on every network; the sequencer compares these two keys and no others.
DOMAIN = {"name": "snapshot", "version": "0.1.4"}


def _list(name: str, fields_: str) -> TypeList:
    """Read `string from,uint64 timestamp` as the list of one struct, in wire order."""
    pairs = (field.split(" ") for field in fields_.split(","))
    return {name: [{"name": name_, "type": type_} for type_, name_ in pairs]}


PROPOSAL_TYPES = _list(
    "Proposal",
    "string from,string space,uint64 timestamp,string type,string title,string body,"
    "string discussion,string[] choices,string[] labels,uint64 start,uint64 end,uint64 snapshot,"
    "string plugins,string privacy,string app",
)
UPDATE_PROPOSAL_TYPES = _list(
    "UpdateProposal",
    "string proposal,string from,string space,uint64 timestamp,string type,string title,"
    "string body,string discussion,string[] choices,string[] labels,string plugins,string privacy",
)
CANCEL_PROPOSAL_TYPES = _list(
    "CancelProposal", "string from,string space,uint64 timestamp,string proposal"
)
ALIAS_TYPES = _list("Alias", "address from,address alias,uint64 timestamp")

# What others sign. Assent does not: there is no kind of these, so its key has no way to.
FLAG_PROPOSAL_TYPES = _list(
    "FlagProposal", "string from,string space,string proposal,uint64 timestamp"
)
FOLLOW_TYPES = _list("Follow", "address from,string network,string space,uint64 timestamp")
UNFOLLOW_TYPES = _list("Unfollow", "address from,string network,string space,uint64 timestamp")


def _vote(choice_type: str) -> TypeList:
    return _list(
        "Vote",
        f"string from,string space,uint64 timestamp,string proposal,{choice_type} choice,"
        "string reason,string app,string metadata",
    )


VOTE_TYPES = _vote("uint32")  # single-choice, basic
VOTE_ARRAY_TYPES = _vote("uint32[]")  # approval, ranked-choice, copeland
VOTE_STRING_TYPES = _vote("string")  # weighted, quadratic, and every encrypted choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Struct:
    """How the messages of one kind are written: their type list, and the value they are of.

    On the wire they have the fields of the value, in the type list's order and under its names.
    """

    types: TypeList
    value: type[Message]

    @property
    def primary(self) -> str:
        """The name of the struct that is signed."""
        return next(iter(self.types))

    def write(self, message: Message) -> dict[str, Any]:
        """Give a message the names and the order of the wire."""
        names = [field["name"] for field in self.types[self.primary]]
        return {name: _plain(getattr(message, _OURS.get(name, name))) for name in names}

    def read(self, wire: dict[str, Any]) -> Message:
        """Read what `write` has written."""
        theirs = {ours: name for name, ours in _OURS.items()}
        known = {
            field.name: wire[theirs.get(field.name, field.name)] for field in fields(self.value)
        }
        return self.value(**{name: _value(name, each) for name, each in known.items()})


# A field of ours that has another name on the wire.
_OURS = {"from": "author", "snapshot": "snapshot_block"}

# The one table of what can be signed: what is not in it cannot.
STRUCTS: dict[MessageKind, Struct] = {
    MessageKind.PROPOSAL: Struct(types=PROPOSAL_TYPES, value=ProposalMessage),
    MessageKind.UPDATE: Struct(types=UPDATE_PROPOSAL_TYPES, value=UpdateMessage),
    MessageKind.CANCEL: Struct(types=CANCEL_PROPOSAL_TYPES, value=CancelMessage),
    MessageKind.ALIAS: Struct(types=ALIAS_TYPES, value=AliasMessage),
}


def _plain(value: Any) -> Any:
    if isinstance(value, VotingType):
        return value.value
    return list(value) if isinstance(value, tuple) else value


def _value(name: str, plain: Any) -> Any:
    if name == "type":
        return VotingType(plain)
    return tuple(plain) if isinstance(plain, list) else plain


def struct_of(message: Message) -> Struct:
    """Give how a message is written.

    Raises:
        ValueError: It is of no kind that Assent signs.
    """
    kind: Any = getattr(message, "kind", None)  # whatever comes: this is where it is turned away
    struct = STRUCTS.get(kind)
    if struct is None or type(message) is not struct.value:
        raise ValueError(f"Assent signs no message of the kind {type(message).__name__}.")
    return struct


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


def message_id(message: Message) -> SnapshotProposalId:
    """Tell the id a message will have on Snapshot, before anything is signed or sent."""
    struct = struct_of(message)
    return digest_of(struct.types, struct.write(message))


def handed_to_wallet(message: Message) -> str:
    """Write what a wallet is asked to sign, as `eth_signTypedData_v4` takes it.

    Wallets want the domain's own type spelled out; the sequencer wants it left out.
    """
    struct = struct_of(message)
    domain = [{"name": name, "type": "string"} for name in DOMAIN]
    data = {
        "domain": DOMAIN,
        "primaryType": struct.primary,
        "types": {"EIP712Domain": domain, **struct.types},
        "message": struct.write(message),
    }
    return json.dumps(data, ensure_ascii=False, indent=2)


def typed_data_text(message: Message) -> str:
    """Write what is signed for people to read, to the letter."""
    struct = struct_of(message)
    data = {"domain": DOMAIN, "types": struct.types, "message": struct.write(message)}
    return json.dumps(data, ensure_ascii=False, indent=2)


def envelope(address: Address, signature: str, message: Message) -> SignedEnvelope:
    """Put a signature of `address` and its message into the envelope that is posted.

    The address is another than the author's where it signs for them, as their alias.
    """
    struct = struct_of(message)
    wire = struct.write(message)
    return SignedEnvelope(
        id=digest_of(struct.types, wire),
        text=envelope_text(address, signature, struct.types, wire),
    )


def envelope_text(address: str, signature: str, types: TypeList, message: dict[str, Any]) -> str:
    """Write an envelope as the one JSON text that is stored and posted."""
    envelope_ = {
        "address": address,
        "sig": signature,
        "data": {"domain": DOMAIN, "types": types, "message": message},
    }
    return json.dumps(envelope_, ensure_ascii=False, separators=(",", ":"))


def message_in(text: str) -> Message:
    """Read the message out of an envelope of ours.

    Raises:
        ValueError: It is of no kind that Assent signs.
    """
    data = json.loads(text)["data"]
    for struct in STRUCTS.values():
        if struct.types == data["types"]:
            return struct.read(data["message"])
    raise ValueError("The envelope holds no message of a kind that Assent signs.")
