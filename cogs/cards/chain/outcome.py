"""How a vote on chain stands, or went and why, in words."""

from decimal import Decimal

from bot.domain.onchain.announcement import GovernorNews
from bot.domain.onchain.governor import QuorumRule
from bot.domain.onchain.proposal import Moment
from bot.domain.text import line
from cogs.cards.amounts import amount, percent

_UNIT_SHOWN = 48


def what_counts(rule: QuorumRule) -> str:
    """Say which votes count towards the quorum."""
    sides = [side.capitalize() for side in rule.split(",")]
    named = " and ".join([*([", ".join(sides[:-1])] if sides[:-1] else []), sides[-1]])
    return f"votes {named} count"


def took_part(participation: Decimal | None, unit: str) -> str:
    """Say what part of all tokens was cast; `""`: that is not known."""
    if participation is None:
        return ""
    return f"{percent(participation)} of all {line(unit, _UNIT_SHOWN) or 'tokens'} took part"


def counts(news: GovernorNews) -> tuple[str, ...]:
    """Give the votes, side by side, the quorum, and what part of all took part."""
    sides = (("For", news.for_votes), ("Against", news.against_votes))
    told = [*sides, *([("Abstain", news.abstain_votes)] if news.abstain_votes is not None else [])]
    votes = " · ".join(f"**{side}** {amount(votes, news.unit)}" for side, votes in told)
    took = took_part(news.participation, news.unit)
    return (f"{votes} · quorum {amount(news.quorum, news.unit)}", *((took,) if took else ()))


def quorum_warning(news: GovernorNews) -> tuple[str, ...]:
    """Say what the quorum still lacks while it can be mended."""
    if news.moment is not Moment.CLOSING_SOON or not news.quorum_missing or news.is_objection:
        return ()
    missing = amount(news.quorum_missing, news.unit, is_rounded_up=True)
    counted = f" ({what_counts(news.quorum_rule)})" if news.quorum_rule else ""
    return (f"⚠ **The quorum is not reached yet:** {missing} more{counted}, or it fails.",)


def reason(news: GovernorNews) -> str:
    """Say why it was defeated, from the numbers; what they do not tell is not guessed."""
    parts = [_by_quorum(news), majority_missed(news.for_votes, news.against_votes)]
    told = " and ".join(part for part in parts if part)
    if told:
        return told
    return "why it does not tell: too few votes For, or the quorum was missed"


def _by_quorum(news: GovernorNews) -> str:
    if not news.quorum_missing or news.quorum is None:
        return ""
    counted = amount(news.quorum_counted, news.unit)
    rule = f", where {what_counts(news.quorum_rule)}" if news.quorum_rule else ""
    return f"the quorum was missed ({counted} of {amount(news.quorum, news.unit)}{rule})"


def majority_missed(for_votes: Decimal | None, against_votes: Decimal | None) -> str:
    """Say how the votes stood where those For were not the most; `""`: they were, or nobody knows.

    Where nobody voted, that is not why.
    """
    if for_votes is None or against_votes is None or for_votes > against_votes:
        return ""
    if for_votes == against_votes:
        return "there were as many votes Against as For" if for_votes else ""
    return "there were more votes Against than For"
