"""What is said once of a vote off chain: what happened, what it means, what to do by when."""

from collections.abc import Callable
from typing import Any

from bot.domain.offchain.announcement import (
    NoticeGiven,
    PublishingDelayed,
    PublishingRefused,
    SnapshotNews,
    VoteClosingSoon,
    VoteDecided,
    VoteEdited,
    VoteGone,
    VoteOpened,
    VotePosted,
    VotePostponed,
    VoteRehearsed,
)
from bot.domain.policy import Step
from bot.domain.text import line
from cogs.cards.buttons import Link
from cogs.cards.fitting import Colour, Page
from cogs.cards.markup import many, member, quoted, when
from cogs.cards.proposals.announcements import NO_TITLE, TITLE_SHOWN, named
from cogs.cards.votes.scores import score_lines

STEP_NAME_SHOWN = 50
WHY_SHOWN = 300
_CHOICES_SHOWN = 8
_CHOICE_LIMIT = 80
_QUOTE_LIMIT = 500

VoteSpeech = (
    NoticeGiven
    | VotePostponed
    | PublishingDelayed
    | VotePosted
    | VoteOpened
    | VoteClosingSoon
    | VoteEdited
    | VoteDecided
    | VoteGone
    | PublishingRefused
    | VoteRehearsed
)


def _notice_given(news: NoticeGiven) -> Page:
    reference, _ = named(news.subject)
    days = many(news.business_days, "business day")
    notice = f"This is the notice of {days}" if news.business_days > 0 else "This is the notice"
    return Page(
        title=f"📣 A vote is coming: {line(news.vote_title, TITLE_SHOWN)}",
        lines=(
            (
                f"{reference} goes to its {_step(news)} on Snapshot. {notice}, so that everybody "
                "can read it and move tokens into the wallet they vote with."
            ),
        ),
        next_step=(
            f"Everybody: get ready; the vote opens {when(news.opens_at)}. If you find a mistake, "
            "say so in the discussion: a moderator can still postpone the vote."
        ),
        source=news.subject.reference,
        colour=Colour.WAIT,
    )


def _vote_postponed(news: VotePostponed) -> Page:
    reference, title = named(news.subject)
    return Page(
        title=f"⏸ The vote is postponed: {title}",
        lines=(
            (
                f"{member(news.by)} has called the {_step(news)} of {reference} off before it "
                "opened; the date that was announced does not hold any more."
            ),
            "",
            "The reason:",
            quoted(news.reason, _QUOTE_LIMIT),
        ),
        next_step=(
            "Its author and the moderators mend the draft (`/draft edit`); then the vote is "
            "announced anew, with a new date. Everybody else: nothing to do."
        ),
        source=news.subject.reference,
        colour=Colour.ENDED,
    )


def _publishing_delayed(news: PublishingDelayed) -> Page:
    reference, title = named(news.subject)
    return Page(
        title=f"⚠ The vote is late: {title}",
        lines=(
            (
                f"The {_step(news)} of {reference} should be open since {when(news.opens_at)}, and "
                "is not on Snapshot yet: Snapshot, or the node of its chain, does not answer."
            ),
        ),
        next_step=(
            "Nothing to do at once: it is tried again all the time, and announced when it is open. "
            "If this lasts for hours, whoever runs Assent looks into its log."
        ),
        source=news.subject.reference,
        colour=Colour.BAD,
    )


def _vote_posted(news: VotePosted) -> Page:
    reference, title = _named(news)
    return Page(
        title=f"📌 On Snapshot: {title}",
        lines=(
            f"The {_step(news)} of {reference} can be read on Snapshot. Voting opens later.",
            f"Voting opens {when(news.start)}, and ends {when(news.end)}.",
        ),
        next_step="Everybody: read it, and be ready when voting opens.",
        source=_source(news),
        colour=Colour.WAIT,
        buttons=(_link("Read it on Snapshot", news.link),),
    )


def _vote_opened(news: VoteOpened) -> Page:
    reference, _ = _named(news)
    shown = [f"**{line(choice, _CHOICE_LIMIT)}**" for choice in news.choices[:_CHOICES_SHOWN]]
    more = len(news.choices) - _CHOICES_SHOWN
    choices = " · ".join(shown + ([f"and {more} more"] if more > 0 else []))
    return Page(
        title=f"🗳 Voting is open: {line(news.vote_title, TITLE_SHOWN)}",
        lines=(
            (
                f"The {_step(news)} of {reference} is on Snapshot. Voting is free and spends none "
                "of your tokens; your vote counts as much as you held when the vote was made."
            ),
            f"Choices: {choices}",
        ),
        next_step=f"Everybody with voting power: vote by {when(news.end)}.",
        source=_source(news),
        colour=Colour.VOTE,
        buttons=(_link("Vote on Snapshot", news.link),),
    )


def _vote_closing_soon(news: VoteClosingSoon) -> Page:
    reference, title = _named(news)
    return Page(
        title=f"⏳ Voting ends soon: {title}",
        lines=(f"The {_step(news)} of {reference} is in its last hours. Every vote counts still.",),
        next_step=(
            f"If you have not voted yet, vote by {when(news.end)}. "
            "If you have, you may change your vote until then."
        ),
        source=_source(news),
        colour=Colour.WAIT,
        buttons=(_link("Vote on Snapshot", news.link),),
    )


