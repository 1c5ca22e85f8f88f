"""What is said when other code has made another kind of contract of a governor."""

from bot.domain.onchain.announcement import FamilyNews
from bot.domain.text import line
from cogs.cards.chain.explorers import transaction_link, transaction_row
from cogs.cards.chain.naming import HASH_SHOWN, NAME_SHOWN
from cogs.cards.fitting import Colour, Page

_WHY_SHOWN = 400


def page(news: FamilyNews) -> Page:
    """Write the warning."""
    name = line(news.governor_name, NAME_SHOWN)
    what, next_step = _lost(news) if news.after is None else _found(news)
    title = "cannot be followed as before" if news.after is None else "has become another governor"
    return Page(
        title=f"⚠ {name} {title}",
        lines=(
            f"The contract {line(news.governor, HASH_SHOWN)} runs other code now.",
            *what,
            *_transaction(news),
        ),
        next_step=next_step,
        source=news.governor_name,
        colour=Colour.BAD if news.after is None else Colour.WAIT,
        buttons=transaction_link(news.chain_id, news.transaction_hash),
    )


def _lost(news: FamilyNews) -> tuple[tuple[str, ...], str]:
    return (
        (
            f"What Assent found: {line(news.why, _WHY_SHOWN)}",
            (
                f"Assent goes on reading it as a {news.before}. What still shows that way is told "
                "here; **anything else may be missed**."
            ),
        ),
        (
            "Moderators: watch the governor's own pages from now on. `/watch remove` ends what is "
            "told here; when a version of Assent knows the new contract, `/watch add governor` "
            "begins again."
        ),
    )


def _found(news: FamilyNews) -> tuple[tuple[str, ...], str]:
    was = f"It was a {news.before}" if news.before else "Assent could not follow it"
    return (
        (
            (
                f"{was}; now it is a **{news.after}**, and Assent follows it as one: votes, quorum "
                "and deadlines go by its new rules."
            ),
        ),
        (
            "Everybody: check that this was decided. Moderators: look at what is open there, as a "
            "proposal from before may have changed with it."
        ),
    )


def _transaction(news: FamilyNews) -> tuple[str, ...]:
    if news.transaction_hash is None:
        return ()
    return (transaction_row(news.chain_id, news.transaction_hash),)
