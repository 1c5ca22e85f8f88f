"""The way that the next proposal will take here, in six lines, as the policy says it."""

from collections.abc import Iterator
from decimal import Decimal

from bot.domain.policy import DAY, StepPolicy
from bot.domain.proposal import Community
from bot.domain.text import line
from cogs.cards.markup import channel, many
from cogs.cards.proposals.proposal_card import emoji

HEADING_OF_IDEAS = "**What will happen to the next idea**"
HEADING_OF_WATCHING = "**What will happen with the next proposal on chain**"
_NAME_SHOWN = 60


def way(community: Community) -> tuple[str, ...]:
    """Say in six lines what will happen next, with a heading."""
    if not community.policy.takes_ideas:
        return (HEADING_OF_WATCHING, *_numbered(_watched(community)))
    return (HEADING_OF_IDEAS, *_numbered(_spoken(community)))


def days(seconds: int) -> str:
    """Write a length of time in days, or in hours where it is shorter."""
    if 0 < seconds < DAY:
        return many(round(seconds / 3_600), "hour")
    whole = Decimal(seconds) / DAY
    return "1 day" if whole == 1 else f"{whole.normalize():f} days"


def _numbered(lines: Iterator[str]) -> list[str]:
    return [f"{number}. {each}" for number, each in enumerate(lines, 1)]


def _spoken(community: Community) -> Iterator[str]:
    policy = community.policy
    yield (
        "Somebody speaks it with `/idea new`; it gets a thread in "
        f"{channel(community.ideas_channel_id)}."
    )
    yield (
        f"{many(policy.support_threshold, 'member supports', 'members support')} it with "
        f"{emoji(policy.support_emoji)}; "
        f"after {days(policy.minimum_discussion)} of discussion a moderator may promote it."
    )
    match [policy.step(step) for step in policy.steps]:
        case [first, second]:
            yield f"Its draft is announced {_ahead(first)}, then put to {_vote(first)} on Snapshot."
            yield f"If that passes: {_vote(second)}, announced {_ahead(second)}."
            yield (
                "If that passes: a vote on chain, where a contract has to change; else it is "
                "carried out, and a moderator says so."
            )
        case [only]:
            yield f"Its draft is announced {_ahead(only)}, then put to {_vote(only)} on Snapshot."
            yield "If that passes: a vote on chain, where a contract has to change."
            yield "Where none has to change it is carried out, and a moderator says so."
        case _:
            yield "Its author puts it on chain under the same title; there is no vote on Snapshot."
            yield "The vote on chain is followed from its beginning to its result, in its thread."
            yield "Where no contract has to change it is carried out, and a moderator says so."
    yield (
        "What passed on chain waits in the timelock and is executed. Each step is announced once."
    )


def _watched(community: Community) -> Iterator[str]:
    votes, news = community.voting_channel_id, community.announcements_channel_id
    yield f"It is announced in {channel(votes)}, with what it would do, in words."
    yield "When voting opens, Assent says so, and until when."
    yield "Before it ends, those who have not voted are reminded."
    yield "The result is announced, with the votes and the quorum."
    yield f"What passed waits in the timelock: {channel(news)} says from when it can be executed."
    yield "It is executed, and everybody sees the transaction. Each step is announced once."


def _ahead(step: StepPolicy) -> str:
    return f"{many(step.notice_business_days, 'business day')} ahead"


def _vote(step: StepPolicy) -> str:
    return f"a {line(step.name, _NAME_SHOWN)} of {days(step.voting_period)}"
