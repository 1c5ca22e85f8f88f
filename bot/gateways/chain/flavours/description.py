"""What Assent has to know of a family of governors."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from bot.domain.onchain.governor import (
    STATE_BY_NUMBER,
    Flavour,
    Governor,
    GovernorState,
    Observation,
    ProposalKey,
    QuorumRule,
)
from bot.domain.types import Timepoint
from bot.gateways.chain.questions import Question, number

# What a contract answered to functions without arguments, by signature.
Probes: TypeAlias = Mapping[str, bytes | None]

# Parallel to the questions; `None` where the call was reverted.
Answers: TypeAlias = tuple[bytes | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlavourDescription:
    """How a family is known from probes, asked about a proposal, and understood.

    `refusal` says in plain words what a contract of the family lacks to be followed, or `None`.
    `questions` gets the proposal's first timepoint if it is known; with `needs_vote_start`, an
    answer without it is incomplete.
    """

    flavour: Flavour
    probes: tuple[str, ...]
    token_getters: tuple[str, ...]
    needs_vote_start: bool
    is_recognised: Callable[[Probes], bool]
    refusal: Callable[[Probes], str | None]
    quorum_rule: Callable[[Probes], QuorumRule]
    questions: Callable[[ProposalKey, Timepoint | None], tuple[Question, ...]]
    observation: Callable[[Governor, ProposalKey, Answers], Observation]


def state_of(answer: bytes | None) -> GovernorState:
    """Read an answer of `state(uint256)`."""
    found = number(answer)
    if found is None or found >= len(STATE_BY_NUMBER):
        return GovernorState.UNKNOWN
    return STATE_BY_NUMBER[found]
