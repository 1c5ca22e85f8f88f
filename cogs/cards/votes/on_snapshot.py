"""What is said once of a vote on Snapshot, whoever made it: what happened, what to do by when."""

from bot.domain.offchain.announcement import (
    ChangeRefused,
    SnapshotNews,
    VoteClosingSoon,
    VoteDecided,
    VoteEdited,
    VoteGone,
    VoteOpened,
    VotePosted,
)
from bot.domain.policy import DAY, Step
from bot.domain.text import line
from cogs.cards.amounts import amount
from cogs.cards.buttons import Link
from cogs.cards.fitting import Colour, Page
from cogs.cards.markup import many, member, quoted, span, when
from cogs.cards.proposals.announcements import NO_TITLE, REFERENCE_SHOWN, TITLE_SHOWN
from cogs.cards.votes.scores import score_lines
from cogs.cards.votes.systems import explained, invited

STEP_NAME_SHOWN = 50
WHY_SHOWN = 300
QUOTE_SHOWN = 500
_SPACE_SHOWN = 60
_CHOICES_SHOWN = 8
_CHOICE_LIMIT = 80
_SHIELDED = "🔒 The votes are shielded: how they stand is hidden until the end."
_STRANGER = "⚠ Its author is not a member of the space: read it with care."


def vote_posted(news: VotePosted) -> Page:
    """Tell that it can be read."""
    return Page(
        title=f"📌 On Snapshot: {vote_title(news)}",
        lines=(
            f"{_the_vote(news)} can be read on Snapshot.",
            *_origin(news),
            f"Voting opens {when(news.start)}, and ends {when(news.end)}.",
        ),
        next_step="Everybody: read it, and be ready when voting opens.",
        source=source(news),
        colour=Colour.WAIT,
        buttons=(see("Read it on Snapshot", news.link),),
    )


def vote_opened(news: VoteOpened) -> Page:
    """Call to vote."""
    shown = [f"**{line(choice, _CHOICE_LIMIT)}**" for choice in news.choices[:_CHOICES_SHOWN]]
    more = len(news.choices) - _CHOICES_SHOWN
    choices = " · ".join(shown + ([f"and {more:,} more"] if more > 0 else []))
    return Page(
        title=f"🗳 Voting is open: {line(news.vote_title, TITLE_SHOWN) or vote_title(news)}",
        lines=(
            (
                f"{_the_vote(news)} is on Snapshot. Voting is free and spends none "
                "of your tokens; your vote counts as much as you held when the vote was made."
            ),
            *_origin(news),
            f"Choices: {choices}",
            *invited(news.voting_type),
            *([_SHIELDED] if news.is_hidden else []),
        ),
        next_step=f"Everybody with voting power: vote by {when(news.end)}.",
        source=source(news),
        colour=Colour.VOTE,
        buttons=(see("Vote on Snapshot", news.link),),
    )


def vote_closing_soon(news: VoteClosingSoon) -> Page:
    """Remind; at the last time, of a quorum that is not reached as well."""
    lacks = news.quorum_missing is not None and news.quorum_missing > 0
    missing = amount(news.quorum_missing, news.unit, is_rounded_up=True)
    quorum = (
        f"**The quorum is not reached yet ✖**: it needs {missing} more, or the vote fails "
        "whatever most people want."
    )
    return Page(
        title=f"⏳ {_ends(news)}: {vote_title(news)}",
        lines=(
            f"{_the_vote(news)} {_how_long(news)}. Every vote counts still.",
            *([quorum] if lacks else []),
        ),
        next_step=(
            f"If you have not voted yet, vote by {when(news.end)}. "
            "If you have, you may change your vote until then."
        ),
        source=source(news),
        colour=Colour.BAD if lacks else Colour.WAIT,
        buttons=(see("Vote on Snapshot", news.link),),
    )


def _ends(news: VoteClosingSoon) -> str:
    is_long = news.lead is not None and news.lead >= DAY
    return f"Voting ends in {span(news.lead)}" if is_long and news.lead else "Voting ends soon"


def _how_long(news: VoteClosingSoon) -> str:
    if news.lead is not None and news.lead >= DAY:
        return "is open for some time yet" if news.lead > DAY else "is in its last day"
    return "is in its last hours"


def vote_decided(news: VoteDecided) -> Page:
    """Give the result: by the community's rule, or else what has the most votes."""
    words = {True: "✔ Passed", False: "✖ Did not pass", None: "🏁 Voting is over"}
    colours = {True: Colour.GOOD, False: Colour.BAD, None: Colour.ENDED}
    scores = score_lines(news.choices, news.scores, news.scores_total, news.unit, news.voting_type)
    return Page(
        title=f"{words[news.passed]}: {vote_title(news)}",
        lines=(
            f"{_result(news)} The count is final, with {many(news.votes, 'vote')}.",
            *_origin(news),
            "",
            *((*scores, *explained(news.voting_type)) if news.scores else ()),
            *_quorum(news),
        ),
        next_step=_after(news),
        source=source(news),
        colour=colours[news.passed],
        buttons=(see("See it on Snapshot", news.link),),
    )


def _result(news: VoteDecided) -> str:
    why = line(news.why, WHY_SHOWN)
    if news.passed is not None:
        said = "has passed" if news.passed else "has not passed"
        if news.subject is None:
            return f"{_the_vote(news)} {said}: {why}."
        return f"{line(news.subject.reference, REFERENCE_SHOWN)} {said} its {step(news)}: {why}."
    if news.leading:
        return f"{_the_vote(news)} is over: “{line(news.leading, _CHOICE_LIMIT)}” has the most."
    return f"{_the_vote(news)} is over: {_without_leader(news)}"


