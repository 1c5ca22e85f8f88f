"""What is said of one vote on chain that weighs much."""

from bot.domain.onchain.announcement import LargeVote
from bot.domain.onchain.governor import Support
from bot.domain.text import line
from cogs.cards.amounts import amount, percent, share
from cogs.cards.chain.explorers import transaction_link, transaction_row
from cogs.cards.chain.naming import at_governor, who
from cogs.cards.fitting import Colour, Page
from cogs.cards.markup import quoted, when
from cogs.cards.proposals.announcements import NO_TITLE, TITLE_SHOWN

_REASON_SHOWN = 600
_SIDES = {Support.AGAINST: "Against", Support.FOR: "For", Support.ABSTAIN: "Abstain"}


def page(vote: LargeVote) -> Page:
    """Write it: who, how, with how much, and in their own words why."""
    title = line(vote.title, TITLE_SHOWN) or NO_TITLE
    reason = vote.reason.strip()
    where, voter = at_governor(vote.reference, vote.governor_name), who(vote.voter, vote.voter_name)
    return Page(
        title=f"🐋 A large vote {_side(vote)}: {title}",
        lines=(
            f"{where}: {voter} voted {_how(vote)}, {_weight(vote)}.",
            *((quoted(reason, _REASON_SHOWN),) if reason else ("They gave no reason.",)),
            transaction_row(vote.governor_key.chain_id, vote.transaction_hash),
        ),
        next_step=_next_step(vote, reason),
        source=vote.reference or vote.governor_name,
        colour=Colour.VOTE,
        buttons=transaction_link(vote.governor_key.chain_id, vote.transaction_hash),
    )


def _next_step(vote: LargeVote, reason: str) -> str:
    if vote.is_over:
        return "Nobody: it came shortly before the vote ended, and counts in the result."
    end = when(vote.vote_ends_at, is_estimate=vote.times_are_estimates)
    weighed = "weigh the reason, not the size" if reason else "make up your own mind"
    return f"Everybody with delegated votes: {weighed}, and vote by {end}."


def _side(vote: LargeVote) -> str:
    return "divided" if vote.fractions is not None else _named(vote.support)


def _named(support: int) -> str:
    known = support in list(Support)
    return _SIDES[Support(support)] if known else f"in a way this version does not know ({support})"


def _how(vote: LargeVote) -> str:
    """Say the side; of a divided vote, how much of it went where."""
    if vote.fractions is None:
        return f"**{_named(vote.support)}**"
    against, for_, abstain = vote.fractions
    parts = (("For", for_), ("Against", against), ("Abstain", abstain))
    told = [f"**{side}** with {amount(part, vote.unit)}" for side, part in parts if part]
    return "divided: " + ", ".join(told) if told else "with nothing"


def _weight(vote: LargeVote) -> str:
    part = share(vote.weight, vote.quorum)
    of_quorum = "as much as the whole quorum" if part >= 1 else f"{percent(part)} of the quorum"
    return f"{amount(vote.weight, vote.unit)}, {of_quorum}"
