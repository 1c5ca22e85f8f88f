"""What concerns the wallets of the one who asks: what they can cast, and where they have."""

from decimal import Decimal

import discord

from bot.domain.offchain.ballot import Ballot, VotingPower
from bot.domain.offchain.lookup import Mine, Powers
from bot.domain.offchain.sighting import VoteSighting
from bot.domain.offchain.snapshot import SnapshotProposal
from bot.domain.text import line
from cogs.cards.amounts import amount
from cogs.cards.ballots.cast import cast_in_words, short_address
from cogs.cards.ballots.list_page import named
from cogs.cards.fitting import Colour, Page, embed
from cogs.cards.markup import ago, many

_STRATEGY_SHOWN = 60
_STRATEGIES_SHOWN = 10
_WALLETS_SHOWN = 10
_MISSING_SHOWN, _CAST_SHOWN = 8, 5


def power_page(found: Powers) -> discord.Embed:
    """Write the voting power of each address, by strategy, and of all together."""
    sighting, powers = found.sighting, found.powers
    total = amount(sum((each.total for each in powers), Decimal(0)), sighting.unit)
    together = [f"**Together: {total}**"] if len(powers) > 1 else []
    pending = [] if all(each.is_final for each in powers) else [_PENDING]
    rows = [row for each in powers[:_WALLETS_SHOWN] for row in _power(each, sighting)]
    has_any = any(each.total > 0 for each in powers)
    words = Page(
        title=f"Voting power · {total}",
        lines=(named(sighting), _at(sighting.seen), "", *rows, *together, *pending),
        next_step=_next_step(sighting, has_any=has_any),
        source="only you see this",
        colour=Colour.VOTE,
    )
    return embed(words)


_PENDING = (
    "⏳ Snapshot calls this pending: the block is still to come, or delegations may change it."
)


def _at(seen: SnapshotProposal) -> str:
    if seen.snapshot_block is None:
        return "At the block of this vote; what was moved since does not count."
    return f"At block {seen.snapshot_block:,}; what was moved since does not count."


def _power(power: VotingPower, sighting: VoteSighting) -> list[str]:
    strategies = sighting.seen.strategies
    names = [line(each.name, _STRATEGY_SHOWN) for each in strategies]
    parts = power.by_strategy[:_STRATEGIES_SHOWN]
    if len(names) != len(power.by_strategy):
        names = [f"strategy {place}" for place in range(1, len(power.by_strategy) + 1)]
    shown = [
        f"{name}: {amount(part, sighting.unit)}" for name, part in zip(names, parts, strict=False)
    ]
    head = f"**{short_address(power.address)}** · {amount(power.total, sighting.unit)}"
    return [head, *([" · ".join(shown)] if len(parts) > 1 else [])]


def _next_step(sighting: VoteSighting, *, has_any: bool) -> str:
    if sighting.now > sighting.seen.end:
        return "Nothing to do: this vote is over."
    if not has_any:
        return "There is nothing to vote with here. Another wallet may have it: `/wallet link`."
    return f"Vote on Snapshot; the vote ends {ago(sighting.seen.end)}."


def mine_page(mine: Mine) -> discord.Embed:
    """Write what the asker has not voted on yet, and how they have voted."""
    missing = [_missing(vote) for vote in mine.missing[:_MISSING_SHOWN]]
    missing += _left(len(mine.missing) - _MISSING_SHOWN)
    cast = [_cast(vote, ballots) for vote, ballots in mine.cast[:_CAST_SHOWN]]
    cast += _left(len(mine.cast) - _CAST_SHOWN)
    words = Page(
        title=f"Waiting for you · {many(len(mine.missing), 'open vote')}",
        lines=(
            *(missing or [_NOTHING_MISSING if cast else _NOTHING_OPEN]),
            *(["", "**You have voted**", *cast] if cast else []),
        ),
        next_step=_what_next(mine),
        source="only you see this",
        colour=Colour.VOTE,
    )
    return embed(words)


_NOTHING_MISSING = "✔ You have voted on everything that is open here."
_NOTHING_OPEN = "No vote is open here now."


def _what_next(mine: Mine) -> str:
    if mine.missing:
        return f"Vote on the first of them; it ends {ago(mine.missing[0].seen.end)}."
    if mine.cast:
        return "Nothing to do. Until a vote ends, you can change yours on Snapshot."
    return "Nothing to do. `/proposal list` shows what may come to a vote next."


def _missing(vote: VoteSighting) -> str:
    return f"{named(vote)}\nends {ago(vote.seen.end)}"


def _cast(vote: VoteSighting, ballots: tuple[Ballot, ...]) -> str:
    choices = {cast_in_words(ballot.choice, vote.seen) for ballot in ballots}
    power = amount(sum((ballot.power for ballot in ballots), Decimal(0)), vote.unit)
    return f"{named(vote)}\n✔ {' and '.join(sorted(choices))} with {power}"


def _left(left: int) -> list[str]:
    return [f"… and {left:,} more"] if left > 0 else []
