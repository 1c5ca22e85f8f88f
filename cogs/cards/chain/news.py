"""What is said once of a proposal on chain: what happened, what it means, what to do by when."""

from bot.domain.onchain.announcement import GovernorNews
from bot.domain.onchain.governor import TimelockKind
from bot.domain.onchain.proposal import Moment
from bot.domain.text import line
from cogs.cards.buttons import Link
from cogs.cards.chain.calls import call_lines
from cogs.cards.chain.explorers import (
    address_shown,
    delegation_link,
    transaction_link,
    transaction_row,
)
from cogs.cards.chain.moments import MOMENTS, WITH_CALLS, WITH_COUNTS, WITH_TRANSACTION
from cogs.cards.chain.naming import NAME_SHOWN, at_governor, until_when, waits_in, who
from cogs.cards.chain.outcome import counts, quorum_warning, reason
from cogs.cards.chain.story import story_fields, story_links
from cogs.cards.fitting import Page
from cogs.cards.markup import when
from cogs.cards.proposals.announcements import TITLE_SHOWN


def page(news: GovernorNews) -> Page:
    """Write the announcement."""
    what, meaning, next_step, colour = MOMENTS[news.moment]
    words = _words(news)
    return Page(
        title=f"{what.format_map(words)}: {line(news.title, TITLE_SHOWN)}",
        lines=(
            meaning.format_map(words),
            *(counts(news) if news.moment in WITH_COUNTS else ()),
            *quorum_warning(news),
            *_transaction(news),
        ),
        fields=_fields(news),
        next_step=next_step.format_map(words),
        source=news.reference or news.governor_name,
        colour=colour,
        buttons=_buttons(news),
    )


def _fields(news: GovernorNews) -> tuple[tuple[str, str], ...]:
    calls = (("What it would do", call_lines(news.calls)),) if news.moment in WITH_CALLS else ()
    return (*calls, *story_fields(news))


def _words(news: GovernorNews) -> dict[str, str]:
    estimate = news.times_are_estimates
    return {
        "name": at_governor(news.reference, news.governor_name),
        "proposer": who(news.proposer, news.proposer_name),
        "starts": when(news.vote_starts_at, is_estimate=estimate),
        "ends": when(news.vote_ends_at, is_estimate=estimate),
        "eta": when(news.eta),
        "held": waits_in(news.timelock_kind),
        "expiry": _expiry(news),
        "in_time": f" before {when(news.expires_at)}" if news.expires_at else " in time",
        "reason": reason(news),
        "delegate": _delegate(news),
        "counted": "it was proposed" if news.counts_at_creation else "the vote opened",
        "sides": _sides(news),
        "voters": "Who wants to stop it" if news.is_objection else "If you have not voted yet",
        "after": _after(news),
        "waits": _waits(news),
        "where": _where(news),
        "canceler": _canceler(news),
        "vetoer": _vetoer(news),
        "final": _final(news),
    }


def _expiry(news: GovernorNews) -> str:
    """Say until when it has to be executed, and what happens else; `""`: it does not expire."""
    until = until_when(news.expires_at)
    return f" It {until}: then it never can be." if until else ""


def _delegate(news: GovernorNews) -> str:
    """Say until when votes have to be delegated, and how that is done."""
    ends = when(news.vote_ends_at, is_estimate=news.times_are_estimates)
    if news.counts_at_creation:
        return (
            "Here a vote weighs what was delegated when it was proposed: delegating now changes "
            f"nothing for it, and who had delegated by then can vote. The vote ends {ends}."
        )
    if news.delegate_until is None:
        return (
            "Voting power was counted already: whoever had delegated by then can vote. The vote "
            f"ends {ends}."
        )
    until = when(news.delegate_until, is_estimate=news.times_are_estimates)
    token = f" {address_shown(news.governor_key.chain_id, news.token)}" if news.token else ""
    unit = f"of {line(news.unit, NAME_SHOWN)}" if news.unit else ""
    return (
        f"Holders {unit}: delegate before it opens {until}. Only delegated tokens count, also your "
        f"own: call `delegate` of the token{token} with your own address, or with that of somebody "
        f"you trust. The vote ends {ends}."
    )


def _sides(news: GovernorNews) -> str:
    if news.is_objection:
        return "only votes Against are taken now"
    sides = ("For", "Against", *(("Abstain",) if news.abstain_votes is not None else ()))
    return f"votes are {', '.join(sides[:-1])} or {sides[-1]}"


def _after(news: GovernorNews) -> str:
    """Say what has to be done with what passed."""
    if news.needs_queuing is False:
        return "Anyone may now execute it: none of its calls has to wait."
    if news.timelock_kind is TimelockKind.NONE:
        return "Anyone may now execute it: this governor has no timelock, and nothing waits."
    return (
        "Anyone may now queue it. Then it waits in the timelock, so that everybody can look at it, "
        "before it can be executed."
    )


def _is_outside(news: GovernorNews) -> bool:
    """Say whether it ended without the governor, which then has no event to show for it."""
    is_unseen = news.transaction_hash is None and news.eta is not None
    return news.ended_in_timelock or is_unseen


def _where(news: GovernorNews) -> str:
    """Say who ended it, or where, as far as that is known."""
    if _is_outside(news):
        if news.transaction_hash is None:
            return (
                ", as the governor says; no event of it was seen, so where and by whom is unknown"
            )
        return " in the timelock itself, and not at the governor"
    if news.moment is not Moment.CANCELED or news.canceled_by is None:
        return ""
    if news.canceled_by == news.proposer:
        return " by its proposer"
    if news.canceled_by == news.guardian:
        return " by the guardian of this governor"
    return f" in a transaction of {who(news.canceled_by, '')}, who did not propose it"


def _canceler(news: GovernorNews) -> str:
    if _is_outside(news) and news.transaction_hash is not None:
        return "those who may cancel what waits in the timelock"
    return f"the proposer, {who(news.proposer, news.proposer_name)}, or who else may cancel"


def _vetoer(news: GovernorNews) -> str:
    """Say who vetoed it, as far as that is known: a right may be used by way of another account."""
    right = who(news.guardian, "") if news.guardian else ""
    if news.canceled_by is None:
        return f"; the right to veto is that of {right}" if right else ""
    if news.canceled_by == news.guardian:
        return f" by {right}, who holds the right to veto"
    sent = f" in a transaction of {who(news.canceled_by, '')}"
    return f"{sent}; the right to veto is that of {right}" if right else sent


def _final(news: GovernorNews) -> str:
    if news.is_overridable:
        return (
            "Who has voted cannot vote anew; who has delegated can still overrule their delegate's "
            "vote with their own tokens."
        )
    return "A vote cast on chain cannot be changed."


def _waits(news: GovernorNews) -> str:
    if news.timelock_kind is TimelockKind.NONE or news.needs_queuing is False:
        return "executed"
    is_unsure = news.timelock_kind is TimelockKind.ACCESS_MANAGER and news.needs_queuing is None
    return "queued or executed" if is_unsure else "queued"


def _transaction(news: GovernorNews) -> tuple[str, ...]:
    if news.transaction_hash is None or news.moment not in WITH_TRANSACTION:
        return ()
    return (transaction_row(news.governor_key.chain_id, news.transaction_hash),)


def _buttons(news: GovernorNews) -> tuple[Link, ...]:
    chain_id = news.governor_key.chain_id
    is_in_time = news.moment is Moment.CREATED and news.delegate_until is not None
    return (
        *(transaction_link(chain_id, news.transaction_hash) if _transaction(news) else ()),
        *(delegation_link(chain_id, news.token) if is_in_time else ()),
        *story_links(news),
    )
