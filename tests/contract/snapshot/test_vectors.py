"""The bot signs bit for bit like Snapshot's own library (snapshot.js 0.14.27, ethers 5.7.2)."""

import json
from typing import Any

from eth_account import Account

from bot.gateways.snapshot import typed_data
from bot.gateways.snapshot.signer import Signer

CURRENT = {
    json.dumps(types): name for name, types in vars(typed_data).items() if name.endswith("_TYPES")
}


def test_digest_signature_and_envelope_are_the_librarys(vector: dict[str, Any]) -> None:
    signer = Signer(Account.from_key(vector["privateKey"]))

    signed = signer.sign_typed_data(vector["types"], vector["message"])

    assert typed_data.digest_of(vector["types"], vector["message"]) == vector["digest"]
    assert signed.id == vector["digest"]
    assert json.loads(signed.text)["sig"] == vector["signature"]
    assert signed.text == json.dumps(vector["envelope"], ensure_ascii=False, separators=(",", ":"))


def test_every_current_type_list_is_one_of_ours(vector: dict[str, Any]) -> None:
    is_current = "legacy" not in vector["name"]

    assert (json.dumps(vector["types"]) in CURRENT) == is_current
