"""Records as the hub shows them: its field names, its nesting, its derived fields."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.snapshot.ledger import DAY_SECONDS, Ledger, ProposalRecord, SpaceRecord, VoteRecord

Row = Mapping[str, Any]

_LINK = "https://snapshot.box/#/s:{space}/proposal/{id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """What the hub shows of a ledger at one moment; what many rows share is made once."""

    ledger: Ledger
    now: int
    _spaces: dict[str, Row] = field(default_factory=dict)
    _proposals: dict[str, list[ProposalRecord]] = field(default_factory=dict)  # by space

    def space(self, record: SpaceRecord) -> Row:
        """Show a space."""
        known = self._spaces.get(record.id)
        if known is None:
            known = self._spaces[record.id] = self._space(record)
        return known

    def proposal(self, record: ProposalRecord) -> Row:
        """Show a proposal."""
        home = self.ledger.spaces.get(record.space.lower())
        return {
            **plain(record),
            "space": {**(self.space(home) if home else {}), "id": record.space},
            "quorumType": record.quorum_type,
            "state": record.state(self.now),
            "link": _LINK.format(space=record.space, id=record.id),
        }

    def vote(self, record: VoteRecord) -> Row:
        """Show a vote; of its proposal the id alone."""
        return {
            **plain(record),
            "space": self.space(self.ledger.spaces[record.space.lower()]),
            "proposal": {"id": record.proposal},
            "vp_state": "final",
        }

    def _space(self, record: SpaceRecord) -> Row:
        voting = record.voting
        return {
            **plain(record),
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
            **self._counters(record),
        }

    def _counters(self, record: SpaceRecord) -> Row:
        if not self._proposals:
            for each in self.ledger.proposals.values():
                self._proposals.setdefault(each.space.lower(), []).append(each)
        own = self._proposals.get(record.id.lower(), [])
        ages = [self.now - each.created for each in own]
        return {
            "activeProposals": sum(each.state(self.now) == "active" for each in own),
            "proposalsCount": len(own),
            "proposalsCount1d": sum(age < DAY_SECONDS for age in ages),
            "proposalsCount7d": sum(age < 7 * DAY_SECONDS for age in ages),
            "proposalsCount30d": sum(age < 30 * DAY_SECONDS for age in ages),
        }


def plain(record: Any) -> dict[str, Any]:
    """Show a record as it is."""
    return {name: getattr(record, name) for name in record.__slots__}
