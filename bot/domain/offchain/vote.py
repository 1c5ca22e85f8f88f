"""An off-chain vote of ours: from its notice to its result by the community's rule."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import assert_never

from bot.domain.offchain.pass_rules import (
    Count,
    Judgement,
    count,
    is_abstention,
    leading,
    majority,
    most_votes,
    nobodys,
    rejection,
    threshold,
    turnout,
)
from bot.domain.offchain.snapshot import SignedEnvelope, SnapshotProposal, SnapshotState
from bot.domain.policy import PassRule, Policy, Step, StepPolicy
from bot.domain.share import EXACT, Share, share
from bot.domain.types import ProposalId, SnapshotProposalId, UnixSeconds

REJECTION = "rejection"  # as a space's `quorumType`
_ALL = share(1, 1)


class VoteStatus(StrEnum):
    """How far a vote has come on its way to Snapshot and back."""

    NOTICED = "noticed"  # announced; nothing is signed
    SIGNED = "signed"  # the envelope is stored; whether Snapshot has it is not known yet
    POSTED = "posted"  # read back from the hub
    DECIDED = "decided"  # the scores were final
    POSTPONED = "postponed"
    REFUSED = "refused"  # the sequencer said no for good
    DELETED = "deleted"  # it was there and the hub has it no more
    SET_ASIDE = "set aside"  # a moderator has moved its proposal on: its result does not count here
    SUPERSEDED = "superseded"  # a vote that was made outside of Assent has taken its place
    UNLINKED = "unlinked"  # it was made outside, and is not the proposal's after all
    REHEARSED = "rehearsed"  # a dry run: built and shown to moderators, neither signed nor sent


@dataclass(frozen=True, slots=True, kw_only=True)
class OffChainVote:
    """One round of one step. A postponed or refused vote is followed by the next round."""

    proposal_id: ProposalId
    step: Step
    round: int  # from 1
    status: VoteStatus
    opens_at: UnixSeconds  # when the notice is over
    envelope: SignedEnvelope | None  # `None`: not signed yet, or made outside of Assent
    snapshot_id: SnapshotProposalId | None = None  # known as soon as it is signed, or adopted
    observed: SnapshotProposal | None = None  # as the hub last showed it; kept by its id
    supply: Decimal | None = None  # of its token at its block, in the unit of scores, once read


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the scores mean by the community's rule; `is_final` only when the scores are."""

    passed: bool
    why: str
    is_final: bool


def is_by_rejection(observed: SnapshotProposal, policy: Policy, step: Step | None) -> bool:
    """Say whether the quorum that counts is one of votes against: then those alone decide."""
    is_the_spaces = step is None or policy.step(step).quorum is None
    is_asked = observed.quorum_type == REJECTION and observed.quorum > 0
    return is_the_spaces and is_asked and len(observed.choices) > 1


def supply_share(policy: Policy, step: Step | None) -> Share | None:
    """Give the share of the token's supply that the quorum is, where it is one."""
    quorum = policy.step(step).quorum if step else None
    return quorum if isinstance(quorum, Share) else None


def quorum_of(
    observed: SnapshotProposal,
    policy: Policy,
    step: Step | None,
    supply: Decimal | None = None,
) -> Decimal | None:
    """Give the quorum that counts, in the unit of scores; `None` where there is none.

    A vote that is none of the community's own (`step` is `None`) has its space's. A share of a
    supply that is not known is `None` as well: `supply_share` tells the two apart.
    """
    own = policy.step(step).quorum if step else None
    if isinstance(own, Share):
        return None if supply is None else own.of(supply)
    quorum = observed.quorum if own is None else own
    return quorum if quorum > 0 else None


def counted_to_quorum(
    observed: SnapshotProposal, policy: Policy, step: Step | None
) -> Decimal | None:
    """Give what has been cast of what the quorum asks for; `None` while that is not known.

    Of a shielded vote the total is known before its scores are.
    """
    heard = _heard(observed)
    if is_by_rejection(observed, policy, step):
        return None if heard is None else heard[1]
    abstain_counts = step is None or policy.step(step).abstain_counts
    if heard is not None:
        return turnout(observed, heard, abstain_counts=abstain_counts)
    has_a_total = len(observed.scores) == len(observed.choices)
    is_told_apart = not abstain_counts and any(map(is_abstention, observed.choices[1:]))
    return observed.scores_total if has_a_total and not is_told_apart else None


