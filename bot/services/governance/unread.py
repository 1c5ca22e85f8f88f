"""Logs of watched contracts that this version does not understand: told, and tried again later."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

import structlog

from bot.domain.onchain.event import GovernorEvent, VoteCast
from bot.domain.trouble import TroubleKind
from bot.domain.types import BlockNumber, ChainId, UnixSeconds
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.errors import ChainError
from bot.gateways.chain.reading import LogPage, LogPlace
from bot.services.governance.alarms import alarm, all_clear
from bot.services.governance.known import Known
from bot.storage.database import Database
from bot.storage.store import Store

log = structlog.get_logger()

MOST_KEPT = 100  # of a chain, the newest


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """What could not be read in one look, and what was tried again in it."""

    logs: Mapping[LogPlace, str] = field(default_factory=dict)  # each with what is wrong with it
    tried: Collection[LogPlace] = ()


class UnreadLogs:
    """Tries them again once after a start, for this may be another version."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._tried: set[ChainId] = set()

    async def again(self, node: ChainClient, known: Known, page: LogPage) -> tuple[LogPage, Unread]:
        """Add what was not understood by then."""
        if node.chain_id in self._tried:
            return page, Unread(logs=page.undecodable)
        async with self._database.reading() as store:
            wanted = await _remembered(store, node.chain_id)
        events, votes = list[GovernorEvent](), list[VoteCast]()
        unread, tried = dict(page.undecodable), set[LogPlace]()
        for number in sorted({block for block, _ in wanted}):
            try:
                read = await node.logs(BlockNumber(number), BlockNumber(number), known.addresses)
            except ChainError as error:
                log.info("a block cannot be tried again", block=number, why=str(error))
                continue
            tried |= {place for place in wanted if place[0] == number}
            unread |= read.undecodable
            events += read.events
            votes += read.votes
        page = replace(page, events=(*events, *page.events), votes=(*votes, *page.votes))
        return page, Unread(logs=unread, tried=tried)

    def recorded(self, chain_id: ChainId) -> None:
        """Note that what was understood by then is written down."""
        self._tried.add(chain_id)


async def note_unread(store: Store, chain_id: ChainId, unread: Unread, now: UnixSeconds) -> None:
    """Remember what could not be read, and tell moderators; likewise if all is understood now."""
    if not unread.logs and not unread.tried:
        return
    if await remember_unread(store, chain_id, unread):
        await alarm(store, chain_id, TroubleKind.LOGS_UNREADABLE, now)
    else:
        await all_clear(store, chain_id, TroubleKind.LOGS_UNREADABLE, now)


async def remember_unread(store: Store, chain_id: ChainId, unread: Unread) -> bool:
    """Remember what could not be read, and let the operator know; tells whether there is any."""
    before = await _remembered(store, chain_id)
    for block, index in sorted(unread.logs.keys() - before):
        log.error(
            "a log of a watched contract cannot be read",
            chain=chain_id,
            block=block,
            log_index=index,
            why=unread.logs[block, index],
        )
    left = (before - {*unread.tried}) | unread.logs.keys()
    if left != before:
        kept = sorted(left)[-MOST_KEPT:]
        await store.communities.remember(_name(chain_id), json.dumps(kept))
    return bool(left)


async def _remembered(store: Store, chain_id: ChainId) -> set[LogPlace]:
    kept = await store.communities.remembered(_name(chain_id))
    return {(block, index) for block, index in json.loads(kept or "[]")}


def _name(chain_id: ChainId) -> str:
    return f"unread logs of chain {chain_id}"
