"""What is signed, without any recording at hand."""

import dataclasses
import hashlib
import json
from typing import Any

import pytest
from eth_account.messages import encode_typed_data
from eth_utils.crypto import keccak

from bot.domain.offchain.messages import AliasMessage, MessageKind, ProposalMessage
from bot.domain.offchain.snapshot import VotingType
from bot.domain.types import Address, UnixSeconds
from bot.gateways.snapshot import typed_data
from bot.gateways.snapshot.signer import Signer, SignerError

# The sequencer looks a message's kind up by this digest of its type list.
KNOWN_TO_THE_SEQUENCER = {
    "PROPOSAL_TYPES": "e037b37311c75c995f732b57cd456bdc685e5eac29668698be34388cafb14097",
    "UPDATE_PROPOSAL_TYPES": "9c66485d2c9af4010e89b0352e3f78ce2aa96661c531b1bdbd7042388867e830",
    "CANCEL_PROPOSAL_TYPES": "dd19ee4357e5bc813529e1b537b77ccb767135701f0223434f3b53f1ac03dcc6",
    "FLAG_PROPOSAL_TYPES": "6107486ff2c58778b92eac3f9c92b26ab59f30959a12307ae868c197f382cdf6",
    "VOTE_TYPES": "fb8fa9816cd42974e7f1af671aa548c8c458553364ed809e45042f141de8c0d5",
    "VOTE_ARRAY_TYPES": "5f95ed849bafb034c37e340dc06ad6fa6985d674714cb602a6bf11119ffba2a1",
    "VOTE_STRING_TYPES": "afc5911fd9722b3dc5e8b16a552997510644a52d2b229c3868fb1910b112416e",
    "ALIAS_TYPES": "1aad7825b991457fca04aae48a2a49d815ada524e10316af0da5522ea48b3df6",
    "FOLLOW_TYPES": "65df19852816ead53c157161c62cd1580f509f9c33d27c06d46206eb3526b8b5",
    "UNFOLLOW_TYPES": "150feb61a4a0f6d140f5444349c8baa068b062e7552d314a3119991e37ca6f8b",
}

DIGEST = "0xf290df00aa999d2c5fc1f25e9c2cd895e316cc4f7a4eb57af772271692314f11"
SIGNATURE = (
    "0x0a0db4bd90c59f70a399f85659c2e6459f90153c306ef635ffdab2b62e35a79563"
    "92f0cbb7dfaf8c5a4c53951d4e602cc4dcfe6dda80861cafd0f213214ba7571b"
)


@pytest.mark.parametrize("name", KNOWN_TO_THE_SEQUENCER)
def test_the_sequencer_knows_every_type_list(name: str) -> None:
    text = json.dumps(getattr(typed_data, name), separators=(",", ":"))

    assert hashlib.sha256(text.encode()).hexdigest() == KNOWN_TO_THE_SEQUENCER[name]


def test_a_proposals_id_is_known_before_it_is_signed(message: ProposalMessage) -> None:
    assert typed_data.message_id(message) == DIGEST


def test_signing_twice_gives_the_same_text(signer: Signer, message: ProposalMessage) -> None:
    first = signer.sign(message)

    assert first.id == DIGEST
    assert json.loads(first.text)["sig"] == SIGNATURE
    assert signer.sign(message) == first


def test_the_wire_has_the_fields_of_the_type_list_in_their_order(message: ProposalMessage) -> None:
    wire = typed_data.struct_of(message).write(message)

    assert list(wire) == [field["name"] for field in typed_data.PROPOSAL_TYPES["Proposal"]]
    assert wire["from"] == message.author
    assert wire["snapshot"] == message.snapshot_block


