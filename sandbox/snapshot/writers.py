"""What each kind of message does: checks first, and an effect that is applied once it is pinned."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from eth_utils.address import is_checksum_address

from sandbox.snapshot import ballots, formats, power, shutter
from sandbox.snapshot.exchange import BrokenError, RefusedError
from sandbox.snapshot.ledger import (
    AliasRecord,
    Ledger,
    ProposalRecord,
    SpaceRecord,
    VoteRecord,
)
from sandbox.snapshot.proposing import json_or_nothing, kebab, privacy_of, stored
from sandbox.snapshot.rules import Candidate, require_acceptable, wrong_privacy

_METADATA_LIMIT = 2000
_REASON_LIMIT = 5000
_APP_LIMIT = 24

Effect = Callable[[str], None]  # takes the address of the pinned document


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A message whose signature is true, and the world it arrives in."""

    id: str
    kind: str
    message: dict[str, Any]
    ledger: Ledger
    now: int
    block_number: int
    first_block: int

    @property
    def space(self) -> SpaceRecord:
        """The space the message names; the envelope's checks found it."""
        found = self.ledger.space(self.message["space"])
        assert found is not None
        return found

    @property
    def proposal(self) -> ProposalRecord:
        """The proposal the message names.

        Raises:
            RefusedError: There is none in this space.
        """
        found = self.ledger.proposal(self.message["space"], self.message["proposal"])
        if found is None:
            raise RefusedError("unknown proposal")
        return found


def write(entry: Entry) -> Effect:
    """Check a message by the rules of its kind and give its effect.

    Raises:
        RefusedError: The first rule that is broken, in the sequencer's words.
    """
    return _WRITERS[entry.kind](entry)


def _write_proposal(entry: Entry) -> Effect:
    require_acceptable(
        Candidate(
            message=entry.message,
            space=entry.space,
            ledger=entry.ledger,
            now=entry.now,
            block_number=entry.block_number,
            first_block=entry.first_block,
        )
    )

    def store(ipfs: str) -> None:
        proposal = stored(entry.space, entry.message, entry.id, ipfs)
        proposal.flagged = any(link in proposal.body for link in entry.ledger.flagged_links)
        entry.ledger.proposals[entry.id] = proposal

    return store


def _write_update(entry: Entry) -> Effect:
    message = entry.message
    if not formats.is_update(message):
        raise RefusedError("wrong proposal format")
    proposal = entry.proposal
    refusal = _update_refusal(entry, proposal)
    if refusal:
        raise RefusedError(refusal)

    def change(ipfs: str) -> None:
        proposal.ipfs = ipfs
        proposal.updated = message["timestamp"]
        proposal.type = message["type"]
        proposal.title = message["title"]
        proposal.body = message["body"]
        proposal.discussion = message["discussion"]
        proposal.choices = list(message["choices"])
        proposal.labels = list(message["labels"])
        proposal.plugins = json_or_nothing(message["plugins"])
        proposal.privacy = privacy_of(entry.space, message)

    return change


def _update_refusal(entry: Entry, proposal: ProposalRecord) -> str | None:
    message, type_ = entry.message, entry.message["type"]
    if entry.now >= proposal.start:
        return "proposal already started"
    if type_ == "basic" and len(message["choices"]) not in {2, 3}:
        return f'wrong choices for "{type_}" type voting'
    if message["from"] != proposal.author:
        return "Not the author"
    is_mismatch = entry.space.voting.get("type") not in {None, "", type_}
    return wrong_privacy(entry.space, message) or (
        "space voting type mismatch" if is_mismatch else None
    )


def _write_deletion(entry: Entry) -> Effect:
    proposal = entry.proposal
    sender = entry.message["from"]
    if sender != proposal.author and sender.lower() not in entry.space.stewards():
        raise RefusedError("not authorized to archive proposal")

    def delete(_ipfs: str) -> None:
        entry.ledger.delete(proposal.id, entry.now)

    return delete


def _write_flag(entry: Entry) -> Effect:
    proposal = entry.proposal
    if proposal.flagged:
        raise RefusedError("proposal already flagged")
    if entry.message["from"].lower() not in entry.space.stewards():
        raise RefusedError("not authorized to flag proposal")

    def flag(_ipfs: str) -> None:
        proposal.flagged = True

    return flag


