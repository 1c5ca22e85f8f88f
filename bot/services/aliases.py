"""Aliases: a member's wallet lets Assent's key propose for it, for thirty days at a time."""

import asyncio
from dataclasses import dataclass, replace

from bot.clock import Clock
from bot.domain.errors import Refusal
from bot.domain.offchain.alias import Alias, AliasLinked, AliasRefused, endings
from bot.domain.offchain.messages import (
    UNDERWAY,
    AliasMessage,
    MessageKind,
    MessageStatus,
    SentMessage,
    answered,
)
from bot.domain.proposal import Actor, require_moderator
from bot.domain.types import Address, GuildId, UserId
from bot.gateways.signatures import canonical, signer_of, typed_data
from bot.gateways.snapshot.client import SnapshotClient
from bot.gateways.snapshot.refusals import meaning
from bot.gateways.snapshot.typed_data import envelope, handed_to_wallet, message_in
from bot.storage.database import Database
from bot.storage.history import HistoryEntry

_LINKED_ELSEWHERE = (
    "Assent's key proposes for {principal} already, and Snapshot lets a key propose for one wallet "
    "alone. To propose for another one, the operator gives Assent a key of its own "
    "(SNAPSHOT_KEYSTORE); nothing was changed."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """For whom Assent proposes in a server."""

    alias: Alias | None  # also one that has ended
    is_valid: bool  # now, with the key there is
    has_key: bool


class Aliases:
    """Link a wallet, renew that in time, and say when it ends."""

    def __init__(
        self, database: Database, snapshot: SnapshotClient, key: Address | None, now: Clock
    ) -> None:
        """Give the address of the key that signs; `None`: there is none."""
        self._database = database
        self._snapshot = snapshot
        self._key = key
        self._now = now

    async def unsigned(self, guild_id: GuildId, principal: Address) -> AliasMessage:
        """Make what the wallet of a member has to sign.

        Who may ask for it is checked where the link to the page is made.

        Raises:
            Refusal: There is no key, this is a dry run, or Snapshot would not take it.
        """
        key = await self._checked(guild_id, principal)
        for known in await self._snapshot.aliases(key):
            if known.principal != principal:
                raise Refusal(_LINKED_ELSEWHERE.format(principal=known.principal))
        return AliasMessage(author=principal, alias=key, timestamp=self._now())

    @staticmethod
    def typed_data(message: AliasMessage) -> str:
        """Write what a wallet is handed, as the JSON text that `eth_signTypedData_v4` takes."""
        return handed_to_wallet(message)

    async def _checked(self, guild_id: GuildId, principal: Address) -> Address:
        async with self._database.reading() as store:
            is_rehearsal = store.outbox.rehearses(await store.communities.of(guild_id))
        if is_rehearsal:
            raise Refusal(
                "This is a dry run: nothing goes to Snapshot, so no wallet can be linked to the "
                "key. `/governance dryrun` ends it."
            )
        if self._key is None:
            raise Refusal(
                "Assent has no key that could propose for a wallet. The operator sets "
                "SNAPSHOT_KEYSTORE; without it every vote is signed in the browser."
            )
        if principal == self._key:
            raise Refusal(
                f"{principal} is Assent's own key: it proposes for itself. Link another wallet."
            )
        return self._key

    async def take_signature(
        self, guild_id: GuildId, user_id: UserId, message: AliasMessage, signature: str
    ) -> Alias | None:
        """Store what a wallet has signed, send it, and read it back.

        `None`: it is stored, and Snapshot has not shown it yet; that is tried again by itself, also
        when this raises what keeps Snapshot from answering.

        Raises:
            Refusal: The signature is not the wallet's, or Snapshot refused it for good.
        """
        key = await self._checked(guild_id, message.author)
        if message.alias != key:
            raise Refusal("This was made for another key; open a new link and sign again.")
        written = canonical(signature)
        if (
            written is None
            or signer_of(typed_data(handed_to_wallet(message)), written) != message.author
        ):
            raise Refusal(
                f"This is no signature of {message.author}: choose that account in your wallet "
                "and sign again. Nothing was changed."
            )
        sent = SentMessage(
            envelope=envelope(message.author, written, message),
            kind=MessageKind.ALIAS,
            guild_id=guild_id,
            snapshot_id=None,
            user_id=user_id,
            at=message.timestamp,
        )
        async with self._database.transaction() as store:
            if await store.wallets.holder(guild_id, message.author) not in (None, user_id):
                raise Refusal(
                    f"{message.author} is linked to another member here; nothing was changed."
                )
            known = await store.messages.of(sent.envelope.id)
            if known is None:
                await store.messages.save(sent)
        ended = await self._bring_on(known or sent)
        if ended.status is MessageStatus.REFUSED:
            raise Refusal(_refusal(ended.answer))
        return await self.current(guild_id) if ended.status is MessageStatus.DONE else None

    async def unlink(self, guild_id: GuildId, actor: Actor) -> Alias:
        """Propose for a wallet no longer, at the wish of a moderator or of its member.

        Snapshot knows no way to take the right back before its thirty days are over: it is not
        used any more. A signature that is on its way counts for nothing, either.

        Raises:
            Denial: The actor is neither.
            Refusal: There is no such wallet.
        """
        async with self._database.transaction() as store:
            alias = await store.aliases.of(guild_id)
            if alias is None or alias.user_id != actor.user_id:
                require_moderator(actor)
            if alias is None:
                raise Refusal("Assent proposes for no wallet here; nothing was changed.")
            await store.aliases.forget(guild_id)
            for sent in await store.messages.with_status(UNDERWAY, [MessageKind.ALIAS]):
                if sent.guild_id == guild_id:
                    ended = replace(sent, status=MessageStatus.REFUSED, answer="unlinked meanwhile")
                    await store.messages.save(ended)
            unlinked = HistoryEntry(
                guild_id=guild_id,
                proposal_id=None,
                at=self._now(),
                actor_id=actor.user_id,
                what=f"let Assent propose for the wallet {alias.principal} no longer",
            )
            await store.history.add(unlinked)
        return alias

    async def current(self, guild_id: GuildId) -> Alias | None:
        """Give for whom Assent proposes in a server, also where that has ended."""
        async with self._database.reading() as store:
            return await store.aliases.of(guild_id)

    async def standing(self, guild_id: GuildId, actor: Actor) -> Standing:
        """Say for whom Assent proposes in a server.

        Raises:
            Denial: The actor is no moderator.
        """
        require_moderator(actor)
        alias, key = await self.current(guild_id), self._key
        return Standing(
            alias=alias,
            is_valid=alias is not None and key is not None and alias.may_sign(key, self._now()),
            has_key=key is not None,
        )

    async def tick(self) -> None:
        """Bring what is signed to its end, and remind of what ends; each on its own."""
        async with self._database.reading() as store:
            underway = await store.messages.with_status(UNDERWAY, [MessageKind.ALIAS])
        turns = [self._bring_on(sent) for sent in underway]
        ends = await asyncio.gather(*turns, return_exceptions=True)
        await self._remind()
        for end in ends:
            if isinstance(end, BaseException):
                raise end

    async def _remind(self) -> None:
        now = self._now()
        async with self._database.reading() as store:
            if not await store.aliases.all():
                return
        async with self._database.transaction() as store:
            for alias in await store.aliases.all():
                community = await store.communities.of(alias.guild_id)
                for news, is_news in endings(alias, now).items():
                    await store.outbox.say(community, news, now, is_news=is_news)

    async def _bring_on(self, sent: SentMessage) -> SentMessage:
        if sent.status is MessageStatus.SIGNED:
            answer = await self._snapshot.post(sent.envelope)
            sent = await self._note(sent, answered(sent, answer))
        if sent.status is MessageStatus.ACCEPTED and await self._is_shown(sent):
            sent = await self._note(sent, replace(sent, status=MessageStatus.DONE))
        return sent

    async def _is_shown(self, sent: SentMessage) -> bool:
        message = _message(sent)
        return any(
            known.principal == message.author and known.created >= message.timestamp
            for known in await self._snapshot.aliases(message.alias)
        )

    async def _note(self, before: SentMessage, after: SentMessage) -> SentMessage:
        """Record how far a message has come, and say how it ended; whoever comes later is told."""
        now, message = self._now(), _message(after)
        async with self._database.transaction() as store:
            current = await store.messages.of(before.envelope.id)
            if current != before:
                return current or before
            await store.messages.save(after)
            community = await store.communities.of(after.guild_id)
            if after.status is MessageStatus.REFUSED:
                refused = AliasRefused(
                    principal=message.author,
                    user_id=after.user_id,
                    message_id=after.envelope.id,
                    text=after.answer,
                    meaning=meaning(after.answer),
                )
                await store.outbox.say(community, refused, now)
            held = await store.aliases.of(after.guild_id)
            is_newest = held is None or held.signed_at <= message.timestamp
            if after.status is MessageStatus.DONE and is_newest:
                alias = _alias(after, message)
                await store.aliases.save(alias)
                linked = AliasLinked(
                    principal=alias.principal,
                    user_id=alias.user_id,
                    signed_at=alias.signed_at,
                    expires_at=alias.expires_at,
                )
                await store.outbox.say(community, linked, now)
        return after


def _message(sent: SentMessage) -> AliasMessage:
    message = message_in(sent.envelope.text)
    assert isinstance(message, AliasMessage), "stored as an alias"
    return message


def _alias(sent: SentMessage, message: AliasMessage) -> Alias:
    return Alias(
        guild_id=sent.guild_id,
        principal=message.author,
        alias=message.alias,
        user_id=sent.user_id,
        signed_at=message.timestamp,
    )


def _refusal(text: str) -> str:
    plain = meaning(text)
    said = "" if plain == text else f" {plain}"
    return f"Snapshot refused it: “{text}”.{said}"
