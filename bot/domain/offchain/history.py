"""The scores of a vote over time: what is kept of them, and what a picture shows."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.domain.offchain.ballot import is_hidden
from bot.domain.offchain.sighting import VoteSighting
from bot.domain.offchain.snapshot import ScorePoint
from bot.domain.types import UnixSeconds

MOST_POINTS = 500  # kept of one vote
_THINNED_TO = 250  # so that it is not done again for each point that follows


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteHistory:
    """A vote with its scores over time, the oldest first; they may be none, or one."""

    sighting: VoteSighting
    points: tuple[ScorePoint, ...]

    @property
    def is_drawable(self) -> bool:
        """Whether there are scores that are known and may be shown."""
        seen = self.sighting.seen
        return not is_hidden(seen) and len(seen.scores) == len(seen.choices) > 0


def superfluous(moments: Sequence[UnixSeconds]) -> Collection[UnixSeconds]:
    """Say which of the moments, in order, to forget once there are too many.

    The first and the last stay; between them the last one of each of as many equal spans of time.
    """
    if len(moments) <= MOST_POINTS:
        return frozenset()
    first, last = moments[0], moments[-1]
    spans = _THINNED_TO - 1
    kept = {min((at - first) * spans // max(last - first, 1), spans): at for at in moments}
    return frozenset(moments) - {first, *kept.values()}


def history(sighting: VoteSighting, points: Sequence[ScorePoint]) -> VoteHistory:
    """Put the scores as they are now behind those that were; other choices' scores are left out."""
    seen = sighting.seen
    fitting = [point for point in points if len(point.scores) == len(seen.choices)]
    if seen.scores and (not fitting or fitting[-1].scores != seen.scores):
        at = min(seen.scores_updated or sighting.now, sighting.now)
        now = ScorePoint(
            at=UnixSeconds(max(at, fitting[-1].at if fitting else at)),
            scores=seen.scores,
            scores_total=seen.scores_total,
            votes=seen.votes,
        )
        fitting = [*(point for point in fitting if point.at < now.at), now]
    return VoteHistory(sighting=sighting, points=tuple(fitting))
