"""What is due in the outbox, and what became of each attempt; the sending itself is Discord's."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.clock import Clock
from bot.domain.lifecycle import GATHERING
from bot.domain.live_card import ProposalCard
from bot.domain.outbox import (
    ATTEMPTS_BEFORE_PARKING,
    OLD_EDITS,
    OLD_EDITS_WITHIN,
    Post,
    edit_pause,
    is_old,
    may_be_restored,
    retry_pause,
)
from bot.domain.trouble import OF_A_PLACE, Trouble, TroubleKind
from bot.domain.types import ChannelId, GuildId, MessageId, UnixSeconds
from bot.storage.database import Database
from bot.storage.deliveries import SaidMessage
from bot.storage.store import Store


class Delivery:
    """The account of the outbox: claim before sending, mark after."""

    def __init__(self, database: Database, now: Clock) -> None:
        self._database = database
        self._now = now
        self._old_edits: dict[ChannelId, list[UnixSeconds]] = {}

    async def due(self) -> Sequence[Post]:
        """Give what has to be sent or edited now, in the order it was said."""
        async with self._database.reading() as store:
            return await store.deliveries.due(self._now())

    async def claim(self, post: Post) -> None:
        """Note, before sending, that from here on the outcome is unknown."""
        async with self._database.transaction() as store:
            await store.deliveries.claim(post, self._now())

    async def sent(
        self, post: Post, channel_id: ChannelId, message_id: MessageId, shown: str = ""
    ) -> None:
        """Note that Discord has the message as it reads now."""
        message = SaidMessage(channel_id=channel_id, message_id=message_id)
        async with self._database.transaction() as store:
            await store.deliveries.said(post, message, post.revision, shown)
            await self._passed(store, post)

    async def found(self, post: Post, channel_id: ChannelId, message_id: MessageId) -> None:
        """Note that an earlier attempt had arrived; it showed the first revision, so edit it."""
        message = SaidMessage(channel_id=channel_id, message_id=message_id)
        async with self._database.transaction() as store:
            await store.deliveries.said(post, message, 1)

    def takes_turn(self, post: Post, said_at: UnixSeconds) -> bool:
        """Say whether the message may be edited now, and note that it is.

        Discord lets few old messages of a channel be edited at a time: who is not among them is
        due again at once.
        """
        now = self._now()
        if not is_old(said_at, now):
            return True
        lately = self._old_edits.get(post.channel_id, [])
        lately = [at for at in lately if now - OLD_EDITS_WITHIN < at <= now]
        if len(lately) < OLD_EDITS:
            self._old_edits[post.channel_id] = [*lately, now]
        return len(lately) < OLD_EDITS

    async def edited(self, post: Post, said_at: UnixSeconds, shown: str = "") -> None:
        """Note that the message reads as it should; the next edit waits a little."""
        now = self._now()
        async with self._database.transaction() as store:
            await store.deliveries.edited(post, UnixSeconds(now + edit_pause(said_at, now)), shown)
            await self._passed(store, post)

    async def failed(self, post: Post, error: str) -> None:
        """Note a failure of the world: the same is tried again, however long it lasts."""
        again_at = UnixSeconds(self._now() + retry_pause(post.attempts + 1))
        async with self._database.transaction() as store:
            await store.deliveries.failed(post, error, again_at)

    async def refused(self, post: Post, error: str, kind: TroubleKind | None = None) -> None:
        """Note that Discord said no; after some tries the message is parked and others go on.

        What a person can mend (`kind`) is told to moderators once, and stands on the card.
        """
        if kind is not None:
            await self._in_the_way(post, kind)
        if post.attempts + 1 < ATTEMPTS_BEFORE_PARKING:
            await self.failed(post, error)
        else:
            await self.park(post, error)

    async def park(self, post: Post, error: str) -> None:
        """Give up on a message until a person has looked; others go on."""
        async with self._database.transaction() as store:
            await store.deliveries.park(post, error)

    async def skip(self, post: Post) -> None:
        """Note that the message never arrived, and is not true any more."""
        async with self._database.transaction() as store:
            await store.deliveries.skip(post)

    async def _in_the_way(self, post: Post, kind: TroubleKind) -> None:
        now = self._now()
        async with self._database.transaction() as store:
            community = await store.communities.of(post.guild_id)
            trouble = Trouble(kind=kind, place=post.channel_id, since=now)
            await store.meet(community, trouble, post.proposal_id, now)

    async def _passed(self, store: Store, post: Post) -> None:
        """Forget what was in the way: the message has arrived."""
        mended = await store.troubles.mended(post.guild_id, post.channel_id, OF_A_PLACE)
        for proposal_id in mended:
            await store.show(proposal_id, self._now())

    async def unpark(self, guild_id: GuildId | None = None) -> None:
        """Give what was parked another chance, because a person may have mended the cause."""
        async with self._database.transaction() as store:
            await store.deliveries.unpark(guild_id)

    async def look_again(self, messages: Collection[MessageId]) -> bool:
        """Doubt that a board still stands, if it is one of these messages; tells whether it is.

        A card is missed with its next edit: nobody looks at it before. A board is looked at always.
        """
        async with self._database.reading() as store:
            boards = await store.deliveries.boards_among(messages)
        if boards:
            async with self._database.transaction() as store:
                await store.deliveries.doubt(boards)
        return bool(boards)

    async def deleted(self, post: Post) -> None:
        """Note that a person deleted the message; a card is restored once."""
        restore = may_be_restored(post)
        card = post.speech
        if not restore and isinstance(card, ProposalCard) and card.phase in GATHERING:
            await self._in_the_way(post, TroubleKind.CARD_GONE)
        async with self._database.transaction() as store:
            await store.deliveries.deleted(post, restore=restore)

    async def not_taken(self, post: Post) -> None:
        """Note that a member takes no direct messages: they are told in threads from now on."""
        assert post.recipient_id is not None, "only direct messages are not taken"
        assert post.proposal_id is not None, "and they are about a proposal"
        async with self._database.transaction() as store:
            if (await store.communities.of(post.guild_id)).policy.author_is_called:
                await store.deliveries.not_taken(post)
            else:
                await store.deliveries.skip(post)
            await store.preferences.choose(post.guild_id, post.recipient_id, direct_messages=False)
            proposal = await store.proposals.of(post.proposal_id)
            what = (
                f"direct messages to {proposal.author_name} are closed: "
                "told in the thread from now on"
            )
            await store.note(proposal, self._now(), what)

    async def thread_lost(self, post: Post) -> None:
        """Note that a person deleted the proposal's thread: its card opens another.

        If that was the post of a member, the card went with it, and a post of ours takes its place.
        """
        assert post.proposal_id is not None, "only proposals have threads"
        async with self._database.transaction() as store:
            await store.deliveries.thread_lost(post.proposal_id)
            proposal = await store.proposals.of(post.proposal_id)
            if proposal.is_members_post:
                await store.deliveries.card_lost(proposal.id)
                await store.proposals.save(replace(proposal, is_members_post=False))
            await store.show(proposal.id, self._now())

    async def thread_opened(self, post: Post, thread_id: ChannelId) -> None:
        """Note the thread of a proposal's card."""
        assert post.proposal_id is not None, "only a proposal's card wants a thread"
        async with self._database.transaction() as store:
            await store.deliveries.thread_opened(post.proposal_id, thread_id)
            community = await store.communities.of(post.guild_id)
            await store.show_board(community, self._now())
