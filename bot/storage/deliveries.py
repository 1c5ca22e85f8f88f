"""What became of each message on its way: due, tried, said, parked, gone."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row, and_, case, func, not_, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.live_card import BOARD_KEY, ProposalCard, card_key
from bot.domain.outbox import Post, PostState
from bot.domain.speech import Audience, Speech
from bot.domain.types import (
    ChannelId,
    GuildId,
    MessageId,
    ProposalId,
    RoleId,
    UnixSeconds,
    UserId,
)
from bot.storage.codec import COMMUNITY, SPEECH
from bot.storage.outbox import destinations
from bot.storage.schema import communities, posts, proposals

_DRAINED_AT_ONCE = 100
_UNSAID = (PostState.DUE, PostState.SENDING)
_THREAD_IS_MISSING = and_(posts.c.wants_thread, proposals.c.thread_id.is_(None))
_POSTS = (
    select(posts, proposals.c.thread_id, communities.c.body.label("community"))
    .outerjoin(proposals, proposals.c.id == posts.c.proposal_id)
    .outerjoin(communities, communities.c.guild_id == posts.c.guild_id)
)
_IN_DRY_RUN = func.coalesce(func.json_extract(communities.c.body, "$.is_rehearsing"), 0) == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidMessage:
    """Where a message of ours is."""

    channel_id: ChannelId
    message_id: MessageId


class Deliveries:
    """Keep account of the messages that were put into the outbox."""

    def __init__(self, connection: AsyncConnection, *, is_rehearsing: bool = False) -> None:
        """Say whether the operator wants a dry run for every community."""
        self._connection = connection
        self._in_dry_run = true() if is_rehearsing else _IN_DRY_RUN

    async def due(self, now: UnixSeconds) -> Sequence[Post]:
        """Give what has to be sent, edited or given its thread, in the order it was said.

        What belongs into a thread that does not exist yet waits for it, and what follows something
        that failed waits for that: a place hears everything in order. What is public waits for the
        end of a dry run.
        """
        earlier = posts.alias()
        overtakes = (
            select(earlier.c.id)
            .where(
                earlier.c.destination == posts.c.destination,
                earlier.c.id < posts.c.id,
                earlier.c.state.in_(_UNSAID),
                earlier.c.not_before > now,
                earlier.c.key != BOARD_KEY,  # It keeps no card waiting.
            )
            .correlate(posts)
            .exists()
        )
        unsaid = and_(
            posts.c.state.in_(_UNSAID),
            or_(posts.c.destination.not_like("thread:%"), proposals.c.thread_id.is_not(None)),
            not_(overtakes),
        )
        outdated = and_(
            posts.c.state == PostState.SAID,
            or_(posts.c.delivered_revision < posts.c.revision, _THREAD_IS_MISSING),
        )
        is_let_out = or_(posts.c.is_rehearsal, not_(self._in_dry_run))
        query = _POSTS.where(posts.c.not_before <= now, or_(unsaid, outdated), is_let_out)
        query = query.order_by(posts.c.id).limit(_DRAINED_AT_ONCE)
        return [_post(row) for row in await self._connection.execute(query)]

    async def claim(self, post: Post, now: UnixSeconds) -> None:
        """Note that the message is about to be sent: from here on its outcome is unknown."""
        claimed_at = now if post.claimed_at is None else post.claimed_at
        await self._change(
            post.id, state=PostState.SENDING, attempts=post.attempts + 1, claimed_at=claimed_at
        )

    async def said(self, post: Post, message: SaidMessage, revision: int, shown: str = "") -> None:
        """Note Discord's id of the message, and which revision of the text it shows."""
        await self._change(
            post.id,
            state=PostState.SAID,
            channel_id=message.channel_id,
            message_id=message.message_id,
            delivered_revision=revision,
            shown=shown,
            attempts=0,
            last_error="",
        )

    async def edited(self, post: Post, next_edit_at: UnixSeconds, shown: str = "") -> None:
        """Note that the message shows this revision now."""
        await self._change(
            post.id,
            delivered_revision=post.revision,
            shown=shown,
            not_before=next_edit_at,
            attempts=0,
            last_error="",
        )

    async def failed(self, post: Post, error: str, again_at: UnixSeconds) -> None:
        """Note a failure after which the same will be tried again."""
        await self._change(
            post.id, attempts=post.attempts + 1, last_error=error[:500], not_before=again_at
        )

    async def park(self, post: Post, error: str) -> None:
        """Give up on a message until a person has looked; others go on."""
        await self._change(post.id, state=PostState.PARKED, last_error=error[:500])

    async def skip(self, post: Post) -> None:
        """Note that the message will not be said."""
        await self._change(post.id, state=PostState.SKIPPED)

    async def unpark(self, guild_id: GuildId | None = None) -> None:
        """Let what was parked be tried again; whether it arrived is looked up first."""
        here = posts.c.guild_id == guild_id if guild_id is not None else true()
        await self._connection.execute(
            update(posts)
            .where(posts.c.state == PostState.PARKED, here)
            .values(
                state=case(
                    (posts.c.message_id.is_not(None), PostState.SAID), else_=PostState.SENDING
                ),
                attempts=0,
                not_before=0,
            )
        )

    async def of(self, post_id: int) -> Post:
        """Give a message that exists."""
        query = _POSTS.where(posts.c.id == post_id)
        return _post((await self._connection.execute(query)).one())

    async def again(self, post: Post, channel_id: ChannelId | None) -> None:
        """Say a message once more as its next generation, calling nobody, there or where it was."""
        elsewhere = {} if channel_id is None else {"destination": f"channel:{channel_id}"}
        await self._change(
            post.id,
            **elsewhere,
            state=PostState.DUE,
            generation=post.generation + 1,
            message_id=None,
            channel_id=None,
            claimed_at=None,
            role_id=None,
            delivered_revision=0,
            attempts=0,
            not_before=0,
            last_error="",
        )

    async def refresh(self, post: Post) -> None:
        """Let a message be edited once more, though it reads the same."""
        await self._change(post.id, revision=post.revision + 1, shown="", not_before=0)

    async def retry(self, post: Post) -> None:
        """Let a parked message be tried again; whether it arrived is looked up first."""
        state = PostState.SENDING if post.message_id is None else PostState.SAID
        await self._change(post.id, state=state, attempts=0, not_before=0)

    async def deleted(self, post: Post, *, restore: bool) -> None:
        """Note that a person deleted the message; a card may be posted anew."""
        if not restore:
            await self._change(post.id, state=PostState.GONE, message_id=None)
            return
        if post.is_forum and post.proposal_id is not None:  # There the card and its thread are one.
            await self.thread_lost(post.proposal_id)
        await self._change(
            post.id,
            state=PostState.DUE,
            generation=post.generation + 1,
            message_id=None,
            channel_id=None,
            claimed_at=None,
            delivered_revision=0,
        )

    async def not_taken(self, post: Post) -> None:
        """Say in the proposal's thread what its author takes no direct message of.

        Where the same waits to be said there, the mention goes with it. Where it was said already,
        it is said again: only a new message calls anybody.
        """
        assert post.proposal_id is not None, "direct messages are about somebody's proposal"
        thread = f"thread:{post.proposal_id}"
        told = await self._connection.execute(
            update(posts)
            .where(
                posts.c.guild_id == post.guild_id,
                posts.c.key == post.key,
                posts.c.audience == thread,
                posts.c.state == PostState.DUE,
            )
            .values(mentioned_id=post.recipient_id)
            .returning(posts.c.id)
        )
        if told.first() is not None:
            await self.skip(post)
            return
        await self._change(
            post.id,
            destination=thread,
            mentioned_id=post.recipient_id,
            state=PostState.DUE,
            claimed_at=None,
            attempts=0,
        )

    async def boards_among(self, messages: Collection[MessageId]) -> Sequence[int]:
        """Give the boards that are believed to stand in Discord as one of these messages."""
        query = select(posts.c.id).where(
            posts.c.message_id.in_(messages),
            posts.c.key == BOARD_KEY,
            posts.c.state == PostState.SAID,
        )
        return (await self._connection.execute(query)).scalars().all()

    async def doubt(self, ids: Collection[int]) -> None:
        """Let these be edited again, whatever they read: so it is noticed if they are gone."""
        query = update(posts).where(posts.c.id.in_(ids))
        await self._connection.execute(
            query.values(revision=posts.c.revision + 1, shown="", not_before=0)
        )

    async def thread_lost(self, proposal_id: ProposalId) -> None:
        """Forget a proposal's thread; what belongs there waits until the card has another."""
        await self._connection.execute(
            update(proposals).where(proposals.c.id == proposal_id).values(thread_id=None)
        )

    async def card_lost(self, proposal_id: ProposalId) -> None:
        """Give a proposal's card up that went with its place; another may be said elsewhere."""
        query = update(posts).where(posts.c.key == card_key(proposal_id))
        await self._connection.execute(
            query.where(posts.c.proposal_id == proposal_id).values(
                state=PostState.GONE, message_id=None
            )
        )

    async def thread_opened(self, proposal_id: ProposalId, thread_id: ChannelId) -> None:
        """Note a proposal's thread; what waited for it can be said."""
        await self._connection.execute(
            update(proposals).where(proposals.c.id == proposal_id).values(thread_id=thread_id)
        )

    async def card(self, proposal_id: ProposalId) -> SaidMessage | None:
        """Say where the proposal's card is, if Discord has it."""
        query = (
            select(posts.c.channel_id, posts.c.message_id)
            .where(
                posts.c.proposal_id == proposal_id,
                posts.c.key == card_key(proposal_id),
                posts.c.message_id.is_not(None),
            )
            .order_by(posts.c.is_rehearsal)  # One of a dry run is its card until there is another.
        )
        row = (await self._connection.execute(query)).first()
        if row is None:
            return None
        return SaidMessage(
            channel_id=ChannelId(row.channel_id), message_id=MessageId(row.message_id)
        )

    async def depth(self) -> dict[PostState, int]:
        """Count the messages in each state."""
        query = select(posts.c.state, func.count()).group_by(posts.c.state)
        rows = await self._connection.execute(query)
        return {PostState(state): count for state, count in rows}

    async def _change(self, post_id: int, **values: Any) -> None:
        await self._connection.execute(update(posts).where(posts.c.id == post_id).values(**values))


