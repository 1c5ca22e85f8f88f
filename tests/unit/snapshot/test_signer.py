"""The key: where it may come from, and that it is never shown."""

import copy
import json
import pickle
import traceback
from dataclasses import replace
from pathlib import Path

import pytest
from eth_account import Account

from bot.domain.offchain.messages import ProposalMessage
from bot.gateways.snapshot.signer import Signer, SignerError

PASSWORD = "correct horse"


def private(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(0o600)
    return path


@pytest.fixture
def key_file(tmp_path: Path, key: str) -> Path:
    return private(tmp_path / "key", key + "\n")


@pytest.fixture
def keystore(tmp_path: Path, key: str) -> Path:
    encrypted = Account.encrypt(bytes.fromhex(key[2:]), PASSWORD, kdf="pbkdf2", iterations=1000)
    return private(tmp_path / "keystore.json", json.dumps(encrypted))


@pytest.fixture
def password_file(tmp_path: Path) -> Path:
    return private(tmp_path / "password", PASSWORD + "\n")


def test_a_key_file_gives_its_address(key_file: Path, signer: Signer) -> None:
    assert Signer.from_key_file(key_file).address == signer.address


def test_the_prefix_of_the_key_may_be_left_out(tmp_path: Path, key: str, signer: Signer) -> None:
    bare = private(tmp_path / "bare", key.removeprefix("0x"))

    assert Signer.from_key_file(bare).address == signer.address


def test_a_keystore_gives_its_address(keystore: Path, password_file: Path, signer: Signer) -> None:
    assert Signer.from_keystore(keystore, password_file).address == signer.address


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o644, 0o777])
def test_a_key_file_open_to_others_is_refused_with_the_cure(key_file: Path, mode: int) -> None:
    key_file.chmod(mode)

    with pytest.raises(SignerError, match=f"chmod 600 {key_file}"):
        Signer.from_key_file(key_file)


def test_a_password_file_open_to_others_is_refused(keystore: Path, password_file: Path) -> None:
    password_file.chmod(0o644)

    with pytest.raises(SignerError, match=r"password file .* open to other users"):
        Signer.from_keystore(keystore, password_file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SignerError, match="nowhere cannot be read: No such file"):
        Signer.from_key_file(tmp_path / "nowhere")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not a key",
        "0x1234",
        "0x" + "0" * 64,  # no key at all
        "f" * 64,  # beyond the order of the curve
        "ab" * 32 + " " + "ab" * 32,
    ],
)
def test_a_file_without_a_key_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(SignerError, match="64 hexadecimal digits"):
        Signer.from_key_file(private(tmp_path / "key", text))


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_bytes(b"\xff\xfe\x00" * 40)
    path.chmod(0o600)

    with pytest.raises(SignerError, match="64 hexadecimal digits"):
        Signer.from_key_file(path)


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "null", '{"crypto": {}, "version": 3}', '{"crypto": 1, "version": 4}']
)
def test_a_file_that_is_no_keystore_is_refused(
    tmp_path: Path, password_file: Path, text: str
) -> None:
    with pytest.raises(SignerError, match="not a keystore"):
        Signer.from_keystore(private(tmp_path / "other.json", text), password_file)


def test_a_wrong_password_is_refused_and_not_repeated(keystore: Path, tmp_path: Path) -> None:
    wrong = private(tmp_path / "wrong", "hunter2")

    with pytest.raises(SignerError, match="password") as caught:
        Signer.from_keystore(keystore, wrong)

    shown = everything_of(caught.value)
    assert "hunter2" not in shown


def test_a_signer_shows_its_address_alone(signer: Signer, key: str) -> None:
    assert str(signer) == repr(signer) == f"Signer(address='{signer.address}')"
    assert not hasattr(signer, "__dict__")
    assert key[2:] not in f"{signer} {signer!r} {[signer]}"


def test_a_signer_is_neither_copied_nor_pickled(signer: Signer) -> None:
    for leave in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="holds a key"):
            leave(signer)


def test_no_error_carries_a_secret_even_in_its_frames(
    key_file: Path, key: str, signer: Signer, message: ProposalMessage
) -> None:
    key_file.chmod(0o644)

    with pytest.raises(SignerError) as opened:
        Signer.from_key_file(key_file)
    with pytest.raises(ValueError, match="soon") as signing:
        signer.sign(replace(message, timestamp="soon"))  # type: ignore[arg-type] # so it is

    for error in (opened.value, signing.value):
        assert key[2:34] not in everything_of(error)


def test_the_envelope_holds_no_key(signer: Signer, key: str, message: ProposalMessage) -> None:
    envelope = signer.sign(message)

    assert key[2:] not in f"{envelope}"


def everything_of(error: BaseException) -> str:
    """An error report with its causes and the local variables of all frames but the test's own."""
    assert error.__traceback__ is not None
    frames = error.__traceback__.tb_next
    report = traceback.TracebackException(type(error), error, frames, capture_locals=True)
    return "".join(report.format())
