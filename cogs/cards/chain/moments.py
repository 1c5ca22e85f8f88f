"""The words for each moment of a proposal on chain."""

from typing import Final

from bot.domain.onchain.proposal import Moment
from cogs.cards.fitting import Colour

# Each moment: what happened, what it means, what to do by when. `news` fills in the names.
MOMENTS: Final[dict[Moment, tuple[str, str, str, Colour]]] = {
    Moment.CREATED: (
        "📣 Proposed on chain",
        (
            "{name}: proposed by {proposer}. If it passes, the contracts carry out the calls "
            "below; nobody has to be trusted to do it."
        ),
        "{delegate}",
        Colour.WAIT,
    ),
    Moment.REVISED: (
        "⚠ Changed on chain",
        (
            "{name}: the proposer has changed its text or its calls, as they may until the vote is "
            "near. What was read before may not hold any more."
        ),
        "Everybody: read it again before you vote. The vote opens {starts}.",
        Colour.WAIT,
    ),
    Moment.VOTING_OPEN: (
        "🗳 On-chain voting is open",
        (
            "{name}: {sides}. Each is a transaction, and counts what was delegated to you when "
            "{counted}."
        ),
        "Everybody with delegated votes: vote by {ends}.",
        Colour.VOTE,
    ),
    Moment.DEADLINE_MOVED: (
        "↪ The end of the vote was moved",
        (
            "{name}: the contract lets the vote go on for longer, because it turned late, so that "
            "everybody has time to answer; {sides}."
        ),
        "{voters}: vote by the new end, {ends}.",
        Colour.WAIT,
    ),
    Moment.CLOSING_SOON: (
        "⏳ On-chain voting ends soon",
        "{name}: the vote is nearly over; {sides}. {final}",
        "{voters}: vote by {ends}.",
        Colour.WAIT,
    ),
    Moment.SUCCEEDED: (
        "✔ Passed on chain",
        "{name}: the vote is over, and the governor counts it as passed.",
        "{after}",
        Colour.GOOD,
    ),
    Moment.DEFEATED: (
        "✖ Defeated on chain",
        "{name}: the vote is over, and it is defeated: {reason}. Nothing changes.",
        "Nothing: it ends here. A changed proposal may be made again.",
        Colour.BAD,
    ),
    Moment.UNQUEUED: (
        "⚠ Passed, and not {waits}",
        (
            "{name}: it has passed, and nobody has {waits} it since. It stays as it is until "
            "somebody does: what was decided does not happen by itself."
        ),
        "Somebody has to send the transaction by which it is {waits}. Anyone may.",
        Colour.WAIT,
    ),
    Moment.CANCELED: (
        "✖ Canceled on chain",
        "{name}: the proposal was canceled{where}. It can never be executed.",
        "Nothing: it ends here. Who wants to know why asks {canceler}.",
        Colour.BAD,
    ),
    Moment.VETOED: (
        "✖ Vetoed on chain",
        ("{name}: it was vetoed{vetoer}. It can never be executed, however the vote went."),
        "Nothing: it ends here. Who wants to know why asks whoever holds the right to veto.",
        Colour.BAD,
    ),
    Moment.QUEUED: (
        "⏳ In the timelock",
        (
            "{name}: it has passed, and now waits in {held}. So everybody can make the final "
            "technical review of what it would do."
        ),
        (
            "Everybody: compare the calls with what was decided, and raise the alarm in the "
            "discussion if they differ. It can be executed from {eta}.{expiry}"
        ),
        Colour.WAIT,
    ),
    Moment.EXECUTABLE: (
        "▶ Can be executed now",
        "{name}: the waiting time is over. The decision takes effect with one transaction.",
        "Anyone may send the execute transaction.{expiry}",
        Colour.VOTE,
    ),
    Moment.GRACE_ENDING: (
        "⚠ Expires soon",
        (
            "{name}: it has passed and waited, and nobody has executed it yet. Once it has expired "
            "nobody can, and what was decided does not happen."
        ),
        "Somebody has to send the execute transaction; anyone may.{expiry}",
        Colour.BAD,
    ),
    Moment.EXPIRED: (
        "✖ Expired",
        "{name}: nobody executed it{in_time}. Although it passed, nothing changes.",
        "Nothing can be done with this one. Who still wants it proposes it again.",
        Colour.BAD,
    ),
    Moment.EXECUTED: (
        "✔ Executed",
        "{name}: the calls have been carried out{where}. The decision is in effect.",
        "Nothing: it is done. Thank you to everybody who took part.",
        Colour.GOOD,
    ),
}
WITH_CALLS: Final = frozenset(
    {
        Moment.CREATED,
        Moment.REVISED,
        Moment.UNQUEUED,
        Moment.QUEUED,
        Moment.EXECUTABLE,
        Moment.GRACE_ENDING,
    }
)
WITH_TRANSACTION: Final = frozenset(
    {
        Moment.CREATED,
        Moment.REVISED,
        Moment.DEADLINE_MOVED,
        Moment.CANCELED,
        Moment.VETOED,
        Moment.QUEUED,
        Moment.EXECUTED,
    }
)
WITH_COUNTS: Final = frozenset(
    {Moment.DEADLINE_MOVED, Moment.CLOSING_SOON, Moment.SUCCEEDED, Moment.DEFEATED}
)
