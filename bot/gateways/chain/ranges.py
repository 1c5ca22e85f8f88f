"""What providers mean when they refuse a range of blocks (pure).

Error codes differ and are reused, so the text is the signal. The wordings change as well: what
names no number is answered by halving.
"""

import re
from typing import Final

# A range that would do, in brackets or after these words; hex or decimal, both ends included.
_NUMBER: Final = r"(0x[0-9a-f]+|\d+)"
_RANGES: Final = (
    re.compile(rf"\[\s*{_NUMBER}\s*,\s*{_NUMBER}\s*\]", re.IGNORECASE),
    re.compile(rf"retry with the range\s+{_NUMBER}\s*-\s*{_NUMBER}", re.IGNORECASE),
)

# The most blocks, named after one of these words ("limited to a 10,000 range").
_LIMIT: Final = re.compile(
    r"\b(?:limited to|up to|at most|max(?:imum)?|exceeds?|over)\b"
    r"\D{0,40}?(?:0 - )?(\d[\d,_]*)(k?)\b",
    re.IGNORECASE,
)

# A number beside one of these words is about the answer, not about blocks.
_RESULTS: Final = re.compile(r"\b(?:results|logs|records|bytes|mb|size)\b", re.IGNORECASE)

_REFUSALS: Final = re.compile(
    r"block range|ranges? over|range is too|range too|range limit|max(?:imum)? range"
    r"|limited to|exceeds? (?:the )?(?:limit|max)|up to a?\s*\d+ block|too many blocks"
    r"|more than \d+ results|too many (?:results|logs)|response size|size exceeded"
    r"|exceeds? limits|retry with the range|narrow|too large|query timeout|query returned more"
    r"|\brange \d+ exceeds|number of requested blocks|max(?:imum)? allowed range|at most \d+ blocks"
    r"|(?:response|result|payload) is too (?:big|large)|query timed out",
    re.IGNORECASE,
)

# A limit of requests in a time is another matter: a smaller range would not help.
_RATE: Final = re.compile(
    r"rate limit|per (?:second|minute|day)|too many requests|request (?:count|rate)"
    r"|throughput|compute units|capacity|quota|credits",
    re.IGNORECASE,
)
# But fewer requests in one batch would help.
_BATCH: Final = re.compile(r"\bbatch", re.IGNORECASE)
_TIME: Final = re.compile(r"\brate\b|per (?:second|minute|day)", re.IGNORECASE)

# Nodes keep the logs of so many blocks, or of all of them only for those who pay.
_FORGOTTEN: Final = re.compile(
    r"prun|history (?:is )?(?:not |un)available|old data not available|archiv|no longer available",
    re.IGNORECASE,
)


def is_range_error(text: str) -> bool:
    """Whether an error's text says that the range or its result was too large."""
    if suggested_range(text) is not None:
        return True
    return bool(_REFUSALS.search(text)) and not _RATE.search(text)


def is_rate_error(text: str) -> bool:
    """Whether an error's text says that too much was asked in too short a time."""
    is_of_a_batch = bool(_BATCH.search(text)) and not _TIME.search(text)
    return bool(_RATE.search(text)) and suggested_range(text) is None and not is_of_a_batch


def is_history_error(text: str) -> bool:
    """Whether an error's text says that the node has no logs of blocks so old."""
    return bool(_FORGOTTEN.search(text)) and not is_range_error(text) and not is_rate_error(text)


def suggested_span(text: str) -> int | None:
    """Return how many blocks the text says are accepted, or `None` if it names no number."""
    found = suggested_range(text)
    if found is not None:
        first, last = found
        return last - first + 1
    for limit in _LIMIT.finditer(text):
        if _RESULTS.match(text[limit.end() :].lstrip()):
            continue
        blocks = int(limit[1].replace(",", "").replace("_", "")) * (1000 if limit[2] else 1)
        if blocks:
            return blocks
    return None


def suggested_range(text: str) -> tuple[int, int] | None:
    """Return the first and last block of the range that the text says would do."""
    for pattern in _RANGES:
        if found := pattern.search(text):
            first, last = (int(number, 0) for number in found.groups())
            if first <= last:
                return first, last
    return None
