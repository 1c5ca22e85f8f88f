"""The outbox: what is to be said, written in the transaction of the fact that it says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, func, not_, or_, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.outbox import Post, PostState
from bot.domain.proposal import Community
from bot.domain.speech import (
    Audience,
    GovernorNews,
    ProposalCard,
    Speech,
    audiences,
    is_live,
    pings,
)
from bot.domain.types import ChannelId, GuildId, MessageId, ProposalId, RoleId, UnixSeconds
from bot.storage.codec import SPEECH
from bot.storage.schema import posts, proposals

_DRAINED_AT_ONCE = 100
_UNSAID = (PostState.DUE, PostState.SENDING)
_THREAD_IS_MISSING = and_(posts.c.wants_thread, proposals.c.thread_id.is_(None))
_POSTS = select(posts, proposals.c.thread_id).outerjoin(
    proposals, proposals.c.id == posts.c.proposal_id
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidMessage:
    """Where a message of ours is."""

    channel_id: ChannelId
    message_id: MessageId


class Outbox:
    """Say things, and keep account of what became of them."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def say(
        self,
        community: Community,
        speech: Speech,
        now: UnixSeconds,
        *,
        proposal_id: ProposalId | None = None,
        is_news: bool = True,
    ) -> bool:
        """Put something into the outbox, once for each place where it is to be heard.

        An announcement is said once, however often this is called. A card is edited when it reads
        differently. What is no news (`is_news=False`) is recorded as skipped. Tells whether
        anything of it is new.
        """
        is_new = False
        for audience in audiences(speech):
            destination = _destination(community, audience, proposal_id)
            if destination is None:
                continue
            role = community.announcement_role_id if pings(speech, audience) else None
            is_new |= await self._put(
                speech,
                {
                    "guild_id": community.guild_id,
                    "key": speech.key,
                    # Two proposals' threads are two audiences: a link can go from one to the other.
                    "audience": destination if audience is Audience.THREAD else audience,
                    "destination": destination,
                    "proposal_id": proposal_id,
                    "body": SPEECH.dump(speech),
                    "role_id": role,
                    "state": PostState.DUE if is_news else PostState.SKIPPED,
                    "created_at": now,
                    "wants_thread": isinstance(speech, ProposalCard),
                },
            )

        return is_new

    async def _put(self, speech: Speech, values: dict[str, Any]) -> bool:
        added = await self._connection.execute(
            insert(posts).values(values).on_conflict_do_nothing().returning(posts.c.id)
        )
        if added.first() is not None:
            return True
        query = select(posts).where(
            posts.c.guild_id == values["guild_id"],
            posts.c.key == values["key"],
            posts.c.audience == values["audience"],
        )
        row = (await self._connection.execute(query)).one()
        reads_differently = is_live(speech) and SPEECH.load(row.body) != speech
        if reads_differently or row.is_withdrawn:
            revived = row.is_withdrawn and row.state == PostState.SKIPPED
            await self._change(
                row.id,
                body=values["body"],
                is_withdrawn=False,
                revision=row.revision + 1,
                state=values["state"] if revived else row.state,
            )
        return False

    async def has_heard(self, guild_id: GuildId, prefix: str) -> bool:
        """Say whether this server was told anything whose key begins so."""
        query = select(posts.c.id).where(_standing(guild_id, prefix)).limit(1)
        return (await self._connection.execute(query)).first() is not None

    async def correct(
        self, guild_id: GuildId, prefix: str, true: Mapping[str, Speech], undone_at: UnixSeconds
    ) -> None:
        """Bring what begins with the prefix in line with what is true after a reorganisation.

        What was seen in blocks up to `undone_at` has happened and stays. Of the rest, what is true
        all the same is mended in place; what is not is struck out if it was said, and never said
        if it was not.
        """
        for row in await self._connection.execute(select(posts).where(_standing(guild_id, prefix))):
            was = SPEECH.load(row.body)
            if isinstance(was, GovernorNews) and was.at <= undone_at:
                continue
            if row.key in true:
                await self._mend(row, was, true[row.key])
                continue
            state = PostState.SKIPPED if row.state == PostState.DUE else row.state
            await self._change(row.id, is_withdrawn=True, revision=row.revision + 1, state=state)

    async def _mend(self, row: Row[Any], was: Speech, true: Speech) -> None:
        """Keep the newer words; only if they read differently the message has to be edited."""
        same_words = was == true
        if isinstance(was, GovernorNews) and isinstance(true, GovernorNews):
            same_words = replace(was, at=true.at) == true
        await self._change(
            row.id,
            body=SPEECH.dump(true),
            revision=row.revision if same_words else row.revision + 1,
        )

    async def due(self, now: UnixSeconds) -> Sequence[Post]:
        """Give what has to be sent, edited or given its thread, in the order it was said.

        What belongs into a thread that does not exist yet waits for it, and what follows something
        that failed waits for that: a place hears everything in order.
        """
        earlier = posts.alias()
        overtakes = (
            select(earlier.c.id)
            .where(
                earlier.c.destination == posts.c.destination,
                earlier.c.id < posts.c.id,
                earlier.c.state.in_(_UNSAID),
                earlier.c.not_before > now,
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
        query = _POSTS.where(posts.c.not_before <= now, or_(unsaid, outdated))
        query = query.order_by(posts.c.id).limit(_DRAINED_AT_ONCE)
        return [_post(row) for row in await self._connection.execute(query)]

    async def claim(self, post: Post, now: UnixSeconds) -> None:
        """Note that the message is about to be sent: from here on its outcome is unknown."""
        claimed_at = now if post.claimed_at is None else post.claimed_at
        await self._change(
            post.id, state=PostState.SENDING, attempts=post.attempts + 1, claimed_at=claimed_at
        )

    async def said(self, post: Post, message: SaidMessage, revision: int) -> None:
        """Note Discord's id of the message, and which revision of the text it shows."""
        await self._change(
            post.id,
            state=PostState.SAID,
            channel_id=message.channel_id,
            message_id=message.message_id,
            delivered_revision=revision,
            attempts=0,
            last_error="",
        )

    async def edited(self, post: Post, next_edit_at: UnixSeconds) -> None:
        """Note that the message shows this revision now."""
        await self._change(
            post.id,
            delivered_revision=post.revision,
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

    async def redirect(self, community: Community) -> None:
        """Send what is not said yet to where the community's channels are now."""
        unsaid = posts.c.state.in_([*_UNSAID, PostState.PARKED]) & posts.c.message_id.is_(None)
        query = select(posts).where(posts.c.guild_id == community.guild_id, unsaid)
        for row in (await self._connection.execute(query)).all():
            proposal_id = None if row.proposal_id is None else ProposalId(row.proposal_id)
            there = _destination(community, Audience(row.audience.partition(":")[0]), proposal_id)
            if there is not None and there != row.destination:
                await self._change(
                    row.id, destination=there, state=PostState.DUE, attempts=0, not_before=0
                )

    async def unpark(self) -> None:
        """Let everything that was parked be tried again; whether it arrived is looked up first."""
        await self._connection.execute(
            update(posts)
            .where(posts.c.state == PostState.PARKED)
            .values(
                state=case(
                    (posts.c.message_id.is_not(None), PostState.SAID), else_=PostState.SENDING
                ),
                attempts=0,
                not_before=0,
            )
        )

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

    async def thread_lost(self, proposal_id: ProposalId) -> None:
        """Forget a proposal's thread; what belongs there waits until the card has another."""
        await self._connection.execute(
            update(proposals).where(proposals.c.id == proposal_id).values(thread_id=None)
        )

    async def thread_opened(self, proposal_id: ProposalId, thread_id: ChannelId) -> None:
        """Note a proposal's thread; what waited for it can be said."""
        await self._connection.execute(
            update(proposals).where(proposals.c.id == proposal_id).values(thread_id=thread_id)
        )

    async def card(self, proposal_id: ProposalId) -> SaidMessage | None:
        """Say where the proposal's card is, if Discord has it."""
        query = select(posts.c.channel_id, posts.c.message_id).where(
            posts.c.proposal_id == proposal_id,
            posts.c.wants_thread,
            posts.c.message_id.is_not(None),
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


def _standing(guild_id: GuildId, prefix: str) -> ColumnElement[bool]:
    return and_(
        posts.c.guild_id == guild_id,
        posts.c.key.startswith(prefix, autoescape=True),
        posts.c.is_withdrawn.is_(False),
    )


def _destination(
    community: Community, audience: Audience, proposal_id: ProposalId | None
) -> str | None:
    match audience:
        case Audience.IDEAS:
            kind = "forum" if community.ideas_channel_is_forum else "channel"
            return f"{kind}:{community.ideas_channel_id}"
        case Audience.THREAD:
            return None if proposal_id is None else f"thread:{proposal_id}"
        case Audience.VOTING:
            return f"channel:{community.voting_channel_id}"
        case Audience.ANNOUNCEMENTS:
            return f"channel:{community.announcements_channel_id}"
        case Audience.MODERATORS:
            channel = community.moderators_channel_id
            return None if channel is None else f"channel:{channel}"


def _post(row: Row[Any]) -> Post:
    kind, _, target = row.destination.partition(":")
    channel_id = row.channel_id or (row.thread_id if kind == "thread" else int(target))
    speech = SPEECH.load(row.body)
    if isinstance(speech, ProposalCard) and row.generation and kind != "forum":
        # Restored, it does not stand on the thread any more, in which people talk on.
        speech = replace(speech, thread_id=row.thread_id)
    return Post(
        id=row.id,
        key=row.key,
        guild_id=GuildId(row.guild_id),
        proposal_id=None if row.proposal_id is None else ProposalId(row.proposal_id),
        speech=speech,
        role_id=None if row.role_id is None else RoleId(row.role_id),
        state=PostState(row.state),
        revision=row.revision,
        is_withdrawn=row.is_withdrawn,
        generation=row.generation,
        attempts=row.attempts,
        claimed_at=None if row.claimed_at is None else UnixSeconds(row.claimed_at),
        channel_id=ChannelId(channel_id),
        is_forum=kind == "forum",
        is_in_thread=kind == "thread",
        message_id=None if row.message_id is None else MessageId(row.message_id),
        wants_thread=row.wants_thread and row.thread_id is None,
    )
