"""The bot's key: read here, used here, and known nowhere else."""

import json
import os
import re
import stat
from pathlib import Path
from typing import Self, final

from eth_account import Account
from eth_account.signers.local import LocalAccount
from typing_extensions import override

from bot.domain.offchain.messages import AliasMessage, Message
from bot.domain.offchain.snapshot import SignedEnvelope
from bot.domain.types import Address
from bot.gateways.snapshot.typed_data import envelope, signable, struct_of

_KEY = re.compile(r"(?:0x)?([0-9a-fA-F]{64})")
_FILE_LIMIT_BYTES = 64 * 1024
_OPEN_TO_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class SignerError(Exception):
    """The key cannot be used; the message says what to do and holds no secret."""


@final
class Signer:
    """Signs what the bot posts to Snapshot. Showing a signer shows its address alone.

    Decrypting a keystore takes about a second of computing, on purpose: load it in a thread.
    """

    __slots__ = ("_account", "address")

    address: Address

    def __init__(self, account: LocalAccount) -> None:
        self._account = account
        self.address = Address(str(account.address))

    @classmethod
    def from_keystore(cls, path: Path, password_file: Path) -> Self:
        """Decrypt a keystore file (Web3 Secret Storage, as wallets and nodes write it).

        Raises:
            SignerError: A file cannot be read, the password file is open to others, or the
                password does not fit.
        """
        account = _decrypted(_text(path, "keystore"), _secret(password_file, "password file"))
        if account is None:
            raise SignerError(
                f"The keystore {path} could not be opened: either the password in {password_file} "
                "is wrong, or the file is not a keystore."
            )
        return cls(account)

    @classmethod
    def from_key_file(cls, path: Path) -> Self:
        """Read a private key, 64 hexadecimal digits with or without `0x`, from its own file.

        Raises:
            SignerError: The file cannot be read, is open to others, or holds something else.
        """
        account = _account(_secret(path, "key file"))
        if account is None:
            raise SignerError(
                f"The key file {path} does not hold a private key: "
                "it must be one line of 64 hexadecimal digits, with or without 0x."
            )
        return cls(account)

    def sign(self, message: Message) -> SignedEnvelope:
        """Sign a message of a kind that Assent may post; its author may be somebody else.

        For another author the key signs as their alias: Snapshot takes that if they allowed it.

        Raises:
            SignerError: It is a message of another kind, such as one that changes a space; or it
                gives away a right that is not this key's.
        """
        try:
            struct = struct_of(message)
        except ValueError as error:
            raise SignerError(str(error)) from error
        if isinstance(message, AliasMessage) and message.author != self.address:
            raise SignerError(
                f"The right to sign for {message.author} is theirs to give, and the key is "
                f"{self.address}'s."
            )
        signed = self._account.sign_message(signable(struct.types, struct.write(message)))
        signature = "0x" + signed.signature.hex().removeprefix("0x")
        return envelope(self.address, signature, message)

    @override
    def __repr__(self) -> str:
        return f"Signer(address={self.address!r})"

    @override
    def __reduce__(self) -> str:
        raise TypeError("A signer holds a key: it is neither copied nor pickled.")


# The functions below hand a failure back as `None` and leave the raising to their callers: an
# exception raised beside a secret would carry it in its frames, and so into an error report.


def _account(key: str) -> LocalAccount | None:
    found = _KEY.fullmatch(key)
    if found is None:
        return None
    try:
        account: LocalAccount = Account.from_key(found.group(1))
    except ValueError:  # zero, or above the order of the curve
        return None
    return account


def _decrypted(keystore: str, password: str) -> LocalAccount | None:
    try:
        key = Account.decrypt(json.loads(keystore), password)
    except (ValueError, TypeError, LookupError, NotImplementedError):
        return None
    return _account(bytes(key).hex())


def _secret(path: Path, what: str) -> str:
    """Read a file that nobody else may read, without the line end an editor adds."""
    return _text(path, what, private=True).strip("\r\n")


def _text(path: Path, what: str, *, private: bool = False) -> str:
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if not private or not mode & _OPEN_TO_OTHERS:
                return file.read(_FILE_LIMIT_BYTES).decode("utf-8", errors="replace")
    except OSError as error:
        raise SignerError(f"The {what} {path} cannot be read: {error.strerror}.") from error
    raise SignerError(
        f"The {what} {path} is open to other users of this machine "
        f"(mode {stat.S_IMODE(mode):03o}). Run: chmod 600 {path}"
    )
