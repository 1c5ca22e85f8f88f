"""The life of a proposal, as far as it is ours to decide: one table.

On chain the governor decides; there the phase is `ON_CHAIN` and the state is asked, not stepped.
"""

from enum import StrEnum

from bot.domain.errors import IllegalTransitionError
from bot.domain.policy import Policy, Step


class Phase(StrEnum):
    """Where a proposal stands in our own life cycle."""

    IDEA = "idea"
    READY = "ready"
    TEMPERATURE_DRAFT = "temperature draft"
    TEMPERATURE_NOTICE = "temperature notice"
    TEMPERATURE_CHECK = "temperature check"
    CONSENSUS_DRAFT = "consensus draft"
    CONSENSUS_NOTICE = "consensus notice"
    CONSENSUS_CHECK = "consensus check"
    PASSED = "passed"
    ON_CHAIN = "on chain"
    IMPLEMENTED = "implemented"
    PARKED = "parked"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    TEMPERATURE_FAILED = "temperature failed"
    CONSENSUS_FAILED = "consensus failed"


class Move(StrEnum):
    """What can happen to a proposal."""

    BECOME_READY = "make it ready"
    PROMOTE = "promote it"
    PROMOTE_TO_ONE_VOTE = "promote it to its one vote"
    PROMOTE_TO_CHAIN = "promote it to be put on chain"
    GIVE_NOTICE = "give notice"
    POSTPONE = "postpone it"
    OPEN_VOTE = "open the vote"
    ADOPT = "take over a vote made elsewhere"
    PASS = "let it pass"  # noqa: S105 - a vote passes; no secret
    FAIL = "let it fail"
    LINK = "link it on chain"
    UNLINK = "unlink it"
    IMPLEMENT = "call it implemented"
    PARK = "park it"
    REJECT = "reject it"
    WITHDRAW = "withdraw it"
    MERGE = "merge it"
    REOPEN = "reopen it"


_P, _M = Phase, Move
# The law: a pair that is not here is illegal, and an illegal move changes nothing. `READY` is
# one-way: support that falls again takes nobody back to `IDEA`.
TRANSITIONS: dict[tuple[Phase, Move], Phase] = {
    (_P.IDEA, _M.BECOME_READY): _P.READY,
    (_P.IDEA, _M.PARK): _P.PARKED,
    (_P.IDEA, _M.REJECT): _P.REJECTED,
    (_P.IDEA, _M.WITHDRAW): _P.WITHDRAWN,
    (_P.IDEA, _M.MERGE): _P.MERGED,
    (_P.READY, _M.PROMOTE): _P.TEMPERATURE_DRAFT,
    (_P.READY, _M.PROMOTE_TO_ONE_VOTE): _P.CONSENSUS_DRAFT,
    (_P.READY, _M.PROMOTE_TO_CHAIN): _P.PASSED,
    (_P.READY, _M.PARK): _P.PARKED,
    (_P.READY, _M.REJECT): _P.REJECTED,
    (_P.READY, _M.WITHDRAW): _P.WITHDRAWN,
    (_P.READY, _M.MERGE): _P.MERGED,
    (_P.PARKED, _M.REOPEN): _P.IDEA,
    (_P.PARKED, _M.WITHDRAW): _P.WITHDRAWN,
    (_P.PARKED, _M.MERGE): _P.MERGED,
    (_P.REJECTED, _M.REOPEN): _P.IDEA,
    (_P.WITHDRAWN, _M.REOPEN): _P.IDEA,
    (_P.MERGED, _M.REOPEN): _P.IDEA,
    (_P.TEMPERATURE_DRAFT, _M.GIVE_NOTICE): _P.TEMPERATURE_NOTICE,
    (_P.TEMPERATURE_DRAFT, _M.REJECT): _P.REJECTED,
    (_P.TEMPERATURE_DRAFT, _M.WITHDRAW): _P.WITHDRAWN,
    (_P.TEMPERATURE_DRAFT, _M.ADOPT): _P.TEMPERATURE_CHECK,
    (_P.TEMPERATURE_NOTICE, _M.ADOPT): _P.TEMPERATURE_CHECK,
    (_P.TEMPERATURE_NOTICE, _M.POSTPONE): _P.TEMPERATURE_DRAFT,
    (_P.TEMPERATURE_NOTICE, _M.OPEN_VOTE): _P.TEMPERATURE_CHECK,
    (_P.TEMPERATURE_CHECK, _M.PASS): _P.CONSENSUS_DRAFT,
    (_P.TEMPERATURE_CHECK, _M.FAIL): _P.TEMPERATURE_FAILED,
    (_P.TEMPERATURE_CHECK, _M.POSTPONE): _P.TEMPERATURE_DRAFT,  # deleted on Snapshot, or unlinked
    (_P.CONSENSUS_DRAFT, _M.GIVE_NOTICE): _P.CONSENSUS_NOTICE,
    (_P.CONSENSUS_DRAFT, _M.REJECT): _P.REJECTED,
    (_P.CONSENSUS_DRAFT, _M.WITHDRAW): _P.WITHDRAWN,
    (_P.CONSENSUS_DRAFT, _M.ADOPT): _P.CONSENSUS_CHECK,
    (_P.CONSENSUS_NOTICE, _M.ADOPT): _P.CONSENSUS_CHECK,
    (_P.CONSENSUS_NOTICE, _M.POSTPONE): _P.CONSENSUS_DRAFT,
    (_P.CONSENSUS_NOTICE, _M.OPEN_VOTE): _P.CONSENSUS_CHECK,
    (_P.CONSENSUS_CHECK, _M.PASS): _P.PASSED,
    (_P.CONSENSUS_CHECK, _M.FAIL): _P.CONSENSUS_FAILED,
    (_P.CONSENSUS_CHECK, _M.POSTPONE): _P.CONSENSUS_DRAFT,  # deleted on Snapshot, or unlinked
    (_P.PASSED, _M.LINK): _P.ON_CHAIN,
    (_P.PASSED, _M.IMPLEMENT): _P.IMPLEMENTED,
    (_P.ON_CHAIN, _M.LINK): _P.ON_CHAIN,  # a second try on chain
    (_P.ON_CHAIN, _M.UNLINK): _P.PASSED,
}

