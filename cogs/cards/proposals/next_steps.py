"""The line every card ends in: who acts next, and what they do."""

from bot.domain.lifecycle import STEP_OF, Phase
from bot.domain.live_card import OnChainSummary, ProposalCard, VoteSummary
from bot.domain.onchain.governor import GovernorState
from bot.domain.text import line
from cogs.cards.markup import many, member, role, when
from cogs.cards.proposals.announcements import REFERENCE_SHOWN

_ENDED = "Nothing: it ends here. A changed idea may be proposed again with `/idea new`."
_REOPENED = "A moderator may take it up again with `/idea reopen`."
_CLOSED = f"{_REOPENED} A changed idea may be proposed with `/idea new`."


def next_step(card: ProposalCard) -> str:
    """Say who acts next on this proposal, and what they do."""
    if card.phase is Phase.IDEA:
        return _while_gathering(card)
    if card.phase is Phase.MERGED and card.merged_into is not None:
        into = line(card.merged_into.reference, REFERENCE_SHOWN)
        return f"Everybody: support and discuss {into}. {_REOPENED}"
    if card.phase is Phase.ON_CHAIN and card.on_chain is not None:
        return _ON_CHAIN_WORDS[card.on_chain.state].format_map(_times(card.on_chain))
    return (_in_review(card) or _WORDS[card.phase]).format_map(_names(card))


def current_vote(card: ProposalCard) -> VoteSummary | None:
    """Give the vote of the step the proposal is in, if there is one."""
    step = STEP_OF.get(card.phase)
    return next((vote for vote in reversed(card.votes) if vote.step is step), None)


def _while_gathering(card: ProposalCard) -> str:
    missing = max(card.threshold - card.supporters, 0)
    moderators = role(card.moderator_role_id)
    if missing == 0:
        return f"Assent marks it as ready; then {moderators} may promote it."
    return (
        f"{many(missing, 'more supporter')}, then {moderators} may promote it, "
        f"not before {when(card.promotable_from)}."
    )


def _in_review(card: ProposalCard) -> str:
    """Say what comes before a draft can be published, where it has to be approved."""
    if card.draft is None or card.draft.review.is_approved:
        return ""
    if card.draft.review.submitted_by is None:
        return (
            "{author} or {moderators} writes the draft (**Edit**) and submits it (**Submit for "
            "review**); then one of {moderators} who has not written it approves it."
        )
    return (
        "{moderators}: read it to the end (**Read the draft**) and approve it. Who wrote or "
        "submitted this revision cannot; a change makes every approval void."
    )


def _names(card: ProposalCard) -> dict[str, str]:
    vote = current_vote(card)
    return {
        "author": member(card.author_id),
        "moderators": role(card.moderator_role_id),
        "from": when(card.promotable_from),
        "opens": when(vote.opens_at if vote else None),
        "end": when(vote.end if vote else None),
        "reference": line(card.subject.reference, REFERENCE_SHOWN),
    }


def _times(summary: OnChainSummary) -> dict[str, str]:
    return {
        "ends": when(summary.vote_ends_at, is_estimate=summary.times_are_estimates),
        "eta": when(summary.eta),
        "expiry": f", until {when(summary.expires_at)}" if summary.expires_at else "",
    }


_WORDS: dict[Phase, str] = {
    Phase.READY: (
        "{moderators} may promote it with the button below, not before {from}; earlier only with a "
        "public reason (`/idea promote`). Until then: say what is still unclear."
    ),
    Phase.TEMPERATURE_DRAFT: (
        "{author} or {moderators} writes the draft (**Edit**); then {moderators} announces the "
        "vote (**Publish…**)."
    ),
    Phase.TEMPERATURE_NOTICE: (
        "The vote opens by itself {opens}. Everybody: read the draft, and have your tokens in the "
        "wallet you vote with by then."
    ),
    Phase.TEMPERATURE_CHECK: (
        "Everybody with voting power: vote on Snapshot by {end}. If it passes, {author} or "
        "{moderators} drafts the consensus check."
    ),
    Phase.CONSENSUS_DRAFT: (
        "{author} or {moderators} settles the exact change and the choices (**Edit**); then "
        "{moderators} announces the vote (**Publish…**)."
    ),
    Phase.CONSENSUS_NOTICE: (
        "The vote opens by itself {opens}. Everybody: read the draft, and have your tokens in the "
        "wallet you vote with by then."
    ),
    Phase.CONSENSUS_CHECK: (
        "Everybody with voting power: vote on Snapshot by {end}. If it passes, it is put into "
        "effect."
    ),
    Phase.PASSED: (
        "If it changes a contract: somebody with enough voting power proposes it on chain under "
        "its title. If not: it is carried out, and {moderators} runs `/proposal implemented` for "
        "{reference}."
    ),
    Phase.ON_CHAIN: (
        "Assent reads its state from the chain; it is shown here as soon as it is known."
    ),
    Phase.IMPLEMENTED: "Nothing: it is done. Thank you to everybody who took part.",
    Phase.PARKED: "{moderators} may open it again with `/idea reopen`.",
    Phase.REJECTED: _CLOSED,
    Phase.WITHDRAWN: _CLOSED,
    Phase.MERGED: "Everybody: support and discuss the idea it was merged into.",
    Phase.TEMPERATURE_FAILED: _ENDED,
    Phase.CONSENSUS_FAILED: _ENDED,
}
_ON_CHAIN_WORDS: dict[GovernorState, str] = {
    GovernorState.PENDING: (
        "Token holders: `/vote power` shows whether your votes are delegated, and until when that "
        "still counts. The vote ends {ends}."
    ),
    GovernorState.ACTIVE: "Everybody with delegated votes: vote on chain by {ends}.",
    GovernorState.UPDATABLE: (
        "Everybody: read it, and tell its proposer what should be changed while that can be done. "
        "The vote ends {ends}."
    ),
    GovernorState.OBJECTION_PERIOD: "Who wants to stop it: vote against it by {ends}.",
    GovernorState.SUCCEEDED: (
        "Anyone may send the next transaction: it is queued in the timelock, or executed at once "
        "where nothing has to wait."
    ),
    GovernorState.QUEUED: (
        "Everybody: compare the calls with what was decided. From {eta} anyone may execute it"
        "{expiry}."
    ),
    GovernorState.EXECUTED: "Nothing: it is done. Thank you to everybody who took part.",
    GovernorState.DEFEATED: _ENDED,
    GovernorState.CANCELED: _ENDED,
    GovernorState.VETOED: _ENDED,
    GovernorState.EXPIRED: (
        "Nothing can be done with this one. Who still wants it proposes it again."
    ),
    GovernorState.UNKNOWN: (
        "Assent asks the governor again; its state is shown here as soon as it is known."
    ),
}
