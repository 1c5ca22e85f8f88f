"""When governors are asked by their own views what is open on them: now and again.

It finds what a node has hidden the logs of, and what was open before a governor was watched.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import structlog

from bot.clock import Clock
from bot.domain.onchain.governor import Governor, ProposalKey
from bot.domain.types import Address, BlockNumber, ChainId, GuildId, UnixSeconds
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.errors import ChainError
from bot.gateways.chain.reading import LogPage
from bot.services.governance.enumeration import Enumerated, is_enumerable, open_creations
from bot.services.governance.facts import created
from bot.services.governance.known import Known
from bot.storage.database import Database

log = structlog.get_logger()

EVERY = 3_600  # seconds
AGAIN = 300  # seconds, after a failure
SOON = 1_800  # seconds

# Who watches a governor, and since when: for whoever begins it is asked at once.
_Watchers: TypeAlias = frozenset[tuple[GuildId, BlockNumber]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """What was asked in one look, and what it has shown; it counts once that is recorded."""

    governors: Sequence[Governor]
    found: Enumerated


class Sweeping:
    """Remembers when each governor was asked; nothing is lost if this is forgotten."""

    def __init__(self, database: Database, now: Clock) -> None:
        self._database = database
        self._now = now
        self._due: dict[tuple[ChainId, Address], tuple[_Watchers, UnixSeconds]] = {}
        self._over: set[ProposalKey] = set()

    async def sweep(
        self, node: ChainClient, known: Known, page: LogPage
    ) -> tuple[LogPage, Sweep | None]:
        """Add what is open on the governors whose turn it is."""
        due = self._due_now(known)
        if not due:
            return page, None
        chain_id = node.chain_id
        async with self._database.reading() as store:
            proposals = await store.chain.proposals(chain_id, {each.address for each in due})
        told = {proposal.key for proposal in proposals} | {
            *created(chain_id, page.events, {*known.governors})
        }
        try:
            found = await open_creations(node, due, told | self._over, page.last.id)
        except ChainError as error:
            log.info("what is open could not be enumerated", chain=chain_id, why=str(error))
            found = Enumerated(failed=frozenset(each.address for each in due))
        page = replace(page, events=(*found.creations, *page.events))
        return page, Sweep(governors=due, found=found)

    def recorded(self, known: Known, sweep: Sweep) -> None:
        """Note that what was found is written down."""
        chain_id, now = known.scan.chain_id, self._now()
        self._over |= sweep.found.over
        for governor in sweep.governors:
            wait = AGAIN if governor.address in sweep.found.failed else EVERY
            due = (_watchers(known, governor), UnixSeconds(now + wait))
            self._due[chain_id, governor.address] = due

    def undone(self) -> None:
        """Note a reorganisation: what was over may be open again."""
        self._over.clear()

    def _due_now(self, known: Known) -> list[Governor]:
        """Give whose turn it is, with those whose turn comes soon: all are asked in one request."""
        chain_id, now = known.scan.chain_id, self._now()
        waits: dict[Address, int] = {}
        for governor in filter(is_enumerable, known.governors.values()):
            address = governor.address
            watchers, at = self._due.get((chain_id, address), (frozenset(), now))
            waits[address] = at - now if watchers == _watchers(known, governor) else 0
        if all(wait > 0 for wait in waits.values()):
            return []
        return [known.governors[address] for address, wait in waits.items() if wait <= SOON]


def _watchers(known: Known, governor: Governor) -> _Watchers:
    watching: Collection[tuple[GuildId, BlockNumber]] = [
        (each.guild_id, each.since)
        for each in known.watched
        if each.governor.address == governor.address
    ]
    return frozenset(watching)
