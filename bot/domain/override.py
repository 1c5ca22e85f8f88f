"""Where a moderator may put a proposal by their own word, outside of the usual steps."""

from bot.domain.errors import Refusal
from bot.domain.lifecycle import NOTICED, STEP_OF, VOTING, Phase
from bot.domain.policy import Policy, Step
from bot.domain.proposal import Proposal

_FACTS_ONLY = {
    **dict.fromkeys(
        NOTICED, "a vote is announced with its date: set the draft, then /proposal publish"
    ),
    **dict.fromkeys(VOTING, "only Snapshot opens a vote: set the draft, then /proposal publish"),
    Phase.ON_CHAIN: "it needs a proposal on chain: set “passed”, then /proposal relink",
    Phase.MERGED: "it needs the idea that it becomes part of: /idea merge",
}
_STEPS = {
    **STEP_OF,
    Phase.TEMPERATURE_FAILED: Step.TEMPERATURE,
    Phase.CONSENSUS_FAILED: Step.CONSENSUS,
}


def check_override(proposal: Proposal, phase: Phase, policy: Policy) -> None:
    """Refuse a status that would not be true.

    Raises:
        Refusal: Only facts can bring it, this community has no such vote, or it is so already.
    """
    if phase in _FACTS_ONLY:
        raise Refusal(
            f"“{phase}” cannot be set: {_FACTS_ONLY[phase]}. {proposal.reference} stays as it is."
        )
    if proposal.phase is phase:
        raise Refusal(f"{proposal.reference} stands at “{phase}” already; nothing was changed.")
    step = _STEPS.get(phase)
    if step is not None and step not in policy.steps:
        raise Refusal(
            f"This community has no {policy.step(step).name} (votes.steps in its policy), so "
            f"“{phase}” cannot be set. {proposal.reference} stays as it is."
        )
