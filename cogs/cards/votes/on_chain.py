"""What the tally of a vote on chain says beside that of one on Snapshot."""

from typing import Final

from bot.domain.live_card import TallyCard
from bot.domain.onchain.governor import GovernorState
from cogs.cards.amounts import amount

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


def needed(card: TallyCard) -> str:
    """Say how many votes more For would let it pass, where it does not."""
    if card.passed is not False or not card.needed:
        return ""
    return f" (needs {amount(card.needed, card.unit, is_rounded_up=True)} more For)"