# Ended here means: nothing more will happen by itself and no command moves it on.
ENDED = frozenset(Phase) - {phase for phase, _ in TRANSITIONS}

STEP_OF: dict[Phase, Step] = {
    _P.TEMPERATURE_DRAFT: Step.TEMPERATURE,
    _P.TEMPERATURE_NOTICE: Step.TEMPERATURE,
    _P.TEMPERATURE_CHECK: Step.TEMPERATURE,
    _P.CONSENSUS_DRAFT: Step.CONSENSUS,
    _P.CONSENSUS_NOTICE: Step.CONSENSUS,
    _P.CONSENSUS_CHECK: Step.CONSENSUS,
}
GATHERING = frozenset({_P.IDEA, _P.READY})
DRAFTING = frozenset({_P.TEMPERATURE_DRAFT, _P.CONSENSUS_DRAFT})
NOTICED = frozenset({_P.TEMPERATURE_NOTICE, _P.CONSENSUS_NOTICE})
VOTING = frozenset({_P.TEMPERATURE_CHECK, _P.CONSENSUS_CHECK})
CLOSED = ENDED | {_P.REJECTED, _P.WITHDRAWN, _P.MERGED}  # nobody waits for anything here

PROMOTIONS = frozenset({_M.PROMOTE, _M.PROMOTE_TO_ONE_VOTE, _M.PROMOTE_TO_CHAIN})
# What somebody has done who made the move: `@ana promoted it`.
_DONE: dict[Move, str] = {
    **dict.fromkeys(PROMOTIONS, "promoted"),
    _M.GIVE_NOTICE: "announced the vote of",
    _M.POSTPONE: "postponed",
    _M.ADOPT: "linked a vote to",
    _M.IMPLEMENT: "saw to the end of",
    _M.PARK: "parked",
    _M.REJECT: "rejected",
    _M.WITHDRAW: "withdrew",
    _M.MERGE: "merged",
    _M.REOPEN: "reopened",
}
_REACHED: dict[Phase, Move] = {
    _P.TEMPERATURE_DRAFT: _M.PROMOTE,
    _P.PARKED: _M.PARK,
    _P.REJECTED: _M.REJECT,
    _P.WITHDRAWN: _M.WITHDRAW,
    _P.MERGED: _M.MERGE,
    _P.IDEA: _M.REOPEN,
}


def promotion(policy: Policy) -> Move:
    """Say which move promotes an idea: it leads to the first of the community's votes."""
    if Step.TEMPERATURE in policy.steps:
        return Move.PROMOTE
    return Move.PROMOTE_TO_ONE_VOTE if policy.steps else Move.PROMOTE_TO_CHAIN


def deed(phase: Phase, attempted: Move) -> str:
    """Say what somebody did who brought a proposal here before another could: `promoted`.

    If the attempted move leads here too, that is what they did.
    """
    leads_here = any(to is phase for (_, move), to in TRANSITIONS.items() if move is attempted)
    made = attempted if leads_here else _REACHED.get(phase)
    return _DONE.get(made, "moved on") if made else "moved on"


def transition(phase: Phase, move: Move) -> Phase:
    """Say where the move leads.

    Raises:
        IllegalTransitionError: The table has no such move.
    """
    try:
        return TRANSITIONS[phase, move]
    except KeyError:
        raise IllegalTransitionError(
            f"This is not possible now: the proposal stands at “{phase}”, and from there nobody "
            f"can {move}. Somebody may have been faster; /proposal show tells what comes next."
        ) from None
