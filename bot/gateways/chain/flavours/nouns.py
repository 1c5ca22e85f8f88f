"""Nouns DAO and its forks: GovernorBravo with vetoes, objections and proposals that may change.

Source: Nouns' NounsDAOLogicV1 to V4 and their interfaces.
"""

from typing import Final

from bot.domain.onchain.block import Position
from bot.domain.onchain.event import ProposalUpdated
from bot.domain.onchain.governor import (
    EVERY_ID,
    Flavour,
    Governor,
    Observation,
    ProposalKey,
    QuorumRule,
)
from bot.domain.types import Address, BlockNumber, GovernorProposalId, Timepoint
from bot.gateways.chain.events.layout import Values, calls_of, layout
from bot.gateways.chain.events.parameters import parameter
from bot.gateways.chain.events.proposals import extended
from bot.gateways.chain.flavours.description import (
    Answers,
    FlavourDescription,
    Probes,
    eta_of,
    state_of,
    timepoint_of,
    units_of,
)
from bot.gateways.chain.questions import Question, contract, number, question, values

# proposals(uint256) of all versions begins with: id, proposer, proposalThreshold, quorumVotes, eta,
# startBlock, endBlock, forVotes, againstVotes, abstainVotes, canceled, vetoed, executed.
_PROPOSAL: Final = ("uint256", "address", *("uint256",) * 8, "bool", "bool", "bool")
# From version 2 on it has after them: totalSupply, creationBlock.
_PROPOSAL_V2: Final = (*_PROPOSAL, "uint256", "uint256")
# proposalsV3(uint256), from version 3 on, has after those: signers, updatePeriodEndBlock,
# objectionPeriodEndBlock, executeOnTimelockV1.
_PROPOSAL_V3: Final = (f"({','.join((*_PROPOSAL_V2, 'address[]', 'uint256', 'uint256', 'bool'))})",)
_OBJECTION_ENDS: Final = -2

# How it is told from a GovernorBravo that somebody gave a vetoer: one of these answers.
_OWN: Final = (
    "minQuorumVotes()",
    "minQuorumVotesBPS()",
    "quorumVotesBPS()",
    "proposalUpdatablePeriodInBlocks()",
)


def _is_recognised(probes: Probes) -> bool:
    # Whoever burnt the veto left the zero address behind.
    has_vetoer = number(probes["vetoer()"]) is not None
    return has_vetoer and any(number(probes[name]) is not None for name in _OWN)


def _version(probes: Probes) -> str:
    if number(probes["proposalUpdatablePeriodInBlocks()"]) is not None:
        return "V3 or later"
    return "V2" if number(probes["minQuorumVotes()"]) is not None else "V1"


def _first_counted_at_start(probes: Probes) -> GovernorProposalId | None:
    """Read from which proposal on votes weigh what they did at the start.

    Until version 3, and in it as long as the switch is zero, it is the creation that counts
    (`proposalVoteSnapshotBlock`). A version that has no switch any more knows the start alone.
    """
    if number(probes["proposalUpdatablePeriodInBlocks()"]) is None:
        return None
    switch = number(probes["voteSnapshotBlockSwitchProposalId()"])
    if switch is None:
        return EVERY_ID
    return GovernorProposalId(switch) if switch else None


def _quorum_rule(_probes: Probes) -> QuorumRule:
    return QuorumRule.FOR


def _questions(key: ProposalKey, _vote_start: Timepoint | None) -> tuple[Question, ...]:
    return (
        question(key.governor, "state(uint256)", key.id),
        question(key.governor, "proposals(uint256)", key.id),
        question(key.governor, "proposalsV3(uint256)", key.id),
        # Since version 2 the quorum is each proposal's own, and grows with the votes against it.
        question(key.governor, "quorumVotes(uint256)", key.id),
    )


