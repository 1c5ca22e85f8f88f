"""The picture of a vote as a file with words for those who cannot see it."""

import asyncio
import io
from collections.abc import Sequence
from decimal import Decimal

from bot.charts import MOST_SERIES, Chart, Mark, Series, draw
from bot.domain.card import snapshot_tally
from bot.domain.live_card import TallyCard
from bot.domain.offchain.history import VoteHistory
from bot.domain.offchain.snapshot import ScorePoint
from bot.domain.text import bare
from cogs.cards.amounts import amount, percent, share
from cogs.cards.attachments import TextFile
from cogs.cards.markup import many

NAME = "vote.png"
ALTERNATIVE_LIMIT = 1024  # of an attachment's description, by Discord's word
_TITLE_SHOWN = 120
_NAME_SHOWN = 70
_SMALLEST = Decimal("0.01")


async def picture(history: VoteHistory) -> TextFile:
    """Draw a vote off the event loop; the scores are known and may be shown."""
    chart = chart_of(history)
    data = await asyncio.to_thread(draw, chart)
    return TextFile(io.BytesIO(data), filename=NAME, description=alternative(history))


def chart_of(history: VoteHistory) -> Chart:
    """Say what the picture of a vote shows: its largest choices, all votes, the quorum."""
    seen, points = history.sighting.seen, history.points
    card = snapshot_tally(history.sighting)
    unit = history.sighting.unit
    series = [
        Series(
            number=place + 1,
            name=seen.choices[place],
            value=_value(seen.scores[place], seen.scores_total, unit),
            points=tuple((point.at, point.scores[place]) for point in points),
        )
        for place in _largest(seen.scores)
    ]
    return Chart(
        title=seen.title,
        subtitle=_subtitle(card),
        series=tuple(series),
        turnout=_turnout(points, unit),
        quorum=_quorum(card),
        note=_note(len(seen.choices)),
        start=min(max(seen.start, points[0].at), seen.end),
        end=max(min(history.sighting.now, seen.end), min(points[-1].at, seen.end)),
        amount=_tick,
    )


def _largest(scores: Sequence[Decimal]) -> list[int]:
    """Give the places of the choices that are drawn, the largest first."""
    places = sorted(range(len(scores)), key=lambda place: (-scores[place], place))
    return places[:MOST_SERIES]


def _value(score: Decimal, total: Decimal, unit: str) -> str:
    return f"{_plain_amount(score, unit)} ({percent(share(score, total))})"


def _plain_amount(value: Decimal, unit: str) -> str:
    """Write an amount where nothing has to be escaped."""
    return f"{amount(value)} {bare(unit, 24)}".rstrip()


def _tick(value: Decimal) -> str:
    return f"{value:.1E}" if 0 < value < _SMALLEST else amount(value)


def _turnout(points: Sequence[ScorePoint], unit: str) -> Series:
    return Series(
        number=0,
        name="All votes",
        value=_plain_amount(points[-1].scores_total, unit),
        points=tuple((point.at, point.scores_total) for point in points),
    )


def _quorum(card: TallyCard) -> Mark | None:
    if card.quorum is None:
        return None
    return Mark(value=card.quorum, label=f"quorum {_plain_amount(card.quorum, card.unit)}")


def _note(choices: int) -> str:
    left = choices - MOST_SERIES
    if left <= 0:
        return ""
    return f"{many(left, 'more choice')} {'is' if left == 1 else 'are'} not shown"


def _subtitle(card: TallyCard) -> str:
    standing = "closed, final" if card.is_final else "as it stands now"
    parts = [standing, many(card.votes or 0, "vote")]
    if card.passed is not None:
        verb = ("passed", "did not pass") if card.is_final else ("passes", "does not pass")
        parts.append(verb[0] if card.passed else verb[1])
    return " · ".join(parts)


def alternative(history: VoteHistory) -> str:
    """Tell in words and numbers what the picture shows."""
    seen = history.sighting.seen
    card = snapshot_tally(history.sighting)
    told = [f"How the vote “{bare(seen.title, _TITLE_SHOWN)}” stands: {_subtitle(card)}."]
    for place in _largest(seen.scores):
        name = bare(seen.choices[place], _NAME_SHOWN) or f"choice {place + 1}"
        told.append(f"{name}: {_value(seen.scores[place], seen.scores_total, card.unit)}.")
    told.append(f"All votes: {_plain_amount(seen.scores_total, card.unit)}.")
    if card.quorum is not None:
        told.append(_quorum_in_words(card, card.quorum))
    if note := _note(len(seen.choices)):
        told.append(f"{note}.")
    moments = len({point.at for point in history.points})
    told.append(_COURSE.format(count=moments) if moments > 1 else "Drawn as bars.")
    return bare(" ".join(told), ALTERNATIVE_LIMIT)


_COURSE = "Drawn as lines over time, from {count:,} readings."


def _quorum_in_words(card: TallyCard, quorum: Decimal) -> str:
    asked = _plain_amount(quorum, card.unit)
    if card.quorum_counted is None:
        return f"The quorum is {asked}; whether it is reached is not known."
    reached = card.quorum_counted >= quorum
    return f"The quorum of {asked} is {'reached' if reached else 'not reached'}."
