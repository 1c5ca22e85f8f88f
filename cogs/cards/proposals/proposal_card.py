"""The one live card of a proposal: where it stands, since when, and who acts next."""

import re
from decimal import Decimal

from bot.domain.emoji import is_custom
from bot.domain.lifecycle import DRAFTING, GATHERING, NOTICED, Phase
from bot.domain.live_card import OnChainSummary, ProposalCard, VoteSummary
from bot.domain.onchain.governor import GovernorState
from bot.domain.proposal import COAUTHORS_LIMIT
from bot.domain.text import bare, line
from cogs.cards.amounts import bar, share
from cogs.cards.buttons import Action, Button, Link
from cogs.cards.chain.calls import call_lines
from cogs.cards.chain.explorers import transaction_link, transaction_row
from cogs.cards.chain.naming import NAME_SHOWN, proposal_number, until_when
from cogs.cards.drafts.draft import check_fields, review_field
from cogs.cards.fitting import THREAD_NAME_LIMIT, Page
from cogs.cards.markup import channel, many, member, quoted, role, span, when
from cogs.cards.proposals import implementation
from cogs.cards.proposals.announcements import named
from cogs.cards.proposals.next_steps import current_vote, next_step
from cogs.cards.proposals.phases import progress, standing
from cogs.cards.server.troubles import in_the_way
from cogs.cards.votes.on_snapshot import STEP_NAME_SHOWN, WHY_SHOWN

_IDEA_SHOWN = 700  # while it is discussed; later the draft is what counts
_IDEA_SHOWN_LATER = 280
_PART_SHOWN, _PART_SHOWN_LATER = 450, 160  # of each answer, where an idea has several
_TOPIC_SHOWN = 60
_REASON_SHOWN = 500
_REFERENCE_IN_NAME = 40
_ROLES_SHOWN = 5
_MESSAGE = re.compile(r"https://discord\.com/channels/\d{1,20}/\d{1,20}/\d{1,20}", re.ASCII)


def page(card: ProposalCard) -> Page:
    """Write the card."""
    reference, title = named(card.subject)
    here = standing(card)
    return Page(
        title=f"{reference} · {title}",
        lines=(
            here.headline,
            progress(card),
            "",
            _about(card),
            "",
            *_idea(card),
        ),
        fields=_fields(card),
        next_step=next_step(card),
        source=card.subject.reference,
        colour=here.colour,
        buttons=_buttons(card),
    )


def thread_name(reference: str, title: str) -> str:
    """Name a proposal's thread: `BTRST-12 · Lower the fee…`, in at most 100 units."""
    name = bare(reference, _REFERENCE_IN_NAME)
    return bare(f"{name} · {bare(title, THREAD_NAME_LIMIT)}", THREAD_NAME_LIMIT)


def emoji(policy_emoji: str) -> str:
    """Show an emoji that is reacted with; a server's own one stays Discord's own markup."""
    return policy_emoji if is_custom(policy_emoji) else line(policy_emoji, 32)


def _about(card: ProposalCard) -> str:
    """Say whose it is, what it is about and where it is discussed."""
    author = _authors(card)
    parts = [f"from a message by {author}" if _source(card) else f"by {author}"]
    if topic := line(card.topic, _TOPIC_SHOWN):
        parts.append(f"topic: {topic}")
    return " · ".join([*parts, _discussion(card)])


def _idea(card: ProposalCard) -> list[str]:
    """Show what was written: under headings where it has parts."""
    is_whole = card.phase in GATHERING
    if not card.change.strip() and not card.why_now.strip():
        return [quoted(card.idea, _IDEA_SHOWN if is_whole else _IDEA_SHOWN_LATER)]
    shown = _PART_SHOWN if is_whole else _PART_SHOWN_LATER
    parts = {"The problem": card.idea, "The change": card.change, "Why now": card.why_now}
    written = {heading: text for heading, text in parts.items() if text.strip()}
    return [
        row for heading, text in written.items() for row in (f"**{heading}**", quoted(text, shown))
    ]