def _post(row: Row[Any]) -> Post:
    kind, _, target = row.destination.partition(":")
    channel_id = row.channel_id or (row.thread_id if kind == "thread" else int(target))
    speech = SPEECH.load(row.body)
    if isinstance(speech, ProposalCard) and row.generation and kind == "channel":
        # Restored, it does not stand on the thread any more, in which people talk on.
        speech = replace(speech, thread_id=row.thread_id)
    return Post(
        id=row.id,
        key=row.key,
        guild_id=GuildId(row.guild_id),
        proposal_id=None if row.proposal_id is None else ProposalId(row.proposal_id),
        speech=speech,
        role_id=None if row.role_id is None else RoleId(row.role_id),
        mentioned_id=None if row.mentioned_id is None else UserId(row.mentioned_id),
        state=PostState(row.state),
        revision=row.revision,
        is_withdrawn=row.is_withdrawn,
        generation=row.generation,
        attempts=row.attempts,
        claimed_at=None if row.claimed_at is None else UnixSeconds(row.claimed_at),
        channel_id=ChannelId(channel_id),
        is_forum=kind == "forum",
        is_in_thread=kind == "thread",
        is_rehearsal=row.is_rehearsal,
        would_be_in=_would_be_in(row, speech) if row.is_rehearsal else (),
        message_id=None if row.message_id is None else MessageId(row.message_id),
        shown=row.shown,
        wants_thread=row.wants_thread and row.thread_id is None,
        recipient_id=UserId(int(target)) if kind == "dm" else None,
    )


def _would_be_in(row: Row[Any], speech: Speech) -> tuple[ChannelId | None, ...]:
    """Say where a message of a dry run would be said; `None` is the proposal's thread."""
    if row.community is None:
        return ()
    places = destinations(COMMUNITY.load(row.community), speech, row.proposal_id)
    return tuple(
        None if audience is Audience.THREAD else ChannelId(int(place.partition(":")[2]))
        for audience, place in places.items()
        if audience is not Audience.MODERATORS
    )