def _observation(_governor: Governor, key: ProposalKey, answers: Answers) -> Observation:
    state, proposal, proposal_v3, quorum = answers
    fields = values(proposal, _PROPOSAL) or (None,) * len(_PROPOSAL)
    _, _, _, quorum_then, eta, start, end, for_votes, against_votes, abstain_votes, *_ = fields
    # Its vote starts after a time to change it and a delay, so the block follows from neither.
    second = values(proposal, _PROPOSAL_V2)
    later = values(proposal_v3, _PROPOSAL_V3)
    if later is not None and end is not None:
        end = max(end, later[0][_OBJECTION_ENDS])
    quorum_now = number(quorum)
    return Observation(
        key=key,
        state=state_of(state),
        for_votes=units_of(for_votes),
        against_votes=units_of(against_votes),
        abstain_votes=units_of(abstain_votes),
        quorum=units_of(quorum_then if quorum_now is None else quorum_now),
        vote_start=timepoint_of(start),
        vote_end=timepoint_of(end),
        eta=eta_of(eta),
        created_in=None if second is None else BlockNumber(second[-1]),
    )


def _guardian(probes: Probes) -> Address | None:
    return contract(probes["vetoer()"])


def _updated(emitter: Address, position: Position, values: Values) -> ProposalUpdated:
    id_, _, targets, amounts, signatures, calldatas, description, _ = values
    return ProposalUpdated(
        emitter=emitter,
        position=position,
        id=GovernorProposalId(id_),
        calls=calls_of(targets, amounts, signatures, calldatas),
        description=description,
    )


def _calls_updated(emitter: Address, position: Position, values: Values) -> ProposalUpdated:
    id_, _, targets, amounts, signatures, calldatas, _ = values
    return ProposalUpdated(
        emitter=emitter,
        position=position,
        id=GovernorProposalId(id_),
        calls=calls_of(targets, amounts, signatures, calldatas),
    )


def _description_updated(emitter: Address, position: Position, values: Values) -> ProposalUpdated:
    return ProposalUpdated(
        emitter=emitter,
        position=position,
        id=GovernorProposalId(values[0]),
        description=values[2],
    )


_WHOSE: Final = "uint256 indexed,address indexed"
_CALLS: Final = "address[],uint256[],string[],bytes[]"

# ProposalCreatedWithRequirements, VoteCastWithClientId and RefundableVote stand beside the events
# of all governors, and are left out so that nothing counts twice.
_LAYOUTS: Final = (
    layout(f"ProposalUpdated({_WHOSE},{_CALLS},string,string)", _updated),
    layout(f"ProposalTransactionsUpdated({_WHOSE},{_CALLS},string)", _calls_updated),
    layout(f"ProposalDescriptionUpdated({_WHOSE},string,string)", _description_updated),
    layout("ProposalObjectionPeriodSet(uint256 indexed,uint256)", extended),
    parameter("ProposalThresholdBPSSet(uint256,uint256)"),
    parameter("QuorumVotesBPSSet(uint256,uint256)"),
    parameter("MinQuorumVotesBPSSet(uint16,uint16)"),
    parameter("MaxQuorumVotesBPSSet(uint16,uint16)"),
    parameter("QuorumCoefficientSet(uint32,uint32)"),
    parameter("ObjectionPeriodDurationSet(uint32,uint32)"),
    parameter("LastMinuteWindowSet(uint32,uint32)"),
    parameter("ProposalUpdatablePeriodSet(uint32,uint32)"),
    parameter("NewVetoer(address,address)"),
    parameter("NewPendingVetoer(address,address)"),
    parameter("TimelocksAndAdminSet(address,address,address)"),
)

NOUNS: Final = FlavourDescription(
    flavour=Flavour.NOUNS,
    probes=("vetoer()", "quorumVotes()", "voteSnapshotBlockSwitchProposalId()", *_OWN),
    token_getters=("nouns()",),
    needs_vote_start=False,
    is_recognised=_is_recognised,
    quorum_rule=_quorum_rule,
    quorum_getters=("minQuorumVotes()", "quorumVotes()"),
    guardian=_guardian,
    version=_version,
    counters=("proposalCount()",),
    first_counted_at_start=_first_counted_at_start,
    questions=_questions,
    observation=_observation,
    layouts=_LAYOUTS,
)
