"""Compound's GovernorAlpha, and Braintrust's and Uniswap's of the same kind."""

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

# GovernorAlpha.proposals: id, proposer, eta, startBlock, endBlock, forVotes, againstVotes,
# canceled, executed. GovernorBravo's has the same selector and one field more.
_PROPOSAL: Final = ("uint256", "address", *("uint256",) * 5, "bool", "bool")


def _is_recognised(probes: Probes) -> bool:
    has_quorum = number(probes["quorumVotes()"]) is not None
    return has_quorum and number(probes["initialProposalId()"]) is None


def _quorum_rule(_probes: Probes) -> QuorumRule:
    return QuorumRule.FOR


def _guardian(probes: Probes) -> Address | None:
    return contract(probes["guardian()"])


def _questions(key: ProposalKey, _vote_start: Timepoint | None) -> tuple[Question, ...]:
    return (
        question(key.governor, "state(uint256)", key.id),
        question(key.governor, "proposals(uint256)", key.id),
        question(key.governor, "quorumVotes()"),
    )


def _observation(_governor: Governor, key: ProposalKey, answers: Answers) -> Observation:
    state, proposal, quorum = answers
    fields = values(proposal, _PROPOSAL) or (None,) * len(_PROPOSAL)
    _, _, eta, start, end, for_votes, against_votes, _, _ = fields
    return Observation(
        key=key,
        state=state_of(state),
        for_votes=units_of(for_votes),
        against_votes=units_of(against_votes),
        # GovernorAlpha knows no abstention: that nobody abstained is certain.
        abstain_votes=None if for_votes is None else units_of(0),
        quorum=units_of(number(quorum)),
        vote_start=timepoint_of(start),
        vote_end=timepoint_of(end),
        eta=eta_of(eta),
    )


ALPHA: Final = FlavourDescription(
    flavour=Flavour.GOVERNOR_ALPHA,
    probes=("quorumVotes()", "initialProposalId()", "guardian()"),
    token_getters=("comp()", "uni()", "BTRST()", "token()"),
    needs_vote_start=False,
    is_recognised=_is_recognised,
    quorum_rule=_quorum_rule,
    quorum_getters=("quorumVotes()",),
    guardian=_guardian,
    counters=("proposalCount()",),
    questions=_questions,
    observation=_observation,
)
