"""The voting systems: which choice is one, and what the votes add up to."""

import json
from decimal import Decimal
from typing import Any

from sandbox.snapshot.ledger import ProposalRecord, VoteRecord

ONE_CHOICE = {"single-choice", "basic"}
RANKINGS = {"ranked-choice", "copeland"}
SHARES = {"weighted", "quadratic"}
TYPES = ONE_CHOICE | RANKINGS | SHARES | {"approval", "custom"}

# Counted here; of the other systems the votes and their total are kept, but no scores.
COUNTED = ONE_CHOICE | {"approval"}

SHUTTER = "shutter"


def is_valid(proposal: ProposalRecord, choice: Any) -> bool:
    """Tell whether a choice fits the proposal's voting system; choices count from 1."""
    if proposal.privacy == SHUTTER:
        return isinstance(choice, str) and choice.startswith("0x")
    if proposal.type in ONE_CHOICE:
        return _is_option(choice, len(proposal.choices))
    if proposal.type in SHARES:
        return _are_shares(choice, len(proposal.choices))
    if not _are_options(choice, len(proposal.choices)):
        return False
    return proposal.type == "approval" or len(choice) == len(proposal.choices)


def parsed(kind: str, choice: Any, *, is_private: bool) -> Any:
    """Read the choice of a `vote-string`, which is JSON unless it is a ciphertext.

    Raises:
        ValueError: It is neither.
    """
    return choice if kind != "vote-string" or is_private else json.loads(choice)


def count(proposal: ProposalRecord, votes: list[VoteRecord]) -> None:
    """Write what the votes add up to into the proposal."""
    proposal.votes = len(votes)
    proposal.scores_total = sum((vote.vp for vote in votes), Decimal(0))
    if proposal.privacy == SHUTTER:
        proposal.scores_by_strategy = _zeros(proposal)
    elif proposal.type in COUNTED:
        proposal.scores_by_strategy = _scores_by_strategy(proposal, votes)
    else:
        return
    proposal.scores = [sum(row, Decimal(0)) for row in proposal.scores_by_strategy]


def _scores_by_strategy(proposal: ProposalRecord, votes: list[VoteRecord]) -> list[list[Decimal]]:
    rows = _zeros(proposal)
    for vote in votes:
        picked = [vote.choice] if proposal.type in ONE_CHOICE else vote.choice
        for option in picked:
            row = rows[option - 1]
            for index, power in enumerate(vote.vp_by_strategy):
                row[index] += power
    return rows


def _zeros(proposal: ProposalRecord) -> list[list[Decimal]]:
    return [[Decimal(0)] * len(proposal.strategies) for _ in proposal.choices]


def _is_option(value: Any, count_: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= count_


def _are_options(values: Any, count_: int) -> bool:
    if not isinstance(values, list):
        return False
    return all(_is_option(value, count_) for value in values) and len(set(values)) == len(values)


def _are_shares(shares: Any, count_: int) -> bool:
    if not isinstance(shares, dict) or not shares:
        return False
    options = {str(option) for option in range(1, count_ + 1)}
    weights = list(shares.values())
    return (
        shares.keys() <= options
        and all(isinstance(weight, int | float) and weight >= 0 for weight in weights)
        and sum(weights) > 0
    )
