"""What governors emit about a proposal (pure).

Sources: Compound's GovernorAlpha and GovernorBravo; OpenZeppelin's IGovernor, versions 4 and 5;
Optimism's governor by Agora; Venus' GovernorBravo.
"""

from typing import Final

from bot.domain.onchain.block import Position
from bot.domain.onchain.event import (
    ProposalCanceled,
    ProposalCreated,
    ProposalExecuted,
    ProposalExtended,
    ProposalQueued,
    ProposalVetoed,
)
from bot.domain.types import Address, GovernorProposalId, Timepoint, UnixSeconds
from bot.gateways.chain.codec import checksummed
from bot.gateways.chain.events.layout import Values, calls_of, layout


def _created(emitter: Address, position: Position, values: Values) -> ProposalCreated:
    id_, proposer, targets, amounts, signatures, calldatas, start, end, description = values[:9]
    return ProposalCreated(
        emitter=emitter,
        position=position,
        id=GovernorProposalId(id_),
        proposer=checksummed(proposer),
        calls=calls_of(targets, amounts, signatures, calldatas),
        vote_start=Timepoint(start),
        vote_end=Timepoint(end),
        description=description,
    )


def _created_with_module(emitter: Address, position: Position, values: Values) -> ProposalCreated:
    """A vote among a module's options: which calls follow, the module alone knows."""
    id_, proposer, module, _, start, end, description = values[:7]
    return ProposalCreated(
        emitter=emitter,
        position=position,
        id=GovernorProposalId(id_),
        proposer=checksummed(proposer),
        calls=(),
        vote_start=Timepoint(start),
        vote_end=Timepoint(end),
        description=description,
        voting_module=checksummed(module),
    )


def _queued(emitter: Address, position: Position, values: Values) -> ProposalQueued:
    id_, eta = values
    return ProposalQueued(
        emitter=emitter, position=position, id=GovernorProposalId(id_), eta=UnixSeconds(eta)
    )


def _executed(emitter: Address, position: Position, values: Values) -> ProposalExecuted:
    return ProposalExecuted(emitter=emitter, position=position, id=GovernorProposalId(values[0]))


def _canceled(emitter: Address, position: Position, values: Values) -> ProposalCanceled:
    return ProposalCanceled(emitter=emitter, position=position, id=GovernorProposalId(values[0]))


def _vetoed(emitter: Address, position: Position, values: Values) -> ProposalVetoed:
    return ProposalVetoed(emitter=emitter, position=position, id=GovernorProposalId(values[0]))


def extended(emitter: Address, position: Position, values: Values) -> ProposalExtended:
    """Say that the vote on a proposal ends at another time: its id, and the new end."""
    id_, end = values
    return ProposalExtended(
        emitter=emitter, position=position, id=GovernorProposalId(id_), vote_end=Timepoint(end)
    )


_CALLS: Final = "address[],uint256[],string[],bytes[],uint256,uint256,string"
_MODULE: Final = "bytes,uint256,uint256,string"

# Shapes of ProposalCreated beside the one that all share are told apart by topic and by how many
# topics there are: with the type of a proposal, two are indexed at Optimism and none at Venus.
PROPOSALS: Final = (
    layout(f"ProposalCreated(uint256,address,{_CALLS})", _created),
    layout(f"ProposalCreated(uint256,address,{_CALLS},uint8)", _created),
    layout(f"ProposalCreated(uint256 indexed,address indexed,{_CALLS},uint8)", _created),
    layout(f"ProposalCreated(uint256,address,address,{_MODULE})", _created_with_module),
    layout(
        f"ProposalCreated(uint256 indexed,address indexed,address indexed,{_MODULE},uint8)",
        _created_with_module,
    ),
    layout("ProposalQueued(uint256,uint256)", _queued),
    layout("ProposalExecuted(uint256)", _executed),
    layout("ProposalCanceled(uint256)", _canceled),
    layout("ProposalVetoed(uint256)", _vetoed),
    layout("ProposalExtended(uint256 indexed,uint64)", extended),
    layout("ProposalDeadlineUpdated(uint256,uint64)", extended),
)
