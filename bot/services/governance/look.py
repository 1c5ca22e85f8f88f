"""One look at a chain: what was read, what it implies, and what a fork has undone of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.onchain.block import Block
from bot.domain.onchain.event import GovernorEvent, VoteCast
from bot.domain.onchain.governor import Governor, Observation, ProposalKey
from bot.domain.onchain.news import Sighting
from bot.domain.onchain.proposal import is_same
from bot.domain.types import BlockNumber, UnixSeconds
from bot.services.governance.facts import changed, record_observation, refold
from bot.services.governance.known import Known
from bot.services.governance.operations import correct_operations, tell_operations
from bot.services.governance.parameters import correct_parameters, tell_families, tell_parameters
from bot.services.governance.sweeping import Sweep
from bot.services.governance.telling import Telling
from bot.services.governance.unread import Unread
from bot.services.governance.wording import Described
from bot.storage.chain import Scan
from bot.storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at a chain: the blocks that were read, and the answers at the last of them."""

    scan: Scan  # as it is after this look
    at: Block
    events: Sequence[GovernorEvent]
    votes: Sequence[VoteCast]
    described: Described
    observations: Mapping[ProposalKey, Observation]
    is_complete: bool  # every live proposal was asked for, at the newest block we believe
    unread: Unread
    sweep: Sweep | None = None
    governors: Sequence[Governor] = ()  # whose parameters are others now


async def events_to_tell(
    store: Store, known: Known, look: Look, waited: int
) -> Sequence[GovernorEvent]:
    """Give what was read, after what some have not been told of yet.

    Somebody may have `waited`, at the look before, for more blocks than they want now.
    """
    chain_id = look.scan.chain_id
    waits = max([waited, *known.waits.values()])
    if not waits:
        return look.events
    above = BlockNumber(known.scan.scanned - waits)
    return list(dict.fromkeys([*await store.operations.above(chain_id, above), *look.events]))


def telling_of(store: Store, known: Known, look: Look, now: UnixSeconds) -> Telling:
    """Prepare what a look has to say, in the transaction that records it."""
    return Telling(
        store=store,
        watched=known.watched,
        now=now,
        undone_at=known.scan.undone_at,
        happened=changed(look.scan.chain_id, look.events, known.governors),
        believed={
            guild_id: BlockNumber(look.scan.scanned - blocks)
            for guild_id, blocks in known.waits.items()
        },
    )


async def keep(telling: Telling, look: Look) -> None:
    """Write what was read, and how far."""
    store, chain_id = telling.store, look.scan.chain_id
    await store.chain.add_events(chain_id, look.events)
    await store.votes_cast.add(chain_id, look.votes)
    for key in telling.happened:
        before = await store.chain.proposal(key)
        after = await refold(store, key, look.described)
        if before and after and not is_same(before, after):
            await telling.replaced(key)
    await store.chain.add_checkpoints(chain_id, [look.at])
    scan = replace(look.scan, undone_at=None) if look.is_complete else look.scan
    await store.chain.save_scan(scan)


async def tell_look(
    telling: Telling, known: Known, look: Look, events: Sequence[GovernorEvent]
) -> None:
    """Say what these events imply, and record and tell what governors answered."""
    chain_id = look.scan.chain_id
    await tell_operations(telling, chain_id, events, look.described)
    await tell_parameters(telling, chain_id, events)
    now = known.with_changed(look.governors)
    telling = replace(telling, watched=now.watched)
    await tell_families(telling)
    for key, observation in look.observations.items():
        governor = now.governors[key.governor]
        if proposal := await record_observation(telling, observation, governor, look.at):
            seen = Sighting(
                proposal=proposal,
                governor=governor,
                head=look.at,
                finalized=known.finalized,
            )
            await telling.tell(seen)
    if look.is_complete and telling.undone_at is not None:
        await _correct(telling, known)


async def _correct(telling: Telling, before: Known) -> None:
    """Mend or strike out what rested on blocks that a reorganisation has undone."""
    store, chain_id, governors = telling.store, before.scan.chain_id, before.governors
    await correct_operations(telling, chain_id, governors)
    await correct_parameters(telling, chain_id, governors)
    proposals = await store.chain.proposals(chain_id, set(governors))
    await telling.vanished(
        [each for each in proposals if not await store.chain.events_of(each.key)]
    )
