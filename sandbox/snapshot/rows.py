"""Records as the hub shows them: its field names, its nesting, its derived fields."""

from dataclasses import asdict
from typing import Any

from sandbox.snapshot.ledger import (
    AliasRecord,
    Ledger,
    MessageRecord,
    ProposalRecord,
    SpaceRecord,
    VoteRecord,
)
from sandbox.snapshot.paging import Row

_LINK = "https://snapshot.box/#/s:{space}/proposal/{id}"


def space(ledger: Ledger, record: SpaceRecord, now: int) -> Row:
    """Show a space."""
    own = [each for each in ledger.proposals.values() if each.space.lower() == record.id]
    voting = record.voting
    return {
        **asdict(record),
        "about": "",
        "plugins": {},
        "filters": {
            "minScore": (record.validation.get("params") or {}).get("minScore") or 0,
            "onlyMembers": record.only_members,
        },
        "voting": {
            "delay": voting.get("delay"),
            "period": voting.get("period"),
            "type": voting.get("type"),
            "quorum": voting.get("quorum"),
            "quorumType": voting.get("quorumType", "default"),
            "blind": False,
            "hideAbstain": voting.get("hideAbstain", False),
            "privacy": voting.get("privacy") or "",
            "aliased": False,
        },
        "voteValidation": record.vote_validation,
        "activeProposals": sum(each.state(now) == "active" for each in own),
        "proposalsCount": len(own),
    }


def proposal(ledger: Ledger, record: ProposalRecord, now: int) -> Row:
    """Show a proposal."""
    home = ledger.spaces.get(record.space.lower())
    return {
        **asdict(record),
        "space": {**(space(ledger, home, now) if home else {}), "id": record.space},
        "quorumType": record.quorum_type,
        "state": record.state(now),
        "link": _LINK.format(space=record.space, id=record.id),
    }


def vote(ledger: Ledger, record: VoteRecord, now: int) -> Row:
    """Show a vote."""
    home = ledger.spaces[record.space.lower()]
    on = ledger.proposals.get(record.proposal)
    return {
        **asdict(record),
        "space": space(ledger, home, now),
        "proposal": proposal(ledger, on, now) if on else None,
        "vp_state": "final",
    }


def plain(record: AliasRecord | MessageRecord) -> dict[str, Any]:
    """Show a record that the hub shows as it is."""
    return asdict(record)