def _write_vote(entry: Entry) -> Effect:
    message = entry.message
    if len(message["metadata"]) > _METADATA_LIMIT:
        raise RefusedError("too large metadata")
    proposal = entry.proposal
    if proposal.type == "custom":
        raise BrokenError("nobody can vote on this")
    choice = _choice(entry, proposal)
    if len(message["reason"]) > _REASON_LIMIT or len(message["app"]) > _APP_LIMIT:
        raise RefusedError("wrong vote format")
    refusal = _vote_refusal(entry, proposal, choice)
    if refusal:
        raise RefusedError(refusal)
    powers = power.by_strategy(entry.ledger, proposal.space, proposal.strategies, message["from"])
    if not sum(powers):
        raise RefusedError("no voting power")

    def store(ipfs: str) -> None:
        _require_newer(entry)
        vote = _vote(entry, ipfs, choice, powers)
        entry.ledger.votes[proposal.id, vote.voter] = vote
        ballots.count(proposal, entry.ledger.votes_of(proposal.id))
        proposal.scores_updated = entry.now

    return store


def _choice(entry: Entry, proposal: ProposalRecord) -> Any:
    is_private = proposal.privacy == shutter.PRIVACY
    try:
        return ballots.parsed(entry.kind, entry.message["choice"], is_private=is_private)
    except ValueError as error:
        raise RefusedError("invalid choice") from error


def _vote_refusal(entry: Entry, proposal: ProposalRecord, choice: Any) -> str | None:
    message = entry.message
    if not all(
        proposal.start <= moment <= proposal.end for moment in (message["timestamp"], entry.now)
    ):
        return "not in voting window"
    if proposal.privacy == shutter.PRIVACY and message["reason"]:
        return "reason not allowed with shutter"
    if not ballots.is_valid(proposal, choice):
        return "invalid choice"
    may = power.passes(
        entry.ledger, proposal.space, proposal.strategies, proposal.validation, message["from"]
    )
    return None if may else "failed vote validation"


def _require_newer(entry: Entry) -> None:
    before = entry.ledger.votes.get((entry.message["proposal"], entry.message["from"]))
    if before is None:
        return
    if before.created > entry.message["timestamp"]:
        raise RefusedError("already voted at later time")
    if before.created == entry.message["timestamp"] and entry.id <= before.id:
        raise RefusedError("already voted same time with lower index")


def _vote(entry: Entry, ipfs: str, choice: Any, powers: list[Decimal]) -> VoteRecord:
    message = entry.message
    return VoteRecord(
        id=entry.id,
        ipfs=ipfs,
        voter=message["from"],
        created=message["timestamp"],
        space=message["space"],
        proposal=message["proposal"],
        choice=choice,
        reason=message["reason"],
        app=kebab(message["app"]),
        metadata=json_or_nothing(message["metadata"]),
        vp=sum(powers, Decimal(0)),
        vp_by_strategy=powers,
    )


def _write_alias(entry: Entry) -> Effect:
    principal, alias = entry.message["from"], entry.message["alias"]
    if not is_checksum_address(alias):
        raise RefusedError("wrong alias format")
    if alias == principal:
        raise RefusedError("alias cannot be the same as the address")
    if any(
        record.alias == alias and record.address != principal for record in entry.ledger.aliases
    ):
        raise RefusedError("alias is already linked to another address")

    def link(ipfs: str) -> None:
        renewed = AliasRecord(
            id=entry.id,
            ipfs=ipfs,
            address=principal,
            alias=alias,
            created=entry.message["timestamp"],
        )
        others = [record for record in entry.ledger.aliases if record.alias != alias]
        entry.ledger.aliases = [*others, renewed]

    return link


def _write_nothing(_entry: Entry) -> Effect:
    """Accept a message whose effect nobody here looks at."""
    return lambda _ipfs: None


_WRITERS: dict[str, Callable[[Entry], Effect]] = {
    "proposal": _write_proposal,
    "update-proposal": _write_update,
    "delete-proposal": _write_deletion,
    "flag-proposal": _write_flag,
    "vote": _write_vote,
    "vote-array": _write_vote,
    "vote-string": _write_vote,
    "alias": _write_alias,
    "follow": _write_nothing,
    "unfollow": _write_nothing,
}
