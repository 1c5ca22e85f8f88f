"""Who has voted, the largest power first, and why, in their own words."""

import discord

from bot.domain.offchain.ballot import Ballot
from bot.domain.offchain.lookup import PAGE_SIZE, Voters
from bot.domain.offchain.sighting import VoteSighting
from bot.domain.text import line
from cogs.cards.amounts import amount, percent, share
from cogs.cards.ballots.buttons import row, turns
from cogs.cards.ballots.cast import cast_in_words, short_address
from cogs.cards.ballots.list_page import named
from cogs.cards.ballots.tally_page import more_id
from cogs.cards.fitting import Colour, Page, embed
from cogs.cards.markup import ago, many

_REASON_SHOWN = 80


def voters_page(voters: Voters) -> tuple[discord.Embed, discord.ui.View]:
    """Write a page of them; addresses only: whose a wallet is, is nobody else's business."""
    sighting = voters.sighting
    first = voters.page * PAGE_SIZE + 1
    rows = [
        _row(place, ballot, sighting) for place, ballot in enumerate(voters.ballots, start=first)
    ]
    words = Page(
        title=f"Who voted · {many(sighting.seen.votes, 'vote')}",
        lines=(named(sighting), "", *(rows or ["Nobody has voted so far."])),
        next_step="`/vote export` gives all of them as a file.",
        source=f"page {voters.page + 1:,} of {voters.page_count:,}",
        colour=Colour.VOTE,
    )
    return embed(words), row(
        turns(more_id("voters", sighting.seen.id), voters.page, voters.page_count)
    )


def _row(place: int, ballot: Ballot, sighting: VoteSighting) -> str:
    seen = sighting.seen
    power = amount(ballot.power, sighting.unit)
    part = percent(share(ballot.power, seen.scores_total))
    facts = [short_address(ballot.voter), f"{power} ({part})", ago(ballot.created)]
    said = [f"**{place:,}.** {' · '.join(facts)}", cast_in_words(ballot.choice, seen)]
    reason = line(ballot.reason, _REASON_SHOWN)
    return "\n".join([*said, *([f"> {reason}"] if reason else [])])
