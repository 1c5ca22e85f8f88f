"""Compound's GovernorAlpha, and Braintrust's and Uniswap's of the same kind."""

from typing import Final

from bot.domain.onchain.governor import Flavour, Governor, Observation, ProposalKey, QuorumRule
from bot.domain.types import Timepoint, TokenUnits, UnixSeconds
from bot.gateways.chain.flavours.description import (
    Answers,
    FlavourDescription,
    Probes,
    state_of,
)
from bot.gateways.chain.questions import Question, number, question, values

# GovernorAlpha.proposals: id, proposer, eta, startBlock, endBlock, forVotes, againstVotes,
# canceled, executed. GovernorBravo's has the same selector and one field more.
_PROPOSAL: Final = ("uint256", "address", *("uint256",) * 5, "bool", "bool")


def _is_recognised(probes: Probes) -> bool:
    return number(probes["quorumVotes()"]) is not None


def _refusal(probes: Probes) -> str | None:
    if number(probes["vetoer()"]) is not None:
        return "a Nouns governor, which this version cannot follow"
    if number(probes["initialProposalId()"]) is not None:
        return "a GovernorBravo, which this version cannot follow"
    return None


def _quorum_rule(_probes: Probes) -> QuorumRule:
    return QuorumRule.FOR


def _questions(key: ProposalKey, _vote_start: Timepoint | None) -> tuple[Question, ...]:
    return (
        question(key.governor, "state(uint256)", key.id),
        question(key.governor, "proposals(uint256)", key.id),
        question(key.governor, "quorumVotes()"),
    )


def _observation(_governor: Governor, key: ProposalKey, answers: Answers) -> Observation:
    state, proposal, quorum = answers
    fields = values(proposal, _PROPOSAL) or (None,) * len(_PROPOSAL)
    _, _, eta, vote_start, vote_end, for_votes, against_votes, _, _ = fields
    quorum_votes = number(quorum)
    return Observation(
        key=key,
        state=state_of(state),
        for_votes=None if for_votes is None else TokenUnits(for_votes),
        against_votes=None if against_votes is None else TokenUnits(against_votes),
        # GovernorAlpha knows no abstention: that nobody abstained is certain.
        abstain_votes=None if for_votes is None else TokenUnits(0),
        quorum=None if quorum_votes is None else TokenUnits(quorum_votes),
        vote_start=None if vote_start is None else Timepoint(vote_start),
        vote_end=None if vote_end is None else Timepoint(vote_end),
        eta=UnixSeconds(eta) if eta else None,
    )


ALPHA: Final = FlavourDescription(
    flavour=Flavour.GOVERNOR_ALPHA,
    probes=("quorumVotes()", "initialProposalId()", "vetoer()"),
    token_getters=("comp()", "uni()", "BTRST()", "token()"),
    needs_vote_start=False,
    is_recognised=_is_recognised,
    refusal=_refusal,
    quorum_rule=_quorum_rule,
    questions=_questions,
    observation=_observation,
)
