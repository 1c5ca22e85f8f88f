"""What is said once of a proposal as it moves: what happened, what it means, what to do next."""

from typing import assert_never

from bot.domain.announcement import (
    IdeaJoined,
    IdeaMerged,
    IdeaReady,
    NextStep,
    PhaseChanged,
    StatusSet,
    Subject,
)
from bot.domain.lifecycle import DRAFTING, PROMOTIONS, Move, Phase
from bot.domain.text import line
from cogs.cards.buttons import Link
from cogs.cards.fitting import Colour, Page
from cogs.cards.markup import many, member, quoted

TITLE_SHOWN = 180  # units of a proposal's title, escaped
REFERENCE_SHOWN = 40
NO_TITLE = "(no title)"
_QUOTE_LIMIT = 500


def page(
    news: IdeaReady | PhaseChanged | StatusSet | IdeaMerged | IdeaJoined | NextStep,
) -> Page:
    """Write the announcement."""
    match news:
        case IdeaReady():
            return _idea_ready(news)
        case PhaseChanged():
            return _phase_changed(news)
        case IdeaMerged():
            return _idea_merged(news)
        case IdeaJoined():
            return _idea_joined(news)
        case StatusSet():
            return _status_set(news)
        case NextStep():
            return _next_step(news)
        case _:
            assert_never(news)


def named(subject: Subject) -> tuple[str, str]:
    """Give the reference and the title, safe to be put into our sentences."""
    return named_as(subject.reference, subject.title)


def named_as(reference: str, title: str) -> tuple[str, str]:
    """Give a reference and a title, safe to be put into our sentences."""
    return line(reference, REFERENCE_SHOWN), (line(title, TITLE_SHOWN) or NO_TITLE)


def _idea_ready(news: IdeaReady) -> Page:
    reference, title = named(news.subject)
    return Page(
        title=f"✔ Enough support: {title}",
        lines=(
            (
                f"{reference} has {many(news.supporters, 'supporter')}, as many as this community "
                "asks for. It is ready to become a proposal."
            ),
        ),
        next_step=(
            "A moderator reads the discussion and promotes it: the button on its card, or "
            "`/idea promote`. Until then, say what is still unclear."
        ),
        source=news.subject.reference,
        colour=Colour.GOOD,
    )


def _idea_merged(news: IdeaMerged) -> Page:
    reference, title = named(news.subject)
    into, into_title = named(news.into)
    return Page(
        title=f"➜ Merged into {into}: {title}",
        lines=(
            (
                f"{member(news.by)} merged {reference} into {into}, {into_title}. "
                "Who supported it supports that one now."
            ),
            quoted(news.reason, _QUOTE_LIMIT),
        ),
        next_step=f"Everybody: the discussion goes on at {into}.",
        source=news.subject.reference,
        colour=Colour.ENDED,
        buttons=(Link(label=f"To {news.into.reference}", address=news.link),),
    )


def _idea_joined(news: IdeaJoined) -> Page:
    reference, title = named(news.subject)
    joined, joined_title = named(news.joined)
    return Page(
        title=f"➜ {joined} was merged into this: {title}",
        lines=(
            (
                f"{member(news.by)} merged {joined}, {joined_title}, into {reference}. "
                f"That brings {many(news.gained, 'new supporter')}; "
                f"{reference} has {news.supporters:,} now."
            ),
            quoted(news.reason, _QUOTE_LIMIT),
        ),
        next_step=f"Everybody who comes from {joined}: read on here, and say what is missing.",
        source=news.subject.reference,
        colour=Colour.TALK,
        buttons=(Link(label=f"What was said of {news.joined.reference}", address=news.link),),
    )


def _phase_changed(news: PhaseChanged) -> Page:
    reference, title = named(news.subject)
    symbol, what, meaning, next_step = _change(news)
    said = f"{member(news.by)} {meaning.format(reference=reference)}"
    return Page(
        title=f"{symbol} {what}: {title}",
        lines=(said, quoted(news.reason, _QUOTE_LIMIT)) if news.reason.strip() else (said,),
        next_step=next_step.format(reference=reference),
        source=news.subject.reference,
        colour=_COLOURS.get(news.phase, Colour.TALK),
    )


def _status_set(news: StatusSet) -> Page:
    reference, title = named(news.subject)
    return Page(
        title=f"➜ Status set by a moderator: {title}",
        lines=(
            (
                f"{member(news.by)} has set {reference} from “{news.before}” to “{news.phase}”, "
                "outside of the usual steps, for this reason:"
            ),
            quoted(news.reason, _QUOTE_LIMIT),
        ),
        next_step=_SEE.format(reference=reference),
        source=news.subject.reference,
        colour=_COLOURS.get(news.phase, Colour.TALK),
    )


def _change(news: PhaseChanged) -> tuple[str, str, str, str]:
    if news.move in PROMOTIONS:
        meaning, next_step = _PROMOTED[news.move]
        return ("➜", "Now a proposal", _promoted(news) + meaning, next_step)
    if news.reason.strip() and news.phase in DRAFTING:
        return ("⏸", "Postponed", _POSTPONED_MEANING, _WRITE)
    default = ("➜", "Moved on", f"moved {{reference}} on: it is now “{news.phase}”.", _SEE)
    return _CHANGES.get(news.phase, default)


def _promoted(news: PhaseChanged) -> str:
    if not news.is_early:
        return "promoted {reference}. "
    return "promoted {reference} early, because of what is said below. "


