"""Warns of changed parameters of governors and timelocks, and of another family."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from bot.domain.onchain.announcement import FamilyNews, ParameterNews, parameter_prefix
from bot.domain.onchain.event import GovernorEvent, ParameterChanged
from bot.domain.onchain.governor import Governor
from bot.domain.types import Address, ChainId
from bot.services.governance.telling import Telling
from bot.storage.communities import WatchedGovernor

if TYPE_CHECKING:
    from bot.domain.speech import Speech


async def tell_parameters(
    telling: Telling, chain_id: ChainId, events: Collection[GovernorEvent]
) -> None:
    """Tell of the changes among these events to whoever watches the contract."""
    changes = [event for event in events if isinstance(event, ParameterChanged)]
    for watched in telling.watched if changes else ():
        community = await telling.store.communities.of(watched.guild_id)
        for news, change in _news(chain_id, changes, watched):
            if not telling.believes(watched, change.position.block.number):
                continue
            is_news = change.position.block.number > watched.since
            await telling.store.outbox.say(community, news, telling.now, is_news=is_news)


async def tell_families(telling: Telling) -> None:
    """Warn of governors that have become others; what was told is not told again."""
    for watched in telling.watched:
        change, news = watched.governor.family_change, _family_news(watched.governor)
        if change is None or news is None or not telling.believes(watched, change.block):
            continue
        community = await telling.store.communities.of(watched.guild_id)
        is_news = change.block > watched.since
        await telling.store.outbox.say(community, news, telling.now, is_news=is_news)


async def correct_parameters(
    telling: Telling, chain_id: ChainId, before: Mapping[Address, Governor]
) -> None:
    """After a reorganisation: strike out what was told of changes that were undone.

    `before` are the governors as they were known: what is a contract of theirs no more was told of.
    """
    assert telling.undone_at is not None, "nothing was undone"
    for watched in telling.watched:
        governor = watched.governor
        for contract in governor.contracts | before[governor.address].contracts:
            changes = await telling.store.operations.parameters_of(chain_id, contract)
            true: dict[str, Speech] = {
                news.key: news for news, _ in _news(chain_id, changes, watched)
            }
            if contract == governor.address and (family := _family_news(governor)) is not None:
                true[family.key] = family
            prefix = parameter_prefix(chain_id, contract)
            await telling.store.outbox.correct(watched.guild_id, prefix, true, telling.undone_at)


def _family_news(governor: Governor) -> FamilyNews | None:
    change = governor.family_change
    if change is None:
        return None
    return FamilyNews(
        chain_id=governor.chain_id,
        governor=governor.address,
        governor_name=governor.name,
        before=change.before,
        after=change.after,
        why=change.why,
        transaction_hash=change.transaction_hash,
        at=change.at,
    )


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
