"""The tags of a forum of ideas: one for where an idea stands, one for what it is about."""

from collections.abc import Collection, Sequence

from bot.domain.lifecycle import Phase
from bot.domain.live_card import OnChainSummary, ProposalCard
from bot.domain.onchain.governor import GovernorState
from bot.domain.policy import Policy
from bot.domain.text import bare

MOST_TAGS = 5  # on a post, by Discord's word
_MOST_OFFERED = 20  # by a forum
_NAME_LIMIT = 20

_GATHERING, _READY, _DRAFT, _VOTING = "gathering", "ready", "draft", "voting"
_PASSED, _ON_CHAIN, _DONE, _PARKED, _ENDED = "passed", "on chain", "done", "parked", "ended"
# The one table of status tags; a post wears one of them at a time.
STATUS_TAGS: dict[Phase, str] = {
    Phase.IDEA: _GATHERING,
    Phase.READY: _READY,
    Phase.TEMPERATURE_DRAFT: _DRAFT,
    Phase.TEMPERATURE_NOTICE: _VOTING,
    Phase.TEMPERATURE_CHECK: _VOTING,
    Phase.CONSENSUS_DRAFT: _DRAFT,
    Phase.CONSENSUS_NOTICE: _VOTING,
    Phase.CONSENSUS_CHECK: _VOTING,
    Phase.PASSED: _PASSED,
    Phase.ON_CHAIN: _ON_CHAIN,
    Phase.IMPLEMENTED: _DONE,
    Phase.PARKED: _PARKED,
    Phase.REJECTED: _ENDED,
    Phase.WITHDRAWN: _ENDED,
    Phase.MERGED: _ENDED,
    Phase.TEMPERATURE_FAILED: _ENDED,
    Phase.CONSENSUS_FAILED: _ENDED,
}
_SETTLED: dict[GovernorState, str] = {
    GovernorState.EXECUTED: _DONE,
    GovernorState.DEFEATED: _ENDED,
    GovernorState.CANCELED: _ENDED,
    GovernorState.EXPIRED: _ENDED,
}
_STATUSES = frozenset(STATUS_TAGS.values())


def forum_tags(policy: Policy) -> tuple[str, ...]:
    """Name the tags that a forum of ideas should offer, the most important first."""
    return tuple(dict.fromkeys([*STATUS_TAGS.values(), *map(_topic_tag, policy.topics)]))


def lacking(offered: Collection[str], wanted: Sequence[str]) -> list[str]:
    """Give the tags that a forum lacks, as many as there is room for; case does not matter."""
    known = {name.casefold() for name in offered}
    new = [name for name in wanted if name and name.casefold() not in known]
    return new[: max(_MOST_OFFERED - len(offered), 0)]


def post_tags(card: ProposalCard) -> tuple[str, ...]:
    """Name the tags that a proposal's post should wear: its status, then its topic."""
    topic = _topic_tag(card.topic)
    return (_status_tag(card.phase, card.on_chain), *([topic] if topic else []))


def tagged(worn: Sequence[tuple[int, str]], wanted: Sequence[int]) -> list[int]:
    """Say which tags (by id) a post should wear that wears these (id and name).

    A status that is no longer true goes; all others that people put there stay while five allow.
    """
    if not wanted:
        return [tag for tag, _ in worn]
    theirs = [tag for tag, name in worn if name.casefold() not in _STATUSES and tag not in wanted]
    return [*wanted, *theirs][:MOST_TAGS]


def topic_of(tags: Collection[str], policy: Policy) -> str:
    """Give the first of the policy's topics that a post wears as a tag, or `""`."""
    worn = {name.casefold() for name in tags}
    return next((each for each in policy.topics if _topic_tag(each).casefold() in worn), "")


def _topic_tag(topic: str) -> str:
    return bare(topic, _NAME_LIMIT)


def _status_tag(phase: Phase, on_chain: OnChainSummary | None) -> str:
    settled = _SETTLED.get(on_chain.state) if on_chain and phase is Phase.ON_CHAIN else None
    return settled or STATUS_TAGS[phase]
