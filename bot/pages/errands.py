"""What the browser asks for: opened, prepared and finished by the service it is meant for."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, assert_never
from urllib.parse import urlsplit

from bot.domain.errand import (
    LinkWallet,
    PageErrand,
    PageLink,
    SignAlias,
    SignChange,
    SignProposal,
    require_right,
)
from bot.domain.errors import Denial, Refusal
from bot.domain.offchain.messages import AliasMessage
from bot.domain.offchain.unsigned import Unsigned
from bot.domain.proposal import Actor
from bot.domain.sign_in import SignIn
from bot.domain.types import Address, GuildId, UserId
from bot.pages.words import done_words, errand_words
from bot.services.aliases import Aliases
from bot.services.changes import Changes
from bot.services.page_links import PageLinks
from bot.services.publishing import Publishing
from bot.services.wallets import Wallets

_TYPED = "eth_signTypedData_v4"

Members = Callable[[GuildId, UserId], Awaitable[Actor | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Takers:
    """The services that say what is to be signed, and take the signatures."""

    publishing: Publishing
    wallets: Wallets
    aliases: Aliases
    changes: Changes


class Errands:
    """One errand in three steps; what is signed is kept here, and never taken from the browser."""

    def __init__(
        self,
        links: PageLinks,
        takers: Takers,
        members: Members,
        page_url: str,
    ) -> None:
        """Say how to ask who a member is now: `members` gives `None` for who has left."""
        self._links = links
        self._publishing = takers.publishing
        self._wallets = takers.wallets
        self._aliases = takers.aliases
        self._changes = takers.changes
        self._members = members
        self._page_url = page_url

    async def open(self, secret: str) -> dict[str, Any]:
        """Say what a link is for.

        Raises:
            Refusal: It opens nothing; the message says why.
        """
        opened = await self._links.open(secret)
        # In a thread: long texts are compared.
        words = await asyncio.to_thread(errand_words, opened)
        return {**words, "expires_at": opened.link.expires_at}

    async def prepare(self, secret: str, address: str) -> dict[str, Any]:
        """Give the exact text that this wallet is to sign, and how.

        Raises:
            Refusal: It cannot be signed, or not by this wallet.
        """
        link = (await self._links.open(secret)).link
        actor = await self._actor(link)
        errand = await self._prepared(link, actor, address)
        await self._links.prepare(secret, errand)
        return self._handed(errand)

    def _handed(self, errand: PageErrand) -> dict[str, Any]:
        """Write what a wallet is asked, in the words of EIP-1193."""
        match errand.unsigned:
            case SignIn() as message:
                method, text, address = "personal_sign", message.text, message.address
            case Unsigned() as unsigned:
                method, text, address = _TYPED, unsigned.typed_data, unsigned.author
            case AliasMessage() as alias:
                method, text, address = _TYPED, self._aliases.typed_data(alias), alias.author
            case _:
                raise AssertionError("it was prepared")
        return {"method": method, "text": text, "address": address}

    async def finish(self, secret: str, address: str, signature: str) -> dict[str, Any]:
        """Take the signature of what was prepared.

        Raises:
            Refusal: It is not taken; the link stays good, unless it has ended.
        """
        async with self._links.using(secret) as link:
            actor = await self._actor(link)
            match link.errand:
                case SignProposal(unsigned=Unsigned() as unsigned) as errand:
                    await self._publishing.take_signature(
                        link.guild_id,
                        errand.proposal_id,
                        errand.step,
                        unsigned,
                        _same(unsigned.author, address),
                        signature,
                    )
                case LinkWallet(unsigned=SignIn() as message):
                    _same(message.address, address)
                    await self._wallets.take_signature(link.guild_id, actor, message, signature)
                case SignAlias(unsigned=AliasMessage() as alias):
                    _same(alias.author, address)
                    await self._aliases.take_signature(
                        link.guild_id, link.user_id, alias, signature
                    )
                case SignChange(unsigned=Unsigned() as unsigned) as errand:
                    _same(unsigned.author, address)
                    await self._changes.take_signature(
                        link.guild_id, actor, errand.typed_id, unsigned, signature
                    )
                case _:
                    raise Refusal("Nothing was prepared to be signed: connect your wallet first.")
        return done_words(link.errand)

    async def _prepared(self, link: PageLink, actor: Actor, address: str) -> PageErrand:
        match link.errand:
            case SignProposal() as errand:
                unsigned = await self._publishing.unsigned(
                    link.guild_id, errand.proposal_id, errand.step, self._wallets.read(address)
                )
                return replace(errand, unsigned=unsigned)
            case LinkWallet() as errand:
                page = (urlsplit(self._page_url).netloc, f"{self._page_url}/s")
                message = await self._wallets.unsigned(link.guild_id, actor, address, page)
                return replace(errand, unsigned=message)
            case SignAlias() as errand:
                principal = self._wallets.read(address)
                alias = await self._aliases.unsigned(link.guild_id, principal)
                return replace(errand, unsigned=alias)
            case SignChange() as errand:
                wallet = self._wallets.read(address)
                unsigned = await self._changes.unsigned(
                    link.guild_id, actor, errand.typed_id, wallet
                )
                return replace(errand, unsigned=unsigned)
            case _:
                assert_never(link.errand)

    async def _actor(self, link: PageLink) -> Actor:
        """Ask who the link's member is at this moment, and whether they may still do this."""
        actor = await self._members(link.guild_id, link.user_id)
        if actor is None:
            raise Denial(
                "This link was made for a member of a server, and they are not in it any more; "
                "nothing was signed."
            )
        require_right(link.errand, actor)
        return actor


def _same(prepared: Address, claimed: str) -> Address:
    """Refuse a signature that is said to be of another wallet than was prepared for."""
    if prepared.lower() != claimed.lower():
        raise Refusal(
            f"This was prepared for {prepared}, and your wallet has another account chosen now. "
            "Choose that account, or connect again. Nothing was signed."
        )
    return prepared
