"""The live cards, made from what is known."""

from collections.abc import Sequence
from typing import TypedDict

from bot.domain.announcement import Subject
from bot.domain.lifecycle import Phase
from bot.domain.listing import Listed
from bot.domain.live_card import (
    Board,
    BoardRow,
    OnChainSummary,
    ProposalCard,
    TallyCard,
    VoteSummary,
)
from bot.domain.offchain.followed import tally_key
from bot.domain.offchain.sighting import VoteSighting
from bot.domain.offchain.vote import (
    OffChainVote,
    VoteStatus,
    counted_to_quorum,
    is_by_rejection,
    is_open,
    outcome,
    quorum_of,
    supply_share,
)
from bot.domain.policy import Policy, Step
from bot.domain.proposal import Community, Proposal, promotable_from, thread_link
from bot.domain.support import Stance, SupportCount, emojis

_SHOWN = frozenset({VoteStatus.NOTICED, VoteStatus.SIGNED, VoteStatus.POSTED, VoteStatus.DECIDED})


def subject(proposal: Proposal) -> Subject:
    """Name the proposal in what is said of it."""
    return Subject(proposal_id=proposal.id, reference=proposal.reference, title=proposal.title)


def proposal_card(
    community: Community,
    proposal: Proposal,
    support: SupportCount,
    votes: Sequence[OffChainVote],
    on_chain: OnChainSummary | None,
    merged_into: Proposal | None = None,
) -> ProposalCard:
    """Make the one live card of a proposal."""
    policy = community.policy
    return ProposalCard(
        subject=subject(proposal),
        phase=proposal.phase,
        reason=proposal.reason,
        idea=proposal.idea.problem,
        change=proposal.idea.change,
        why_now=proposal.idea.why_now,
        topic=proposal.topic,
        source=proposal.source,
        merged_into=subject(merged_into) if merged_into else None,
        merged_into_link=thread_link(merged_into) if merged_into else "",
        author_id=proposal.author_id,
        coauthors=proposal.coauthors,
        moderator_role_id=community.moderator_role_id,
        supporters=support.supporters,
        opposers=support.opposers,
        threshold=policy.support_threshold,
        support_emoji=policy.support_emoji,
        opposition_emoji=emojis(policy).get(Stance.OPPOSITION, ""),
        author_counts=policy.author_counts,
        supporter_roles=policy.supporter_roles,
        minimum_membership=policy.minimum_membership,
        promotable_from=promotable_from(proposal, policy),
        steps=policy.steps,
        votes=tuple(_summary(vote, policy) for vote in votes if vote.status in _SHOWN),
        on_chain=on_chain if proposal.phase is Phase.ON_CHAIN else None,
        thread_id=proposal.thread_id,
        is_in_members_post=proposal.is_members_post,
    )


def board(community: Community, rows: Sequence[Listed]) -> Board:
    """Make the board of a server from its most supported ideas."""
    return Board(
        rows=tuple(
            BoardRow(
                subject=Subject(proposal_id=row.id, reference=row.reference, title=row.title),
                phase=row.phase,
                topic=row.topic,
                supporters=row.supporters,
                thread_id=row.thread_id,
            )
            for row in rows
        ),
        threshold=community.policy.support_threshold,
    )


def last_board(community: Community) -> Board:
    """Say of a board that there is another now, or none."""
    there = community.ideas_channel_id if community.has_board else None
    threshold = community.policy.support_threshold
    return Board(rows=(), threshold=threshold, is_retired=True, moved_to=there)


def _summary(vote: OffChainVote, policy: Policy) -> VoteSummary:
    seen = vote.observed
    decided = outcome(seen, policy, vote.step, vote.supply) if seen else None
    return VoteSummary(
        step=vote.step,
        step_name=policy.step(vote.step).name,
        opens_at=seen.start if seen else vote.opens_at,
        end=seen.end if seen else None,
        link=seen.link if seen else "",
        passed=decided.passed if decided and decided.is_final else None,
        why=decided.why if decided and decided.is_final else "",
    )


def snapshot_tally(sighting: VoteSighting) -> TallyCard:
    """Make the live tally of a vote on Snapshot."""
    seen, policy = sighting.seen, sighting.community.policy
    step, supply = sighting.step, sighting.supply
    judged = outcome(seen, policy, step, supply) if step else None
    return TallyCard(
        tally_key=tally_key(sighting.followed),
        reference=sighting.proposal.reference if sighting.proposal else "",
        heading=sighting.step_name,
        title=seen.title,
        source="Snapshot",
        choices=seen.choices,
        scores=seen.scores if len(seen.scores) == len(seen.choices) else (),
        scores_total=seen.scores_total,
        votes=seen.votes,
        quorum=quorum_of(seen, policy, step, supply),
        quorum_counted=counted_to_quorum(seen, policy, step),
        unit=sighting.unit,
        start=seen.start,
        end=seen.end,
        times_are_estimates=False,
        is_open=is_open(seen) and not sighting.is_spam,
        is_hidden=bool(seen.privacy) and not seen.scores_final,
        is_final=seen.scores_final,
        passed=judged.passed if judged else None,
        why=judged.why if judged else "",
        link=seen.link,
        seen_at=sighting.now,
        voting_type=seen.type,
        quorum_share=supply_share(policy, step),
        is_rejection=is_by_rejection(seen, policy, step),
        strategies=tuple(each.symbol or each.name for each in seen.strategies),
        has_rule=step is not None,
        space=sighting.foreign_space or "",
        is_outside=not sighting.is_ours,
        is_by_stranger=seen.is_by_member is False,
        is_spam=sighting.is_spam,
    )


class VoteRound(TypedDict):
    """The fields that all news of one round of a vote share."""

    subject: Subject
    step: Step
    step_name: str
    round: int


def vote_round(community: Community, proposal: Proposal, vote: OffChainVote) -> VoteRound:
    """Name the round of a vote in what is said of it."""
    return {
        "subject": subject(proposal),
        "step": vote.step,
        "step_name": community.policy.step(vote.step).name,
        "round": vote.round,
    }
