"""Members' wallets: linked by a signature, listed and forgotten; nobody else is told of them."""

import secrets
from collections.abc import Mapping, Sequence

from bot.clock import Clock
from bot.domain.errors import Refusal
from bot.domain.offchain.snapshot import network_chain
from bot.domain.proposal import Actor
from bot.domain.sign_in import SignIn, statement
from bot.domain.types import Address, ChainId, GuildId, UserId
from bot.domain.wallet import WALLETS_LIMIT, Wallet
from bot.gateways.chain.client import ChainClient
from bot.gateways.signatures import address_of, own_signature, personal_message
from bot.storage.database import Database
from bot.storage.store import Store

_MAINNET = ChainId(1)
_NONCE_BYTES = 16


class Wallets:
    """Links wallets to members, each in one server; a signature is the only proof."""

    def __init__(
        self, database: Database, chains: Mapping[ChainId, ChainClient], now: Clock
    ) -> None:
        self._database = database
        self._chains = chains
        self._now = now

    @staticmethod
    def read(address: str) -> Address:
        """Read the address that a wallet has given.

        Raises:
            Refusal: It is none.
        """
        return _address(address)

    async def of(self, guild_id: GuildId, user_id: UserId) -> Sequence[Wallet]:
        """Give a member's own wallets in a server."""
        async with self._database.reading() as store:
            return await store.wallets.of(guild_id, user_id)

    async def unlink(self, guild_id: GuildId, user_id: UserId, address: str) -> Address:
        """Forget a wallet at once.

        Raises:
            Refusal: It is none of the member's here.
        """
        found = address_of(address.strip())
        async with self._database.transaction() as store:
            if found is None or not await store.wallets.forget(guild_id, user_id, found):
                raise Refusal(
                    "No wallet of yours with that address is linked here; nothing was changed. "
                    "/wallet list shows those that are."
                )
        return found

    async def unsigned(
        self, guild_id: GuildId, actor: Actor, address: str, page: tuple[str, str]
    ) -> SignIn:
        """Write the message that proves a wallet to be a member's; `page` is its domain and URI.

        Whether it is another member's is not told before it is proven to be the asker's as well:
        else anybody could find out which addresses are linked here.

        Raises:
            Refusal: That is no address, or the member has linked too many.
        """
        found = _address(address)
        async with self._database.reading() as store:
            await _check_room(store, guild_id, actor.user_id, found)
            community = await store.communities.of(guild_id)
            space = await store.spaces.known(community.space)
        domain, uri = page
        return SignIn(
            domain=domain,
            uri=uri,
            address=found,
            statement=statement(actor.user_id, actor.name, guild_id),
            chain_id=(network_chain(space) if space else None) or _MAINNET,
            nonce=secrets.token_hex(_NONCE_BYTES),
            issued_at=self._now(),
        )

    async def take_signature(
        self, guild_id: GuildId, actor: Actor, message: SignIn, signature: str
    ) -> Wallet:
        """Link the wallet whose signature this is.

        Raises:
            Refusal: The message is too old, the signature is another's, or the wallet cannot be
                linked here.
            ChainError: The chain of a contract wallet could not be asked.
        """
        now = self._now()
        if not message.issued_at <= now < message.expires_at:
            raise Refusal(
                "More than ten minutes have passed since this message was made, so its signature "
                "is not taken. Connect your wallet again, and sign the new one."
            )
        await self._check_signature(message, signature)
        wallet = Wallet(
            guild_id=guild_id,
            user_id=actor.user_id,
            address=message.address,
            chain_id=message.chain_id,
            linked_at=now,
        )
        async with self._database.transaction() as store:
            await _check_free(store, guild_id, actor.user_id, wallet.address)
            await _check_room(store, guild_id, actor.user_id, wallet.address)
            await store.wallets.save(wallet)
        return wallet

    async def _check_signature(self, message: SignIn, signature: str) -> None:
        """Refuse a signature that is neither of the wallet's key nor one its contract accepts."""
        chain = self._chains.get(message.chain_id)
        ask = chain.is_valid_signature if chain else None
        if await own_signature(message.address, personal_message(message.text), signature, ask):
            return
        raise Refusal(
            f"This is not the signature of {message.address}. Choose that account in your wallet, "
            f"or connect again with another. A contract wallet has to exist on chain "
            f"{message.chain_id}. Nothing was linked."
        )


def _address(text: str) -> Address:
    """Read an address.

    Raises:
        Refusal: It is none.
    """
    found = address_of(text)
    if found is None:
        raise Refusal("Your wallet gave no Ethereum address; nothing was signed.")
    return found


async def _check_free(store: Store, guild_id: GuildId, user_id: UserId, address: Address) -> None:
    """Refuse a wallet that is another member's here; no name is told.

    Raises:
        Refusal: It is.
    """
    if await store.wallets.holder(guild_id, address) not in (None, user_id):
        raise Refusal(
            "This wallet is linked to another member of this server. If it is yours, unlink it "
            "there first with /wallet unlink. Nothing was linked."
        )


async def _check_room(store: Store, guild_id: GuildId, user_id: UserId, address: Address) -> None:
    """Refuse one wallet too many.

    Raises:
        Refusal: It is one.
    """
    mine = {each.address for each in await store.wallets.of(guild_id, user_id)}
    if len(mine | {address}) > WALLETS_LIMIT:
        raise Refusal(
            f"A member links at most {WALLETS_LIMIT} wallets in a server. Unlink one first with "
            "/wallet unlink. Nothing was linked."
        )
