"""What Assent has to know of a family of governors (pure)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from bot.domain.onchain.governor import (
    EVERY_ID,
    STATE_BY_NUMBER,
    Flavour,
    Governor,
    GovernorState,
    Observation,
    ProposalKey,
    QuorumRule,
)
from bot.domain.types import Address, GovernorProposalId, Timepoint, TokenUnits, UnixSeconds
from bot.gateways.chain.events.layout import Layout
from bot.gateways.chain.questions import Question, number

# What a contract answered to functions without arguments, by signature.
Probes: TypeAlias = Mapping[str, bytes | None]

# Parallel to the questions; `None` where the call was reverted.
Answers: TypeAlias = tuple[bytes | None, ...]


def _no_refusal(_probes: Probes) -> str | None:
    return None


def _nothing(_probes: Probes) -> str:
    return ""


def _counts_up(_probes: Probes) -> bool:
    return True


def _from_the_first(_probes: Probes) -> GovernorProposalId | None:
    return EVERY_ID


@dataclass(frozen=True, slots=True, kw_only=True)
class FlavourDescription:
    """How a family is known from probes, asked about a proposal, and understood.

    `refusal` says in plain words what a contract of the family lacks to be followed, or `None`.
    `questions` gets the proposal's first timepoint if it is known; with `needs_vote_start`, an
    answer without it is incomplete. Without `quorum_getters` the quorum is asked for a timepoint.
    `first_counted_at_start` says from which id on a vote weighs what it did when voting began, not
    when it was proposed; `None`: never.
    """

    flavour: Flavour
    probes: tuple[str, ...]
    token_getters: tuple[str, ...]
    needs_vote_start: bool
    is_recognised: Callable[[Probes], bool]
    refusal: Callable[[Probes], str | None] = _no_refusal
    quorum_rule: Callable[[Probes], QuorumRule]
    quorum_getters: tuple[str, ...] = ()
    guardian: Callable[[Probes], Address | None]
    version: Callable[[Probes], str] = _nothing
    is_sequential: Callable[[Probes], bool] = _counts_up
    counters: tuple[str, ...] = ()  # views of which one gives the highest id, where ids count up
    first_counted_at_start: Callable[[Probes], GovernorProposalId | None] = _from_the_first
    questions: Callable[[ProposalKey, Timepoint | None], tuple[Question, ...]]
    observation: Callable[[Governor, ProposalKey, Answers], Observation]
    layouts: tuple[Layout, ...] = ()  # of events that no other family has


def state_of(answer: bytes | None) -> GovernorState:
    """Read an answer of `state(uint256)`."""
    found = number(answer)
    if found is None or found >= len(STATE_BY_NUMBER):
        return GovernorState.UNKNOWN
    return STATE_BY_NUMBER[found]


def units_of(votes: int | None) -> TokenUnits | None:
    """Take votes as they were answered; what was not answered stays unknown."""
    return None if votes is None else TokenUnits(votes)


def timepoint_of(found: int | None) -> Timepoint | None:
    """Take a time of the governor's clock as it was answered."""
    return None if found is None else Timepoint(found)


def eta_of(found: int | None) -> UnixSeconds | None:
    """Take an eta as it was answered; that of what is not queued is zero."""
    return UnixSeconds(found) if found else None
