"""The votes on a proposal: which choice is taken, and what the proposal shows of them."""

import json
from decimal import Decimal
from typing import Any

from sandbox.snapshot import shutter, voting
from sandbox.snapshot.ledger import ProposalRecord, VoteRecord
from sandbox.snapshot.voting import Ballot


def is_sealed(proposal: ProposalRecord) -> bool:
    """Tell whether the choices made here cannot be read, or not yet."""
    return proposal.privacy == shutter.PRIVACY and not proposal.is_unsealed


def is_valid(proposal: ProposalRecord, choice: Any) -> bool:
    """Tell whether a choice may be cast: a ciphertext where votes are shielded, else a choice."""
    if proposal.privacy == shutter.PRIVACY:
        return shutter.is_ciphertext(choice)
    return voting.fits(proposal.type, choice, len(proposal.choices))


def parsed(kind: str, choice: Any, *, is_private: bool) -> Any:
    """Read the choice of a `vote-string`, which is JSON unless it is a ciphertext.

    Raises:
        ValueError: It is neither.
    """
    return choice if kind != "vote-string" or is_private else json.loads(choice)


def count(proposal: ProposalRecord, votes: list[VoteRecord]) -> None:
    """Write what the votes add up to into the proposal.

    The total is of all votes, but in a Copeland vote of those that can be read. Before the key of
    a shielded vote is released, none can: all scores are nought.
    """
    valid = [vote for vote in votes if _is_readable(proposal, vote)]
    totalled = valid if proposal.type == "copeland" and not is_sealed(proposal) else votes
    found = voting.scores(
        proposal.type,
        len(proposal.choices),
        len(proposal.strategies),
        [
            Ballot(choice=vote.choice, power=vote.vp, by_strategy=vote.vp_by_strategy)
            for vote in valid
        ],
    )
    proposal.votes = len(votes)
    proposal.scores = found.scores
    proposal.scores_by_strategy = found.by_strategy
    proposal.scores_total = sum((vote.vp for vote in totalled), Decimal(0))


def unseal(proposal: ProposalRecord, votes: list[VoteRecord]) -> None:
    """Open shielded votes for good; what was no ciphertext stays as it is, and counts for none."""
    proposal.is_unsealed = True
    for vote in votes:
        try:
            vote.choice = shutter.decrypt(proposal.id, vote.choice)
        except ValueError:
            continue


def _is_readable(proposal: ProposalRecord, vote: VoteRecord) -> bool:
    return not is_sealed(proposal) and voting.fits(
        proposal.type, vote.choice, len(proposal.choices)
    )
