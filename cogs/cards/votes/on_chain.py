"""What the tally of a vote on chain says beside that of one on Snapshot."""

from typing import Final

from bot.domain.live_card import TallyCard
from bot.domain.onchain.governor import GovernorState
from cogs.cards.amounts import amount
from cogs.cards.chain.outcome import majority_missed

TO_COME: Final = frozenset({GovernorState.PENDING, GovernorState.UPDATABLE})
_STATUSES: Final = {
    GovernorState.PENDING: "not open yet",
    GovernorState.UPDATABLE: "not open yet, and may still be changed",
    GovernorState.ACTIVE: "voting open",
    GovernorState.OBJECTION_PERIOD: "open for objections alone",
    GovernorState.CANCELED: "canceled ✖",
    GovernorState.VETOED: "vetoed ✖",
    GovernorState.UNKNOWN: "its state is not known yet",
}


def status_on_chain(card: TallyCard) -> str:
    """Say where a vote on chain stands, and whether that can still be undone."""
    assert card.state is not None, "it is one on chain"
    status = _STATUSES.get(card.state, "closed")
    return f"{status}, final on chain" if card.is_finalized else status


# What came of it after the vote: it passed in all of them.
_SINCE: Final = {
    GovernorState.QUEUED: "it waits in the timelock now",
    GovernorState.EXECUTED: "it has been executed since",
    GovernorState.EXPIRED: "but nobody executed it in time, and it has expired",
}


def judged(card: TallyCard) -> str:
    """Say what became of what passed, or by what it failed, as far as the numbers tell."""
    if card.state in _SINCE:
        return f" ({_SINCE[card.state]})"
    if card.state is not GovernorState.DEFEATED:
        return ""
    parts = [_by_quorum(card), _by_majority(card)]
    told = " and ".join(part for part in parts if part)
    return f" ({told})" if told else ""


def _by_quorum(card: TallyCard) -> str:
    if card.quorum is None or card.quorum_counted is None or card.quorum_counted >= card.quorum:
        return ""
    return "the quorum was missed"


def _by_majority(card: TallyCard) -> str:
    for_votes, against_votes, *_ = (*card.scores, None, None)  # as every governor has them
    return majority_missed(for_votes, against_votes)


def needed(card: TallyCard) -> str:
    """Say how many votes more For would let it pass, where it does not."""
    if card.passed is not False or not card.needed:
        return ""
    return f" (needs {amount(card.needed, card.unit, is_rounded_up=True)} more For)"
