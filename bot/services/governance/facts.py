"""An on-chain proposal made of what was read of it, and of what its governor answered."""

from dataclasses import replace

from bot.domain.onchain.block import Block
from bot.domain.onchain.governor import Governor, Observation, ProposalKey
from bot.domain.onchain.proposal import GovernorProposal, folded, is_same, observed
from bot.gateways.chain.calls import describe
from bot.storage.store import Store


async def refold(store: Store, key: ProposalKey) -> GovernorProposal | None:
    """Make a proposal from its events anew; what the governor was asked for stays."""
    before = await store.chain.proposal(key)
    proposal = folded(key, await store.chain.events_of(key))
    if proposal is None:
        return None
    if before is not None and is_same(before, proposal):
        proposal = replace(
            proposal,
            described=before.described,
            state=before.state,
            for_votes=before.for_votes,
            against_votes=before.against_votes,
            abstain_votes=before.abstain_votes,
            quorum=before.quorum,
            vote_starts_at=before.vote_starts_at,
            vote_ends_at=before.vote_ends_at,
        )
    else:
        proposal = replace(proposal, described=tuple(describe(call) for call in proposal.calls))
    await store.chain.save_proposal(proposal)
    return proposal


async def record_observation(
    store: Store, observation: Observation, governor: Governor, at: Block
) -> GovernorProposal | None:
    """Add what the governor answered at a block; `None`: the proposal's creation was undone."""
    before = await store.chain.proposal(observation.key)
    if before is None or not await store.chain.events_of(observation.key):
        return None
    proposal = observed(before, observation, governor, at)
    await store.chain.save_proposal(proposal)
    return proposal
