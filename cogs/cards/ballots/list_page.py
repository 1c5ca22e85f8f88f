"""The open votes of a server, ending soonest first."""

from decimal import Decimal

import discord

from bot.domain.card import snapshot_tally
from bot.domain.live_card import TallyCard
from bot.domain.offchain.lookup import OpenVotes
from bot.domain.offchain.sighting import VoteSighting
from bot.domain.text import line
from cogs.cards.amounts import amount, percent, share
from cogs.cards.ballots.buttons import row, turns
from cogs.cards.buttons import is_safe
from cogs.cards.fitting import Colour, Page, embed
from cogs.cards.markup import UNKNOWN, ago, many
from cogs.cards.proposals.announcements import NO_TITLE

_TITLE_SHOWN = 90
_CHOICE_SHOWN = 40
_NAME_SHOWN = 60


def vote_list(votes: OpenVotes) -> tuple[discord.Embed, discord.ui.View]:
    """Write a page of them; each turn of it asks anew."""
    words = Page(
        title=f"Open votes · {votes.count:,}",
        lines=tuple(_row(vote) for vote in votes.rows) or ("No vote is open here now.",),
        next_step=(
            "`/vote mine` shows on which of them you have not voted yet."
            if votes.rows
            else "`/proposal list` shows what may come to a vote next."
        ),
        source=f"page {votes.page + 1:,} of {votes.page_count:,}",
        colour=Colour.VOTE,
    )
    return embed(words), row(turns("votes:open", votes.page, votes.page_count))


def _row(vote: VoteSighting) -> str:
    card = snapshot_tally(vote)
    facts = [f"ends {ago(card.end)}", leading(card), *_turnout(card)]
    return f"{named(vote)}\n{' · '.join(facts)}"


def named(vote: VoteSighting) -> str:
    """Name a vote by its reference or its space, with the link to it, and its title."""
    seen = vote.seen
    shown = line(vote_name(vote), _NAME_SHOWN)
    linked = f"[{shown}]({seen.link})" if is_safe(seen.link) else shown
    return f"**{linked}** · {line(seen.title, _TITLE_SHOWN) or NO_TITLE}"


def vote_name(vote: VoteSighting) -> str:
    """Give what a vote is called here: our reference, or the space it was made in. Not safe yet."""
    return vote.proposal.reference if vote.proposal else vote.seen.space


def leading(card: TallyCard) -> str:
    """Say in a few words how it stands."""
    if card.is_hidden:
        return "🔒 hidden until the end"
    if len(card.scores) != len(card.choices) or not card.scores:
        return "how it stands is not known yet"
    best = max(card.scores)
    ahead = [
        choice for choice, score in zip(card.choices, card.scores, strict=True) if score == best
    ]
    if best <= 0:
        return "no votes yet"
    if len(ahead) > 1:
        return f"{len(ahead):,} choices are level"
    total = card.scores_total or sum(card.scores, Decimal(0))
    part = percent(share(best, total))
    return f"“{line(ahead[0], _CHOICE_SHOWN)}” leads with {part}"


def _turnout(card: TallyCard) -> list[str]:
    votes = [] if card.votes is None else [many(card.votes, "vote")]
    return [*votes, *_quorum(card)]


def _quorum(card: TallyCard) -> list[str]:
    """Say how far a quorum is: one that the vote needs, or one that rejects it."""
    if card.quorum is None:
        if card.quorum_share is None:
            return []
        return [f"{UNKNOWN} quorum: {card.quorum_share.text} of a supply that is not known yet"]
    if card.quorum_counted is None:
        return [f"{UNKNOWN} quorum: not known yet"]
    is_reached = card.quorum_counted >= card.quorum
    if is_reached:
        return ["✖ enough against it to fail" if card.is_rejection else "✔ quorum reached"]
    missing = amount(card.quorum - card.quorum_counted, card.unit, is_rounded_up=True)
    if card.is_rejection:
        return [f"◔ fails with {missing} more against it"]
    return [f"◔ quorum: {missing} missing"]
