"""A community's policy: read, changed value by value, or taken from a file as a whole."""

from dataclasses import dataclass, replace

from bot.clock import Clock
from bot.domain.errors import Refusal
from bot.domain.lifecycle import ENDED, Phase
from bot.domain.policy import Policy
from bot.domain.policy.file import read_policy_file
from bot.domain.policy.values import Difference, changed, differences, fingerprint, named
from bot.domain.proposal import Actor, Community, require_administrator
from bot.domain.text import storable
from bot.domain.typed import TypedPolicy
from bot.domain.types import GuildId, UnixSeconds
from bot.storage.database import Database
from bot.storage.history import HistoryEntry
from bot.storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyChange:
    """What has changed in a policy."""

    differences: tuple[Difference, ...]

    @property
    def moves_support(self) -> bool:
        """Say whether support has to be counted anew."""
        return any(each.row.moves_support for each in self.differences)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyOffer:
    """What a file would change; it is kept under the id until it is confirmed."""

    typed_id: int
    fingerprint: str
    differences: tuple[Difference, ...]


class Policies:
    """What a community has decided for itself, and how it decides otherwise."""

    def __init__(self, database: Database, now: Clock) -> None:
        self._database = database
        self._now = now

    async def policy(self, guild_id: GuildId) -> Policy:
        """Give the policy of a server.

        Raises:
            Refusal: The server is not set up.
        """
        async with self._database.reading() as store:
            return (await store.communities.of(guild_id)).policy

    async def change(self, guild_id: GuildId, actor: Actor, name: str, text: str) -> PolicyChange:
        """Change one value.

        Raises:
            Refusal: The actor may not, there is no such value, or it cannot be this one.
        """
        require_administrator(actor)
        async with self._database.transaction() as store:
            community = await store.communities.of(guild_id)
            after = changed(community.policy, name, text)
            if after == community.policy:
                row = named(name)
                raise Refusal(f"{row.name} is {row.written(after)} already; nothing was changed.")
            return await self._save(store, community, after, actor)

    async def offer(self, guild_id: GuildId, actor: Actor, text: str) -> PolicyOffer:
        """Say what a file would change, and keep it until that is confirmed.

        Raises:
            Refusal: The actor may not, or something in the file is wrong: all of it is listed.
        """
        require_administrator(actor)
        text = storable(text)
        async with self._database.transaction() as store:
            before = (await store.communities.of(guild_id)).policy
            after = read_policy_file(text, before)
            if after == before:
                raise Refusal("This file says what holds already; there is nothing to change.")
            shown = TypedPolicy(text=text, fingerprint=fingerprint(before, after))
            typed_id = await store.typed.keep(guild_id, actor.user_id, shown, self._now())
        return PolicyOffer(
            typed_id=typed_id,
            fingerprint=shown.fingerprint,
            differences=differences(before, after),
        )

    async def confirm(
        self, guild_id: GuildId, actor: Actor, typed_id: int, shown: str
    ) -> PolicyChange:
        """Change everything that was shown, if it still is what the file would change.

        Raises:
            Refusal: The actor may not, it is not theirs, or the policy was changed meanwhile.
        """
        require_administrator(actor)
        async with self._database.transaction() as store:
            community = await store.communities.of(guild_id)
            typed = await store.typed.of(guild_id, actor.user_id, typed_id)
            if not isinstance(typed, TypedPolicy):
                raise Refusal("This button belongs to no policy; nothing was changed.")
            after = read_policy_file(typed.text, community.policy)
            if not shown == typed.fingerprint == fingerprint(community.policy, after):
                raise Refusal(
                    "The policy was changed since you saw this; nothing was changed. "
                    "Run /governance policy import again, and confirm what it shows then."
                )
            await store.typed.done(typed_id)
            return await self._save(store, community, after, actor)

    async def _save(
        self, store: Store, community: Community, after: Policy, actor: Actor
    ) -> PolicyChange:
        now = self._now()
        change = PolicyChange(differences=differences(community.policy, after))
        await store.communities.save(replace(community, policy=after))
        for each in change.differences:
            await store.history.add(
                HistoryEntry(
                    guild_id=community.guild_id,
                    proposal_id=None,
                    at=now,
                    actor_id=actor.user_id,
                    what=f"policy {each.row.name}: {each.before} → {each.after}",
                )
            )
        await self._show_anew(store, community.guild_id, now)
        return change

    async def _show_anew(self, store: Store, guild_id: GuildId, now: UnixSeconds) -> None:
        """Bring every open card up to the policy: they carry its threshold, its names and dates."""
        for proposal in await store.proposals.in_phases(frozenset(Phase) - ENDED, guild_id):
            await store.show(proposal.id, now)
