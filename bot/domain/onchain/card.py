"""The live cards of a proposal on chain, made from what is known."""

from decimal import Decimal

from bot.domain.live_card import OnChainSummary, TallyCard
from bot.domain.onchain.announcement import governor_prefix
from bot.domain.onchain.governor import ClockMode, Governor, GovernorState, QuorumRule
from bot.domain.onchain.proposal import GovernorProposal, expires_at
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
    )


def governor_tally(
    proposal: GovernorProposal, governor: Governor, reference: str, now: UnixSeconds
) -> TallyCard:
    """Make the live tally of a vote on chain. What the contract did not tell is left out."""
    sides = {
        "For": proposal.for_votes,
        "Against": proposal.against_votes,
        "Abstain": proposal.abstain_votes,
    }
    told = {side: whole(units, governor) for side, units in sides.items() if units is not None}
    known = "For" in told and "Against" in told
    counted = _counted(told, governor.quorum_rule) if known else None
    voting = proposal.state in (GovernorState.PENDING, GovernorState.ACTIVE)
    passed = None if voting else proposal.state not in _LOST
    return TallyCard(
        tally_key=f"{governor_prefix(proposal.key)}tally",
        reference=reference,
        heading="On-chain vote",
        title=proposal.title,
        source=governor.name,
        choices=tuple(told) if known else ("For", "Against"),
        scores=tuple(told.values()) if known else (),
        scores_total=sum(told.values(), Decimal(0)) if known else None,
        votes=None,
        quorum=whole(proposal.quorum, governor) if proposal.quorum is not None else None,
        quorum_counted=counted,
        unit=governor.token_symbol,
        start=proposal.vote_starts_at or UnixSeconds(0),
        end=proposal.vote_ends_at or UnixSeconds(0),
        times_are_estimates=governor.clock_mode is ClockMode.BLOCK_NUMBER,
        is_open=proposal.state is GovernorState.ACTIVE,
        is_hidden=False,
        is_final=not voting and proposal.state is not GovernorState.UNKNOWN,
        passed=passed if proposal.state is not GovernorState.UNKNOWN else None,
        why=f"the governor says: {proposal.state}" if not voting else "",
        link="",
        seen_at=now,
    )


_LOST = frozenset({GovernorState.DEFEATED, GovernorState.CANCELED})


def _counted(told: dict[str, Decimal], rule: QuorumRule) -> Decimal:
    abstained = told.get("Abstain", Decimal(0))
    return told["For"] + (abstained if rule is QuorumRule.FOR_AND_ABSTAIN else 0)


def whole(units: TokenUnits, governor: Governor) -> Decimal:
    """Turn base units into whole tokens, exactly."""
    sign, digits, _ = Decimal(units).as_tuple()
    return Decimal((sign, digits, -governor.token_decimals))
