"""What is said of an on-chain proposal, made from the facts."""

from dataclasses import dataclass
from decimal import Decimal

from bot.domain.card import whole
from bot.domain.draft import Draft, bare_title
from bot.domain.governor import Block, ClockMode, Governor, GovernorState
from bot.domain.onchain import GovernorProposal, Moment, expires_at, moments, same_title
from bot.domain.policy import Policy
from bot.domain.speech import GovernorNews
from bot.domain.types import SnapshotProposalId, TokenUnits, UnixSeconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A proposal of a governor as it was seen at a block."""

    proposal: GovernorProposal
    governor: Governor
    head: Block


def governor_news(seen: Sighting, policy: Policy, reference: str) -> dict[GovernorNews, bool]:
    """Give everything the facts imply, each with whether it is still news."""
    implied = moments(
        seen.proposal,
        seen.governor,
        seen.head,
        closing_lead=policy.closing_soon_lead,
        grace_lead=policy.grace_ending_lead,
    )
    return {_news(seen, moment, reference): is_news for moment, is_news in implied.items()}


def _news(seen: Sighting, moment: Moment, reference: str) -> GovernorNews:
    proposal, governor = seen.proposal, seen.governor
    happened = {
        Moment.CREATED: proposal.created,
        Moment.QUEUED: proposal.queued,
        Moment.EXECUTED: proposal.executed,
        Moment.CANCELED: proposal.canceled,
    }.get(moment)

    def tokens(units: TokenUnits | None) -> Decimal | None:
        return None if units is None else whole(units, governor)

    return GovernorNews(
        moment=moment,
        governor_key=proposal.key,
        governor_name=governor.name,
        title=proposal.title,
        reference=reference,
        proposer=proposal.proposer,
        calls=proposal.described,
        vote_starts_at=proposal.vote_starts_at or UnixSeconds(0),
        vote_ends_at=proposal.vote_ends_at or UnixSeconds(0),
        times_are_estimates=governor.clock_mode is ClockMode.BLOCK_NUMBER,
        for_votes=tokens(proposal.for_votes),
        against_votes=tokens(proposal.against_votes),
        abstain_votes=tokens(proposal.abstain_votes),
        quorum=tokens(proposal.quorum),
        unit=governor.token_symbol,
        eta=proposal.eta,
        expires_at=expires_at(proposal, governor),
        transaction_hash=happened.transaction_hash if happened else None,
        at=happened.block_time if happened else seen.head.timestamp,
    )


def carries_out(
    proposal: GovernorProposal,
    draft: Draft,
    snapshot_id: SnapshotProposalId | None,
    policy: Policy,
) -> bool:
    """Say whether an on-chain proposal carries out what was decided off chain.

    By Braintrust's rule it bears the title without the step's prefix; a description that names the
    Snapshot proposal's id says so too.
    """
    if proposal.state is GovernorState.CANCELED:
        return False
    named = snapshot_id is not None and snapshot_id in proposal.description
    return named or same_title(proposal.title, bare_title(draft.title, policy))
