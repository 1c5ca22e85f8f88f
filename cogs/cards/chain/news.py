"""What is said once of a proposal on chain: what happened, what it means, what to do by when."""

from bot.domain.onchain.announcement import GovernorNews
from bot.domain.onchain.proposal import Moment
from bot.domain.text import line
from cogs.cards.amounts import amount
from cogs.cards.buttons import Link
from cogs.cards.chain.calls import call_lines
from cogs.cards.fitting import Colour, Page
from cogs.cards.markup import when
from cogs.cards.proposals.announcements import REFERENCE_SHOWN, TITLE_SHOWN

NAME_SHOWN = 60  # of a governor, escaped
HASH_SHOWN = 80
# Explorers of public chains, by chain id. On another chain the transaction is named, not linked.
_EXPLORERS = {
    1: "https://etherscan.io",
    10: "https://optimistic.etherscan.io",
    137: "https://polygonscan.com",
    8453: "https://basescan.org",
    42161: "https://arbiscan.io",
    11155111: "https://sepolia.etherscan.io",
}


def page(news: GovernorNews) -> Page:
    """Write the announcement."""
    what, meaning, next_step, colour = _MOMENTS[news.moment]
    title = line(news.title, TITLE_SHOWN)
    reference = line(news.reference, REFERENCE_SHOWN)
    governor = line(news.governor_name, NAME_SHOWN)
    words = _words(news) | {"name": f"{reference} at {governor}" if reference else governor}
    return Page(
        title=f"{what}: {title}",
        lines=(meaning.format_map(words), *_counts(news), *_transaction(news)),
        fields=(("What it would do", call_lines(news.calls)),)
        if news.moment in _WITH_CALLS
        else (),
        next_step=next_step.format_map(words),
        source=news.reference or news.governor_name,
        colour=colour,
        buttons=_buttons(news),
    )


def _words(news: GovernorNews) -> dict[str, str]:
    estimate = news.times_are_estimates
    expiry = f" by {when(news.expires_at)}" if news.expires_at else ""
    return {
        "proposer": line(news.proposer, HASH_SHOWN),
        "starts": when(news.vote_starts_at, is_estimate=estimate),
        "ends": when(news.vote_ends_at, is_estimate=estimate),
        "eta": when(news.eta),
        "expiry": expiry,
    }


# Each moment: what happened, what it means, what to do by when. The names are filled in above.
_MOMENTS: dict[Moment, tuple[str, str, str, Colour]] = {
    Moment.CREATED: (
        "📣 Proposed on chain",
        (
            "{name}: proposed by {proposer}. If it passes, the contracts carry out the calls "
            "below; nobody has to be trusted to do it."
        ),
        (
            "Token holders: the vote opens {starts} and ends {ends}. Only votes delegated before "
            "it opens count, also to yourself: delegate in time."
        ),
        Colour.WAIT,
    ),
    Moment.VOTING_OPEN: (
        "🗳 On-chain voting is open",
        (
            "{name}: votes are For or Against. Each is a transaction, and counts what was "
            "delegated to you when the vote opened."
        ),
        "Everybody with delegated votes: vote by {ends}.",
        Colour.VOTE,
    ),
    Moment.CLOSING_SOON: (
        "⏳ On-chain voting ends soon",
        "{name}: the vote is nearly over. A vote cast on chain cannot be changed.",
        "If you have not voted yet, vote by {ends}.",
        Colour.WAIT,
    ),
    Moment.SUCCEEDED: (
        "✔ Passed on chain",
        "{name}: the vote is over, and the governor counts it as passed.",
        (
            "Anyone may now queue it; it then waits in the timelock, where there is one, before it "
            "can be executed."
        ),
        Colour.GOOD,
    ),
    Moment.DEFEATED: (
        "✖ Defeated on chain",
        (
            "{name}: the vote is over, and the governor counts it as defeated: too few For, or the "
            "quorum was missed. Nothing changes."
        ),
        "Nothing: it ends here. A changed proposal may be made again.",
        Colour.BAD,
    ),
    Moment.CANCELED: (
        "✖ Canceled on chain",
        "{name}: the proposal was canceled. It can never be executed.",
        "Nothing: it ends here. Who wants to know why asks the proposer, {proposer}.",
        Colour.BAD,
    ),
    Moment.QUEUED: (
        "⏳ In the timelock",
        (
            "{name}: it has passed and waits, so that everybody can make the final technical "
            "review of what it would do."
        ),
        (
            "Everybody: compare the calls with what was decided, and raise the alarm in the "
            "discussion if they differ. It can be executed from {eta}."
        ),
        Colour.WAIT,
    ),
    Moment.EXECUTABLE: (
        "▶ Can be executed now",
        "{name}: the waiting time is over. The decision takes effect with one transaction.",
        "Anyone may send the execute transaction{expiry}.",
        Colour.VOTE,
    ),
    Moment.GRACE_ENDING: (
        "⚠ Expires soon",
        (
            "{name}: it has passed and waited, and nobody has executed it yet. Once expired it can "
            "never be."
        ),
        "Somebody has to send the execute transaction{expiry}. Anyone may.",
        Colour.BAD,
    ),
    Moment.EXPIRED: (
        "✖ Expired",
        "{name}: nobody executed it in time. Although it passed, nothing changes.",
        "Nothing can be done with this one. Who still wants it proposes it again.",
        Colour.BAD,
    ),
    Moment.EXECUTED: (
        "✔ Executed",
        "{name}: the calls have been carried out. The decision is in effect.",
        "Nothing: it is done. Thank you to everybody who took part.",
        Colour.GOOD,
    ),
}
_WITH_CALLS = frozenset({Moment.CREATED, Moment.QUEUED, Moment.EXECUTABLE, Moment.GRACE_ENDING})
_WITH_TRANSACTION = frozenset({Moment.CREATED, Moment.CANCELED, Moment.QUEUED, Moment.EXECUTED})
_WITH_COUNTS = frozenset({Moment.CLOSING_SOON, Moment.SUCCEEDED, Moment.DEFEATED})


def _counts(news: GovernorNews) -> tuple[str, ...]:
    if news.moment not in _WITH_COUNTS:
        return ()
    sides = (("For", news.for_votes), ("Against", news.against_votes))
    told = [*sides, *([("Abstain", news.abstain_votes)] if news.abstain_votes is not None else [])]
    votes = " · ".join(f"**{side}** {amount(votes, news.unit)}" for side, votes in told)
    return (f"{votes} · quorum {amount(news.quorum, news.unit)}",)


def _transaction(news: GovernorNews) -> tuple[str, ...]:
    if news.transaction_hash is None or news.moment not in _WITH_TRANSACTION:
        return ()
    return (f"Transaction {line(news.transaction_hash, HASH_SHOWN)}",)


def _buttons(news: GovernorNews) -> tuple[Link, ...]:
    explorer = _EXPLORERS.get(news.governor_key.chain_id)
    if explorer is None or not _transaction(news):
        return ()
    address = f"{explorer}/tx/{news.transaction_hash}"
    return (Link(label="See the transaction", address=address),)
