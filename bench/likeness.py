"""How long it takes to look through a hundred ideas of 4,000 characters for one that is alike."""

from bench.figure import Figure
from bench.markdown_worst import least
from bot.domain.types import ProposalId
from bot.similarity import Candidate, similar

CANDIDATES, CHARACTERS = 100, 4_000
ROUNDS = 5
# Letters, marks that are taken off, one that becomes eighteen others, and words to be sorted.
UNITS = ("a ", "ab", "[", "e\u0301", "\ufdfa", "字", "market fee ")


async def measure() -> list[Figure]:
    """Compare texts of each kind and take the slowest; then the same number of titles alone."""
    return [
        Figure(
            name="likeness_ms",
            value=round(max(_milliseconds(unit, CHARACTERS) for unit in UNITS), 2),
            unit="ms",
            aim="≤ 50",
            baseline=round(_milliseconds("market fee ", 0), 2),
            compared_with="the titles of as many ideas without a text",
        )
    ]


def _milliseconds(unit: str, size: int) -> float:
    title, text = (unit * 200)[:200], (unit * CHARACTERS)[:size]
    others = [
        Candidate(id=ProposalId(number), title=title, text=text) for number in range(CANDIDATES)
    ]
    return least(lambda: similar(title, text, others), ROUNDS)
