"""The sequencer's rules, checked before it is asked: what blocks, what to do, what is open."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.drafting.checklist import Check, CheckState, judged
from bot.domain.offchain.author import Author, AuthorKind, alias_findings
from bot.domain.offchain.limits import (
    body_findings,
    choice_findings,
    discussion_findings,
    envelope_findings,
    label_findings,
    title_findings,
)
from bot.domain.offchain.messages import ProposalMessage
from bot.domain.offchain.own_clock import clock_findings, lag_finding
from bot.domain.offchain.snapshot import (
    Counts,
    Space,
    SpaceLimits,
    VotingType,
    network_chain,
)
from bot.domain.types import ChainId, Seconds, UnixSeconds

_DAY = Seconds(86_400)
_MONTH = Seconds(30 * _DAY)
_LATEST = UnixSeconds(2_000_000_000)  # of a start or an end; source: the schema of the payload
_OPEN_TO_ALL = "any"  # a validation that checks nothing
_TICKET = "ticket"  # the strategy that gives every address one vote
_PRIVACIES = frozenset({"", "any", "shutter"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What was just read of Snapshot and of the chain."""

    space: Space
    limits: SpaceLimits
    counts: Counts
    author: Author
    envelope_units: int  # of the whole message as it would be sent, in UTF-16 units
    chains: frozenset[ChainId]  # those that have a node
    now: UnixSeconds
    block_time: UnixSeconds | None  # of the newest block; `None`: the node did not answer


def preflight(message: ProposalMessage, facts: Facts) -> tuple[Check, ...]:
    """Go through all that Snapshot would check of this message but for its texts."""
    return (
        *judged("Snapshot space", _space(facts), "It takes votes, by its rules of now."),
        _author(message.timestamp, facts),
        *judged("Voting", _voting(message, facts.space), _voting_done(message)),
        *judged(
            "Size",
            [*label_findings(message.labels), *envelope_findings(facts.envelope_units)],
            f"{facts.envelope_units:,} characters as a whole.",
        ),
        *judged("Limits", _limits(message.timestamp, facts), "The space has room for it."),
        clocks(facts),
    )


def wording(message: ProposalMessage, limits: SpaceLimits) -> tuple[Check, ...]:
    """Go through what Snapshot would check of the texts."""
    return (
        *judged("Title", title_findings(message.title), "It fits."),
        *judged("Text", body_findings(message.body, limits), "It fits."),
        *judged("Choices", choice_findings(message.choices, message.type, limits), "They fit."),
        *judged("Discussion link", discussion_findings(message.discussion), "It fits."),
    )


def clocks(facts: Facts) -> Check:
    """Compare our clock with the hub's and the chain's."""
    hub, block = facts.counts.hub_time, facts.block_time
    found = clock_findings(facts.now, hub, block)
    if found:
        return Check(name="Clocks", state=CheckState.MISSING, detail=" ".join(found))
    if hub is None or block is None:
        silent = (
            "The chain's node did not tell the time" if hub else "Snapshot did not tell the time"
        )
        detail = f"{silent}; it is compared again when the vote is signed."
        return Check(name="Clocks", state=CheckState.OPEN, detail=detail)
    if lag := lag_finding(facts.now, block):
        return Check(name="Clocks", state=CheckState.OPEN, detail=lag)
    detail = "Assent's clock agrees with Snapshot's and with the chain's."
    return Check(name="Clocks", state=CheckState.DONE, detail=detail)


def _space(facts: Facts) -> list[str]:
    space, found = facts.space, []
    if space.hibernated:
        found.append(f"The space {space.id} is hibernated; an admin has to reactivate it.")
    if network_chain(space) not in facts.chains:
        found.append(
            f"The space counts voting power on chain {space.network}, and no JSON-RPC "
            f"address is set for it: the operator adds it to RPC_URLS."
        )
    if not space.only_members and space.validation == _OPEN_TO_ALL:
        found.append(
            "The space lets anybody propose, which Snapshot takes no more: an admin of the space "
            "sets who may (Settings, “Proposal validation”)."
        )
    if _TICKET in space.strategies and space.vote_validation == _OPEN_TO_ALL:
        found.append(
            "The space gives every address one vote and checks no voter, which Snapshot takes no "
            "more: an admin of the space sets who may vote (Settings, “Voting validation”)."
        )
    return found


