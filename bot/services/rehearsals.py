"""The dry run of a server: switched on to try everything, and off to begin."""

from dataclasses import replace

from bot.clock import Clock
from bot.domain.errors import Refusal
from bot.domain.lifecycle import ENDED, Phase
from bot.domain.proposal import Actor, Community, require_administrator
from bot.domain.types import GuildId
from bot.storage.database import Database
from bot.storage.history import HistoryEntry


class Rehearsals:
    """Says whether what a server does is for show or for real."""

    def __init__(self, database: Database, now: Clock, *, is_rehearsing: bool = False) -> None:
        """Say whether the operator wants a dry run for every community."""
        self._database = database
        self._now = now
        self._is_rehearsing = is_rehearsing

    async def switch(self, guild_id: GuildId, actor: Actor, *, is_on: bool) -> Community:
        """Begin or end the dry run; at its end the cards are posted in public.

        Raises:
            Refusal: The actor may not, there is nobody to show it to, or it is so already.
        """
        require_administrator(actor)
        now = self._now()
        async with self._database.transaction() as store:
            community = await store.communities.of(guild_id)
            self._check(community, is_on=is_on)
            changed = replace(community, is_rehearsing=is_on)
            await store.communities.save(changed)
            await store.history.add(
                HistoryEntry(
                    guild_id=guild_id,
                    proposal_id=None,
                    at=now,
                    actor_id=actor.user_id,
                    what=f"dry run switched {'on' if is_on else 'off'}",
                )
            )
            for proposal in await store.proposals.in_phases(frozenset(Phase) - ENDED, guild_id):
                await store.show(proposal.id, now)
        return changed

    def _check(self, community: Community, *, is_on: bool) -> None:
        if is_on and community.moderators_channel_id is None:
            raise Refusal(
                "A dry run is shown in the moderators' channel, and there is none: an "
                "administrator names one with /governance setup. Nothing was changed."
            )
        if community.is_rehearsing == is_on:
            word = "on" if is_on else "off"
            raise Refusal(f"The dry run is {word} already; nothing was changed.")
        if self._is_rehearsing and not is_on:
            raise Refusal(
                "Whoever runs Assent wants a dry run for all servers (ASSENT_DRY_RUN); "
                "it ends there. Nothing was changed."
            )