def quorum_reached(
    observed: SnapshotProposal, policy: Policy, step: Step | None, supply: Decimal | None = None
) -> bool | None:
    """Say whether the quorum is reached; `None` where there is none, or it is not known.

    One of votes against is not there to be reached: it is none in this sense.
    """
    if is_by_rejection(observed, policy, step):
        return None
    quorum = quorum_of(observed, policy, step, supply)
    counted = counted_to_quorum(observed, policy, step)
    return None if quorum is None or counted is None else counted >= quorum


def quorum_missing(
    observed: SnapshotProposal, policy: Policy, step: Step | None, supply: Decimal | None = None
) -> Decimal | None:
    """Give what the quorum still lacks; `None` where nothing is known to be missing."""
    if quorum_reached(observed, policy, step, supply) is not False:
        return None
    quorum = quorum_of(observed, policy, step, supply)
    counted = counted_to_quorum(observed, policy, step)
    assert quorum is not None, "only what is known is not reached"
    assert counted is not None, "only what is known is not reached"
    return EXACT.subtract(quorum, counted)


def outcome(
    observed: SnapshotProposal, policy: Policy, step: Step, supply: Decimal | None = None
) -> Outcome | None:
    """Judge the scores by the policy's rule; `None` while they, or the quorum, are unknown.

    Before the first vote the hub shows no scores: that is unknown until the scores are final, and
    then it is nobody's vote. A tie fails, and so does a win of “no change”. `supply` is that of
    the space's token at the vote's block, in the unit of scores.
    """
    heard = _heard(observed)
    if heard is None or (supply_share(policy, step) is not None and supply is None):
        return None
    judged = _judged(observed, heard, policy, step, supply)
    return Outcome(passed=judged.passed, why=judged.why, is_final=observed.scores_final)


def leader(observed: SnapshotProposal) -> str:
    """Give the choice that leads, by the hub's scores; `""` in a tie or while it is not known."""
    heard = _heard(observed)
    return "" if heard is None else leading(observed.choices, heard)


def _heard(observed: SnapshotProposal) -> tuple[Decimal, ...] | None:
    """Give the scores that may be judged; `None` while they are shielded or not known."""
    if observed.privacy and not observed.scores_final:
        return None
    if len(observed.scores) == len(observed.choices):
        return observed.scores or None
    is_unheard = observed.scores_final and observed.votes == 0
    return (Decimal(0),) * len(observed.choices) if is_unheard and observed.choices else None


def _judged(
    observed: SnapshotProposal,
    heard: tuple[Decimal, ...],
    policy: Policy,
    step: Step,
    supply: Decimal | None,
) -> Judgement:
    quorum = quorum_of(observed, policy, step, supply)
    if is_by_rejection(observed, policy, step):
        assert quorum is not None, "a quorum of votes against is more than 0"
        return rejection(observed.choices[1], heard[1], quorum)
    if not observed.scores:
        return nobodys()
    rules = policy.step(step)
    if quorum is not None:
        cast = turnout(observed, heard, abstain_counts=rules.abstain_counts)
        if cast < quorum:
            return nobodys("the quorum is not reached")
    counted = count(observed, heard, abstain_counts=rules.abstain_counts)
    return _by_rule(counted, rules, policy.no_change_choice)


def _by_rule(counted: Count, rules: StepPolicy, no_change: str) -> Judgement:
    match rules.pass_rule:
        case PassRule.MAJORITY:
            return majority(counted, no_change)
        case PassRule.MOST_VOTES:
            return most_votes(counted, no_change)
        case PassRule.AT_LEAST | PassRule.MORE_THAN:
            needed = rules.threshold or _ALL
            is_exclusive = rules.pass_rule is PassRule.MORE_THAN
            return threshold(counted, no_change, needed, is_exclusive=is_exclusive)
        case _:
            assert_never(rules.pass_rule)


def is_open(observed: SnapshotProposal) -> bool:
    """Say whether votes are taken, by the hub's word."""
    return observed.state is SnapshotState.ACTIVE
