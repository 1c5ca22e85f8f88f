"""An off-chain vote of ours: from its notice to its result by the community's rule."""

from dataclasses import dataclass
from decimal import Decimal, localcontext
from enum import StrEnum

from bot.domain.offchain.snapshot import SignedEnvelope, SnapshotProposal, SnapshotState
from bot.domain.policy import PassRule, Policy, Step
from bot.domain.types import ProposalId, SnapshotProposalId, UnixSeconds


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the scores mean by the community's rule; `is_final` only when the scores are."""

    passed: bool
    why: str
    is_final: bool


_EXACT_DIGITS = 100  # Decimal's own 28 would round the sum of large scores


def quorum_of(observed: SnapshotProposal, policy: Policy, step: Step | None) -> Decimal | None:
    """Give the quorum that counts, in the unit of scores; `None` where there is none.

    A vote that is none of the community's own (`step` is `None`) has its space's.
    """
    own = policy.step(step).quorum if step else None
    quorum = observed.quorum if own is None else own
    return quorum if quorum > 0 else None


def outcome(observed: SnapshotProposal, policy: Policy, step: Step) -> Outcome | None:
    """Judge the scores by the policy's rule; `None` while they are unknown.

    Before the first vote the hub shows no scores: that is unknown until the scores are final, and
    then it is nobody's vote. A tie fails, and so does a win of “no change”.
    """
    if observed.privacy and not observed.scores_final:
        return None
    if len(observed.scores) != len(observed.choices):
        unheard = observed.scores_final and observed.votes == 0
        return Outcome(passed=False, why="nobody voted", is_final=True) if unheard else None
    passed, why = _by_rule(observed, policy, step)
    quorum = quorum_of(observed, policy, step)
    if quorum is not None and observed.scores_total < quorum:
        passed, why = False, "the quorum is not reached"
    return Outcome(passed=passed, why=why, is_final=observed.scores_final)


def _by_rule(observed: SnapshotProposal, policy: Policy, step: Step) -> tuple[bool, str]:
    scores = observed.scores
    if policy.step(step).pass_rule is PassRule.MAJORITY:
        with localcontext(prec=_EXACT_DIGITS):
            passed = scores[0] > sum(scores[1:])
        first = observed.choices[0]
        return passed, f"more {first} than the rest" if passed else f"no majority for {first}"
    best = max(scores)
    winners = [
        choice for choice, score in zip(observed.choices, scores, strict=True) if score == best
    ]
    if best == 0:
        return False, "nobody voted"
    if len(winners) > 1:
        return False, "a tie"
    return winners[0] != policy.no_change_choice, f"“{winners[0]}” has the most votes"


def is_open(observed: SnapshotProposal) -> bool:
    """Say whether votes are taken, by the hub's word."""
    return observed.state is SnapshotState.ACTIVE
