"""A vote as the answer to `/vote show`: its live card, how fresh it is, what more there is."""

from dataclasses import replace

import discord

from bot.domain.card import snapshot_tally
from bot.domain.offchain.sighting import VoteSighting
from bot.domain.types import SnapshotProposalId, UnixSeconds
from cogs.cards.ballots.buttons import link, row
from cogs.cards.fitting import embed
from cogs.cards.markup import ago
from cogs.cards.votes import tally

MORE: dict[str, str] = {}


def tally_page(
    sighting: VoteSighting, as_of: UnixSeconds | None
) -> tuple[discord.Embed, discord.ui.View]:
    """Write the tally; one that could not be read just now says as of when it is."""
    page = tally.page(snapshot_tally(sighting))
    if as_of is not None:
        stale = f"⚠ Snapshot does not answer just now; this is as of {ago(as_of)}."
        page = replace(page, lines=(stale, "", *page.lines))
    seen = sighting.seen
    buttons = [
        discord.ui.Button[discord.ui.View](label=label, custom_id=more_id(name, seen.id))
        for name, label in MORE.items()
    ]
    return embed(page), row([*link("See it on Snapshot", seen.link), *buttons])


def more_id(name: str, snapshot_id: SnapshotProposalId) -> str:
    """Give the state of a button that asks for more about a vote."""
    return f"vote:{name}:{snapshot_id}"
