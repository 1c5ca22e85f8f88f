"""Warns of changed parameters of governors and timelocks."""

from collections import Counter
from collections.abc import Collection, Iterator

from bot.domain.onchain.announcement import ParameterNews, parameter_prefix
from bot.domain.onchain.event import GovernorEvent, ParameterChanged
from bot.domain.types import ChainId
from bot.services.governance.telling import Telling
from bot.storage.communities import WatchedGovernor


async def tell_parameters(
    telling: Telling, chain_id: ChainId, events: Collection[GovernorEvent]
) -> None:
    """Tell of the changes among these events to whoever watches the contract."""
    changes = [event for event in events if isinstance(event, ParameterChanged)]
    for watched in telling.watched if changes else ():
        community = await telling.store.communities.of(watched.guild_id)
        for news, change in _news(chain_id, changes, watched):
            is_news = change.position.block.number > watched.since
            await telling.store.outbox.say(community, news, telling.now, is_news=is_news)


async def correct_parameters(telling: Telling, chain_id: ChainId) -> None:
    """After a reorganisation: strike out what was told of changes that were undone."""
    assert telling.undone_at is not None, "nothing was undone"
    for watched in telling.watched:
        for contract in watched.governor.contracts:
            changes = await telling.store.operations.parameters_of(chain_id, contract)
            true = {news.key: news for news, _ in _news(chain_id, changes, watched)}
            prefix = parameter_prefix(chain_id, contract)
            await telling.store.outbox.correct(watched.guild_id, prefix, true, telling.undone_at)


def _news(
    chain_id: ChainId, changes: Collection[ParameterChanged], watched: WatchedGovernor
) -> Iterator[tuple[ParameterNews, ParameterChanged]]:
    governor = watched.governor
    numbers: Counter[tuple[str, str, str]] = Counter()
    for change in changes:
        where = change.position
        numbers[one := (change.emitter, where.transaction_hash, change.name)] += 1
        if change.emitter not in governor.contracts:
            continue
        news = ParameterNews(
            chain_id=chain_id,
            contract=change.emitter,
            is_timelock=change.emitter != governor.address,
            governor_name=governor.name,
            name=change.name,
            before=change.before,
            after=change.after,
            clock_mode=governor.clock_mode,
            decimals=governor.token_decimals,
            unit=governor.token_symbol,
            transaction_hash=where.transaction_hash,
            number=numbers[one],
            at=where.block_time,
            is_former=change.emitter in governor.former_timelocks,
        )
        yield news, change
