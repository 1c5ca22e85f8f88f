"""A member's wallet: an address that they have shown to be theirs."""

from dataclasses import dataclass

from bot.domain.types import Address, ChainId, GuildId, UnixSeconds, UserId

WALLETS_LIMIT = 10  # of a member in one server
NO_WALLET = (
    "You have linked no wallet here. `/wallet link` does that, and nobody else sees it; "
    "`/vote power` also takes an `address`."
)
MISTYPED = (
    "“{address}” is no address: it has to be 0x and 40 digits from 0 to f, without a typing "
    "error. Copy it from your wallet."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wallet:
    """An address linked to a member in one server; a member may have several."""

    guild_id: GuildId
    user_id: UserId
    address: Address
    chain_id: ChainId  # on which it was proven
    linked_at: UnixSeconds
