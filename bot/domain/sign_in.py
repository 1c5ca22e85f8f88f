"""The message with which a member shows that a wallet is theirs, as EIP-4361 writes it."""

from dataclasses import dataclass
from typing import Literal

from bot.domain.calendar import iso_utc
from bot.domain.types import Address, ChainId, GuildId, Seconds, UnixSeconds, UserId

LASTS = Seconds(600)  # for how long a message may be signed
NONCE_LENGTH = 8  # letters and digits at least
_NAME_SHOWN = 32
# What EIP-4361 allows in a statement, as far as a member's name may bring it.
_NAME_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~ ")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """A message that is good for one wallet, one member, one server and ten minutes."""

    kind: Literal["sign-in"] = "sign-in"
    domain: str  # host and port of the page, which wallets compare with where they are
    uri: str
    address: Address
    statement: str
    chain_id: ChainId
    nonce: str
    issued_at: UnixSeconds

    @property
    def expires_at(self) -> UnixSeconds:
        """From when on it is not accepted any more."""
        return UnixSeconds(self.issued_at + LASTS)

    @property
    def text(self) -> str:
        """The text that is signed, to the letter."""
        return (
            f"{self.domain} wants you to sign in with your Ethereum account:\n"
            f"{self.address}\n\n"
            f"{self.statement}\n\n"
            f"URI: {self.uri}\n"
            "Version: 1\n"
            f"Chain ID: {self.chain_id}\n"
            f"Nonce: {self.nonce}\n"
            f"Issued At: {iso_utc(self.issued_at)}\n"
            f"Expiration Time: {iso_utc(self.expires_at)}"
        )


def statement(user_id: UserId, name: str, guild_id: GuildId) -> str:
    """Say in plain words what the signature means; of the name only what the standard allows."""
    letters = "".join(each for each in name if each in _NAME_LETTERS)
    said = " ".join(letters.split())[:_NAME_SHOWN]
    whose = f"{said} (id {user_id})" if said else f"with the id {user_id}"
    return (
        f"I link this wallet to the Discord member {whose} in the server with the id {guild_id}. "
        "Signing is free, moves no funds and gives nobody access to the wallet."
    )
