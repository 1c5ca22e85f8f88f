"""Votes, and what reduces them (pure).

Sources: Compound's GovernorAlpha and GovernorBravo; OpenZeppelin's IGovernor,
GovernorCountingFractional and GovernorCountingOverridable.
"""

from typing import Final

from bot.domain.onchain.block import Place, Position
from bot.domain.onchain.event import VoteCast, VoteReduced
from bot.domain.types import Address, GovernorProposalId, TokenUnits
from bot.gateways.chain.codec import checksummed
from bot.gateways.chain.events.layout import Values, layout

_FRACTIONS: Final = 48  # bytes: three times 128 bits, packed


def _vote_cast(emitter: Address, position: Place, values: Values) -> VoteCast:
    # GovernorAlpha gives no reason.
    voter, id_, support, weight, reason = (*values, "")[:5]
    return VoteCast(
        block_number=position.block.number,
        log_index=position.log_index,
        transaction_hash=position.transaction_hash,
        emitter=emitter,
        id=GovernorProposalId(id_),
        voter=checksummed(voter),
        support=int(support),
        weight=TokenUnits(weight),
        reason=reason,
    )


def _vote_with_params(emitter: Address, position: Place, values: Values) -> VoteCast:
    voter, id_, support, weight, reason, params = values
    return VoteCast(
        block_number=position.block.number,
        log_index=position.log_index,
        transaction_hash=position.transaction_hash,
        emitter=emitter,
        id=GovernorProposalId(id_),
        voter=checksummed(voter),
        support=support,
        weight=TokenUnits(weight),
        reason=reason,
        fractions=_fractions(params),
    )


def _fractions(params: bytes) -> tuple[TokenUnits, TokenUnits, TokenUnits] | None:
    """Read how a vote is divided: packed, which no other kind of parameters is."""
    if len(params) != _FRACTIONS:
        return None
    against, for_, abstain = (int.from_bytes(params[i : i + 16], "big") for i in (0, 16, 32))
    return TokenUnits(against), TokenUnits(for_), TokenUnits(abstain)


def _reduced(emitter: Address, position: Position, values: Values) -> VoteReduced:
    delegate, id_, support, weight = values
    return VoteReduced(
        emitter=emitter,
        position=position,
        id=GovernorProposalId(id_),
        delegate=checksummed(delegate),
        support=support,
        weight=TokenUnits(weight),
    )


_VOTE: Final = "address indexed,uint256,uint8,uint256,string"

# VoteCastWithParams is emitted instead of VoteCast. Whoever overrides their delegate's vote emits
# OverrideVoteCast alone, and takes what the delegate's had by VoteReduced. Nouns' clients and
# refunds are emitted beside VoteCast and say nothing of the vote.
VOTES: Final = (
    layout("VoteCast(address,uint256,bool,uint256)", _vote_cast, is_vote=True),
    layout(f"VoteCast({_VOTE})", _vote_cast, is_vote=True),
    layout(f"VoteCastWithParams({_VOTE},bytes)", _vote_with_params, is_vote=True),
    layout(f"OverrideVoteCast({_VOTE})", _vote_cast, is_vote=True),
    layout("VoteReduced(address indexed,uint256,uint8,uint256)", _reduced),
)
