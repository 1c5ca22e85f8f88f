"""People's keys on the sandbox chain: the same name is always the same wallet."""

from dataclasses import dataclass, field
from functools import cache

from eth_account import Account
from eth_utils.crypto import keccak


@dataclass(frozen=True, slots=True, kw_only=True)
class Wallet:
    """A key made from a name; for the sandbox only, since anyone can make it again."""

    name: str
    address: str  # EIP-55 checksummed
    private_key: str = field(repr=False)  # `0x` and 64 hex digits

    @classmethod
    @cache
    def named(cls, name: str) -> "Wallet":
        """Return the wallet of this name."""
        key = keccak(text=f"sandbox wallet {name}")
        address = Account.from_key(key).address
        return cls(name=name, address=address, private_key="0x" + key.hex())

    @property
    def address_bytes(self) -> bytes:
        """The address as the EVM takes it."""
        return bytes.fromhex(self.address[2:])


FAUCET = Wallet.named("faucet")  # deploys every contract and holds every token at first
