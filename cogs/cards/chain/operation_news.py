"""What is said of a timelock's operations that no vote has brought about."""

from bot.domain.onchain.announcement import OperationNews, OperationStep
from bot.domain.text import line
from cogs.cards.chain.calls import call_lines
from cogs.cards.chain.explorers import (
    address_shown,
    hash_shown,
    transaction_link,
    transaction_row,
)
from cogs.cards.chain.naming import NAME_SHOWN, waits_in
from cogs.cards.fitting import Colour, Page
from cogs.cards.markup import when

# Each step: what happened, what it means, what to do by when.
_STEPS: dict[OperationStep, tuple[str, str, str, Colour]] = {
    OperationStep.SCHEDULED: (
        "⚠ In the timelock without a vote",
        "{governor}: somebody has put the calls below into {held}; {origin}.",
        (
            "Everybody: read what it would do, and ask whoever may use the timelock directly. It "
            "can be executed from {ready}; until then it can be cancelled there."
        ),
        Colour.BAD,
    ),
    OperationStep.EXECUTED: (
        "⚠ Executed without a vote",
        "{governor}: the calls below were carried out from {held}; {origin}.",
        "Moderators: make sure that people know why this was done. It cannot be undone here.",
        Colour.BAD,
    ),
    OperationStep.CANCELLED: (
        "✖ Taken out of the timelock",
        "{governor}: this was cancelled, which waited without a vote in {held}.",
        "Nothing to do: it does not happen.",
        Colour.ENDED,
    ),
}
_FORMER = "a former timelock: the governor has another one by now"
_OUTSIDE = "no proposal of this governor has brought it about"
_UNSEEN = "Assent did not see it put in: whether a vote has brought it about is not known"


def page(news: OperationNews) -> Page:
    """Write the warning."""
    what, meaning, next_step, colour = _STEPS[news.step]
    governor = line(news.governor_name, NAME_SHOWN)
    words = {
        "held": _FORMER if news.is_former else waits_in(news.timelock_kind),
        "governor": governor,
        "origin": _OUTSIDE if news.is_seen_from_start else _UNSEEN,
        "ready": when(news.ready_at),
    }
    return Page(
        title=f"{what}: {governor}",
        lines=(meaning.format_map(words), *_who(news), *_named(news)),
        fields=((_HEADINGS[news.step], _calls(news)),),
        next_step=next_step.format_map(words),
        source=news.governor_name,
        colour=colour,
        buttons=transaction_link(news.operation_key.chain_id, news.transaction_hash),
    )


_HEADINGS = {
    OperationStep.SCHEDULED: "What it would do",
    OperationStep.EXECUTED: "What it did",
    OperationStep.CANCELLED: "What it would have done",
}


def _who(news: OperationNews) -> tuple[str, ...]:
    chain_id = news.operation_key.chain_id
    return (f"By {address_shown(chain_id, news.caller)}",) if news.caller else ()


def _named(news: OperationNews) -> tuple[str, ...]:
    key = news.operation_key
    return (
        f"{news.timelock_kind} {address_shown(key.chain_id, key.timelock)}",
        f"These calls are one “operation” there: {hash_shown(key.chain_id, key.id)}",
        transaction_row(key.chain_id, news.transaction_hash),
    )


def _calls(news: OperationNews) -> str:
    return call_lines(news.calls) if news.calls else "Its calls are not known to Assent."
