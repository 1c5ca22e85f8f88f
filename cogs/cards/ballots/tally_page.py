"""A vote as the answer to `/vote show`: its live card, how fresh it is, what more there is."""

from dataclasses import replace

import discord

from bot.domain.card import snapshot_tally
from bot.domain.offchain.ballot import is_hidden
from bot.domain.offchain.lookup import Look, Report
from bot.domain.types import SnapshotProposalId
from cogs.cards.ballots.buttons import link, row
from cogs.cards.fitting import embed
from cogs.cards.markup import ago, many
from cogs.cards.votes import tally

MORE = {"exact": "Exact numbers", "voters": "Votes", "chart": "Chart"}


def tally_page(look: Look) -> tuple[discord.Embed, discord.ui.View]:
    """Write the tally; one that could not be read just now says as of when it is."""
    card = snapshot_tally(look.sighting)
    page = tally.page(card)
    if look.as_of is not None:
        stale = f"⚠ Snapshot does not answer just now; this is as of {ago(look.as_of)}."
        page = replace(page, lines=(stale, "", *page.lines))
    if card.is_spam:
        return embed(page), row([])  # neither a link to it nor anything of what it says
    seen = look.sighting.seen
    buttons = [
        discord.ui.Button[discord.ui.View](label=label, custom_id=more_id(name, seen.id))
        for name, label in MORE.items()
    ]
    return embed(page), row([*link("See it on Snapshot", seen.link), *buttons])


def more_id(name: str, snapshot_id: SnapshotProposalId) -> str:
    """Give the state of a button that asks for more about a vote."""
    return f"vote:{name}:{snapshot_id}"


def as_of_words(look: Look) -> str:
    """Say as of when the numbers are."""
    if look.as_of is None:
        return "Every choice with its exact score, read from Snapshot just now."
    return f"⚠ Snapshot does not answer just now; every score is as of {ago(look.as_of)}."


def report_words(report: Report) -> str:
    """Say what is in the file of votes, and what is not."""
    there, written = max(report.sighting.seen.votes, report.written), report.written
    if written < there:
        return (
            f"The earliest {written:,} of {many(there, 'vote')}: a file here holds no more. "
            "Snapshot's own page has the whole report."
        )
    hidden = " The choices are hidden until the end." if is_hidden(report.sighting.seen) else ""
    return f"{many(written, 'vote')}, in the form of Snapshot's own report.{hidden}"
