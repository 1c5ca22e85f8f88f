"""What is said once of a vote on Snapshot, made from the facts."""

from bot.domain.offchain.announcement import (
    SnapshotNews,
    VoteClosingSoon,
    VoteDecided,
    VoteEdited,
    VoteGone,
    VoteOpened,
    VotePosted,
)
from bot.domain.offchain.followed import news_key
from bot.domain.offchain.messages import SentMessage
from bot.domain.offchain.sighting import VoteSighting, named
from bot.domain.offchain.snapshot import SnapshotProposal, SnapshotState
from bot.domain.offchain.vote import (
    Outcome,
    is_open,
    leader,
    quorum_missing,
    quorum_of,
    quorum_reached,
)
from bot.domain.policy import Policy, VoteMoment
from bot.domain.types import Seconds, UnixSeconds

_ON_ITS_WAY = 600  # seconds that a signed edit may take to Snapshot
_MOMENTS: dict[type[SnapshotNews], VoteMoment] = {
    VotePosted: VoteMoment.POSTED,
    VoteOpened: VoteMoment.OPENED,
    VoteClosingSoon: VoteMoment.REMINDER,
    VoteEdited: VoteMoment.EDITED,
    VoteDecided: VoteMoment.CLOSED,
    VoteGone: VoteMoment.DELETED,
}


MomentNews = VotePosted | VoteOpened | VoteClosingSoon


def vote_news(sighting: VoteSighting) -> dict[MomentNews, bool]:
    """Give everything the facts imply, each with whether it is still news.

    What is no news any more (it closes soon, but it is over) is recorded and not said.
    """
    implied = {**_beginning(sighting), **_reminders(sighting)}
    return {news: is_news and is_told(news, sighting) for news, is_news in implied.items()}


def is_told(news: SnapshotNews, sighting: VoteSighting) -> bool:
    """Say whether the community wants to hear of such a moment."""
    return _MOMENTS[type(news)] not in sighting.community.policy.silent_news


def moments(seen: SnapshotProposal, policy: Policy) -> tuple[UnixSeconds, ...]:
    """Give when there is something to say though nothing has changed on Snapshot."""
    reminders = [UnixSeconds(seen.end - early) for _, early in _leads(seen, policy)]
    return (seen.start, *reminders, seen.end)


def _beginning(sighting: VoteSighting) -> dict[MomentNews, bool]:
    seen, now = sighting.seen, sighting.now
    if sighting.followed.is_quiet:
        return {}
    if seen.state is SnapshotState.PENDING and now < seen.start:
        posted = VotePosted(**named(sighting), start=seen.start, end=seen.end, link=seen.link)
        return {posted: True}
    opened = VoteOpened(
        **named(sighting),
        voting_type=seen.type,
        is_hidden=bool(seen.privacy),
        choices=seen.choices,
        start=seen.start,
        end=seen.end,
        link=seen.link,
    )
    # A hub that lags may still call open what is over.
    return {opened: seen.state is not SnapshotState.CLOSED and now < seen.end}


def _reminders(sighting: VoteSighting) -> dict[MomentNews, bool]:
    """Give the reminders that are due; of several at once only the last is worth being read."""
    seen, policy = sighting.seen, sighting.community.policy
    due = [lead for lead, early in _leads(seen, policy) if sighting.now >= seen.end - early]
    missing = quorum_missing(seen, policy, sighting.step, sighting.supply)
    return {
        VoteClosingSoon(
            **named(sighting),
            end=seen.end,
            link=seen.link,
            lead=_named_lead(lead, sighting),
            quorum_missing=missing if lead == min(policy.closing_soon_leads) else None,
            unit=sighting.unit,
        ): is_open(seen) and sighting.now < seen.end and lead == due[-1]
        for lead in due
    }


def _leads(seen: SnapshotProposal, policy: Policy) -> list[tuple[Seconds, Seconds]]:
    """Give each lead, the longest first, and how long before this end it falls.

    Nobody is reminded before half of the vote is over.
    """
    half = Seconds((seen.end - seen.start) // 2)
    return [(lead, min(lead, half)) for lead in sorted(policy.closing_soon_leads, reverse=True)]


def _named_lead(lead: Seconds, sighting: VoteSighting) -> Seconds | None:
    """Name the reminder; a vote from before there were several had one, which is the earliest."""
    is_old = sighting.followed.news_key != news_key(sighting.seen.id)
    return None if is_old and lead == sighting.community.policy.closing_soon_lead else lead


def decided(sighting: VoteSighting, judged: Outcome | None) -> VoteDecided:
    """Tell the result: by the community's rule (`judged`), or the bare numbers of another vote."""
    seen, policy, step = sighting.seen, sighting.community.policy, sighting.step
    return VoteDecided(
        **named(sighting),
        passed=judged.passed if judged else None,
        why=judged.why if judged else "",
        leading=leader(seen),
        quorum=quorum_of(seen, policy, step, sighting.supply),
        quorum_reached=quorum_reached(seen, policy, step, sighting.supply),
        choices=seen.choices,
        scores=seen.scores if len(seen.scores) == len(seen.choices) else (),
        scores_total=seen.scores_total,
        votes=seen.votes,
        unit=sighting.unit,
        link=seen.link,
        voting_type=seen.type,
    )


def edited(
    sighting: VoteSighting, before: SnapshotProposal | None, made: SentMessage | None
) -> VoteEdited | None:
    """Tell that the text of a vote was changed since it was last read, if it was.

    `made` is the newest change that Assent has signed; another one was made elsewhere. A hub that
    answers from an older copy shows what was edited since: that is no edit.
    """
    seen = sighting.seen
    is_older = before and before.updated and before.updated >= (seen.updated or 0)
    change = difference(before, seen) if before and not is_older else ""
    if not change:
        return None
    return VoteEdited(
        **named(sighting),
        updated=seen.updated or sighting.now,
        change=change,
        by=made.user_id if made and _is_of(made, seen) else None,
        start=seen.start,
        link=seen.link,
    )


def _is_of(made: SentMessage, seen: SnapshotProposal) -> bool:
    """Say whether an edit that is seen is the one we sent.

    Snapshot dates it by its signature or by its arrival; the recordings do not tell which.
    """
    return seen.updated is not None and 0 <= seen.updated - made.at <= _ON_ITS_WAY


def difference(before: SnapshotProposal, after: SnapshotProposal) -> str:
    """Say in a few words what an edit has changed; `""`: nothing that is read."""
    parts = {
        "the title": (before.title, after.title),
        "the text": (before.body, after.body),
        "the choices": (before.choices, after.choices),
        "the voting type": (before.type, after.type),
        "the address of the discussion": (before.discussion, after.discussion),
    }
    changed = [part for part, (old, new) in parts.items() if old != new]
    if len(changed) < 2:  # noqa: PLR2004 - one part needs no list
        return f"Changed: {changed[0]}." if changed else ""
    return f"Changed: {', '.join(changed[:-1])} and {changed[-1]}."