_SEE = "The card of {reference} says what comes next; `/proposal show` finds it."
_WRITE = (
    "The author or a moderator writes the draft: `/draft edit`. "
    "Then a moderator announces the vote: `/proposal publish`."
)
_ENDED = "Nothing: it ends here. A changed idea may be proposed again with `/idea new`."
_CLOSED = (
    "A moderator can take it up again with `/idea reopen`. A changed idea may be proposed with "
    "`/idea new`."
)
_POSTPONED_MEANING = (
    "took {reference} back to its draft. No vote opens until a new notice is given."
)
_NOTICE = (
    "➜",
    "Announced for its vote",
    "has released the draft of {reference} for the vote.",
    (
        "Everybody: read the draft. The vote opens by itself once the notice is over; "
        "the card says when."
    ),
)
# What each promotion means, and what is next.
_PROMOTED: dict[Move, tuple[str, str]] = {
    Move.PROMOTE: (
        (
            "It is written up for its first vote, the temperature check: a simple poll whether the "
            "community likes the direction."
        ),
        _WRITE,
    ),
    Move.PROMOTE_TO_ONE_VOTE: (
        (
            "It is written up for its vote, which decides: the exact change, and choices to choose "
            "from."
        ),
        _WRITE,
    ),
    Move.PROMOTE_TO_CHAIN: (
        "This community decides on chain, so no vote on Snapshot comes before that.",
        (
            "Somebody with enough voting power proposes it on chain; a moderator links that with "
            "`/proposal link`. If no contract changes: `/proposal implemented`, once it is done."
        ),
    ),
}
_COLOURS = {
    Phase.PARKED: Colour.WAIT,
    Phase.REJECTED: Colour.BAD,
    Phase.WITHDRAWN: Colour.ENDED,
    Phase.IMPLEMENTED: Colour.GOOD,
}
# Each phase a person can move a proposal to: a symbol, what happened, what it means, what is next.
_CHANGES: dict[Phase, tuple[str, str, str, str]] = {
    Phase.IDEA: (
        "➜",
        "Open again",
        "opened {reference} again: it gathers support as an idea.",
        "Everybody: read the idea again and support it with a reaction on its card.",
    ),
    Phase.TEMPERATURE_NOTICE: _NOTICE,
    Phase.CONSENSUS_NOTICE: _NOTICE,
    Phase.CONSENSUS_DRAFT: (
        "➜",
        "Back to the draft",
        "took {reference} back to the draft of its deciding vote.",
        _WRITE,
    ),
    Phase.PASSED: (
        "➜",
        "Not on chain any more",
        (
            "undid the link of {reference} to a proposal on chain. It has passed off chain, and is "
            "still to be put into effect."
        ),
        (
            "A moderator links the right one with `/proposal link`, or says with "
            "`/proposal implemented` that it is done."
        ),
    ),
    Phase.ON_CHAIN: (
        "➜",
        "On chain",
        "linked {reference} to its proposal on chain: from here the contracts decide.",
        "Everybody: vote on chain while the vote is open; its dates are on the card.",
    ),
    Phase.IMPLEMENTED: (
        "✔",
        "Done",
        "says that {reference} has been put into effect.",
        "Everybody: see that it was done as decided, and say so in the discussion if not.",
    ),
    Phase.PARKED: (
        "⏸",
        "Parked",
        "set {reference} aside for now. It is not rejected.",
        "A moderator can open it again with `/idea reopen`. Until then its support waits.",
    ),
    Phase.REJECTED: ("✖", "Rejected", "rejected {reference}, for this reason:", _CLOSED),
    Phase.WITHDRAWN: ("✖", "Withdrawn", "withdrew {reference}.", _CLOSED),
}


def _next_step(news: NextStep) -> Page:
    reference, title = named(news.subject)
    what, meaning, next_step = _step(news, reference)
    return Page(
        title=f"➜ {what}: {title}",
        lines=meaning,
        next_step=next_step,
        source=news.subject.reference,
        colour=Colour.TALK,
    )


def _step(news: NextStep, reference: str) -> tuple[str, tuple[str, ...], str]:
    match news.phase:
        case Phase.CONSENSUS_DRAFT:
            return (
                "To be refined for the second vote",
                (
                    (
                        f"{reference} has passed its temperature check. The consensus check asks "
                        "for a decision: the exact change, and choices to choose from. Its draft "
                        "is filled in already."
                    ),
                ),
                (
                    f"Moderators: `/draft edit` for {reference}, to settle the text and the "
                    "choices; then `/proposal publish`, which gives notice. The vote opens by "
                    "itself after it."
                ),
            )
        case Phase.PASSED:
            return ("To be put into effect", *_to_effect(news, reference))
        case _:
            return ("What comes next", (f"{reference} is now “{news.phase}”.",), _ENDED)


def _to_effect(news: NextStep, reference: str) -> tuple[tuple[str, ...], str]:
    votes = "both votes" if len(news.steps) > 1 else "its vote"
    passed = f"{reference} has passed {votes} off chain."
    if not news.call_to_make.strip():
        return (
            (passed,),
            f"Moderators: see that it is done, then run `/proposal implemented` for {reference}.",
        )
    return (
        (
            (
                f"{passed} If it changes a contract, somebody with enough voting power proposes it "
                "on chain under exactly this title, by which Assent knows it:"
            ),
            quoted(news.call_to_make, _QUOTE_LIMIT),
        ),
        (
            f"Moderators: put it on chain under that title (`/proposal link` if the title "
            f"differs). If no contract changes, see that it is done and run `/proposal "
            f"implemented` for {reference}."
        ),
    )
