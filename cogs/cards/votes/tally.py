"""The live tally of one vote: the numbers as its source shows them, and what they would mean."""

from dataclasses import replace

from bot.domain.live_card import TallyCard
from bot.domain.offchain.pass_rules import leading
from bot.domain.onchain.governor import GovernorState
from bot.domain.text import line
from cogs.cards.buttons import Link
from cogs.cards.fitting import Colour, Page
from cogs.cards.markup import ago, when
from cogs.cards.proposals.announcements import NO_TITLE, REFERENCE_SHOWN, TITLE_SHOWN
from cogs.cards.votes.on_chain import TO_COME, judged, needed, status_on_chain
from cogs.cards.votes.on_snapshot import WHY_SHOWN
from cogs.cards.votes.scores import score_lines
from cogs.cards.votes.systems import explained, invited
from cogs.cards.votes.turnout import quorum_asked, turnout_lines

_HEADING_SHOWN = 50
_SOURCE_SHOWN = 60
_CHOICE_SHOWN = 100
_FINAL_COLOURS = {True: Colour.GOOD, False: Colour.BAD, None: Colour.ENDED}


def page(card: TallyCard) -> Page:
    """Write the tally. What is hidden or not known is said to be so, and never shown as zero."""
    if card.is_spam:
        return _spam(card)
    card = _told(card)
    return Page(
        title=line(card.title, TITLE_SHOWN) or NO_TITLE,
        lines=(
            _headline(card),
            *_origin(card),
            "",
            *_scores(card),
            *_counting(card),
            "",
            _times(card),
            _read_from(card),
        ),
        next_step=_next_step(card),
        source=card.reference or card.source,
        colour=_colour(card),
        buttons=() if card.is_gone else (Link(label=_label(card), address=card.link),),
    )


def _spam(card: TallyCard) -> Page:
    """Say that there was something, and nothing of what it says."""
    return Page(
        title="🚫 Hidden: marked as spam on Snapshot",
        lines=(
            (
                "The moderators of the space have marked this proposal as spam. Its text, its "
                "choices and the link to it are not shown here."
            ),
            "",
            _read_from(card),
        ),
        next_step="Nothing to do. Do not connect a wallet to any page that it names.",
        source=card.source,
        colour=Colour.ENDED,
    )


def _read_from(card: TallyCard) -> str:
    return f"Read from {line(card.source, _SOURCE_SHOWN)} · last change {ago(card.seen_at)}"


def _told(card: TallyCard) -> TallyCard:
    """Leave out the numbers that may not be shown yet, or that nobody knows.

    Of a shielded vote the hub shows zeros for scores, and its true total.
    """
    is_whole = len(card.scores) == len(card.choices) and bool(card.scores)
    if _is_shielded(card):
        total = card.scores_total if is_whole else None
        return replace(card, scores=(), scores_total=total, passed=None)
    if is_whole or _is_unheard(card):
        return card
    return replace(card, scores=(), scores_total=None, quorum_counted=None)


def _is_shielded(card: TallyCard) -> bool:
    return card.is_hidden and not card.is_final


def _is_unheard(card: TallyCard) -> bool:
    return card.is_final and card.votes == 0


def _headline(card: TallyCard) -> str:
    heading = line(card.heading[:_HEADING_SHOWN].upper(), _HEADING_SHOWN)
    reference = line(card.reference, REFERENCE_SHOWN)
    space = f"in {line(card.space, _SOURCE_SHOWN)}" if card.space else ""
    parts = [f"**{heading}**", _status(card), reference, space]
    return " · ".join(part for part in parts if part)


def _origin(card: TallyCard) -> list[str]:
    """Say where it comes from, where that is not Assent or not who usually proposes."""
    outside = ["Made outside Assent"] if card.is_outside and not card.space else []
    stranger = ["⚠ Its author is not a member of the space"] if card.is_by_stranger else []
    return [" · ".join(said)] if (said := outside + stranger) else []


def _status(card: TallyCard) -> str:
    if card.is_gone:
        return "deleted ✖"
    if card.is_set_aside:
        return "set aside ✖"
    if card.state is not None:
        return status_on_chain(card)
    if card.is_final:
        return "closed, final"
    if card.is_open:
        return "voting open"
    return "not open yet" if _is_to_come(card) else "closed, being counted"


def _is_to_come(card: TallyCard) -> bool:
    if card.state is not None:
        return card.state in TO_COME
    return not card.is_open and not card.is_final and card.seen_at < card.start


def _scores(card: TallyCard) -> list[str]:
    if _is_to_come(card):
        card = replace(card, scores=())  # zeros would read as if somebody had voted
    rows = score_lines(card.choices, card.scores, card.scores_total, card.unit, card.voting_type)
    return rows if card.scores else [*rows, *_without_scores(card)]


def _without_scores(card: TallyCard) -> list[str]:
    if _is_shielded(card):
        return ["🔒 The votes are shielded: how they stand is hidden until the end."]
    if _is_to_come(card):
        return []
    return ["Nobody voted." if _is_unheard(card) else "How they stand is not known yet."]


def _counting(card: TallyCard) -> list[str]:
    """Say how it is voted, what was cast, and what that means; before it opens there is less."""
    if _is_to_come(card):
        return [*invited(card.voting_type), *quorum_asked(card), *_withdrawn(card)]
    said = _withdrawn(card) or _judgement(card)
    return [*explained(card.voting_type), "", *turnout_lines(card), *said]


_STOPPED = (GovernorState.CANCELED, GovernorState.VETOED)


def _withdrawn(card: TallyCard) -> list[str]:
    if card.is_gone:
        return ["**No result:** the vote was deleted before it was decided."]
    if card.is_set_aside:
        return ["**No result here:** a moderator has set this vote aside; the thread says why."]
    return []


def _judgement(card: TallyCard) -> list[str]:
    if card.state in _STOPPED:
        return [f"**No result:** the proposal was {card.state} ✖"]
    if card.passed is None:
        return _unjudged(card) if card.is_final else []
    why = line(card.why, WHY_SHOWN)
    reason = f" ({why})" if why else ""
    if card.state is not None and card.is_final:
        reason = judged(card)
    if card.is_final:
        return [f"**Result: {'passed ✔' if card.passed else 'did not pass ✖'}**{reason}"]
    reason = needed(card) or reason
    return [f"**As it stands: {'passes' if card.passed else 'does not pass'}**{reason}"]


def _unjudged(card: TallyCard) -> list[str]:
    """Say what came of a vote for which this community has no rule, or cannot apply it."""
    if card.has_rule or not card.scores:
        return ["**Result:** not known yet"] if card.has_rule else []
    first = leading(card.choices, card.scores)
    said = f"“{line(first, _CHOICE_SHOWN)}” has the most" if first else "a tie"
    return [f"**Result:** {said}"]


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
        return "Everybody: read it, and get ready; this card shows the votes as they come in."
    return "Nothing to do: the count is shown here as soon as it is final."


def _label(card: TallyCard) -> str:
    return f"Vote on {card.source}" if card.is_open else f"See it on {card.source}"


def _colour(card: TallyCard) -> Colour:
    if card.is_set_aside:
        return Colour.ENDED
    if not card.is_final:
        return Colour.VOTE if card.is_open else Colour.WAIT
    return _FINAL_COLOURS[card.passed]
