"""An on-chain proposal made of what was read of it, and of what its governor answered."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.domain.onchain.block import Block
from bot.domain.onchain.call import unexecuted
from bot.domain.onchain.event import GovernorEvent, ProposalCreated, ProposalEvent, VoteCast
from bot.domain.onchain.governor import Governor, Observation, ProposalKey
from bot.domain.onchain.operation import (
    Operation,
    OperationKey,
    as_governor_tells,
    as_timelocks_tell,
    is_untold,
    lives,
)
from bot.domain.onchain.proposal import (
    GovernorProposal,
    folded,
    is_same,
    newest_block,
    observed,
    stands,
)
from bot.domain.types import Address, ChainId, Timepoint
from bot.gateways.chain.calls import describe
from bot.gateways.chain.operations import operations_in
from bot.services.governance.telling import Telling
from bot.services.governance.wording import Described
from bot.storage.store import Store


def created(
    chain_id: ChainId, events: Collection[GovernorEvent], governors: Collection[Address]
) -> dict[ProposalKey, Timepoint]:
    """Give the proposals that were just made, with their vote starts."""
    return {
        ProposalKey(chain_id=chain_id, governor=event.emitter, id=event.id): event.vote_start
        for event in events
        if isinstance(event, ProposalCreated) and event.emitter in governors
    }


def changed(
    chain_id: ChainId, events: Collection[GovernorEvent], governors: Collection[Address]
) -> set[ProposalKey]:
    """Give the proposals whose facts changed; votes are counted by the governor, not by us."""
    return {
        ProposalKey(chain_id=chain_id, governor=event.emitter, id=event.id)
        for event in events
        if isinstance(event, ProposalEvent) and event.emitter in governors
    }


def voted_on(chain_id: ChainId, votes: Collection[VoteCast]) -> set[ProposalKey]:
    """Give the proposals on which votes were cast."""
    voted = {(vote.emitter, vote.id) for vote in votes}
    return {ProposalKey(chain_id=chain_id, governor=each, id=id_) for each, id_ in voted}


async def refold(
    store: Store,
    key: ProposalKey,
    described: Described | None = None,
) -> GovernorProposal | None:
    """Make a proposal from its events anew; what the governor was asked for stays.

    What its calls mean may have been asked of the chain before; else they are described as far
    as that goes without.
    """
    before = await store.chain.proposal(key)
    proposal = folded(key, await store.chain.events_of(key))
    if proposal is None:
        return None
    if before is not None and is_same(before, proposal):
        proposal = replace(
            proposal,
            # After a fork has undone the execution, nothing was changed by it.
            described=before.described if proposal.executed else unexecuted(before.described),
            state=before.state,
            for_votes=before.for_votes,
            against_votes=before.against_votes,
            abstain_votes=before.abstain_votes,
            quorum=before.quorum,
            supply=before.supply,
            vote_starts_at=before.vote_starts_at,
            vote_ends_at=before.vote_ends_at,
            states=before.states,
            is_settling=before.is_settling,
        )
    words = described.get(key, ()) if described else ()
    if len(words) == len(proposal.calls):
        proposal = replace(proposal, described=tuple(words))
    elif len(proposal.described) != len(proposal.calls):
        # Whoever has many may make others wait: the reader has put them into words before this.
        proposal = replace(proposal, described=tuple(describe(call) for call in proposal.calls))
    await store.chain.save_proposal(proposal)
    return proposal


async def record_observation(
    telling: Telling, observation: Observation, governor: Governor, at: Block
) -> GovernorProposal | None:
    """Add what the governor answered at a block; `None`: the proposal's creation was undone."""
    store = telling.store
    before = await store.chain.proposal(observation.key)
    if before is None or not await store.chain.events_of(observation.key):
        return None
    proposal = observed(as_governor_tells(before), observation, governor, at)
    if is_untold(proposal):
        operations = await _operations(store, proposal, governor)
        proposal = as_timelocks_tell(proposal, operations, governor.former_timelocks)
    proposal = stands(proposal, at, telling.undone_at)
    is_settling = newest_block(proposal) > min(telling.believed.values(), default=at.id.number)
    proposal = replace(proposal, is_settling=is_settling)
    if proposal != before:
        await store.chain.save_proposal(proposal)
    return proposal


async def _operations(
    store: Store, proposal: GovernorProposal, governor: Governor
) -> Sequence[Operation]:
    """Give the newest life of each operation that the proposal may have in a timelock."""
    lived: list[Operation] = []
    for timelock in governor.timelocks:
        for id_ in operations_in(timelock, governor, proposal):
            key = OperationKey(chain_id=proposal.key.chain_id, timelock=timelock, id=id_)
            lived += lives(key, await store.operations.events_of(key))[-1:]
    return lived
