"""Whose signature it is, in whatever way a wallet has written it."""

import dataclasses
import json

import pytest

from bot.domain.offchain.messages import ProposalMessage
from bot.gateways.signatures import address_of, canonical, personal_message, signer_of, typed_data
from bot.gateways.snapshot.signer import Signer
from bot.gateways.snapshot.typed_data import handed_to_wallet

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
ADDRESS = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"


def text(*parts: bytes) -> str:
    return "0x" + b"".join(parts).hex()


@pytest.fixture
def signature(signer: Signer, message: ProposalMessage) -> str:
    return str(json.loads(signer.sign(message).text)["sig"])


@pytest.fixture
def ways(signature: str) -> dict[str, str]:
    """Write one signature in every way in which a wallet may."""
    raw = bytes.fromhex(signature[2:])
    r, s, parity = raw[:32], int.from_bytes(raw[32:64]), raw[64] - 27
    low, upper = s.to_bytes(32), (ORDER - s).to_bytes(32)
    return {
        "as it is": signature,
        "in capitals": "0x" + signature[2:].upper(),
        "without Ethereum's 27": text(r, low, bytes([parity])),
        "with the upper s": text(r, upper, bytes([28 - parity])),
        "with the upper s and without 27": text(r, upper, bytes([1 - parity])),
        "compact": text(r, (s + (parity << 255)).to_bytes(32)),
    }


def test_however_a_wallet_writes_it_it_is_the_same_signature(
    signer: Signer, message: ProposalMessage, signature: str, ways: dict[str, str]
) -> None:
    asked = typed_data(handed_to_wallet(message))
    other = typed_data(handed_to_wallet(dataclasses.replace(message, title="Another")))
    for way, written in ways.items():
        assert canonical(written) == signature, way
        assert signer_of(asked, written) == signer.address, way
        assert signer_of(other, written) != signer.address, way
        assert signer_of(personal_message("Another"), written) != signer.address, way


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "0x",
        "0x00",
        "no signature",
        text(b"\xff" * 65),
        text(bytes(65)),
        text(bytes(64)),
        text(b"\x01" * 64, bytes([2])),
        text(b"\x01" * 64, bytes([37])),
        text(b"\x01" * 32, bytes(32), bytes([27])),
        text(bytes(32), b"\x01" * 32, bytes([27])),
        text(ORDER.to_bytes(32), b"\x01" * 32, bytes([27])),
        text(b"\x01" * 32, ORDER.to_bytes(32), bytes([27])),
        text(b"\x01" * 130),
    ],
)
def test_what_no_key_has_made_is_nobodys(message: ProposalMessage, wrong: str) -> None:
    assert signer_of(typed_data(handed_to_wallet(message)), wrong) is None


@pytest.mark.parametrize("write", [str, str.lower, lambda each: "0x" + each[2:].upper()])
def test_an_address_is_read_in_whatever_case_it_is_written(write: type[str]) -> None:
    assert address_of(write(ADDRESS)) == ADDRESS


@pytest.mark.parametrize(
    "wrong", ["", "0x", ADDRESS[2:], ADDRESS[:-1], ADDRESS + "0", "0X" + "1" * 40]
)
def test_what_is_no_address_is_read_as_none(wrong: str) -> None:
    assert address_of(wrong) is None
