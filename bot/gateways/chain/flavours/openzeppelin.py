"""OpenZeppelin's Governor, versions 4 and 5, on either clock and with any of its extensions."""

from typing import Final

from bot.domain.onchain.governor import Flavour, Governor, Observation, ProposalKey, QuorumRule
from bot.domain.types import Address, Timepoint
from bot.gateways.chain.flavours.bravo import BRAVO_PROPOSAL
from bot.gateways.chain.flavours.description import (
    Answers,
    FlavourDescription,
    Probes,
    eta_of,
    state_of,
    timepoint_of,
    units_of,
)
from bot.gateways.chain.questions import Question, contract, number, question, text, values

# What counts by `quorum=` of COUNTING_MODE. Source: IGovernor of OpenZeppelin Contracts 5;
# `bravo` is GovernorCompatibilityBravo's, all three are Optimism's.
_RULES: Final = {
    frozenset({"bravo"}): QuorumRule.FOR,
    frozenset({"for"}): QuorumRule.FOR,
    frozenset({"for", "abstain"}): QuorumRule.FOR_AND_ABSTAIN,
    frozenset({"against", "for", "abstain"}): QuorumRule.ALL,
}


def _counted(probes: Probes) -> frozenset[str]:
    mode = text(probes["COUNTING_MODE()"])
    parts = dict(part.partition("=")[::2] for part in mode.split("&"))
    return frozenset(part.strip() for part in parts.get("quorum", "").split(","))


def _is_recognised(probes: Probes) -> bool:
    return text(probes["COUNTING_MODE()"]) != ""


def _refusal(probes: Probes) -> str | None:
    if _counted(probes) in _RULES:
        return None
    mode = text(probes["COUNTING_MODE()"])
    return f"an OpenZeppelin Governor that counts votes in an unknown way ({mode})"


def _quorum_rule(probes: Probes) -> QuorumRule:
    return _RULES[_counted(probes)]


def _guardian(probes: Probes) -> Address | None:
    return contract(probes["proposalGuardian()"])


def _version(probes: Probes) -> str:
    if number(probes["proposalNeedsQueuing(uint256)"]) is not None:
        return "5.x"
    return "4.9" if text(probes["CLOCK_MODE()"]) else "4.x"


def _is_sequential(probes: Probes) -> bool:
    """Say whether ids count up; else they are hashes, and only logs tell which there are."""
    return any(number(probes[name]) is not None for name in _LAST_IDS)


def _questions(key: ProposalKey, vote_start: Timepoint | None) -> tuple[Question, ...]:
    questions = (
        question(key.governor, "state(uint256)", key.id),
        question(key.governor, "proposalVotes(uint256)", key.id),
        question(key.governor, "proposals(uint256)", key.id),
        question(key.governor, "proposalSnapshot(uint256)", key.id),
        question(key.governor, "proposalDeadline(uint256)", key.id),
        question(key.governor, "proposalEta(uint256)", key.id),
    )
    if vote_start is None:
        return questions
    # Reverts until the vote is open (ERC5805FutureLookup): the quorum is not fixed before.
    return (*questions, question(key.governor, "quorum(uint256)", vote_start))


def _votes(votes: bytes | None, bravo: bytes | None) -> tuple[int | None, ...]:
    """Give the votes against, for and abstaining: the order of `proposalVotes`, not of speech.

    GovernorCompatibilityBravo answers only in GovernorBravo's own way, and order.
    """
    if (counted := values(votes, ("uint256", "uint256", "uint256"))) is not None:
        return counted
    if (fields := values(bravo, BRAVO_PROPOSAL)) is not None:
        for_votes, against_votes, abstain_votes = fields[5:8]
        return against_votes, for_votes, abstain_votes
    return None, None, None


def _observation(_governor: Governor, key: ProposalKey, answers: Answers) -> Observation:
    state, votes, bravo, snapshot, deadline, eta, *quorum = answers
    against_votes, for_votes, abstain_votes = _votes(votes, bravo)
    return Observation(
        key=key,
        state=state_of(state),
        for_votes=units_of(for_votes),
        against_votes=units_of(against_votes),
        abstain_votes=units_of(abstain_votes),
        quorum=units_of(number(quorum[0])) if quorum else None,
        # Both are zero for a proposal that the governor does not know.
        vote_start=timepoint_of(number(snapshot) or None),
        vote_end=timepoint_of(number(deadline) or None),
        eta=eta_of(number(eta)),
    )


_LAST_IDS: Final = ("latestProposalId()", "getNextProposalId()")

OPENZEPPELIN: Final = FlavourDescription(
    flavour=Flavour.OPENZEPPELIN,
    probes=(
        "COUNTING_MODE()",
        "proposalNeedsQueuing(uint256)",
        "proposalGuardian()",
        *_LAST_IDS,
    ),
    token_getters=("token()",),
    needs_vote_start=True,
    is_recognised=_is_recognised,
    refusal=_refusal,
    quorum_rule=_quorum_rule,
    guardian=_guardian,
    version=_version,
    is_sequential=_is_sequential,
    counters=("latestProposalId()", "proposalCount()"),
    questions=_questions,
    observation=_observation,
)