def _without_leader(news: VoteDecided) -> str:
    if news.scores and news.votes:
        return "it is a tie."
    return "its numbers are on Snapshot." if news.votes else "nobody voted."


def _quorum(news: VoteDecided) -> list[str]:
    """Say whether the quorum was reached, where there was one."""
    if news.quorum_reached is None:
        return []
    asked = f" ({amount(news.quorum, news.unit)})" if news.quorum is not None else ""
    if news.quorum_reached:
        return [f"Quorum reached ✔{asked}"]
    return [f"**Quorum not reached ✖**{asked}"]


def _after(news: VoteDecided) -> str:
    if news.subject is None:
        return "Nothing to do here: what follows is for those who made the proposal."
    reference = line(news.subject.reference, REFERENCE_SHOWN)
    if news.passed is None:
        return f"A moderator says what it means for {reference}."
    if not news.passed:
        return (
            f"Nothing: {reference} ends here. A changed idea may be proposed again with "
            "`/idea new`."
        )
    if news.step is Step.TEMPERATURE:
        return (
            "The author or a moderator refines the draft for the second vote, the consensus "
            "check; it is announced here before it opens."
        )
    return (
        "It is put into effect: by a vote on chain if it changes a contract, otherwise by the "
        "people it names. Each step is announced here."
    )


def vote_edited(news: VoteEdited) -> Page:
    """Tell that the text is another now."""
    whose = f"{member(news.by)} has changed" if news.by else "Somebody has changed"
    return Page(
        title=f"✎ The vote was changed: {vote_title(news)}",
        lines=(
            f"{whose} the text of {the_vote(news)} on Snapshot before it opened.",
            line(news.change, QUOTE_SHOWN),
        ),
        next_step=f"Everybody: read it again before you vote; voting opens {when(news.start)}.",
        source=source(news),
        colour=Colour.WAIT,
        buttons=(see("Read it on Snapshot", news.link),),
    )


def vote_gone(news: VoteGone) -> Page:
    """Tell that there is nothing to vote on any more, and why, where somebody has said so."""
    whose = f" by {member(news.by)}" if news.by else ""
    why = ("", "The reason:", quoted(news.reason, QUOTE_SHOWN)) if news.reason.strip() else ()
    ours = news.subject
    if ours is None:
        back, next_step = "", "Nothing to do: nobody can vote on it any more."
    else:
        back = f", and {line(ours.reference, REFERENCE_SHOWN)} is back at its draft"
        why_first = "" if news.by else "finds out why, then "
        next_step = (
            f"A moderator {why_first}gives notice again with `/proposal publish`, when the draft "
            "is as it should be. Who has voted will have to vote again."
        )
    return Page(
        title=f"✖ The vote was deleted: {vote_title(news)}",
        lines=(
            (
                f"{_the_vote(news)} was deleted on Snapshot{whose} before it was decided. "
                f"Its votes do not count{back}."
            ),
            *why,
        ),
        next_step=next_step,
        source=source(news),
        colour=Colour.BAD,
    )


def change_refused(news: ChangeRefused) -> Page:
    """Tell who answers for it that an edit or a deletion was not made."""
    what, done = ("delete", "deleted") if news.is_deletion else ("edit", "changed")
    means = "" if news.meaning == news.text else line(news.meaning, QUOTE_SHOWN)
    return Page(
        title=f"⚠ Not {done}: {vote_title(news)}",
        lines=(
            (
                f"{member(news.by)} wanted {the_vote(news)} {done} on Snapshot, and Snapshot has "
                "refused that. The vote stands as it was."
            ),
            *([means] if means else []),
            "",
            "In its own words:",
            quoted(news.text, QUOTE_SHOWN),
        ),
        next_step=(
            "A moderator reads why, and puts it right where that is possible; then "
            f"`/proposal {what}` tries it again. Everybody else: nothing to do."
        ),
        source=source(news),
        colour=Colour.BAD,
    )


def vote_title(news: SnapshotNews) -> str:
    """Give the title of our proposal, or else of the vote."""
    title = news.subject.title if news.subject else news.vote_title
    return line(title, TITLE_SHOWN) or NO_TITLE


def the_vote(news: SnapshotNews) -> str:
    """Name the vote within a sentence."""
    if news.subject is not None:
        return f"the {step(news)} of {line(news.subject.reference, REFERENCE_SHOWN)}"
    if news.space:
        return f"a vote in **{line(news.space, _SPACE_SHOWN)}**"
    return "a vote that was made outside Assent"


def _the_vote(news: SnapshotNews) -> str:
    named = the_vote(news)
    return named[0].upper() + named[1:]


def _origin(news: SnapshotNews) -> list[str]:
    """Say where it comes from, where that is not Assent or not who usually proposes."""
    is_said = news.is_ours or news.subject is None
    outside = [] if is_said else ["It was made outside Assent, and belongs to this proposal."]
    return outside + ([_STRANGER] if news.is_by_stranger else [])


def step(news: SnapshotNews) -> str:
    """Name the step."""
    return f"**{line(news.step_name, STEP_NAME_SHOWN)}**"


def source(news: SnapshotNews) -> str:
    """Say who it is about, in the footer."""
    return news.subject.reference if news.subject else news.space or "Snapshot"


def see(label: str, address: str) -> Link:
    """Make the one link."""
    return Link(label=label, address=address)
