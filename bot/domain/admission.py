"""Whether a member may speak another idea now, by the community's policy."""

from collections.abc import Sequence

from bot.domain.errors import Refusal
from bot.domain.lifecycle import GATHERING
from bot.domain.policy import Policy
from bot.domain.proposal import Proposal, thread_link
from bot.domain.types import UnixSeconds

_NAMED = 5  # open ideas in a refusal


def check_takes_ideas(policy: Policy) -> None:
    """Refuse ideas where none are taken.

    Raises:
        Refusal: The community only watches what is proposed elsewhere.
    """
    if not policy.takes_ideas:
        raise Refusal(
            "No ideas are taken in this server: here Assent only follows what is proposed on "
            "Snapshot or on chain. `/proposal list` shows it."
        )


def check_topic(policy: Policy, topic: str) -> None:
    """Refuse a topic that this community has not (any more); none at all is fine.

    Raises:
        Refusal: There is no such topic; the message names those there are.
    """
    if topic and topic not in policy.topics:
        known = ", ".join(policy.topics) or "none"
        raise Refusal(f"There is no topic of that name here any more; there is: {known}.")


def check_pace(policy: Policy, earlier: Sequence[Proposal], now: UnixSeconds) -> None:
    """Refuse an idea of a member who has spoken lately, or has as many open as are allowed.

    `earlier` is everything they have spoken here, the newest first.

    Raises:
        Refusal: The message says when they may speak again, or which of their ideas are open.
    """
    again_at = earlier[0].created_at + policy.idea_cooldown if earlier else 0
    if now < again_at:
        raise Refusal(
            f"You can post your next idea <t:{again_at}:R>, on <t:{again_at}:F>: this community "
            f"asks for a pause after each. Your last one was {_named(earlier[0])}."
        )
    gathering = [each for each in earlier if each.phase in GATHERING]
    if policy.open_ideas_limit and len(gathering) >= policy.open_ideas_limit:
        listed = "\n".join(f"- {_named(each)}" for each in gathering[:_NAMED])
        raise Refusal(
            f"As many of your ideas gather support as a member may have here at a time "
            f"({policy.open_ideas_limit}). `/idea withdraw` takes one of them back:\n{listed}"
        )


def _named(proposal: Proposal) -> str:
    link = thread_link(proposal)
    return f"{proposal.reference} {link}" if link else proposal.reference