def _source(card: ProposalCard) -> str:
    """Give the address of the message it was made of, if it is one of Discord's."""
    return card.source if _MESSAGE.fullmatch(card.source) else ""


def _authors(card: ProposalCard) -> str:
    with_ = ", ".join(member(user) for user in card.coauthors[:COAUTHORS_LIMIT])
    return member(card.author_id) + (f", with {with_}" if with_ else "")


def _discussion(card: ProposalCard) -> str:
    if card.is_in_members_post:
        return (
            "discussion here"
            if card.thread_id is None
            else f"discussion in {channel(card.thread_id)}"
        )
    if card.thread_id is None:
        return "discussion in the thread below"
    return f"discussion in {channel(card.thread_id)}"


def _fields(card: ProposalCard) -> tuple[tuple[str, str], ...]:
    fields = []
    if card.troubles:
        rows = [in_the_way(each.kind, each.place) for each in card.troubles]
        fields.append(("In the way", "\n".join(rows)))
    if card.phase in GATHERING:
        fields.append(("Support", _support(card)))
    if card.phase is Phase.MERGED and card.merged_into is not None:
        reference, title = named(card.merged_into)
        fields.append(("Merged into", f"{reference} · {title}"))
    if card.reason.strip():
        fields.append((_reason_for(card.phase), quoted(card.reason, _REASON_SHOWN)))
    if card.draft is not None:
        fields += check_fields(card.draft.checks)
        fields += [review_field(card.draft.review)] if card.draft.review.needed else []
    fields += [(line(vote.step_name, STEP_NAME_SHOWN), _vote(vote)) for vote in card.votes]
    if card.implementation is not None and card.phase in (Phase.PASSED, Phase.IMPLEMENTED):
        fields.append(implementation.field(card.implementation))
    if card.on_chain is not None:
        fields.append(("On chain", _on_chain(card.on_chain)))
        did = card.on_chain.state is GovernorState.EXECUTED
        fields.append(
            (
                "What it did" if did else "What it would do",
                call_lines(card.on_chain.calls, is_done=did),
            )
        )
    return tuple(fields)


def _reason_for(phase: Phase) -> str:
    if phase in GATHERING:
        return "Open again because"
    if phase is Phase.IMPLEMENTED:
        return "How it was done"
    return "Postponed because" if phase in DRAFTING else "Reason"


def _support(card: ProposalCard) -> str:
    reached = share(Decimal(card.supporters), Decimal(card.threshold))
    against, react = "", f"react with {emoji(card.support_emoji)}"
    if card.opposition_emoji:
        against = f" · {emoji(card.opposition_emoji)} {card.opposers:,}"
        react += f", or {emoji(card.opposition_emoji)} if you are against it"
    author = "the author counts too" if card.author_counts else "the author does not count"
    return (
        f"{bar(reached, full='▰', empty='▱', width=10)} "
        f"**{card.supporters:,} of {card.threshold:,}**{against}\n"
        f"{react} · one per member · {author}{_who_counts(card)}"
    )


def _who_counts(card: ProposalCard) -> str:
    wanted = []
    if card.supporter_roles:
        shown = [role(each) for each in card.supporter_roles[:_ROLES_SHOWN]]
        more = len(card.supporter_roles) - len(shown)
        shown += [many(more, "other role")] if more else []
        wanted.append(f"with {' or '.join(shown)}")
    if card.minimum_membership:
        wanted.append(f"who have been here for {span(card.minimum_membership)}")
    return f"\nonly members {' '.join(wanted)} count" if wanted else ""


def _vote(vote: VoteSummary) -> str:
    if vote.passed is not None:
        why = line(vote.why, WHY_SHOWN)
        return f"{'✔ passed' if vote.passed else '✖ did not pass'}{': ' if why else ''}{why}"
    if not vote.link:
        return f"opens {when(vote.opens_at)}"
    return f"on Snapshot from {when(vote.opens_at)}\nuntil {when(vote.end)}"


