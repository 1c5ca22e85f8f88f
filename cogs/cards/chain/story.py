"""How a decision came about and what it changed, in one look."""

from collections.abc import Iterator

from bot.domain.onchain.announcement import GovernorNews
from bot.domain.onchain.call import Change
from bot.domain.onchain.story import Story, StoryVote
from bot.domain.text import line
from cogs.cards.buttons import Link
from cogs.cards.chain.calls import call_lines
from cogs.cards.chain.naming import NAME_SHOWN, who
from cogs.cards.chain.outcome import counts
from cogs.cards.markup import day, many, member

_CHANGES_SHOWN = 8
_VALUE_SHOWN = 60
_CHOICE_SHOWN = 60


def story_fields(news: GovernorNews) -> tuple[tuple[str, str], ...]:
    """Give what it changed, and the way there."""
    if news.story is None:
        return ()
    changed = _changes(news.story.changes) or call_lines(news.calls, is_done=True)
    heading = "What changed on chain" if news.story.changes else "What it did"
    return ((heading, changed), ("How it came about", "\n".join(_way(news, news.story))))


def story_links(news: GovernorNews) -> tuple[Link, ...]:
    """Give the ways back to where it was talked about and voted on."""
    if news.story is None:
        return ()
    idea = news.story.idea
    thread = (Link(label="The discussion", address=idea.thread),) if idea and idea.thread else ()
    votes = (Link(label=f"{vote.name} on Snapshot", address=vote.link) for vote in news.story.votes)
    return (*thread, *votes)


def _way(news: GovernorNews, story: Story) -> Iterator[str]:
    if story.idea is not None:
        yield f"💡 {day(story.idea.spoken_at)} · the idea of {member(story.idea.author_id)}"
    yield from (_vote(vote) for vote in story.votes)
    proposer = who(news.proposer, news.proposer_name)
    yield f"📣 {day(story.proposed_at)} · proposed on chain by {proposer}"
    about = "about " if news.times_are_estimates else ""
    yield f"🗳 {about}{day(news.vote_ends_at)} · passed on chain"
    yield from counts(news)
    if story.queued_at is not None:
        yield f"⏳ {day(story.queued_at)} · into the timelock"
    yield f"✔ {day(story.executed_at or news.at)} · executed"


def _vote(vote: StoryVote) -> str:
    results = {True: "passed ✔", False: "did not pass ✖", None: "ended"}
    leading = f", most for “{line(vote.leading, _CHOICE_SHOWN)}”" if vote.leading else ""
    result = f"{line(vote.name, NAME_SHOWN)} {results[vote.passed]}"
    return f"🗳 {day(vote.ended_at)} · {result} · {many(vote.votes, 'vote')}{leading}"


def _changes(changes: tuple[Change, ...]) -> str:
    rows = [
        f"{line(each.what, _VALUE_SHOWN)}: {_value(each.before)} ➜ **{_value(each.after)}**"
        for each in changes[:_CHANGES_SHOWN]
    ]
    more = len(changes) - _CHANGES_SHOWN
    return "\n".join(rows + ([f"… and {many(more, 'more change')}"] if more > 0 else []))


def _value(value: str) -> str:
    return line(value, _VALUE_SHOWN) or "(not known)"
