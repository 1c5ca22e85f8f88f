"""Tells moderators what is wrong with a chain they watch, once, and when it is right again."""

from collections import Counter

from bot.clock import Clock
from bot.domain.announcement import TroubleMended
from bot.domain.proposal import Community
from bot.domain.trouble import Trouble, TroubleKind
from bot.domain.types import ChainId, UnixSeconds
from bot.storage.database import Database
from bot.storage.store import Store

LONG = 600  # seconds without a complete look, until somebody should know
TRIES = 3  # without one: our machine may have slept for long


class Freshness:
    """Knows when each chain was last read to its newest block."""

    def __init__(self, database: Database, now: Clock) -> None:
        self._database = database
        self._now = now
        self._since: dict[ChainId, UnixSeconds] = {}  # the last complete look, or the first try
        self._tries: Counter[ChainId] = Counter()  # since then
        self._read: set[ChainId] = set()  # with a complete look since the start
        self._well: set[ChainId] = set()  # of which nobody was told anything

    def age(self, chain_id: ChainId) -> int | None:
        """Give the seconds since the last complete look, or since the first try without one."""
        since = self._since.get(chain_id)
        return None if since is None else max(0, self._now() - since)

    def is_stale(self, chain_id: ChainId) -> bool:
        """Say whether it is long ago."""
        age = self.age(chain_id)
        return age is not None and age >= LONG and self._tries[chain_id] >= TRIES

    def looked(self, chain_id: ChainId) -> None:
        """Note a complete look; so is one where nobody watches anything."""
        self._since[chain_id] = self._now()
        self._tries[chain_id] = 0
        self._read.add(chain_id)

    async def tell(self, chain_id: ChainId) -> None:
        """Tell moderators, after a try, if it is long ago, and if it is not any more."""
        self._since.setdefault(chain_id, self._now())
        self._tries[chain_id] += 1
        if self.is_stale(chain_id):
            self._well.discard(chain_id)
            self._read.discard(chain_id)
            async with self._database.transaction() as store:
                await alarm(store, chain_id, TroubleKind.CHAIN_UNREAD, self._now())
        elif chain_id in self._read and chain_id not in self._well:
            async with self._database.transaction() as store:
                await all_clear(store, chain_id, TroubleKind.CHAIN_UNREAD, self._now())
            self._well.add(chain_id)


async def alarm(store: Store, chain_id: ChainId, kind: TroubleKind, now: UnixSeconds) -> None:
    """Tell everybody who watches something on a chain what is wrong with it, once."""
    trouble = Trouble(kind=kind, place=chain_id, since=now)
    for community in await _watching(store, chain_id):
        if chain_id not in await store.troubles.places(community.guild_id, kind):
            await store.meet(community, trouble, None, now)


async def all_clear(store: Store, chain_id: ChainId, kind: TroubleKind, now: UnixSeconds) -> None:
    """Tell everybody who was told of it that it is not so any more."""
    for community in await _watching(store, chain_id):
        for since in await store.troubles.since(community.guild_id, chain_id, kind):
            await store.troubles.mended(community.guild_id, chain_id, [kind])
            news = TroubleMended(trouble=kind, place=chain_id, since=since)
            await store.outbox.say(community, news, now)


async def _watching(store: Store, chain_id: ChainId) -> list[Community]:
    guilds = {each.guild_id for each in await store.communities.watched(chain_id)}
    return [await store.communities.of(guild_id) for guild_id in sorted(guilds)]
