"""The live tally of one vote: the numbers as its source shows them, and what they would mean."""

from dataclasses import replace
from decimal import Decimal

from bot.domain.live_card import TallyCard
from bot.domain.text import line
from cogs.cards.amounts import amount
from cogs.cards.buttons import Link
from cogs.cards.fitting import Colour, Page
from cogs.cards.markup import ago, many, when
from cogs.cards.proposals.announcements import NO_TITLE, REFERENCE_SHOWN, TITLE_SHOWN
from cogs.cards.votes.news import WHY_SHOWN
from cogs.cards.votes.scores import score_lines

_HEADING_SHOWN = 50
_SOURCE_SHOWN = 60
_FINAL_COLOURS = {True: Colour.GOOD, False: Colour.BAD, None: Colour.ENDED}


def page(card: TallyCard) -> Page:
    """Write the tally. What is hidden or not known is said to be so, and never shown as zero."""
    card = _told(card)
    return Page(
        title=line(card.title, TITLE_SHOWN) or NO_TITLE,
        lines=(
            _headline(card),
            "",
            *_scores(card),
            "",
            *_turnout(card),
            *_judgement(card),
            "",
            _times(card),
            f"Read from {line(card.source, _SOURCE_SHOWN)} · last change {ago(card.seen_at)}",
        ),
        next_step=_next_step(card),
        source=card.reference or card.source,
        colour=_colour(card),
        buttons=() if card.is_gone else (Link(label=_label(card), address=card.link),),
    )


def _told(card: TallyCard) -> TallyCard:
    """Leave out the numbers that may not be shown yet, or that nobody knows."""
    if _is_shielded(card):
        return replace(card, scores=(), scores_total=None, quorum_counted=None, passed=None)
    if len(card.scores) == len(card.choices) or _is_unheard(card):
        return card
    return replace(card, scores=(), scores_total=None, quorum_counted=None)


def _is_shielded(card: TallyCard) -> bool:
    return card.is_hidden and not card.is_final


def _is_unheard(card: TallyCard) -> bool:
    return card.is_final and card.votes == 0


def _headline(card: TallyCard) -> str:
    heading = line(card.heading[:_HEADING_SHOWN].upper(), _HEADING_SHOWN)
    reference = line(card.reference, REFERENCE_SHOWN)
    return f"**{heading}** · {_status(card)}" + (f" · {reference}" if reference else "")


def _status(card: TallyCard) -> str:
    if card.is_gone:
        return "deleted ✖"
    if card.is_set_aside:
        return "set aside ✖"
    if card.is_final:
        return "closed, final"
    if card.is_open:
        return "voting open"
    return "not open yet" if _is_to_come(card) else "closed, being counted"


def _is_to_come(card: TallyCard) -> bool:
    return not card.is_open and not card.is_final and card.seen_at < card.start


def _scores(card: TallyCard) -> list[str]:
    rows = score_lines(card.choices, card.scores, card.scores_total, card.unit)
    return rows if card.scores else [*rows, _without_scores(card)]


def _without_scores(card: TallyCard) -> str:
    if _is_shielded(card):
        return "The votes are shielded: how they stand is hidden until the vote is over."
    return "Nobody voted." if _is_unheard(card) else "How they stand is not known yet."


def _turnout(card: TallyCard) -> list[str]:
    votes = [] if card.votes is None else [many(card.votes, "vote")]
    rows = [" · ".join([*votes, f"turnout {amount(card.scores_total, card.unit)}"])]
    return rows if card.quorum is None else [*rows, _quorum(card, card.quorum)]


def _quorum(card: TallyCard, quorum: Decimal) -> str:
    asked = amount(quorum, card.unit)
    counted = card.quorum_counted
    if counted is None:
        return f"Quorum {asked}: not known yet whether it is reached"
    if counted >= quorum:
        return f"**Quorum reached ✔** ({asked})"
    if card.is_final:
        return f"**Quorum not reached ✖** ({asked} were needed)"
    missing = amount(quorum - counted, card.unit, is_rounded_up=True)
    return f"**Quorum not reached yet**: {missing} more (of {asked})"


def _judgement(card: TallyCard) -> list[str]:
    if card.is_gone:
        return ["**No result:** the vote was deleted before it was decided."]
    if card.is_set_aside:
        return ["**No result here:** a moderator has set this vote aside; the thread says why."]
    if card.passed is None:
        return ["**Result:** not known yet"] if card.is_final else []
    why = line(card.why, WHY_SHOWN)
    reason = f" ({why})" if why else ""
    if card.is_final:
        return [f"**Result: {'passed ✔' if card.passed else 'did not pass ✖'}**{reason}"]
    return [f"**As it stands: {'passes' if card.passed else 'does not pass'}**{reason}"]


def _times(card: TallyCard) -> str:
    if card.is_gone:
        return f"It would have ended {when(card.end, is_estimate=card.times_are_estimates)}"
    if _is_to_come(card):
        return f"Opens {when(card.start, is_estimate=card.times_are_estimates)}"
    word = "Ends" if card.is_open else "Ended"
    return f"{word} {when(card.end, is_estimate=card.times_are_estimates)}"


def _next_step(card: TallyCard) -> str:
    end = when(card.end, is_estimate=card.times_are_estimates)
    if card.is_gone:
        return "Nobody can vote here any more. If the vote is announced anew, that is said here."
    if card.is_set_aside:
        return "Nothing to do: whatever comes of it on Snapshot does not count here."
    if card.is_final:
        return "Nothing to do here: the vote is over. What follows from it is announced by itself."
    if card.is_open:
        return f"Everybody with voting power: vote by {end}."
    if _is_to_come(card):
        return "Everybody: get ready to vote; this card shows the votes as they come in."
    return "Nothing to do: the count is shown here as soon as it is final."


def _label(card: TallyCard) -> str:
    return f"Vote on {card.source}" if card.is_open else f"See it on {card.source}"


def _colour(card: TallyCard) -> Colour:
    if card.is_set_aside:
        return Colour.ENDED
    if not card.is_final:
        return Colour.VOTE if card.is_open else Colour.WAIT
    return _FINAL_COLOURS[card.passed]
