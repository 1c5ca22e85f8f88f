"""OpenZeppelin's Governor, versions 4 and 5, on either clock."""

from typing import Final

from bot.domain.onchain.governor import Flavour, Governor, Observation, ProposalKey, QuorumRule
from bot.domain.types import Timepoint, TokenUnits, UnixSeconds
from bot.gateways.chain.flavours.description import (
    Answers,
    FlavourDescription,
    Probes,
    state_of,
)
from bot.gateways.chain.questions import Question, number, question, text, values

# `quorum=` of COUNTING_MODE. Source: IGovernor of OpenZeppelin Contracts 5.
_RULES: Final = {"bravo": QuorumRule.FOR, "for,abstain": QuorumRule.FOR_AND_ABSTAIN}


def _counted(probes: Probes) -> str:
    mode = text(probes["COUNTING_MODE()"])
    return dict(part.partition("=")[::2] for part in mode.split("&")).get("quorum", "")


def _is_recognised(probes: Probes) -> bool:
    return text(probes["COUNTING_MODE()"]) != ""


def _refusal(probes: Probes) -> str | None:
    if _counted(probes) in _RULES:
        return None
    mode = text(probes["COUNTING_MODE()"])
    return f"an OpenZeppelin Governor that counts votes in an unknown way ({mode})"


def _quorum_rule(probes: Probes) -> QuorumRule:
    return _RULES[_counted(probes)]


def _questions(key: ProposalKey, vote_start: Timepoint | None) -> tuple[Question, ...]:
    questions = (
        question(key.governor, "state(uint256)", key.id),
        question(key.governor, "proposalVotes(uint256)", key.id),
        question(key.governor, "proposalSnapshot(uint256)", key.id),
        question(key.governor, "proposalDeadline(uint256)", key.id),
        question(key.governor, "proposalEta(uint256)", key.id),
    )
    if vote_start is None:
        return questions
    # Reverts until the vote is open (ERC5805FutureLookup): the quorum is not fixed before.
    return (*questions, question(key.governor, "quorum(uint256)", vote_start))


def _observation(_governor: Governor, key: ProposalKey, answers: Answers) -> Observation:
    state, votes, snapshot, deadline, eta, *quorum = answers
    # The order is Bravo's enum, not that of speech: against, for, abstain.
    counted = values(votes, ("uint256", "uint256", "uint256")) or (None, None, None)
    against_votes, for_votes, abstain_votes = counted
    # Both are zero for a proposal that the governor does not know.
    vote_start, vote_end = number(snapshot) or None, number(deadline) or None
    quorum_votes = number(quorum[0]) if quorum else None
    eta_seconds = number(eta)
    return Observation(
        key=key,
        state=state_of(state),
        for_votes=None if for_votes is None else TokenUnits(for_votes),
        against_votes=None if against_votes is None else TokenUnits(against_votes),
        abstain_votes=None if abstain_votes is None else TokenUnits(abstain_votes),
        quorum=None if quorum_votes is None else TokenUnits(quorum_votes),
        vote_start=None if vote_start is None else Timepoint(vote_start),
        vote_end=None if vote_end is None else Timepoint(vote_end),
        eta=UnixSeconds(eta_seconds) if eta_seconds else None,
    )


OPENZEPPELIN: Final = FlavourDescription(
    flavour=Flavour.OPENZEPPELIN,
    probes=("COUNTING_MODE()",),
    token_getters=("token()",),
    needs_vote_start=True,
    is_recognised=_is_recognised,
    refusal=_refusal,
    quorum_rule=_quorum_rule,
    questions=_questions,
    observation=_observation,
)
