"""What is said once of a vote off chain, the most of it before it is on Snapshot."""

from collections.abc import Callable
from typing import Any

from bot.domain.offchain.announcement import (
    ChangeRefused,
    NoticeGiven,
    PublishingDelayed,
    PublishingRefused,
    SignatureWanted,
    SpaceFollowed,
    VoteClosingSoon,
    VoteDecided,
    VoteEdited,
    VoteGone,
    VoteLinked,
    VoteNews,
    VoteOpened,
    VotePosted,
    VotePostponed,
    VoteRehearsed,
    VoteUnlinked,
)
from bot.domain.text import line
from cogs.cards.buttons import Action
from cogs.cards.fitting import Colour, Page
from cogs.cards.markup import many, member, quoted, when
from cogs.cards.proposals.announcements import TITLE_SHOWN, named
from cogs.cards.votes import following, on_snapshot
from cogs.cards.votes.on_snapshot import QUOTE_SHOWN, STEP_NAME_SHOWN

VoteSpeech = (
    NoticeGiven
    | VotePostponed
    | PublishingDelayed
    | SignatureWanted
    | VotePosted
    | VoteOpened
    | VoteClosingSoon
    | VoteEdited
    | VoteDecided
    | VoteGone
    | ChangeRefused
    | PublishingRefused
    | VoteRehearsed
    | VoteLinked
    | VoteUnlinked
    | SpaceFollowed
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
            quoted(news.reason, QUOTE_SHOWN),
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
    silence = "Snapshot, or the node of its chain, does not answer."
    return Page(
        title=f"⚠ The vote is late: {title}",
        lines=(
            (
                f"The {_step(news)} of {reference} should be open since {when(news.opens_at)}, and "
                "is not on Snapshot yet."
            ),
            line(news.reason, QUOTE_SHOWN) or silence,
        ),
        next_step=(
            "Nothing to do at once: it is tried again all the time, and announced when it is open. "
            "If this lasts for hours, whoever runs Assent looks into its log."
        ),
        source=news.subject.reference,
        colour=Colour.BAD,
    )


def _signature_wanted(news: SignatureWanted) -> Page:
    reference, _ = named(news.subject)
    space = f"**{line(news.space, STEP_NAME_SHOWN)}**"
    refused = (
        (
            "Snapshot did not take the last signature; nothing was posted.",
            line(news.meaning, QUOTE_SHOWN),
            "In its own words:",
            quoted(news.text, QUOTE_SHOWN),
            "",
        )
        if news.refused
        else ()
    )
    return Page(
        title=f"✍ A signature is wanted: {line(news.vote_title, TITLE_SHOWN)}",
        lines=(
            *refused,
            (
                f"The notice of the {_step(news)} of {reference} is over. Here a member signs the "
                f"vote: it opens as soon as somebody has signed who may propose in {space} on "
                "Snapshot. Signing costs nothing, and moves no tokens."
            ),
        ),
        next_step=(
            "Whoever may propose there: press the button, and sign with your own wallet on the "
            "page that it gives you. Everybody else: nothing to do."
        ),
        source=news.subject.reference,
        colour=Colour.WAIT,
        buttons=(
            Action(
                label="Sign with your wallet",
                proposal_id=news.subject.proposal_id,
                name=f"sign:{news.step}:{news.round}",
                is_primary=True,
            ),
        ),
    )


def _publishing_refused(news: PublishingRefused) -> Page:
    reference, title = named(news.subject)
    return Page(
        title=f"⚠ Not published: {title}",
        lines=(
            f"The {_step(news)} of {reference} could not be put on Snapshot; no vote is open.",
            line(news.meaning, QUOTE_SHOWN),
            "",
            "In its own words:",
            quoted(news.text, QUOTE_SHOWN),
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
    SignatureWanted: _signature_wanted,
    VotePosted: on_snapshot.vote_posted,
    VoteOpened: on_snapshot.vote_opened,
    VoteClosingSoon: on_snapshot.vote_closing_soon,
    VoteEdited: on_snapshot.vote_edited,
    VoteDecided: on_snapshot.vote_decided,
    VoteGone: on_snapshot.vote_gone,
    ChangeRefused: on_snapshot.change_refused,
    PublishingRefused: _publishing_refused,
    VoteRehearsed: _vote_rehearsed,
    VoteLinked: following.vote_linked,
    VoteUnlinked: following.vote_unlinked,
    SpaceFollowed: following.space_followed,
}


def page(news: VoteSpeech) -> Page:
    """Write the announcement."""
    return _WRITERS[type(news)](news)


def _step(news: VoteNews) -> str:
    return f"**{line(news.step_name, STEP_NAME_SHOWN)}**"
