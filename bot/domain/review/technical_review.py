"""The technical review of one queued proposal: its checklist, who signed what, and concerns."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2s

from bot.domain.errors import Denial, Refusal
from bot.domain.onchain.call import Call, DecodedCall
from bot.domain.onchain.governor import ProposalKey
from bot.domain.onchain.simulation import Outcome, Simulation
from bot.domain.policy import HOUR, MINUTE, Policy
from bot.domain.proposal import Actor, checked_reason
from bot.domain.types import GuildId, Seconds, UnixSeconds, UserId

SIMULATED_EVERY = HOUR
TRIED_AGAIN_AFTER = Seconds(5 * MINUTE)  # where a node has failed
LEAST_PAUSE = MINUTE  # between two simulations that people ask for
NAME_LIMIT = 80
MOST_CONCERNS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOff:
    """Somebody has made a check, and says so with their name."""

    check: str  # the line of the checklist
    user_id: UserId
    name: str  # as they were called then
    at: UnixSeconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """Somebody has found what should be looked at before anybody executes it."""

    user_id: UserId
    name: str
    text: str
    at: UnixSeconds


@dataclass(frozen=True, slots=True, kw_only=True)
class TechnicalReview:
    """The review of a proposal in one server; sign-offs are kept beside it."""

    guild_id: GuildId
    key: ProposalKey
    digest: str  # of the calls: what was signed for these is not signed for others
    checks: tuple[str, ...]  # as the policy had them when it began
    began_at: UnixSeconds
    is_open: bool = True
    described: tuple[DecodedCall, ...] = ()  # parallel to the calls, as last looked at
    simulation: Simulation | None = None  # the last one that told anything
    tried_at: UnixSeconds | None = None  # the last attempt; later than the simulation: it failed
    concerns: tuple[Concern, ...] = ()


def begun(
    guild_id: GuildId, key: ProposalKey, calls: Sequence[Call], policy: Policy, now: UnixSeconds
) -> TechnicalReview:
    """Begin a review with the community's checklist."""
    return TechnicalReview(
        guild_id=guild_id,
        key=key,
        digest=digest_of(calls),
        checks=policy.review_checks,
        began_at=now,
    )


def digest_of(calls: Sequence[Call]) -> str:
    """Give a short code that is the same only for the same calls."""
    parts = [f"{each.target}|{each.value}|{each.signature}|{each.calldata}" for each in calls]
    text = "\n".join(parts).encode("utf-8", "replace")
    return blake2s(text, digest_size=16).hexdigest()


def is_simulation_due(review: TechnicalReview, eta: UnixSeconds | None, now: UnixSeconds) -> bool:
    """Say whether the calls are to be tried again: every hour, and once they can be executed."""
    if review.tried_at is None:
        return True
    simulation = review.simulation
    failed = simulation is None or simulation.at < review.tried_at
    if failed or (simulation and simulation.outcome is Outcome.UNKNOWN):
        return now >= review.tried_at + TRIED_AGAIN_AFTER
    became_executable = eta is not None and review.tried_at < eta <= now
    return became_executable or now >= review.tried_at + SIMULATED_EVERY


def simulated(review: TechnicalReview, simulation: Simulation) -> TechnicalReview:
    """Note a simulation; one in which the node told nothing does not replace one that did."""
    told = any(call.outcome is not Outcome.UNKNOWN for call in simulation.calls)
    if told or review.simulation is None or not simulation.calls:
        return replace(review, simulation=simulation, tried_at=simulation.at)
    return replace(review, tried_at=simulation.at)


def check_pause(review: TechnicalReview, now: UnixSeconds) -> None:
    """Refuse a simulation right after another.

    Raises:
        Refusal: There was one within the last minute.
    """
    if review.tried_at is not None and now < review.tried_at + LEAST_PAUSE:
        raise Refusal(
            f"This was simulated <t:{review.tried_at}:R>, and its card shows the result. Try "
            "again in a minute."
        )


def require_signer(actor: Actor, policy: Policy) -> None:
    """Refuse what only those may do who make the community's technical review.

    Raises:
        Denial: The actor is no moderator, and has none of the roles that may.
    """
    if actor.is_moderator or actor.role_ids & set(policy.review_roles):
        return
    roles = "moderators and the roles they have named" if policy.review_roles else "moderators"
    raise Denial(
        f"Only {roles} sign the checks of a technical review here. If you have found something, "
        "say so in the discussion; nothing was changed."
    )


def chosen_checks(review: TechnicalReview, values: Collection[str]) -> tuple[str, ...]:
    """Give the lines of the checklist that were chosen.

    Raises:
        Denial: One of them is none of this review's.
    """
    if not set(values) <= set(review.checks):
        raise Denial(
            "This is none of the checks of this review; nothing was changed. Press **Sign checks** "
            "on its card again."
        )
    return tuple(check for check in review.checks if check in values)


def with_concern(
    review: TechnicalReview, actor: Actor, text: str, now: UnixSeconds
) -> TechnicalReview:
    """Note somebody's concern in place of their last one; an empty one withdraws it.

    Raises:
        Refusal: It says nothing or too much, there is nothing to withdraw, or there are too many.
    """
    others = tuple(each for each in review.concerns if each.user_id != actor.user_id)
    if not text.strip():
        if len(others) == len(review.concerns):
            raise Refusal("You have raised no concern here, so there is none to withdraw.")
        return replace(review, concerns=others)
    if len(others) >= MOST_CONCERNS:
        raise Refusal(
            f"There are {len(others)} concerns already. Add yours in the discussion of the thread; "
            "nothing was changed."
        )
    concern = Concern(
        user_id=actor.user_id, name=actor.name[:NAME_LIMIT], text=checked_reason(text), at=now
    )
    return replace(review, concerns=(*others, concern))


def unsigned(review: TechnicalReview, signed: Collection[SignOff]) -> tuple[str, ...]:
    """Give the checks that nobody has signed."""
    there_are = {each.check for each in signed}
    return tuple(check for check in review.checks if check not in there_are)