def test_the_envelope_is_compact_and_in_plain_unicode(
    signer: Signer, message: ProposalMessage
) -> None:
    text = signer.sign(message).text

    assert text.startswith('{"address":"0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266","sig":"0x')
    assert "提案" in text
    assert json.loads(text)["data"]["domain"] == {"name": "snapshot", "version": "0.1.4"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("author", "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"),
        ("space", "other.eth"),
        ("timestamp", 1_800_000_001),
        ("type", VotingType.BASIC),
        ("title", "Another"),
        ("body", ""),
        ("discussion", ""),
        ("choices", ("No — keep it", "Yes")),
        ("start", 1_800_086_401),
        ("end", 1_800_345_601),
        ("snapshot_block", 24_000_001),
        ("labels", ()),
        ("plugins", '{"safeSnap":{}}'),
        ("privacy", "shutter"),
        ("app", ""),
    ],
)
def test_every_field_counts(field: str, value: Any, message: ProposalMessage) -> None:
    changed = dataclasses.replace(message, **{field: value})

    assert typed_data.message_id(changed) != DIGEST


def test_for_another_author_the_key_signs_as_their_alias(
    signer: Signer, message: ProposalMessage
) -> None:
    principal = Address("0x70997970C51812dc3A010C7d01b50e0d17dc79C8")

    envelope = json.loads(signer.sign(dataclasses.replace(message, author=principal)).text)

    assert envelope["address"] == signer.address
    assert envelope["data"]["message"]["from"] == principal


def test_a_key_gives_nobody_the_right_to_sign_for_another(signer: Signer) -> None:
    given = AliasMessage(
        author=Address("0x70997970C51812dc3A010C7d01b50e0d17dc79C8"),
        alias=signer.address,
        timestamp=UnixSeconds(1_800_000_000),
    )

    with pytest.raises(SignerError, match="theirs to give"):
        signer.sign(given)


@dataclasses.dataclass(frozen=True, kw_only=True)
class SpaceSettings:
    """What would change a space, or delete it, if it could be signed."""

    author: str
    space: str = "usebraintrust.eth"
    timestamp: int = 1_800_000_000
    settings: str = "{}"
    kind: str


@pytest.mark.parametrize(
    "kind", ["settings", "delete-space", "vote", "flag-proposal", *MessageKind, None]
)
def test_settings_a_deleted_space_and_whatever_else_cannot_be_signed(
    signer: Signer, kind: str
) -> None:
    with pytest.raises(SignerError, match="signs no message of the kind SpaceSettings"):
        signer.sign(SpaceSettings(author=signer.address, kind=kind))  # type: ignore[arg-type] # so it is


def test_there_are_four_kinds_and_a_signer_has_no_other_way_to_sign() -> None:
    assert {each.value for each in typed_data.STRUCTS} == {
        "proposal",
        "update-proposal",
        "delete-proposal",
        "alias",
    }
    primary = {struct.primary for struct in typed_data.STRUCTS.values()}
    assert primary == {"Proposal", "UpdateProposal", "CancelProposal", "Alias"}
    public = {name for name in vars(Signer) if not name.startswith("_")}
    assert public == {"address", "from_keystore", "from_key_file", "sign"}


def test_what_a_wallet_is_asked_to_sign_names_its_domain_and_its_struct(
    message: ProposalMessage,
) -> None:
    asked = json.loads(typed_data.handed_to_wallet(message))

    assert asked["primaryType"] == "Proposal"
    assert set(asked["types"]) == {"EIP712Domain", "Proposal"}
    encoded = encode_typed_data(full_message=asked)
    packed = b"\x19" + encoded.version + encoded.header + encoded.body
    assert "0x" + keccak(packed).hex() == DIGEST


def test_an_envelope_gives_its_message_back(signer: Signer, message: ProposalMessage) -> None:
    assert typed_data.message_in(signer.sign(message).text) == message


def test_an_envelope_of_another_kind_is_not_read() -> None:
    text = typed_data.envelope_text("0x", "0x", typed_data.FOLLOW_TYPES, {})

    with pytest.raises(ValueError, match="no message of a kind"):
        typed_data.message_in(text)
