"""The outbox: what is to be said, written in the transaction of the fact that it says."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, or_, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.onchain.announcement import GovernorNews
from bot.domain.outbox import PostState
from bot.domain.proposal import Community
from bot.domain.speech import (
    Audience,
    Speech,
    audiences,
    concerns,
    is_live,
    pings,
    rests_on,
    wants_thread,
)
from bot.domain.types import GuildId, ProposalId, UnixSeconds, UserId
from bot.storage.codec import SPEECH
from bot.storage.preferences import Preferences
from bot.storage.schema import posts, proposals

REHEARSAL = "rehearsal"  # the one audience of a dry run
_NOWHERE = "channel:0"  # where a dry run is said in a community without a moderators' channel
_UNSAID = (PostState.DUE, PostState.SENDING)


class Outbox:
    """Say things: each once, or kept true by edits."""

    def __init__(self, connection: AsyncConnection, *, is_rehearsing: bool = False) -> None:
        """Say whether the operator wants a dry run for every community."""
        self._connection = connection
        self._is_rehearsing = is_rehearsing

    def rehearses(self, community: Community) -> bool:
        """Say whether this is a dry run: nothing public is said, nothing goes to Snapshot."""
        return self._is_rehearsing or community.is_rehearsing

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
        anything of it is new. In a dry run moderators alone hear it; what was said in the one way
        is not said in the other, but a card.

        An author whom it concerns is mentioned in the thread, or gets it as a direct message first:
        if that cannot be delivered, the mention can still be made.
        """
        rehearses = self.rehearses(community)
        if not is_live(speech) and await self._is_said(
            community, speech, is_rehearsal=not rehearses
        ):
            return False
        if rehearses:
            return await self._rehearse(community, speech, now, proposal_id, is_news=is_news)
        author = await self._author(community, speech, proposal_id)
        is_direct = author is not None and await Preferences(
            self._connection
        ).wants_direct_messages(community.guild_id, author)
        places = destinations(community, speech, proposal_id)
        if is_direct and not await self._is_known(community.guild_id, speech.key, places):
            places = {Audience.AUTHOR: f"dm:{author}", **places}
        called = author if community.policy.author_is_called and not is_direct else None
        is_new = False
        for audience, destination in places.items():
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
                    "mentioned_id": called if audience is Audience.THREAD else None,
                    "state": PostState.DUE if is_news else PostState.SKIPPED,
                    "created_at": now,
                    "wants_thread": wants_thread(speech),
                },
            )
        return is_new

    async def _author(
        self, community: Community, speech: Speech, proposal_id: ProposalId | None
    ) -> UserId | None:
        """Give the author of the proposal, if this concerns them."""
        if proposal_id is None or is_live(speech) or community.is_rehearsing:
            return None
        query = select(proposals.c.author_id).where(proposals.c.id == proposal_id)
        author = UserId((await self._connection.execute(query)).scalar_one())
        return author if concerns(speech, author) else None

    async def _is_known(
        self, guild_id: GuildId, key: str, places: Mapping[Audience, str | None]
    ) -> bool:
        """Say whether this was said in the thread before.

        Whoever chooses direct messages is not told again of all that happened.
        """
        query = select(posts.c.id).where(
            posts.c.guild_id == guild_id,
            posts.c.key == key,
            posts.c.audience == places[Audience.THREAD],
        )
        return (await self._connection.execute(query)).first() is not None

    async def _rehearse(
        self,
        community: Community,
        speech: Speech,
        now: UnixSeconds,
        proposal_id: ProposalId | None,
        *,
        is_news: bool,
    ) -> bool:
        """Say it to the moderators once, wherever it would be heard; nobody is called."""
        there = _destination(community, Audience.MODERATORS, proposal_id)
        is_heard = is_news and there is not None
        return await self._put(
            speech,
            {
                "guild_id": community.guild_id,
                "key": speech.key,
                "audience": REHEARSAL,
                "destination": there or _NOWHERE,
                "proposal_id": proposal_id,
                "body": SPEECH.dump(speech),
                "is_rehearsal": True,
                "state": PostState.DUE if is_heard else PostState.SKIPPED,
                "created_at": now,
            },
        )

    async def _is_said(self, community: Community, speech: Speech, *, is_rehearsal: bool) -> bool:
        query = select(posts.c.id).where(
            posts.c.guild_id == community.guild_id,
            posts.c.key == speech.key,
            posts.c.is_rehearsal.is_(is_rehearsal),
        )
        return (await self._connection.execute(query.limit(1))).first() is not None

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

    async def heard(self, guild_id: GuildId, prefix: str) -> Mapping[str, Collection[str]]:
        """Give what this server was told whose key begins so, each with where it was heard."""
        query = select(posts.c.key, posts.c.audience).where(_standing(guild_id, prefix))
        told: dict[str, set[str]] = {}
        for key, audience in await self._connection.execute(query):
            told.setdefault(key, set()).add(audience)
        return told

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
            seen_at = rests_on(was)
            if seen_at is not None and seen_at <= undone_at:
                continue
            if row.key in true:
                await self._mend(row, was, true[row.key])
                continue
            state = PostState.SKIPPED if row.state == PostState.DUE else row.state
            await self._change(row.id, is_withdrawn=True, revision=row.revision + 1, state=state)

    async def complete(self, guild_id: GuildId, dated: Speech) -> None:
        """Mend what was said before the event was read that says when and where it happened.

        A governor may be asked, and answer, while a node still hides its logs.
        """
        query = select(posts).where(_standing(guild_id, dated.key), posts.c.key == dated.key)
        for row in await self._connection.execute(query):
            was = SPEECH.load(row.body)
            if isinstance(was, GovernorNews) and was.transaction_hash is None:
                await self._mend(row, was, dated)

    async def _mend(self, row: Row[Any], was: Speech, true: Speech) -> None:
        """Keep the newer words; only if they read differently the message has to be edited."""
        revision = row.revision if was == true else row.revision + 1
        await self._change(row.id, body=SPEECH.dump(true), revision=revision)

    async def redirect(self, community: Community) -> None:
        """Send what is not said yet to where the community's channels are now."""
        unsaid = posts.c.state.in_([*_UNSAID, PostState.PARKED]) & posts.c.message_id.is_(None)
        here = posts.c.guild_id == community.guild_id
        unseen = (posts.c.destination == _NOWHERE) & posts.c.key.endswith(":card")
        query = select(posts).where(here, or_(unsaid, unseen))
        for row in (await self._connection.execute(query)).all():
            proposal_id = None if row.proposal_id is None else ProposalId(row.proposal_id)
            name = Audience.MODERATORS if row.is_rehearsal else row.audience.partition(":")[0]
            there = _destination(community, Audience(name), proposal_id)
            if there is not None and there != row.destination:
                await self._change(
                    row.id, destination=there, state=PostState.DUE, attempts=0, not_before=0
                )

    async def retire(self, community: Community, last_words: Speech, *, is_wanted: bool) -> None:
        """Let a card of the server say its last words, where it does not stand where it should.

        From then on its key is free for another; one that nobody has seen yet is forgotten.
        """
        for audience in audiences(last_words):
            query = select(posts).where(
                posts.c.guild_id == community.guild_id,
                posts.c.key == last_words.key,
                posts.c.audience == audience,
            )
            row = (await self._connection.execute(query)).one_or_none()
            there = _destination(community, audience, None)
            if row is None or (is_wanted and row.destination == there):
                continue
            if row.message_id is None:
                await self._connection.execute(delete(posts).where(posts.c.id == row.id))
                continue
            await self._change(
                row.id,
                key=f"{row.key}:{row.id}",
                body=SPEECH.dump(last_words),
                revision=row.revision + 1,
            )

    async def _change(self, post_id: int, **values: Any) -> None:
        await self._connection.execute(update(posts).where(posts.c.id == post_id).values(**values))


def _standing(guild_id: GuildId, prefix: str) -> ColumnElement[bool]:
    return and_(
        posts.c.guild_id == guild_id,
        posts.c.key.startswith(prefix, autoescape=True),
        posts.c.is_withdrawn.is_(False),
    )


def destinations(
    community: Community, speech: Speech, proposal_id: ProposalId | None
) -> dict[Audience, str]:
    """Say where something is heard in public, or by moderators, when it is no dry run."""
    places = {
        audience: _destination(community, audience, proposal_id) for audience in audiences(speech)
    }
    return {audience: place for audience, place in places.items() if place is not None}


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
        case Audience.AUTHOR:
            return None  # A direct message stays with whom it was written to.
        case Audience.MODERATORS:
            channel = community.moderators_channel_id
            return None if channel is None else f"channel:{channel}"