def _vote_decided(news: VoteDecided) -> Page:
    reference, title = _named(news)
    result = "has passed" if news.passed else "has not passed"
    scores = score_lines(news.choices, news.scores, news.scores_total, news.unit)
    return Page(
        title=f"{'✔ Passed' if news.passed else '✖ Did not pass'}: {title}",
        lines=(
            (
                f"{reference} {result} its {_step(news)}: {line(news.why, WHY_SHOWN)}. "
                f"The count is final, with {many(news.votes, 'vote')}."
            ),
            "",
            *(scores if news.scores else ()),
        ),
        next_step=_after(news, reference),
        source=_source(news),
        colour=Colour.GOOD if news.passed else Colour.BAD,
        buttons=(_link("See it on Snapshot", news.link),),
    )


def _after(news: VoteDecided, reference: str) -> str:
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


def _vote_edited(news: VoteEdited) -> Page:
    reference, title = _named(news)
    whose = f"{member(news.by)} has changed" if news.by else "Somebody has changed"
    return Page(
        title=f"✎ The vote was changed: {title}",
        lines=(
            f"{whose} the text of the {_step(news)} of {reference} on Snapshot before it opened.",
            line(news.change, _QUOTE_LIMIT),
        ),
        next_step=f"Everybody: read it again before you vote; voting opens {when(news.start)}.",
        source=_source(news),
        colour=Colour.WAIT,
        buttons=(_link("Read it on Snapshot", news.link),),
    )


def _vote_gone(news: VoteGone) -> Page:
    reference, title = _named(news)
    return Page(
        title=f"✖ The vote was deleted: {title}",
        lines=(
            (
                f"The {_step(news)} of {reference} was deleted on Snapshot before it was decided. "
                f"Its votes do not count, and {reference} is back at its draft."
            ),
        ),
        next_step=(
            "A moderator finds out why, then gives notice again with `/proposal publish`. "
            "Who has voted will have to vote again."
        ),
        source=_source(news),
        colour=Colour.BAD,
    )


def _publishing_refused(news: PublishingRefused) -> Page:
    reference, title = named(news.subject)
    return Page(
        title=f"⚠ Not published: {title}",
        lines=(
            f"The {_step(news)} of {reference} could not be put on Snapshot; no vote is open.",
            line(news.meaning, _QUOTE_LIMIT),
            "",
            "In its own words:",
            quoted(news.text, _QUOTE_LIMIT),
        ),
        next_step=(
            "A moderator puts this right (`/draft edit` where it is about the text), then runs "
            f"`/proposal publish` for {reference} again. Everybody else: nothing to do."
        ),
        source=news.subject.reference,
        colour=Colour.BAD,
    )


def _vote_rehearsed(news: VoteRehearsed) -> Page:
    reference, _ = named(news.subject)
    return Page(
        title=f"○ Dry run: not sent: {line(news.vote_title, TITLE_SHOWN)}",
        lines=(
            (
                f"The notice of the {_step(news)} of {reference} is over. Without the dry run it "
                f"would be on Snapshot now, from {when(news.start)} to {when(news.end)}."
            ),
            (
                "Nothing was signed and nothing was sent. The file has the very data that would "
                f"have been signed. {reference} is back at its draft."
            ),
        ),
        next_step=(
            "Moderators: read the file. `/proposal publish` tries it again; "
            "`/governance dryrun` ends the dry run."
        ),
        source=news.subject.reference,
        colour=Colour.WAIT,
    )


_WRITERS: dict[type[VoteSpeech], Callable[[Any], Page]] = {
    NoticeGiven: _notice_given,
    VotePostponed: _vote_postponed,
    PublishingDelayed: _publishing_delayed,
    VotePosted: _vote_posted,
    VoteOpened: _vote_opened,
    VoteClosingSoon: _vote_closing_soon,
    VoteEdited: _vote_edited,
    VoteDecided: _vote_decided,
    VoteGone: _vote_gone,
    PublishingRefused: _publishing_refused,
    VoteRehearsed: _vote_rehearsed,
}


def page(news: VoteSpeech) -> Page:
    """Write the announcement."""
    return _WRITERS[type(news)](news)


def _named(news: SnapshotNews) -> tuple[str, str]:
    """Give what the vote is called in a sentence, and its title."""
    if news.subject is not None:
        return named(news.subject)
    where = f" in {line(news.space, STEP_NAME_SHOWN)}" if news.space else ""
    return f"a proposal{where}", line(news.vote_title, TITLE_SHOWN) or NO_TITLE


def _source(news: SnapshotNews) -> str:
    return news.subject.reference if news.subject else news.space or "Snapshot"


def _step(news: VoteSpeech) -> str:
    return f"**{line(news.step_name, STEP_NAME_SHOWN)}**"


def _link(label: str, address: str) -> Link:
    return Link(label=label, address=address)
