"""The bot signs bit for bit like Snapshot's own library (snapshot.js 0.14.27, ethers 5.7.2)."""

import hashlib
import json
from typing import Any

from eth_account import Account

from bot.gateways import signatures
from bot.gateways.snapshot import typed_data
from bot.gateways.snapshot.signer import Signer

CURRENT = {
    json.dumps(types): name for name, types in vars(typed_data).items() if name.endswith("_TYPES")
}
OURS = {struct.primary: struct for struct in typed_data.STRUCTS.values()}


def test_digest_signature_and_envelope_are_the_librarys(vector: dict[str, Any]) -> None:
    types, wire = vector["types"], vector["message"]
    account = Account.from_key(vector["privateKey"])

    encoded = typed_data.signable(types, wire)
    signature = "0x" + account.sign_message(encoded).signature.hex().removeprefix("0x")
    text = typed_data.envelope_text(account.address, signature, types, wire)

    assert "0x" + encoded.header.hex() == vector["domainSeparator"]
    assert "0x" + encoded.body.hex() == vector["structHash"]
    assert typed_data.digest_of(types, wire) == vector["digest"]
    assert signature == vector["signature"]
    assert text == json.dumps(vector["envelope"], ensure_ascii=False, separators=(",", ":"))


def test_our_own_kinds_are_signed_from_their_values_alone(vector: dict[str, Any]) -> None:
    struct = OURS.get(vector["primaryType"])
    if struct is None or struct.types != vector["types"]:
        return  # A kind, or a list of old, that Assent does not sign.
    message = struct.read(vector["message"])

    signed = Signer(Account.from_key(vector["privateKey"])).sign(message)

    assert typed_data.message_id(message) == signed.id == vector["digest"]
    assert json.loads(signed.text) == vector["envelope"]
    asked = signatures.typed_data(typed_data.handed_to_wallet(message))
    assert signatures.signer_of(asked, vector["signature"]) == vector["address"]
    assert signatures.canonical(vector["signature"]) == vector["signature"]
    assert typed_data.message_in(signed.text) == message


def test_every_current_type_list_is_one_of_ours(vector: dict[str, Any]) -> None:
    is_current = "legacy" not in vector["name"]

    assert (json.dumps(vector["types"]) in CURRENT) == is_current
    text = json.dumps(vector["types"], separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest() == vector["typesSha256"]