def _author(at: UnixSeconds, facts: Facts) -> Check:
    name, space, author = "Author", facts.space, facts.author
    if author.address is None:
        who = (
            f"only authors, moderators and admins of {space.id} may"
            if space.only_members
            else f"who may propose in {space.id} may"
        )
        detail = (
            f"A member signs in the browser with their own wallet when the notice is over: {who}."
        )
        return Check(name=name, state=CheckState.OPEN, detail=detail)
    missing = alias_findings(author, at)
    is_of_team = space.is_of_team(author.address)
    if space.only_members and not is_of_team:
        missing.append(
            f"Only authors may propose in {space.id}: add {author.address} as an author there."
        )
    if missing:
        return Check(name=name, state=CheckState.MISSING, detail=" ".join(missing))
    whose = " by an alias" if author.kind is AuthorKind.ALIAS else ""
    if is_of_team:
        detail = f"{author.address} may always propose there{whose}."
        return Check(name=name, state=CheckState.DONE, detail=detail)
    detail = (
        f"{author.address} proposes{whose} and is no author of the space. Whether its voting "
        "power is enough for that, Snapshot checks when it is posted."
    )
    return Check(name=name, state=CheckState.OPEN, detail=detail)


def _voting(message: ProposalMessage, space: Space) -> list[str]:
    return [*_form(message, space), *_times(message, space)]


def _form(message: ProposalMessage, space: Space) -> Iterator[str]:
    if space.voting_type not in (None, message.type):
        yield f"The space only takes votes of the type “{space.voting_type}”."
    elif message.type is VotingType.CUSTOM:
        yield "Nobody can vote in a “custom” vote yet: choose another voting system."
    if space.privacy not in _PRIVACIES:
        yield f"The space wants votes of the privacy “{space.privacy}”, which Assent does not know."
    elif space.privacy not in ("", "any", message.privacy):
        yield f"The space only takes votes of the privacy “{space.privacy}”."


def _times(message: ProposalMessage, space: Space) -> Iterator[str]:
    period, delay = message.end - message.start, message.start - message.timestamp
    if space.voting_period is not None and space.voting_period != period:
        yield (
            f"The space fixes the voting period at {_span(space.voting_period)}, the policy says "
            f"{_span(period)}: make them agree."
        )
    if space.voting_delay is not None and space.voting_delay != delay:
        yield f"The space fixes that a vote starts {_span(space.voting_delay)} after its signing."
    if message.end <= message.timestamp or message.end > _LATEST:
        yield "The vote would end at a date that Snapshot does not take: change the period."


def _span(seconds: int) -> str:
    units = (("day", _DAY), ("hour", 3_600), ("minute", 60), ("second", 1))
    unit, size = next(each for each in units if seconds % each[1] == 0)
    count = seconds // size
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def _voting_done(message: ProposalMessage) -> str:
    if not message.privacy:
        return f"A {message.type} vote, as the space wants it."
    return (
        f"A {message.type} vote, shielded as the space wants it: who chose what is hidden until "
        "the end."
    )


def _limits(at: UnixSeconds, facts: Facts) -> list[str]:
    """Count what would count at the moment of signing, which may be days away."""
    limits, counts, found = facts.limits, facts.counts, []
    rows = (
        ("24 hours", _DAY, limits.proposals_a_day),
        ("30 days", _MONTH, limits.proposals_a_month),
    )
    for name, span, most in rows:
        of_late = sum(created > at - span for created in counts.created)
        if most is not None and of_late >= most:
            found.append(
                f"The space has {of_late} of the {most} proposals that its plan allows in {name}: "
                "publish later, or have an admin of the space upgrade it."
            )
    author, most = facts.author.address, limits.open_of_author
    still_open = sum(end > at for end in counts.open_until)
    is_held = author is not None and not facts.space.is_of_team(author)
    if is_held and most is not None and still_open >= most:
        found.append(
            f"{author} has {still_open} open proposals on Snapshot, and {most} are allowed: wait "
            "until one ends, or have an admin add it as an author of the space."
        )
    return found
