"""The live cards of a proposal on chain, made from what is known."""

from decimal import Decimal

from bot.domain.live_card import OnChainSummary, TallyCard
from bot.domain.onchain.announcement import governor_prefix
from bot.domain.onchain.block import Finality
from bot.domain.onchain.governor import ClockMode, Governor, GovernorState
from bot.domain.onchain.moments import VOTING
from bot.domain.onchain.proposal import GovernorProposal, expires_at
from bot.domain.onchain.standing import counted, missing, participation, passes, sides
from bot.domain.types import TokenUnits, UnixSeconds


def on_chain_summary(proposal: GovernorProposal, governor: Governor) -> OnChainSummary:
    """Say where an on-chain proposal stands."""
    return OnChainSummary(
        governor_name=governor.name,
        id=str(proposal.key.id),
        state=proposal.state,
        vote_ends_at=proposal.vote_ends_at or UnixSeconds(0),
        times_are_estimates=governor.clock_mode is ClockMode.BLOCK_NUMBER,
        calls=proposal.described,
        eta=proposal.eta,
        expires_at=expires_at(proposal, governor),
        executed_transaction=proposal.executed.transaction_hash if proposal.executed else None,
        chain_id=proposal.key.chain_id,
    )


def governor_tally(
    proposal: GovernorProposal,
    governor: Governor,
    reference: str,
    now: UnixSeconds,
    *,
    voters: int | None = None,
    finality: Finality | None = None,
) -> TallyCard:
    """Make the live tally of a vote on chain. What the contract did not tell is left out."""
    votes = sides(proposal, governor)
    told = {side: whole(units, governor) for side, units in votes.items() if units is not None}
    known = "For" in told and "Against" in told
    state = proposal.state
    lacking, so_far = missing(proposal, governor), counted(proposal, governor)
    return TallyCard(
        tally_key=f"{governor_prefix(proposal.key)}tally",
        reference=reference,
        heading="On-chain vote",
        title=proposal.title,
        source=governor.name,
        choices=tuple(told) if known else tuple(votes),
        scores=tuple(told.values()) if known else (),
        scores_total=sum(told.values(), Decimal(0)) if known else None,
        votes=voters,
        quorum=None if proposal.quorum is None else whole(proposal.quorum, governor),
        quorum_counted=None if so_far is None else whole(so_far, governor),
        unit=governor.token_symbol,
        start=proposal.vote_starts_at or UnixSeconds(0),
        end=proposal.vote_ends_at or UnixSeconds(0),
        times_are_estimates=governor.clock_mode is ClockMode.BLOCK_NUMBER,
        is_open=state in VOTING,
        is_hidden=False,
        is_final=state not in _UNDECIDED,
        passed=_passed(proposal, governor),
        why="",  # what the state means, the card says
        link="",
        seen_at=now,
        state=state,
        needed=None if lacking is None else whole(lacking, governor),
        participation=participation(proposal, governor),
        is_finalized=_is_finalized(proposal, governor, finality),
    )


_TO_COME = frozenset({GovernorState.PENDING, GovernorState.UPDATABLE})
_UNDECIDED = _TO_COME | VOTING | {GovernorState.UNKNOWN}
_LOST = frozenset({GovernorState.DEFEATED, GovernorState.CANCELED, GovernorState.VETOED})


def _passed(proposal: GovernorProposal, governor: Governor) -> bool | None:
    """Say whether it passed, or would as it stands; `None`: there is nothing to say yet."""
    if proposal.state in VOTING:
        return passes(proposal, governor)
    return None if proposal.state in _UNDECIDED else proposal.state not in _LOST


def _is_finalized(
    proposal: GovernorProposal, governor: Governor, finality: Finality | None
) -> bool:
    """Say whether what the state says lies in a block that stays for ever.

    That is where it was queued, executed or stopped, and else the end of the vote.
    """
    if finality is None or proposal.state in _UNDECIDED:
        return False
    made_so = {
        GovernorState.QUEUED: proposal.queued,
        GovernorState.EXECUTED: proposal.executed,
        GovernorState.CANCELED: proposal.canceled,
        GovernorState.VETOED: proposal.vetoed,
    }
    if proposal.state in made_so:
        place = made_so[proposal.state]
        return place is not None and place.block.number <= finality.number
    return _is_past(proposal, governor, finality)


def _is_past(proposal: GovernorProposal, governor: Governor, finality: Finality) -> bool:
    """Say whether the vote was over at the final block, where that can be told."""
    if governor.clock_mode is ClockMode.BLOCK_NUMBER and not governor.counts_l1_blocks:
        return finality.number > proposal.vote_end
    if finality.timestamp is None:
        return False
    if governor.clock_mode is ClockMode.TIMESTAMP:
        return finality.timestamp > proposal.vote_end
    ends_at = proposal.vote_ends_at
    return ends_at is not None and finality.timestamp > ends_at + _ABOUT


_ABOUT = 3_600  # seconds by which the end of a vote may have been estimated too early


def voters_of(proposal: GovernorProposal, voters: int, weight: float) -> int | None:
    """Give how many accounts voted, if the votes we have read are all that the governor counts.

    `weight` is what they weigh together, about.
    """
    sides = (proposal.for_votes, proposal.against_votes, proposal.abstain_votes)
    total = float(sum(units for units in sides if units is not None))
    return voters if abs(weight - total) <= total * _ROUNDED else None


_ROUNDED = 1e-9  # a sum of many votes in floating point is off by far less


def whole(units: TokenUnits, governor: Governor) -> Decimal:
    """Turn base units into whole tokens, exactly."""
    sign, digits, _ = Decimal(units).as_tuple()
    return Decimal((sign, digits, -governor.token_decimals))