def _on_chain(summary: OnChainSummary) -> str:
    rows = [f"{line(summary.governor_name, NAME_SHOWN)} · proposal {proposal_number(summary.id)}"]
    rows.append(_state(summary))
    if summary.executed_transaction is not None:
        rows.append(transaction_row(summary.chain_id, summary.executed_transaction))
    return "\n".join(rows)


def _state(summary: OnChainSummary) -> str:
    ends = when(summary.vote_ends_at, is_estimate=summary.times_are_estimates)
    match summary.state:
        case GovernorState.PENDING | GovernorState.ACTIVE:
            return f"the vote ends {ends}"
        case GovernorState.UPDATABLE:
            return f"it may still be changed before its vote, which ends {ends}"
        case GovernorState.OBJECTION_PERIOD:
            return f"only votes against it are taken still, until {ends}"
        case GovernorState.QUEUED:
            until = until_when(summary.expires_at)
            return f"can be executed from {when(summary.eta)}" + (f"\n{until}" if until else "")
        case _:
            return _STATES[summary.state]


_STATES = {
    GovernorState.SUCCEEDED: "the vote is over, and it has passed",
    GovernorState.DEFEATED: "the vote is over, and it is defeated",
    GovernorState.CANCELED: "it was canceled, and can never be executed",
    GovernorState.VETOED: "it was vetoed, and can never be executed",
    GovernorState.EXPIRED: "it has passed, but nobody executed it in time",
    GovernorState.EXECUTED: "its calls have been carried out",
    GovernorState.UNKNOWN: "its state is not known yet",
}


def _buttons(card: ProposalCard) -> tuple[Button, ...]:
    voted = tuple(
        Link(label=f"{vote.step_name} on Snapshot", address=vote.link) for vote in card.votes
    )
    if card.phase is Phase.MERGED and card.merged_into is not None:
        to = f"To {card.merged_into.reference}"
        return (Link(label=to, address=card.merged_into_link), *_from(card))
    if card.phase in GATHERING:
        promote = _action(card, "Promote", "promote", is_primary=True)
        return ((promote,) if card.phase is Phase.READY else ()) + _from(card)
    if card.phase in DRAFTING:
        return (
            _action(card, "Read the draft", "draft"),
            _action(card, "Edit", "edit"),
            _towards_the_vote(card),
            *voted,
        )
    if card.phase in NOTICED:
        return (
            _action(card, "Read the draft", "draft"),
            _action(card, "Postpone", "postpone"),
            *voted,
        )
    vote = current_vote(card)
    if vote is None or not vote.link:
        return (*voted, *_execution(card))
    earlier = tuple(link for link in voted if link.address != vote.link)
    return (Link(label="Vote on Snapshot", address=vote.link), *earlier)


def _execution(card: ProposalCard) -> tuple[Link, ...]:
    seen = card.on_chain
    return transaction_link(seen.chain_id, seen.executed_transaction) if seen else ()


def _from(card: ProposalCard) -> tuple[Button, ...]:
    source = _source(card)
    return (Link(label="The message it was made of", address=source),) if source else ()


def _towards_the_vote(card: ProposalCard) -> Action:
    """Offer what comes next: to submit the draft, to approve it, or to publish it."""
    draft = card.draft
    if draft is None or draft.review.is_approved:
        return _action(card, "Publish…", "publish", is_primary=True)
    seen = f"{draft.step}:{draft.revision}"
    if draft.review.submitted_by is None:
        return _action(card, "Submit for review", f"submit:{seen}", is_primary=True)
    return _action(card, f"Approve revision {draft.revision}", f"approve:{seen}", is_primary=True)


def _action(card: ProposalCard, label: str, name: str, *, is_primary: bool = False) -> Action:
    return Action(
        label=label, proposal_id=card.subject.proposal_id, name=name, is_primary=is_primary
    )
