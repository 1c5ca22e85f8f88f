"""Votes and voting power in the hub's answers, as our values. Pure."""

from typing import Any

from bot.domain.offchain.ballot import Ballot, Choice, VotingPower, Weights
from bot.domain.types import Address, SnapshotProposalId, UnixSeconds
from bot.gateways.snapshot import fields
from bot.gateways.snapshot.wire import Wire

VOTES = """query (
  $first: Int!, $skip: Int!, $by: String!, $to: OrderDirection!, $where: VoteWhere!
) {
  votes(first: $first, skip: $skip, orderBy: $by, orderDirection: $to, where: $where) {
    id ipfs voter created choice vp reason proposal { id }
  }
}"""
POWER = """query ($voter: String!, $space: String!, $proposal: String!) {
  vp(voter: $voter, space: $space, proposal: $proposal) { vp vp_by_strategy vp_state }
}"""


def ballot(row: Wire) -> Ballot:
    """Read a vote; what is malformed raises one of the errors that `wire.several` catches."""
    return Ballot(
        id=fields.text(row["id"]),
        proposal_id=SnapshotProposalId(fields.text((row["proposal"] or {}).get("id", ""))),
        voter=fields.text(row["voter"]),
        created=UnixSeconds(fields.integer(row["created"])),
        choice=_choice(row["choice"]),
        power=fields.number(row["vp"]),
        reason=fields.text(row["reason"] or ""),
        ipfs=fields.text(row["ipfs"] or ""),
    )


def _choice(value: Any) -> Choice:
    """Read a choice, whose shape is the voting type's; a ciphertext or anything else is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, list) and all(isinstance(each, int) for each in value):
        return tuple(value)
    if isinstance(value, dict) and all(key.isdecimal() for key in value):
        return Weights(
            by_choice=tuple((int(key), fields.number(each)) for key, each in value.items())
        )
    return None


def voting_power(row: Wire, address: Address) -> VotingPower:
    """Read what an address can cast; what is malformed raises as in `ballot`."""
    return VotingPower(
        address=address,
        total=fields.number(row["vp"]),
        by_strategy=tuple(fields.number(each) for each in row["vp_by_strategy"] or ()),
        is_final=row["vp_state"] == "final",
    )
