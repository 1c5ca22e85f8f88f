"""What was said where, for moderators; and said again at their wish."""

from collections.abc import Sequence

from bot.clock import Clock
from bot.domain.errors import Refusal
from bot.domain.outbox import PostState, Said
from bot.domain.proposal import Actor, require_moderator
from bot.domain.speech import is_live
from bot.domain.types import ChannelId, GuildId
from bot.storage.database import Database
from bot.storage.history import HistoryEntry
from bot.storage.store import Store

_LISTED = 200


class Announced:
    """Looks through the outbox of one server, and repeats what is in it."""

    def __init__(self, database: Database, now: Clock) -> None:
        self._database = database
        self._now = now

    async def said(
        self,
        guild_id: GuildId,
        actor: Actor,
        state: PostState | None = None,
        reference: str | None = None,
    ) -> Sequence[Said]:
        """Give what was said here: what is parked first, then the newest.

        Raises:
            Refusal: The actor is no moderator, or there is no such proposal here.
        """
        require_moderator(actor)
        async with self._database.reading() as store:
            proposal_id = None
            if reference is not None:
                proposal_id = (await store.proposals.by_reference(guild_id, reference)).id
            return await store.reports.said(
                guild_id,
                states=[state] if state else [],
                proposal_id=proposal_id,
                most=_LISTED,
            )

    async def again(
        self, guild_id: GuildId, actor: Actor, post_id: int, channel_id: ChannelId | None = None
    ) -> str:
        """Say something once more, or bring a card up to date; tells what will happen.

        Raises:
            Refusal: The actor is no moderator, there is no such announcement here, or saying it
                again would make no sense.
        """
        require_moderator(actor)
        async with self._database.transaction() as store:
            said = await store.reports.one(guild_id, post_id)
            _check(said, channel_id)
            what = await self._repeat(store, said, channel_id)
            proposal = (await store.deliveries.of(said.id)).proposal_id
            await store.history.add(
                HistoryEntry(
                    guild_id=guild_id,
                    proposal_id=proposal,
                    at=self._now(),
                    actor_id=actor.user_id,
                    what=f"announcement {said.id} ({said.speech.kind}) {what}",
                )
            )
        return what

    async def _repeat(self, store: Store, said: Said, channel_id: ChannelId | None) -> str:
        post = await store.deliveries.of(said.id)
        if said.state is PostState.PARKED and channel_id is None:
            await store.deliveries.retry(post)
            return "is tried again"
        if not is_live(said.speech):
            await store.deliveries.again(post, channel_id)
            return "is said again"
        if said.state is PostState.SAID:
            await store.deliveries.refresh(post)
            return "is edited to what is true now"
        await store.deliveries.deleted(post, restore=True)
        return "is posted anew"


def _check(said: Said, channel_id: ChannelId | None) -> None:
    if said.state in (PostState.DUE, PostState.SENDING):
        raise Refusal("This is on its way already; nothing was changed.")
    if said.is_withdrawn:
        raise Refusal(
            "This is not true any more (a reorganisation of the chain undid it), so it is not "
            "said again."
        )
    if channel_id is not None and is_live(said.speech):
        raise Refusal(
            "A card stays in its place, where it is kept true. Leave the channel out to have it "
            "edited or posted anew; nothing was changed."
        )
    if channel_id is not None and said.is_rehearsal:
        raise Refusal(
            "This belongs to a dry run, which moderators alone see: leave the channel out. "
            "Nothing was changed."
        )
