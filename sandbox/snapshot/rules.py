"""What the sequencer demands of a new proposal: its rules in their order, in its own words."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.snapshot import formats, power
from sandbox.snapshot.envelope import utf16_units
from sandbox.snapshot.exchange import RefusedError
from sandbox.snapshot.ledger import DAY_SECONDS, Ledger, SpaceRecord

MONTH_SECONDS = 30 * DAY_SECONDS

# Mainnets that Snapshot runs nodes for; spaces on others have to pay.
PREMIUM_NETWORKS = {"1", "10", "56", "100", "137", "324", "8453", "42161", "59144"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A proposal on its way in, and all that the rules look at."""

    message: dict[str, Any]
    space: SpaceRecord
    ledger: Ledger
    now: int
    block_number: int
    first_block: int

    @property
    def is_of_team(self) -> bool:
        """Whether the author may propose whatever their voting power."""
        return self.message["from"].lower() in self.space.team()


def require_acceptable(candidate: Candidate) -> None:
    """Apply all the rules.

    Raises:
        RefusedError: The first one that is broken, in the sequencer's words.
    """
    for rule in _RULES:
        refusal = rule(candidate)
        if refusal is not None:
            raise RefusedError(refusal)


def wrong_privacy(space: SpaceRecord, message: dict[str, Any]) -> str | None:
    """Compare a message's privacy with the space's; the oldest lists sign none."""
    demanded = space.voting.get("privacy")
    if demanded in {None, "any"} or "privacy" not in message:
        return None
    return None if message["privacy"] == demanded else "not allowed to set privacy"


def _settings(candidate: Candidate) -> str | None:
    problem = _settings_problem(candidate.space)
    return f"invalid space settings: {problem}" if problem else None


def _settings_problem(space: SpaceRecord) -> str | None:
    if space.hibernated:
        return "space hibernated"
    is_open = not space.only_members and space.validation["name"] == "any"
    names = [strategy["name"] for strategy in space.strategies]
    if "ticket" in names and space.vote_validation["name"] == "any":
        return "space with ticket requires voting validation"
    if is_open:
        return "space missing proposal validation"
    unknown = next((name for name in names if name not in power.STRATEGIES), None)
    return f"strategy '{unknown}' is not a valid strategy" if unknown else None


def _network(candidate: Candidate) -> str | None:
    space = candidate.space
    networks = {space.network} | {each.get("network", "1") for each in space.strategies}
    if space.turbo or networks <= PREMIUM_NETWORKS:
        return None
    return "space is using a non-premium network"


def _format(candidate: Candidate) -> str | None:
    return None if formats.is_proposal(candidate.message) else "wrong proposal format"


def _end(candidate: Candidate) -> str | None:
    is_over = candidate.message["end"] <= candidate.now
    return "proposal end date must be in the future" if is_over else None


def _basic_choices(candidate: Candidate) -> str | None:
    message = candidate.message
    is_wrong = message["type"] == "basic" and len(message["choices"]) not in {2, 3}
    return "wrong choices for basic type voting" if is_wrong else None


def _delay(candidate: Candidate) -> str | None:
    delay = candidate.space.voting.get("delay")
    is_met = not delay or candidate.message["start"] == candidate.message["timestamp"] + delay
    return None if is_met else "invalid voting delay"


def _period(candidate: Candidate) -> str | None:
    period = candidate.space.voting.get("period")
    is_met = not period or candidate.message["end"] - candidate.message["start"] == period
    return None if is_met else "invalid voting period"


def _type(candidate: Candidate) -> str | None:
    type_ = candidate.space.voting.get("type")
    return "invalid voting type" if type_ and candidate.message["type"] != type_ else None


def _privacy(candidate: Candidate) -> str | None:
    return wrong_privacy(candidate.space, candidate.message)


def _author(candidate: Candidate) -> str | None:
    if candidate.is_of_team:
        return None
    space = candidate.space
    if space.only_members:
        return "only space authors can propose"
    may = power.passes(
        candidate.ledger, space.id, space.strategies, space.validation, candidate.message["from"]
    )
    return None if may else "validation failed"


def _snapshot(candidate: Candidate) -> str | None:
    block = candidate.message["snapshot"]
    if block < candidate.first_block:
        return "proposal snapshot must be after network start"
    return None if block <= candidate.block_number else "invalid snapshot block"


def _counts(candidate: Candidate) -> str | None:
    ledger, space = candidate.ledger, candidate.space
    ages = [
        candidate.now - proposal.created
        for proposal in ledger.proposals.values()
        if proposal.space.lower() == space.id.lower()
    ]
    limit = f"space.{space.plan}.proposal_limit_per_"
    of_today = sum(age < DAY_SECONDS for age in ages)
    of_month = sum(age < MONTH_SECONDS for age in ages)
    if of_today >= ledger.limit(limit + "day") or of_month >= ledger.limit(limit + "month"):
        return "proposal limit reached"
    is_busy = _open_count(candidate) >= ledger.limit("space.active_proposal_limit_per_author")
    return None if candidate.is_of_team or not is_busy else _BUSY


_BUSY = "active proposal limit reached for author"


def _open_count(candidate: Candidate) -> int:
    author = candidate.message["from"]
    return sum(
        proposal.author == author and proposal.end > candidate.now
        for proposal in candidate.ledger.proposals.values()
    )


def _lengths(candidate: Candidate) -> str | None:
    plan = f"space.{candidate.space.plan}."
    body = candidate.ledger.limit(plan + "body_limit")
    if utf16_units(candidate.message["body"]) > body:
        return f"proposal body length can not exceed {body} characters"
    choices = candidate.ledger.limit(plan + "choices_limit")
    if len(candidate.message["choices"]) > choices:
        return f"number of choices can not exceed {choices}"
    return None


# The order is the sequencer's: a proposal that breaks two rules is told the first.
_RULES: tuple[Callable[[Candidate], str | None], ...] = (
    _settings,
    _network,
    _format,
    _end,
    _basic_choices,
    _delay,
    _period,
    _type,
    _privacy,
    _author,
    _snapshot,
    _counts,
    _lengths,
)
