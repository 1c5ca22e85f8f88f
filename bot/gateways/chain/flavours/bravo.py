"""Compound's GovernorBravo, which lives behind a delegator, and those made after it."""

from typing import Final

from bot.domain.onchain.governor import Flavour, Governor, Observation, ProposalKey, QuorumRule
from bot.domain.types import Address, Timepoint
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

# GovernorBravo.proposals: id, proposer, eta, startBlock, endBlock, forVotes, againstVotes,
# abstainVotes, canceled, executed. GovernorAlpha's has the same selector and one field less.
BRAVO_PROPOSAL: Final = ("uint256", "address", *("uint256",) * 6, "bool", "bool")


def _is_recognised(probes: Probes) -> bool:
    has_quorum = number(probes["quorumVotes()"]) is not None
    return has_quorum and number(probes["initialProposalId()"]) is not None


def _refusal(probes: Probes) -> str | None:
    if number(probes["initialProposalId()"]):
        return None
    return (
        "a GovernorBravo that does not work yet: its admin has to call `_initiate` before anybody"
        " can propose"
    )


def _quorum_rule(_probes: Probes) -> QuorumRule:
    return QuorumRule.FOR


def _guardian(probes: Probes) -> Address | None:
    return contract(probes["whitelistGuardian()"])


def _questions(key: ProposalKey, _vote_start: Timepoint | None) -> tuple[Question, ...]:
    return (
        question(key.governor, "state(uint256)", key.id),
        question(key.governor, "proposals(uint256)", key.id),
        question(key.governor, "quorumVotes()"),
    )


def _observation(_governor: Governor, key: ProposalKey, answers: Answers) -> Observation:
    state, proposal, quorum = answers
    fields = values(proposal, BRAVO_PROPOSAL) or (None,) * len(BRAVO_PROPOSAL)
    # In the order of speech: for, against, abstain. OpenZeppelin's proposalVotes has another.
    _, _, eta, start, end, for_votes, against_votes, abstain_votes, _, _ = fields
    return Observation(
        key=key,
        state=state_of(state),
        for_votes=units_of(for_votes),
        against_votes=units_of(against_votes),
        abstain_votes=units_of(abstain_votes),
        quorum=units_of(number(quorum)),  # of all proposals, whenever they were made
        vote_start=timepoint_of(start),
        vote_end=timepoint_of(end),
        eta=eta_of(eta),
    )


BRAVO: Final = FlavourDescription(
    flavour=Flavour.GOVERNOR_BRAVO,
    probes=("quorumVotes()", "initialProposalId()", "whitelistGuardian()"),
    token_getters=("comp()", "uni()", "token()"),
    needs_vote_start=False,
    is_recognised=_is_recognised,
    refusal=_refusal,
    quorum_rule=_quorum_rule,
    quorum_getters=("quorumVotes()",),
    guardian=_guardian,
    counters=("proposalCount()",),
    questions=_questions,
    observation=_observation,
)
