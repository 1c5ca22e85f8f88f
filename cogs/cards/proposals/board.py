"""The pinned board: the most supported ideas of a server."""

from decimal import Decimal

from bot.domain.lifecycle import Phase
from bot.domain.live_card import Board, BoardRow
from bot.domain.text import line
from cogs.cards.amounts import bar, share
from cogs.cards.fitting import Colour, Page
from cogs.cards.markup import channel
from cogs.cards.proposals.announcements import NO_TITLE, REFERENCE_SHOWN
from cogs.cards.proposals.list_page import TOPIC_SHOWN

NAME = "The most supported ideas"  # of the post, in a forum
_TITLE_SHOWN = 90


def page(board: Board) -> Page:
    """Write the board, or its last words."""
    if board.is_retired:
        return _last_words(board)
    return Page(
        title=f"📌 {NAME}",
        lines=tuple(_row(row, board.threshold) for row in board.rows)
        or ("No idea gathers support at the moment.",),
        next_step=(
            "Everybody: open an idea to discuss it, and react on its card to support it. "
            "`/idea list` shows all of them, `/idea new` takes yours."
        ),
        source="Ideas",
        colour=Colour.TALK,
    )


def _row(row: BoardRow, threshold: int) -> str:
    reference = line(row.subject.reference, REFERENCE_SHOWN)
    title = line(row.subject.title, _TITLE_SHOWN) or NO_TITLE
    reached = share(Decimal(row.supporters), Decimal(threshold))
    support = f"{bar(reached, full='▰', empty='▱', width=10)} {row.supporters:,} of {threshold:,}"
    facts = [support, "✔ ready"] if row.phase is Phase.READY else [support]
    if row.topic:
        facts.append(line(row.topic, TOPIC_SHOWN))
    if row.thread_id is not None:
        facts.append(channel(row.thread_id))
    return f"**{reference}** · {title}\n{' · '.join(facts)}"


def _last_words(board: Board) -> Page:
    gone = "This server keeps no board of ideas any more."
    moved = "" if board.moved_to is None else f"It is in {channel(board.moved_to)} now."
    return Page(
        title="📌 This board is no longer kept",
        lines=(moved or gone,),
        next_step="`/idea list` shows every idea, the most supported first.",
        source="Ideas",
        colour=Colour.ENDED,
    )
